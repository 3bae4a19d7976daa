"""The signed-in user of this request, and the store that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import flask
import flask_login
import sqlalchemy as sa

import sql
from dashboard.config import Config
from dashboard.context import Page, User

if TYPE_CHECKING:
    from dashboard.exports import Export

EXTENSION = "manyi"


@dataclass(frozen=True)
class Scope:
    """Whose eyes a statement reads with."""

    store: sa.Engine
    user_id: int


class Session(flask_login.UserMixin):
    """A user as flask-login keeps one: the cookie holds id and epoch, so that raising the epoch ends it."""

    def __init__(self, user: User):
        self.user = user

    def get_id(self) -> str:
        return f"{self.user.user_id}.{self.user.session_epoch}"


@dataclass(frozen=True)
class Installed:
    """What the application keeps for its requests."""

    store: sa.Engine
    config: Config
    pages: Mapping[str, Page]
    exports: dict[str, Export] = field(default_factory=dict)


def installed() -> Installed:
    """The store and settings of the running application."""
    return flask.current_app.extensions[EXTENSION]


def signed_in() -> bool:
    return bool(flask_login.current_user.is_authenticated)


def current_user() -> User:
    """The signed-in user; 401 when nobody is (the guard has normally refused before)."""
    if not signed_in():
        flask.abort(401)
    return flask_login.current_user.user


def current_scope() -> Scope:
    """The scope every read of figures is bound to: ``sql.scoped(scope.store, scope.user_id)``."""
    return Scope(installed().store, current_user().user_id)


def may_see(area_id: int) -> bool:
    """Whether the signed-in user sees this area in full."""
    scope = current_scope()
    with sql.scoped(scope.store, scope.user_id) as connection:
        found = sql.one(connection, "auth/may_see", user_id=scope.user_id, area_id=area_id)
    return found is not None

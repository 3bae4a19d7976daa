"""Users as the store holds them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import sql
from dashboard.context import Grant, User


def load_user(connection: sa.Connection, user_id: int) -> User | None:
    """The user with the grants, ``None`` when there is none or the account is disabled."""
    row = sql.one(connection, "auth/user_by_id", user_id=user_id)
    return None if row is None or row["disabled"] else _user(row)


def _user(row: dict[str, Any]) -> User:
    grants = tuple(Grant(grant["role"], grant["area_id"], grant["line_id"]) for grant in row["grants"])
    return User(
        row["user_id"], row["login"], row["name"], row["language"], grants, row["home_area"], row["session_epoch"],
        row["password_given"],
    )  # fmt: skip

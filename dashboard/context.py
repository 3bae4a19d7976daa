"""What a page is told: who asks, in which language and theme, for which area, period and publication.

The shell builds a :class:`Context` from the address on **every** request and callback, and authorises the area
again each time; a page never reads the address itself. Pages are described by :class:`Page`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import sqlalchemy as sa

import sql
from etl.domain.area import Level
from etl.domain.period import Period

if TYPE_CHECKING:
    from dash import Dash

    from dashboard.periods import Offer

ADDRESS = "address"  # id of the one dcc.Location; pages may take Input(ADDRESS, "href")
THEME = "theme-choice"  # id of the dcc.Store that changes when light/dark does; live pages take it as an Input too
TREE, TODAY = "tree", "today"  # ?tree=today: every period restated to today's tree
ZONE = ZoneInfo("Asia/Shanghai")  # of every time of day that is told
STATE_KEYS = ("area", "period", "outcome", TREE)  # kept when a link goes to another page


@dataclass(frozen=True)
class Grant:
    """One role on one area; ``line_id`` only for the role ``line``."""

    role: str
    area_id: int
    line_id: str | None = None


@dataclass(frozen=True)
class User:
    """A signed-in person. ``home_area`` is the id of the highest area granted (``None``: no grant yet).

    ``password_given``: the password is one an administrator gave, and is to be changed before anything else.
    """

    user_id: int
    login: str
    name: str
    language: str
    grants: tuple[Grant, ...] = ()
    home_area: int | None = None
    session_epoch: int = 1
    password_given: bool = False

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def lines(self) -> frozenset[str]:
        """Lines whose indicators the user sees everywhere."""
        return frozenset(grant.line_id for grant in self.grants if grant.line_id)


@dataclass(frozen=True)
class AreaNode:
    """One area as the face names it; ``code`` is what stands in addresses."""

    area_id: int
    code: str
    level: Level
    kind: str
    name_zh: str
    name_en: str
    full: bool = True  # False: an ancestor of the user's areas, of which only headline readings may be shown

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en


@dataclass(frozen=True)
class Publication:
    """The batch a page reads; rows are valid for it when ``first_pub <= id AND last_pub > id``."""

    publication_id: int
    data_from: date
    data_to: date
    tree_day: date | None = None  # the day whose tree is "today's"; None: nothing was restated yet

    def holds(self, period: Period) -> bool:
        """Whether some day of ``period`` may have data."""
        return period.end >= self.data_from and period.start <= self.data_to


@dataclass(frozen=True)
class Context:
    """Everything a page needs; immutable, built for one request.

    ``trail`` runs from the root of the tree to ``area``, both included. ``query`` holds every parameter of the
    address (user input: a page checks the values it takes). ``publication`` is ``None`` before the first one.
    ``today``: figures and members are those of today's tree, not of the period's time.
    """

    page: str
    user: User
    language: str
    theme: str
    area: AreaNode
    trail: tuple[AreaNode, ...]
    period: Period
    publication: Publication | None
    store: sa.Engine
    demo: bool = False
    query: Mapping[str, str] = field(default_factory=dict)
    today: bool = False

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One transaction that sees what the user may see (row-level security)."""
        with sql.scoped(self.store, self.user.user_id) as connection:
            yield connection

    @property
    def published(self) -> bool:
        """Whether the period has a day that is published."""
        return self.publication is not None and self.publication.holds(self.period)

    @property
    def publication_id(self) -> int:
        """The ``:p`` of reading statements; 0 (which sees nothing) before the first publication."""
        return self.publication.publication_id if self.publication else 0

    def address(self, page: str | None = None, **changes: Any) -> str:
        """The address of this view with ``changes`` (``None`` removes a parameter); another page keeps :data:`STATE_KEYS`."""
        target = page or self.page
        kept = dict(self.query) if target == self.page else {k: v for k, v in self.query.items() if k in STATE_KEYS}
        merged = {**kept, **{name: str(value) for name, value in changes.items() if value is not None}}
        pairs = [(name, value) for name, value in merged.items() if name not in changes or changes[name] is not None]
        return f"/{target}" + (f"?{urlencode(pairs)}" if pairs else "")


@dataclass(frozen=True)
class Page:
    """A page of the face: ``/<name>``. ``title`` and ``icon`` are keys of the catalogue and of the icon set.

    ``live``: the layout is drawn once per page and language, and the page's own callback on
    ``Input(ADDRESS, "href"), Input(THEME, "data")`` fills it; otherwise the layout is drawn again at every address.
    ``roles``: who may open it (empty: everybody signed in). ``place`` is top or bottom of the rail, or within
    another page, which leads to it. ``offer``: what the period picker names and offers there, where it is not the calendar.
    """

    name: str
    title: str
    icon: str
    layout: Callable[[Context], Any]
    register: Callable[[Dash], None]
    live: bool = False
    roles: frozenset[str] = frozenset()
    place: str = "top"
    offer: Callable[[sa.Connection, Context], Offer | None] | None = None

    def open_to(self, user: User) -> bool:
        return not self.roles or bool(self.roles & user.roles)


class Refused(Exception):
    """The user may not see this; a page of its own with HTTP 403."""


class Absent(Exception):
    """There is no such page, area or period; a page of its own with HTTP 404."""

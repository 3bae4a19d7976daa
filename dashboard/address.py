"""From an address to a :class:`~dashboard.context.Context`: read as a stranger's words, authorised on every call."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import flask
import sqlalchemy as sa

import sql
from dashboard.auth.scope import current_user, installed
from dashboard.context import TODAY, TREE, Absent, AreaNode, Context, Page, Publication, Refused, User
from dashboard.theme import THEMES
from etl.domain.area import Level
from etl.domain.period import Period, containing, parse

KINDS = "wmqy"  # the periods a page may be asked for
MOST_FIELDS = 40
THEME_COOKIE = "theme"


def page_named(href: str, user: User) -> Page:
    """The page an address names. Raises :class:`Absent` or :class:`Refused`."""
    if not isinstance(href, str) or any("\ud800" <= letter <= "\udfff" for letter in href):
        raise Absent("absent.page")  # a callback's values are a stranger's words, of any type
    try:
        page = installed().pages.get(urlsplit(href).path.strip("/"))
    except ValueError:  # brackets that are no host
        page = None
    if page is None:
        raise Absent("absent.page")
    if not page.open_to(user):
        raise Refused("refused.page")
    return page


def context_from(href: str) -> Context:
    """What the page at ``href`` is told, for the signed-in user.

    Pages' own callbacks call this with ``Input(ADDRESS, "href")``. Raises :class:`Absent` (no such page, area or
    period) and :class:`Refused` (outside the user's scope); their argument is a key of the catalogue.
    """
    user = current_user()
    page = page_named(href, user)
    query = _query(href)
    kept = installed()
    with sql.scoped(kept.store, user.user_id) as connection:
        publication = latest_publication(connection)
        period = _period(query.get("period"), publication)
        today = query.get(TREE) == TODAY and publication is not None and publication.tree_day is not None
        trail = trail_to(connection, user, query.get("area"), as_of(period, publication, today))
    return Context(
        page=page.name, user=user, language=user.language, theme=asked_theme(), area=trail[-1], trail=trail, period=period,
        publication=publication, store=kept.store, demo=kept.config.demo, query=query,
        today=today and trail[-1].full,  # above the user's own areas there is the dated tree only
    )  # fmt: skip


def asked_theme() -> str:
    """``light`` or ``dark`` by the reader's cookie."""
    theme = flask.request.cookies.get(THEME_COOKIE, THEMES[0])
    return theme if theme in THEMES else THEMES[0]


def latest_publication(connection: sa.Connection) -> Publication | None:
    """The newest publication, ``None`` before the first."""
    return _publication(sql.one(connection, "auth/latest_publication"))


def publication_of(connection: sa.Connection, number: int) -> Publication | None:
    """The publication of a number, as it was read when it was the newest."""
    return _publication(sql.one(connection, "auth/publication_by_id", p=number))


def _publication(row: dict[str, Any] | None) -> Publication | None:
    if row is None or row["data_to"] is None:
        return None
    return Publication(row["publication_id"], row["data_from"], row["data_to"], row["tree_day"])


def _query(href: str) -> dict[str, str]:
    """The parameters in their order; of a repeated one the first counts."""
    try:
        pairs = parse_qsl(urlsplit(href).query, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Absent("absent.page") from None
    first: dict[str, str] = {}
    for name, value in pairs:
        first.setdefault(name, value)
    return first


def _period(asked: str | None, publication: Publication | None) -> Period:
    """The period asked for, else the last complete month (the running one while there is no complete one)."""
    if asked is None:
        return last_complete("m", publication)
    try:
        period = parse(asked)
        if period.kind not in KINDS:
            raise ValueError(asked)
        _ = (period.shift(-1), period.shift(1), period.same_last_year)
    except (ValueError, OverflowError):
        raise Absent("absent.period", asked) from None
    return period


def last_complete(kind: str, publication: Publication | None) -> Period:
    """The last period of ``kind`` whose days are all published (the running one while none is)."""
    if publication is None:
        return containing(kind, date.today()).previous
    running = containing(kind, publication.data_to)
    complete = running.end <= publication.data_to or running.start <= publication.data_from
    return running if complete else running.previous


def as_of(period: Period, publication: Publication | None, today: bool) -> date:
    """The day whose tree is shown: the period's last, or the last one with data; or today's."""
    if today and publication is not None and publication.tree_day is not None:
        return publication.tree_day
    return min(period.end, publication.data_to) if publication else period.end


def trail_to(connection: sa.Connection, user: User, code: str | None, day: date) -> tuple[AreaNode, ...]:
    """The areas from the root to the one of ``code`` (``None``: the user's own). Raises :class:`Refused` and :class:`Absent`."""
    area_id = user.home_area if code is None else _area_id(connection, code)
    if area_id is None:
        raise Refused("refused.nothing")
    rows = sql.rows(connection, "auth/area_trail", area_id=area_id, user_id=user.user_id, day=day)
    if not rows or not rows[-1]["seen"]:
        raise Refused("refused.area")
    return tuple(
        AreaNode(r["area_id"], r["code"], Level(r["level"]), r["kind"], r["name_zh"], r["name_en"], r["full"]) for r in rows
    )


def _area_id(connection: sa.Connection, code: str) -> int:
    found = sql.one(connection, "auth/area_by_code", code=code.replace("\0", ""))
    if found is None:
        raise Absent("absent.area", code)
    return int(found["area_id"])


def tree_day(context: Context) -> date:
    """The day whose tree ``context`` shows."""
    return as_of(context.period, context.publication, context.today)


FRESH_DAYS = 7  # a county whose answers end earlier than this before the publication's last day is waited for


def oldest_fresh(publication: Publication) -> date:
    """The day an area's data must reach to count as complete."""
    return publication.data_to - timedelta(days=FRESH_DAYS)

"""The data page: the sentence, and one view of several: feeds, files, jobs, upload, publications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from dash import dcc, html

import sql
from dashboard.context import ZONE, Absent, Context
from dashboard.pages.data import checks, coverage, feeds, files, incidents, jobs, publications, uploads
from dashboard.pages.data.coverage import COVERED, is_late
from dashboard.panels import panel
from dashboard.texts import t

VIEWS = ("feeds", "files", "jobs", "upload", "publications")
OPENED = ("file", "publication")  # what a view opens by the address
MOST_DIGITS = 9


@dataclass(frozen=True)
class Rights:
    """``sees`` what belongs to the operator as a whole; ``handles`` it."""

    sees: bool
    handles: bool


def read_rights(connection: sa.Connection) -> Rights:
    """As the store's own policies say."""
    row = sql.one(connection, "dashboard/desk_rights") or {}
    return Rights(bool(row.get("sees")), bool(row.get("handles")))


def views(rights: Rights) -> tuple[str, ...]:
    """The views open to the reader."""
    if not rights.sees:
        return ()
    return tuple(view for view in VIEWS if view != "upload" or rights.handles)


def view_of(context: Context, rights: Rights) -> str:
    """The view the address asks for, the first when it asks for none that is open to the reader."""
    asked = context.query.get("view", VIEWS[0])
    return asked if asked in views(rights) else VIEWS[0]


def number(context: Context, name: str) -> int | None:
    """A number of the address. Raises :class:`Absent` for what is none."""
    asked = context.query.get(name)
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS):
        raise Absent("absent.page")
    return int(asked)


def opened(context: Context, name: str) -> int | None:
    """What the view is to open; nothing for what is no number."""
    try:
        return number(context, name)
    except Absent:
        return None


def layout(context: Context) -> html.Div:
    """The whole page for one reader, read in one transaction."""
    now = datetime.now(ZONE)
    with context.read() as connection:
        rights = read_rights(connection)
        view = view_of(context, rights)
        areas = coverage.read_areas(connection, context)
        found = feeds.read(connection, now) if rights.sees and view == "feeds" else []
        body = _VIEWS[view](context, connection, rights, (areas, found), now)
    head = [html.H1(_sentence(context, areas, found)), html.P(_below(context), className="sub")]
    return html.Div([html.Header(head, className="sentence"), *_tabs(context, rights, view), *body], className="view data-page")


Known = tuple[list[dict[str, Any]], list[dict[str, Any]]]  # areas and feeds, which the sentence is made of too


def _feeds(context: Context, connection: sa.Connection, rights: Rights, known: Known, now: datetime) -> list[Any]:
    areas, found = known
    covered = coverage.coverage(context, areas, coverage.read_reach(connection, context))
    if not rights.sees:
        closed = html.P(t("data.operator_only", context.language), className="empty")
        return [covered, panel(t("data.files_heading", context.language), "", closed)]
    told = incidents.incidents(context, incidents.read(connection))
    return [told, feeds.feeds(context, found, areas), covered]


def _files(context: Context, connection: sa.Connection, rights: Rights, known: Known, now: datetime) -> list[Any]:
    chosen = opened(context, "file")
    one = files.read_one(connection, chosen) if chosen is not None else None
    latest, reasons = files.read(connection)
    shown = [files.run_of(context, one)] if one else []
    return [*shown, files.files(context, latest), files.reasons(context, reasons)]


def _jobs(context: Context, connection: sa.Connection, rights: Rights, known: Known, now: datetime) -> list[Any]:
    return jobs.view(context, connection, rights.handles, now)


def _upload(context: Context, connection: sa.Connection, rights: Rights, known: Known, now: datetime) -> list[Any]:
    return uploads.view(context, connection)


def _publications(context: Context, connection: sa.Connection, rights: Rights, known: Known, now: datetime) -> list[Any]:
    found = publications.read(connection)
    asked = opened(context, "publication")
    chosen = asked if asked is not None else next((one["publication_id"] for one in found if one["earlier_changed"]), None)
    changed = publications.read_changes(connection, chosen) if chosen is not None else []
    parts = [checks.checks(context, checks.read(connection)), publications.publications(context, found, chosen)]
    return [*parts, publications.changes(context, chosen, changed)] if chosen is not None else parts


_VIEWS = {"feeds": _feeds, "files": _files, "jobs": _jobs, "upload": _upload, "publications": _publications}


def _tabs(context: Context, rights: Rights, chosen: str) -> list[Any]:
    open_ = views(rights)
    if not open_:
        return []
    language, nothing = context.language, dict.fromkeys(OPENED)
    links = [
        dcc.Link(
            t(f"data.view_{view}", language), href=context.address(view=view, **nothing), className="on" if view == chosen else ""
        )
        for view in open_
    ]
    return [html.Nav(links, className="segments dt-views", **{"aria-label": t("data.views", language)})]


def _sentence(context: Context, areas: list[dict[str, Any]], found: list[dict[str, Any]]) -> str:
    language, known = context.language, context.publication
    if known is None:
        return t("data.nothing", language)
    late = sum(is_late(context, area["answer"]) for area in areas)
    words = {"day": known.data_to.isoformat(), "have": len(areas) - late, "all": len(areas), "level": COVERED.plural_in(language)}
    said = t("data.sentence" if areas else "data.sentence_short", language, **words)
    if not found:
        return said
    totals = {name: sum(int(feed[f"{name}_rows"]) for feed in found) for name in ("read", "accepted", "rejected", "duplicate")}
    return said + t("data.sentence_rows", language, **{name: f"{value:,}" for name, value in totals.items()})


def _below(context: Context) -> str:
    known = context.publication
    if known is None:
        return t("data.nothing_next", context.language)
    return t("data.below", context.language, publication=known.publication_id, first=known.data_from, last=known.data_to)

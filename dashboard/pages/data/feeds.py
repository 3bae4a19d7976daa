"""The feeds: what each delivered last, how it stands against its calendar, and how its rows fared."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from dash import dcc, html

import sql
from dashboard.context import ZONE, Context
from dashboard.pages.data import coverage, tables
from dashboard.pages.data.wording import day, feed_title, moment, span
from dashboard.panels import panel
from dashboard.texts import t
from etl.domain.calendar import Delivery, Standing, calendar_of, standings
from etl.domain.period import Period, containing

PERIODS = 13
COLUMNS = ("feed", "calendar", "last_file", "coverage_of", "rows_of", "took")
STATES = ("in_time", "late", "overdue", "awaited", "history")
FURTHEST = 2 * PERIODS  # months back a delivery may matter: a monthly feed's, the longest there is


def read(connection: sa.Connection, now: datetime) -> list[dict[str, Any]]:
    """Every feed with ``standings``, ``None`` where it declares no calendar."""
    since = containing("m", now.date()).shift(-FURTHEST).start
    came: dict[str, list[Delivery]] = defaultdict(list)
    for row in sql.rows(connection, "dashboard/feed_deliveries", since=since):
        came[row["feed_id"]].append(Delivery(row["first_day"], row["last_day"], row["loaded_at"]))
    found = []
    for feed in sql.rows(connection, "dashboard/feeds"):
        calendar = calendar_of(feed["declaration"], feed["kind"])
        stands = standings(calendar, came[feed["feed_id"]], now, PERIODS) if calendar else None
        found.append({**feed, "calendar": calendar, "standings": stands})
    return found


def feeds(context: Context, found: list[dict[str, Any]], areas: list[dict[str, Any]]) -> html.Section:
    """The panel: one row a feed; on a phone one card a feed."""
    language = context.language
    rows = [tables.row(COLUMNS, _cells(context, feed, areas), language) for feed in found]
    table = tables.table("feeds", COLUMNS, rows, language)
    empty = html.P(t("data.no_feed", language), className="empty")
    inside = [table, _legend(language)] if found else [empty]
    return panel(t("data.feeds", language), t("data.feeds_sub", language), *inside)


def _cells(context: Context, feed: dict[str, Any], areas: list[dict[str, Any]]) -> dict[str, Any]:
    language = context.language
    kind = t(f"data.kind_{feed['kind']}", language)
    title = feed_title(feed["declaration"], feed["feed_id"], language)
    return {
        "feed": [html.B(title), html.Div(f"{feed['feed_id']} · {kind}", className="sub")],
        "calendar": _calendar(feed, language), "last_file": _last(context, feed),
        "coverage_of": coverage.of_kind(context, areas, feed["kind"]), "rows_of": _counts(feed, language),
        "took": span(feed["seconds"], language),
    }  # fmt: skip


def _last(context: Context, feed: dict[str, Any]) -> Any:
    if feed["file_id"] is None:
        return html.Span(t("data.nothing_came", context.language), className="sub")
    href = context.address(view="files", file=feed["file_id"])
    state = "" if feed["state"] == "loaded" else t(f"data.state_{feed['state']}", context.language)
    until = t("data.until", context.language, day=day(feed["last_day"])) if feed["last_day"] else ""
    said = " · ".join(piece for piece in (moment(feed["received_at"]), until, state) if piece)
    return [dcc.Link(feed["name"], href=href, className="dt-name"), html.Div(said, className="sub")]


def _counts(feed: dict[str, Any], language: str) -> list[Any]:
    numbers = {name: f"{int(feed[f'{name}_rows']):,}" for name in ("read", "accepted", "rejected", "duplicate")}
    left = t("data.counts_left", language, rejected=numbers["rejected"], duplicate=numbers["duplicate"])
    return [html.Span(t("data.counts_taken", language, accepted=numbers["accepted"], read=numbers["read"])),
            html.Div(left, className="sub")]  # fmt: skip


def _calendar(feed: dict[str, Any], language: str) -> Any:
    """Thirteen squares, the running period last; words for who cannot see them and for the mouse."""
    calendar = feed["calendar"]
    if calendar is None:
        return html.Span(t("data.no_calendar", language), className="sub")
    every = t(f"data.every_{calendar.every}", language, hours=calendar.due_hours)
    if not feed["standings"]:
        return [html.Span(t("data.calendar_unbegun", language), className="sub"), html.Div(every, className="sub")]
    known = {one.period: one for one in feed["standings"]}
    last = feed["standings"][-1].period
    squares = [
        _square(period, known.get(period), language) for period in (last.shift(-back) for back in reversed(range(PERIODS)))
    ]
    return [html.Ol(squares, className="dt-calendar"), html.Div(every, className="sub")]


def _square(period: Period, one: Standing | None, language: str) -> html.Li:
    """A period as it stands; ``None``: the feed had not begun."""
    state = one.state if one else "none"
    pieces = [period.label(language), t(f"data.standing_{state}", language), *(_when(one, language) if one else ())]
    said = " · ".join(piece for piece in pieces if piece)
    return html.Li(html.Span(said, className="dt-unseen"), className=f"dt-square s-{state}", title=said)


def _when(one: Standing, language: str) -> tuple[str, str]:
    """By when it was due, and when it came."""
    came = t("data.came", language, came=moment(one.came)) if one.came else ""
    due = t("data.was_due", language, due=moment(one.due.astimezone(ZONE))) if one.state != "history" else ""
    return due, came


def _legend(language: str) -> html.Div:
    pieces = [html.Span([html.I(className=f"dt-square s-{state}"), t(f"data.standing_{state}", language)]) for state in STATES]
    return html.Div(pieces, className="dt-legend")

"""The data page: the sentence, coverage by area, feeds, files, and reasons for refused rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import html

from dashboard import grids
from dashboard.address import FRESH_DAYS, oldest_fresh
from dashboard.context import Context
from dashboard.exports import ZONE, export_address
from dashboard.pages.data.data import COVERED, FACTS, MOST_FILES, Arrived, arrived, is_late
from dashboard.panels import downloads, panel
from dashboard.texts import t


def layout(context: Context) -> html.Div:
    """The whole page for one reader."""
    found = arrived(context)
    parts = [html.Header([html.H1(_sentence(context, found)), html.P(_below(context), className="sub")], className="sentence")]
    parts.append(_coverage(context, found))
    parts += (
        [_feeds(context, found), _files(context, found), _reasons(context, found)] if found.operator else [_not_operator(context)]
    )
    return html.Div(parts, className="view")


def _sentence(context: Context, found: Arrived) -> str:
    language, known = context.language, context.publication
    if known is None:
        return t("data.nothing", language)
    late = sum(is_late(context, area["answer"]) for area in found.areas)
    words = {"day": known.data_to.isoformat(), "have": len(found.areas) - late, "all": len(found.areas),
             "level": COVERED.plural_in(language)}  # fmt: skip
    said = t("data.sentence" if found.areas else "data.sentence_short", language, **words)
    if not found.feeds:
        return said
    totals = {
        name: sum(int(feed[f"{name}_rows"]) for feed in found.feeds) for name in ("read", "accepted", "rejected", "duplicate")
    }
    return said + t("data.sentence_rows", language, **{name: f"{value:,}" for name, value in totals.items()})


def _below(context: Context) -> str:
    known = context.publication
    if known is None:
        return t("data.nothing_next", context.language)
    return t("data.below", context.language, publication=known.publication_id, first=known.data_from, last=known.data_to)


def _coverage(context: Context, found: Arrived) -> html.Section:
    language = context.language
    rows = [_covered(context, area) for area in sorted(found.areas, key=lambda area: not is_late(context, area["answer"]))]
    columns = [
        grids.text("name", COVERED.name_in(language).capitalize()),
        grids.text("state", t("data.state", language), width=110, tooltipField="why"),
        grids.text("parent", t("data.part_of", language)),
        *(grids.text(fact, t(f"data.fact_{fact}", language), width=120) for fact in FACTS),
    ]  # fmt: skip
    grid = grids.grid("data-coverage", columns, rows, language) if rows else _empty(t("data.coverage_above", language))
    notes = [html.P(line) for line in rules(context, found)] if rows else []
    tools = downloads(context, "data-coverage")
    return panel(
        t("data.coverage", language), t("data.coverage_sub", language), html.Div(notes, className="notes"), grid, tools=tools
    )


def _covered(context: Context, area: dict[str, Any]) -> dict[str, Any]:
    """One area's row; its state says in a tooltip which rule made it."""
    language, late = context.language, is_late(context, area["answer"])
    limit = oldest_fresh(context.publication).isoformat() if context.publication else ""
    return {
        "name": area[f"name_{language}"], "parent": area[f"parent_{language}"], "code": area["code"],
        "state": t("data.late" if late else "data.in", language),
        "why": t("data.why_late" if late else "data.why_in", language, day=_day(area["answer"]), oldest=limit),
        **{fact: _day(area[fact]) for fact in FACTS},
    }  # fmt: skip


def rules(context: Context, found: Arrived) -> list[str]:
    """In words: when an area counts as in, and why a fact may reach further than any area listed."""
    language, known = context.language, context.publication
    if known is None:
        return []
    values = {"oldest": oldest_fresh(known).isoformat(), "day": known.data_to.isoformat(), "days": FRESH_DAYS}
    further = [
        t("data.rule_reach", language, fact=t(f"data.fact_{fact}", language), named=_day(reach.named),
          reached=_day(reach.reached), level=COVERED.plural_in(language))
        for fact, reach in found.reach.items() if reach.named is None or reach.named < reach.reached
    ]  # fmt: skip
    return [t("data.rule", language, **values), *further]


def _feeds(context: Context, found: Arrived) -> html.Section:
    language = context.language
    rows = [{**feed, "kind": t(f"data.kind_{feed['kind']}", language), "last_day": _day(feed["last_day"]),
             "received_at": _moment(feed["received_at"])} for feed in found.feeds]  # fmt: skip
    columns = [
        grids.text("feed_id", t("data.feed", language)), grids.text("kind", t("data.kind", language), width=110),
        grids.number("files", t("data.files", language)), grids.number("refused", t("data.state_refused", language)),
        *_counts(language), grids.text("last_day", t("data.last_day", language), width=110),
        grids.text("received_at", t("data.received", language), width=150),
    ]  # fmt: skip
    return panel(
        t("data.feeds", language),
        t("data.feeds_sub", language),
        grids.grid("data-feeds", _plain(columns), _plain(rows), language),
    )


def _files(context: Context, found: Arrived) -> html.Section:
    language = context.language
    columns = [
        grids.text("name", t("data.file", language), minWidth=200), grids.text("feed_id", t("data.feed", language)),
        grids.text("state", t("data.state", language), width=96), grids.text("days", t("data.days", language), minWidth=196),
        *_counts(language), grids.text("received_at", t("data.received", language), width=150),
        grids.text("reason", t("data.reason", language), minWidth=160),
        grids.text("rejects", t("data.rejects", language), cellRenderer="markdown", width=88),
    ]  # fmt: skip
    rows = [_file(context, file) for file in found.files]
    shown = t("data.files_sub", language, shown=len(rows), most=MOST_FILES)
    return panel(t("data.files_heading", language), shown, grids.grid("data-files", columns, _plain(rows), language),
                 tools=downloads(context, "data-files"))  # fmt: skip


def _file(context: Context, file: dict[str, Any]) -> dict[str, Any]:
    language = context.language
    wanted = export_address(context, "data-rejects", "csv", file=file["file_id"])
    return {
        **{key: file[key] for key in ("name", "feed_id", "read_rows", "accepted_rows", "rejected_rows", "duplicate_rows")},
        "state": t(f"data.state_{file['state']}", language),
        "days": f"{_day(file['first_day'])} – {_day(file['last_day'])}" if file["first_day"] else "",
        "received_at": _moment(file["received_at"]),
        "reason": file[f"reason_{language}"] or "",
        "rejects": f"[CSV]({wanted})" if file["rejected_rows"] else "",
    }


def _reasons(context: Context, found: Arrived) -> html.Section:
    language = context.language
    columns = [
        grids.text("feed_id", t("data.feed", language), width=140),
        grids.text("column_name", t("data.column", language), width=140),
        grids.text(f"reason_{language}", t("data.reason", language), minWidth=280),
        grids.number("rows", t("data.rows", language)),
    ]
    body = grids.grid("data-reasons", columns, _plain(found.reasons), language)
    tools = downloads(context, "data-rejects")
    return panel(t("data.reasons", language), t("data.reasons_sub", language), body, tools=tools)


def _counts(language: str) -> list[dict[str, Any]]:
    return [grids.number(f"{name}_rows", t(f"data.{name}", language)) for name in ("read", "accepted", "rejected", "duplicate")]


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sums come from the store as decimals; the grid wants whole numbers."""
    return [{key: int(value) if hasattr(value, "as_tuple") else value for key, value in row.items()} for row in rows]


def _not_operator(context: Context) -> html.Section:
    return panel(t("data.files_heading", context.language), "", _empty(t("data.operator_only", context.language)))


def _empty(words: str) -> html.P:
    return html.P(words, className="empty")


def _day(day: Any) -> str:
    return day.isoformat() if day else "—"


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if moment else "—"

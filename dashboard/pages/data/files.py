"""The files received; one of them in full: its counts, its time, and its faults by reason with samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from dash import dcc, html

import sql
from dashboard import grids
from dashboard.context import Context
from dashboard.pages.data import tables, wording
from dashboard.pages.data.wording import day, moment
from dashboard.panels import downloads, panel
from dashboard.texts import t

MOST_FILES = 200
MOST_REASONS = 50
REASON = ("faults", "column", "reason", "samples")
SAMPLES = 3  # lines and values shown of each reason


def read(connection: sa.Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The latest files, and the most frequent reasons of all."""
    return (sql.rows(connection, "dashboard/files_recent", most=MOST_FILES),
            sql.rows(connection, "dashboard/rejected_reasons", most=MOST_REASONS))  # fmt: skip


def read_one(connection: sa.Connection, file_id: int) -> dict[str, Any] | None:
    """A file with its ``reasons``; ``None`` when there is none or the user may not see it."""
    file = sql.one(connection, "dashboard/file_one", file_id=file_id)
    if file is None:
        return None
    return {
        **file,
        "reasons": sql.rows(connection, "dashboard/file_reasons", file_id=file_id, samples=SAMPLES, most=MOST_REASONS),
    }


def run_of(context: Context, file: dict[str, Any]) -> html.Section:
    """What became of one file."""
    language = context.language
    state = t(f"data.state_{file['state']}", language)
    days = t("data.from_to", language, first=day(file["first_day"]), last=day(file["last_day"])) if file["first_day"] else ""
    facts = [state, wording.feed_title(file["declaration"], file["feed_id"], language), moment(file["received_at"]),
             t("data.took_in_all", language, took=wording.span(file["seconds"], language)) if file["seconds"] else "",
             wording.size(file["bytes"]), days]  # fmt: skip
    body: list[Any] = [html.P(wording.rows(file, language, "_rows"), className="dt-rows")]
    if file[f"reason_{language}"]:
        body.append(html.P(file[f"reason_{language}"], className="dt-why"))
    body.append(grouped(file["reasons"], language, file["reasons"][0]["reasons_in_all"] if file["reasons"] else 0))
    tools = [downloads(context, "data-rejects", file=file["file_id"])] if file["reasons"] else []
    close = dcc.Link(t("data.all_files", language), href=context.address(view="files", file=None), className="dt-act")
    return panel(file["name"], " · ".join(piece for piece in facts if piece), *body, tools=[*tools, close])


def grouped(reasons: Sequence[dict[str, Any]], language: str, in_all: int) -> Any:
    """Faults by reason, the most frequent first: how many, of which column, and the first lines with their values."""
    if not reasons:
        return html.P(t("data.no_fault", language), className="empty")
    table = tables.table("reasons", REASON, [_reason(one, language) for one in reasons], language)
    more = (
        html.P(t("data.more_reasons", language, shown=len(reasons), all=in_all), className="sub") if in_all > len(reasons) else ""
    )
    return html.Div([table, more])


def _reason(one: dict[str, Any], language: str) -> html.Tr:
    samples = [
        html.Li([html.Span(t("data.at_line", language, line=f"{sample['line']:,}"), className="sub"),
                 html.Code(_shown(sample["value"], language))])
        for sample in one["samples"] or []
    ]  # fmt: skip
    cells = {
        "faults": f"{one['faults']:,}", "column": one["column_name"], "reason": one[f"reason_{language}"],
        "samples": html.Ul(samples, className="dt-samples"),
    }  # fmt: skip
    return tables.row(REASON, cells, language)


def _shown(value: str | None, language: str) -> str:
    return t("data.blank", language) if value in (None, "") else str(value)


def files(context: Context, found: list[dict[str, Any]]) -> html.Section:
    """The panel of the latest files; a name leads to its run."""
    language = context.language
    columns = [
        grids.text("name", t("data.file", language), minWidth=220, cellRenderer="DataLink"),
        grids.text("feed_id", t("data.feed", language), minWidth=150),
        grids.text("state", t("data.state", language), width=96), grids.text("days", t("data.days", language), minWidth=196),
        *(grids.number(f"{name}_rows", t(f"data.{name}", language)) for name in ("read", "accepted", "rejected", "duplicate")),
        grids.text("received_at", t("data.received", language), minWidth=140),
        grids.text("took", t("data.took", language), width=96),
        grids.text("reason", t("data.reason", language), minWidth=160),
    ]  # fmt: skip
    rows = [_row(context, file) for file in found]
    shown = t("data.files_sub", language, shown=len(rows), most=MOST_FILES)
    return panel(t("data.files_heading", language), shown, grids.grid("data-files", columns, rows, language),
                 tools=downloads(context, "data-files"))  # fmt: skip


def _row(context: Context, file: dict[str, Any]) -> dict[str, Any]:
    language = context.language
    return {
        **{key: file[key] for key in ("name", "feed_id", "read_rows", "accepted_rows", "rejected_rows", "duplicate_rows")},
        "href": context.address(view="files", file=file["file_id"]),
        "state": t(f"data.state_{file['state']}", language),
        "days": f"{day(file['first_day'])} – {day(file['last_day'])}" if file["first_day"] else "",
        "received_at": moment(file["received_at"]), "took": wording.span(file["seconds"], language),
        "reason": file[f"reason_{language}"] or "",
    }  # fmt: skip


def reasons(context: Context, found: list[dict[str, Any]]) -> html.Section:
    """The panel of the most frequent reasons over all files."""
    language = context.language
    columns = [
        grids.text("feed_id", t("data.feed", language), minWidth=150),
        grids.text("column_name", t("data.column", language), width=140),
        grids.text(f"reason_{language}", t("data.reason", language), minWidth=280),
        grids.number("rows", t("data.rows", language)),
    ]
    body = grids.grid("data-reasons", columns, [{**one, "rows": int(one["rows"])} for one in found], language)
    tools = downloads(context, "data-rejects", file=None)
    return panel(t("data.reasons", language), t("data.reasons_sub", language), body, tools=tools)

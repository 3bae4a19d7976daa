"""The data page's exports, its routes, and the one callback that follows what is under way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from dash import Dash, Input, Output, State, ctx, no_update

import sql
from dashboard.address import context_from
from dashboard.context import ADDRESS, ZONE, Absent, Context
from dashboard.exports import Table, register_export
from dashboard.pages.data import actions, coverage, jobs, layout, progress, publications, uploads
from dashboard.texts import t

COVERAGE = ("code", "name", *coverage.FACTS)
FILES = ("file_id", "feed_id", "name", "state", "received_at", "loaded_at", "seconds", "first_day", "last_day", "bytes",
         "read_rows", "accepted_rows", "rejected_rows", "duplicate_rows", "reason")  # fmt: skip
REJECTS = ("feed_id", "name", "file_id", "line", "column_name", "value", "code", "reason")
TRIED = ("name", "line", "column_name", "value", "code", "reason")
CHANGES = ("code", "name", "indicator_code", "indicator", "period", "start", "old_reading", "new_reading", "old_n", "new_n")


def register(app: Dash) -> None:
    """Tables can be taken away, work can be asked for, and what is under way is followed."""
    register_export(app, "data-coverage", "data", lambda context: _table(context, "coverage", COVERAGE, _areas(context)))
    register_export(app, "data-files", "data", lambda context: _table(context, "files_heading", FILES, _files(context)))
    register_export(app, "data-rejects", "data", _rejects)
    register_export(app, "data-changes", "data", _changes)
    register_export(app, "data-upload-faults", "data", _tried)
    actions.install(app.server)
    app.callback(
        Output(progress.LIVE, "children"), Output(progress.BODY, "children"), Output(progress.TICK, "disabled"),
        Output(progress.SEEN, "data"), Input(progress.TICK, "n_intervals"), Input(progress.ASKED, "data"),
        State(ADDRESS, "href"), State(progress.SEEN, "data"), prevent_initial_call=True,
    )(follow)  # fmt: skip


def follow(_tick: int | None, asked: Any, href: str, seen: str | None) -> tuple[Any, Any, Any, Any]:
    """The bars as they are now, and what stands below them when a run began or ended since."""
    context = context_from(href)
    with context.read() as connection:
        rights = layout.read_rights(connection)
        view = layout.view_of(context, rights)
        if context.page != "data" or view not in ("jobs", "upload"):
            return no_update, no_update, True, no_update
        runs = progress.open_runs(connection, progress.UPLOAD_JOBS if view == "upload" else ())
        now = progress.signature(runs)
        changed = now != seen or not runs or ctx.triggered_id == progress.ASKED
        below = _below(context, connection, view, rights) if changed else no_update
    return progress.bars(runs, context.language), below, not runs, now


def _below(context: Context, connection: sa.Connection, view: str, rights: layout.Rights) -> list[Any]:
    if view == "upload":
        return uploads.body(context, connection)
    return jobs.body(context, connection, rights.handles, datetime.now(ZONE))


def _areas(context: Context) -> list[dict[str, Any]]:
    with context.read() as connection:
        return coverage.read_areas(connection, context)


def _files(context: Context) -> list[dict[str, Any]]:
    """Every file received."""
    with context.read() as connection:
        return sql.rows(connection, "dashboard/files_recent", most=None)


def _rejects(context: Context) -> Table:
    """Every fault of one file or of all, not one left out."""
    file_id = layout.number(context, "file")
    with context.read() as connection:
        rows = sql.rows(connection, "dashboard/rejected_rows", file_id=file_id)
    return _table(context, "reasons", REJECTS, rows)


def _tried(context: Context) -> Table:
    """Every fault that the dry run of an uploaded file found."""
    upload_id = layout.number(context, "upload")
    with context.read() as connection:
        if upload_id is None or sql.one(connection, "dashboard/uploads", upload_id=upload_id, most=1) is None:
            raise Absent("absent.page")
        rows = sql.rows(connection, "dashboard/upload_faults", upload_id=upload_id)
    return _table(context, "reasons", TRIED, rows)


def _changes(context: Context) -> Table:
    """Every earlier reading that a publication changed."""
    chosen = layout.number(context, "publication")
    if chosen is None:
        raise Absent("absent.page")
    with context.read() as connection:
        rows = publications.read_changes(connection, chosen, None)
    told = [{**row, "indicator_code": row["indicator"]} for row in rows]
    return _table(context, "publications", CHANGES, told)


def _table(context: Context, title: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> Table:
    """What has a name in each language is taken in the reader's."""
    keys = [f"{column}_{context.language}" if rows and f"{column}_zh" in rows[0] else column for column in columns]
    headings = [t(f"data.as_{column}", context.language) for column in columns]
    return Table(t(f"data.{title}", context.language), headings, [[row[key] for key in keys] for row in rows])

"""The data page's exports; it has no callback of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash

from dashboard.context import Absent, Context
from dashboard.exports import Table, register_export
from dashboard.pages.data import data
from dashboard.texts import t

COVERAGE = ("code", "name", *data.FACTS)
FILES = ("file_id", "feed_id", "name", "state", "received_at", "loaded_at", "first_day", "last_day", "bytes", "read_rows",
         "accepted_rows", "rejected_rows", "duplicate_rows", "reason")  # fmt: skip
REJECTS = ("feed_id", "name", "file_id", "line", "column_name", "value", "code", "reason")


def register(app: Dash) -> None:
    """Coverage, files and refused rows can be taken away."""
    register_export(app, "data-coverage", "data", lambda context: _table(context, "coverage", COVERAGE, data.areas(context)))
    register_export(app, "data-files", "data", lambda context: _table(context, "files_heading", FILES, data.all_files(context)))
    register_export(app, "data-rejects", "data", _rejects)


def _rejects(context: Context) -> Table:
    asked = context.query.get("file")
    if asked is not None and not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        raise Absent("absent.page")
    return _table(context, "reasons", REJECTS, data.rejects(context, int(asked) if asked else None))


def _table(context: Context, title: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> Table:
    """``name`` and ``reason`` are taken in the reader's language where a row has both."""
    keys = [f"{column}_{context.language}" if rows and f"{column}_zh" in rows[0] else column for column in columns]
    headings = [t(f"data.as_{column}", context.language) for column in columns]
    return Table(t(f"data.{title}", context.language), headings, [[row[key] for key in keys] for row in rows])

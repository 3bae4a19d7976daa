"""Tables that leave the house: CSV or XLSX, with the row count said, formulas defused, bound to the scope, audited.

A page registers a function per table; ``/export/<name>?area=…&period=…&format=csv|xlsx`` serves it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import flask

import sql
from dashboard.address import context_from
from dashboard.auth.scope import current_user, installed
from dashboard.context import ZONE, Absent, Context
from dashboard.texts import t
from sql.audit import audit

if TYPE_CHECKING:
    from dash import Dash

FORMATS = ("csv", "xlsx")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_XLSX_ROWS = 1_048_576 - 1  # Excel's limit, less the header


@dataclass(frozen=True)
class Table:
    """What is exported: a title in words, column headings in the reader's language, and rows in their order."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Export:
    """A registered table: the page whose address it shares, and the function that reads it within the scope."""

    page: str
    read: Callable[[Context], Table] = field(repr=False)


def register_export(app: Dash, name: str, page: str, read: Callable[[Context], Table]) -> None:
    """Serve ``read(context)`` at ``/export/<name>``; ``context`` is that of ``/<page>`` with the same query.

    ``read`` gets its rows through ``context.read()``, so that they are bound to the reader's scope.
    """
    with app.server.app_context():
        exports = installed().exports
    if name in exports:
        raise ValueError(f"the export {name!r} is registered twice")
    exports[name] = Export(page, read)


def export_address(context: Context, name: str, form: str = "csv", **changes: Any) -> str:
    """The address that downloads ``name`` for this view (``None`` removes a parameter)."""
    query = {**context.query, "area": context.area.code, "period": context.period.code(), **changes, "format": form}
    return f"/export/{name}?{urlencode({k: v for k, v in query.items() if v is not None})}"


def serve(name: str) -> flask.Response:
    """The download itself. Raises :class:`Absent` for an unknown name or format, :class:`Refused` outside the scope."""
    export = installed().exports.get(name)
    form = flask.request.args.get("format", FORMATS[0])
    if export is None or form not in FORMATS:
        raise Absent("absent.page")
    context = context_from(f"/{export.page}?{flask.request.query_string.decode('utf-8', 'replace')}")
    table = export.read(context)
    if form == "xlsx" and len(table.rows) > MOST_XLSX_ROWS:
        form = FORMATS[0]  # nothing is cut off silently: what does not fit a sheet comes as CSV
    body = as_csv(table) if form == "csv" else as_xlsx(table, facts(context, table))
    _note(context, name, form, len(table.rows))
    return _download(body, form, _file_name(context, name, form, len(table.rows)), len(table.rows))


def _note(context: Context, name: str, form: str, rows: int) -> None:
    user = current_user()
    with sql.scoped(context.store, user.user_id) as connection:
        audit(
            connection, actor=user.login, action="export", subject=name, user_id=user.user_id, rows=rows, format=form,
            area=context.area.code, period=context.period.code(), publication=context.publication_id,
        )  # fmt: skip


def _file_name(context: Context, name: str, form: str, rows: int) -> str:
    """A CSV has no place for notes, so its name says what it is, of how many rows, and whether it is a demonstration."""
    product = "manyi-demo" if context.demo else "manyi"
    code = "".join(letter if letter.isalnum() else "-" for letter in context.area.code)
    tree = "-today" if context.today else ""  # restated to today's tree
    return f"{product}-{name}-{code}-{context.period.code()}{tree}-{rows}rows.{form}"


def _download(body: bytes, form: str, file_name: str, rows: int) -> flask.Response:
    kind = "text/csv; charset=utf-8" if form == "csv" else _XLSX_TYPE
    answer = flask.Response(body, content_type=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=file_name)
    answer.headers["X-Row-Count"] = str(rows)
    return answer


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte-order mark (so that Excel reads the Chinese) and CRLF."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerows(_plain([table.columns, *table.rows]))
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8")


def as_xlsx(table: Table, about: Sequence[tuple[str, Any]]) -> bytes:
    """One sheet of rows with a frozen, filtered header, and one that says what they are."""
    import xlsxwriter  # here alone: who makes no workbook does not pay for it

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "nan_inf_to_errors": True}  # fmt: skip
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [str(column) for column in table.columns], bold)
        for number, row in enumerate(_plain(table.rows), start=1):
            sheet.write_row(number, 0, row)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table.rows), 1), max(len(table.columns) - 1, 0))
        sheet.autofit()
        note = book.add_worksheet("about")
        for number, pair in enumerate(_plain(about)):
            note.write_row(number, 0, pair)
        note.autofit()
    return buffer.getvalue()


def facts(context: Context, table: Table) -> list[tuple[str, Any]]:
    """What a reader of the file must know: content, area, period, publication, rows, by whom and when."""
    language = context.language
    said = {
        "name": table.title, "area": f"{context.area.name(language)} {context.area.code}",
        "period": context.period.label(language),
        **_tree(context),
        "publication": context.publication_id, "count": len(table.rows), "by": context.user.login,
        "at": datetime.now(ZONE).isoformat(" ", "seconds"),
    }  # fmt: skip
    pairs = [(t(f"export.{key}", language), value) for key, value in said.items()]
    return [*pairs, (t("product.demo", language), t("product.demo_long", language))] if context.demo else pairs


def _tree(context: Context) -> dict[str, str]:
    if not context.today or context.publication is None:
        return {}
    return {"tree": t("export.tree_today", context.language, day=context.publication.tree_day)}


def _plain(rows: Sequence[Sequence[Any]]) -> Iterator[list[Any]]:
    for row in rows:
        yield [defused(value) for value in row]


def defused(value: Any) -> Any:
    """A cell a spreadsheet takes as text: what begins like a formula gets an apostrophe; dates become ISO."""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
    if value is None or isinstance(value, bool | int | float):
        return value
    if hasattr(value, "item"):  # a numpy scalar
        return defused(value.item())
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else defused(str(value))

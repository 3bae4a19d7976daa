"""A workbook's sheet as rows of text, as a person would type its cells.

The reader holds a whole sheet, about twice its unpacked size: a sheet too big for that is refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from etl.sources.declaration import Form
from etl.sources.faults import RefusedFile

MAX_SHEET = 256 << 20  # bytes of unpacked XML, some six million cells: about 600 MB in memory
HEAVY = ("xl/worksheets/", "xl/sharedStrings")

Record = tuple[int, Sequence[str]]


def workbook_records(path: Path, form: Form) -> Iterator[Record]:
    """The sheet's rows that are not empty, each with its number; :class:`RefusedFile` when they cannot be read."""
    _check_size(path)
    try:
        book = CalamineWorkbook.from_path(path)
        names = book.sheet_names
        name = form.sheet if isinstance(form.sheet, str) else names[form.sheet]
        sheet = book.get_sheet_by_name(name)
    except (CalamineError, IndexError) as error:
        raise RefusedFile("workbook", f"工作簿无法读取：{error}", f"the workbook cannot be read: {error}") from None
    left = [""] * (sheet.start[1] if sheet.start else 0)  # empty columns before the first
    for line, row in enumerate(sheet.iter_rows(), 1):
        cells = [*left, *(_cell(value) for value in row)]
        if line > form.skip_lines and any(cells):
            yield line, cells


def _check_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):  # the old format ends at 65,536 rows
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist() if entry.filename.startswith(HEAVY))
    if size > MAX_SHEET:
        raise RefusedFile(
            "workbook_size", f"工作簿过大（解压后 {size >> 20} MB，上限 {MAX_SHEET >> 20} MB）：请另存为 CSV",
            f"the workbook is too big ({size >> 20} MB unpacked, at most {MAX_SHEET >> 20} MB): save it as CSV",
        )  # fmt: skip


def _cell(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value.total_seconds()) if isinstance(value, timedelta) else str(value)

"""Blocks of text are cut as the csv module would read them, whatever stands in them and wherever a block ends."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from etl.sources.declaration import Form
from etl.sources.reader import open_sheet

CELLS = st.text(st.sampled_from('ab ,"\n;满é'), max_size=6)
WELL_FORMED = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=8)
ANY_TEXT = st.text(st.sampled_from('a1,"\n\r 满'), max_size=60)


def by_csv(text: str, width: int) -> tuple[list[tuple[object, ...]], list[tuple[int, str]]]:
    """The rows of ``width`` fields with the physical line each begins on, and the lines of the others."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader, before = csv.reader(line + "\n" * (at < len(lines)) for at, line in enumerate(lines, 1)), 0
    good, bad = [], []
    for row in reader:
        begins, before = before + 1, reader.line_num
        if len(row) == width:
            good.append((begins, *row))
        elif row:
            bad.append((begins, " | ".join(row)))
    return good, bad


def by_blocks(text: str, width: int, chunk: int) -> tuple[list[tuple[object, ...]], list[tuple[int, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.csv"
        path.write_bytes(text.encode())
        with open_sheet(path, Form(header=False, width=width, encoding="utf-8"), 3, chunk) as sheet:
            batches = list(sheet.batches)
    rows = [row for batch in batches for row in batch.frame.iter_rows()]
    return rows, [(fault.line, fault.value or "") for batch in batches for fault in batch.faults]


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT, st.integers(1, 3), st.integers(1, 12))
@example('a,b\n1,"two\nlines, ""quoted"""\n\n2,x\n', 2, 9)
@example('a "b",c\n"d\ne",f\n', 2, 5)
@example('"a\n', 1, 3)
@example('""\n\n"",""\n', 1, 4)
def test_any_text_is_read_as_the_csv_module_reads_it(text: str, width: int, chunk: int) -> None:
    assert by_blocks(text, width, chunk) == by_csv(text, width)


@settings(max_examples=200, deadline=None)
@given(WELL_FORMED, st.integers(1, 20))
def test_what_a_program_writes_is_read_back(rows: list[list[str]], chunk: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written.csv"
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows(rows)
        text = path.read_bytes().decode()
    good, bad = by_blocks(text, 2, chunk)
    assert [list(row[1:]) for row in good] == [row for row in rows if len(row) == 2]
    assert len(bad) == sum(len(row) != 2 for row in rows)

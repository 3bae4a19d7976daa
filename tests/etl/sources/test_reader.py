"""Bytes to rows: every wrapping and encoding gives the same text, with the physical line it stands on."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from etl.sources.declaration import Form
from etl.sources.faults import RefusedFile
from etl.sources.reader import Batch, open_sheet

TEXT = "区域,评分\n一县,10\n二县,9\n"


def read(path: Path, form: Form | None = None) -> tuple[tuple[str, ...] | None, list[Batch]]:
    with open_sheet(path, form or Form(), 2, 10) as sheet:
        return sheet.header, list(sheet.batches)


def rows(path: Path, form: Form | None = None) -> list[tuple[object, ...]]:
    return [row for batch in read(path, form)[1] for row in batch.frame.iter_rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(TEXT.replace("\n", end).encode(encoding))
    assert read(path)[0] == ("区域", "评分")
    assert rows(path) == [(2, "一县", "10"), (3, "二县", "9")]


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_compressed_whatever_the_name(tmp_path: Path, ending: str, pack) -> None:  # type: ignore[no-untyped-def]
    for name in (f"f.csv.{ending}", "f.csv"):
        (tmp_path / name).write_bytes(pack(TEXT.encode()))
        assert rows(tmp_path / name) == [(2, "一县", "10"), (3, "二县", "9")]


def test_zip_needs_to_hold_one_data_file(tmp_path: Path) -> None:
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.csv", TEXT)
        archive.writestr("readme.txt", "…")
    with pytest.raises(RefusedFile, match=r"holds 2: data\.csv, readme\.txt"):
        rows(path)
    assert len(rows(path, Form(member="*.csv"))) == 2


def test_damaged_and_empty_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.gz").write_bytes(gzip.compress(TEXT.encode() * 50)[:-20])
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "open.csv").write_text('a,b\n1,"never closed\n' + "x" * 11_000_000)
    for name, code in (("bad.gz", "damaged"), ("empty.csv", "empty"), ("open.csv", "unclosed")):
        with pytest.raises(RefusedFile) as refused:
            rows(tmp_path / name)
        assert refused.value.code == code


def test_quoted_text_keeps_its_lines_and_physical_line_numbers(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text('a,b\n1,"two\nlines, ""quoted"""\n\n2,x\n')
    assert rows(path) == [(2, "1", 'two\nlines, "quoted"'), (5, "2", "x")]


@pytest.mark.parametrize("quote", ["", '"'])
def test_rows_of_another_width_are_faults(tmp_path: Path, quote: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f"a,b\n1,2\n3\n4,5,6\n7,{quote}8{quote}\n")
    batches = read(path)[1]
    assert [row for batch in batches for row in batch.frame.iter_rows()] == [(2, "1", "2"), (5, "7", "8")]
    faults = [fault for batch in batches for fault in batch.faults]
    assert [(fault.line, fault.code, fault.value) for fault in faults] == [(3, "fields", "3"), (4, "fields", "4 | 5 | 6")]
    assert sum(batch.read for batch in batches) == 4


def test_bytes_that_cannot_be_decoded_spoil_their_row_only(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("a,b\n好,1\n".encode() + b"\xff\xfe\xfd,2\n" + "行,3\n".encode() * 3)
    batches = read(path)[1]
    assert [(f.line, f.code) for batch in batches for f in batch.faults] == [(3, "encoding")]


def test_delimiters_skipped_lines_and_headerless_columns(tmp_path: Path) -> None:
    path = tmp_path / "f.tsv"
    path.write_text("report of June\nmade by hand\n1\t2\t3\n")
    assert rows(path, Form(delimiter="\t", header=False, width=3, skip_lines=2)) == [(3, "1", "2", "3")]


def test_a_workbook_is_read_as_a_person_would_type_it(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    book = xlsxwriter.Workbook(str(path))
    first, second = book.add_worksheet("封面"), book.add_worksheet("数据")
    first.write(0, 0, "封面")
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for at, name in enumerate(("日期", "时间", "整数", "小数", "文字", "真假")):
        second.write(0, at, name)
    second.write_datetime(1, 0, datetime.combine(date(2026, 6, 1), datetime.min.time()), day)
    second.write_datetime(1, 1, datetime(2026, 6, 1, 8, 30), moment)
    second.write_number(1, 2, 1234567890123)
    second.write_number(1, 3, 0.1)
    second.write_string(1, 4, "0012")
    second.write_boolean(1, 5, True)
    book.close()
    assert rows(path, Form(sheet="数据")) == [(2, "2026-06-01", "2026-06-01 08:30:00", "1234567890123", "0.1", "0012", "1")]
    assert rows(path, Form(sheet=1)) == rows(path, Form(sheet="数据"))
    with pytest.raises(RefusedFile, match="cannot be read"):
        rows(path, Form(sheet="没有"))


def test_a_workbook_may_begin_anywhere_but_not_outgrow_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for row, column, text in ((2, 1, "a"), (2, 2, "b"), (4, 1, "1")):
        sheet.write(row, column, text)
    book.close()
    assert (read(path)[0], rows(path)) == (("", "a", "b"), [(5, "", "1", "")])
    monkeypatch.setattr("etl.sources.workbook.MAX_SHEET", 100)
    with pytest.raises(RefusedFile, match="save it as CSV"):
        rows(path)


def test_long_files_come_in_batches(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    for text, sizes in (('"x",1\n', [1, 1, 2, 1]), ('5" x,1\n', [2, 2, 1])):
        path.write_text("a,b\n" + text * 5)
        assert [batch.read for batch in read(path)[1]] == sizes

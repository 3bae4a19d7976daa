"""accepted + rejected + duplicate = read, whatever the file holds; a slow reading of each row agrees."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.sources.parse import parse_feed
from etl.steps import define
from etl.steps.load import load_file
from tests.etl.feeds.sample import AREAS, SECRET, feed_of, number, write

DECLARATION = """
feed = "dirty"
kind = "survey"
title_zh = "调研"
title_en = "Survey"
patterns = ['dirty\\.csv']
key = "response_id"
max_bad_share = 1.0

[columns]
response_id = { header = "id", required = true }
answered_at = { header = "at", formats = ["%Y-%m-%d", "%d.%m.%Y"] }
brand = { constant = "own" }
mode = { header = "mode", values = { "短信" = "sms" } }
verbatim = "text"

[answers]
voice = { header = "q1", scale = "1-10", blanks = ["99"] }
tariff = { header = "q2", scale = "1-10" }

[place]
not_found = "reject"
[[place.lookup]]
by = "code"
columns = [{ header = "area" }]
"""
IDS = st.sampled_from(["a", "b", "c", "d", "", " a "])
DAYS = st.sampled_from(["2026-06-01", "02.06.2026", "1999-01-01", "soon", ""])
MODES = st.sampled_from(["短信", "sms", "phone", "fax", ""])
AREA_CODES = st.sampled_from(["G2", "K3", "P", "", "nowhere", " G2"])
SCORES = st.sampled_from(["1", "10", "5.0", "0", "11", "x", "", "99", "3.5"])
TEXTS = st.sampled_from(["", "好", 'says "no", twice', "two\nlines", "13912345678"])
ROW = st.tuples(IDS, DAYS, MODES, AREA_CODES, SCORES, SCORES, TEXTS)
SHAPES = st.sampled_from([0, 0, 0, 0, 0, 1, -1])  # some rows a field too long or too short


def good(row: tuple[str, ...]) -> bool:
    """One row judged by hand."""
    one, at, mode, area, first, second, _ = (text.strip() for text in row)
    scores = {str(score) for score in range(1, 11)} | {"5.0", ""}
    right = one and at in ("2026-06-01", "02.06.2026") and mode in ("短信", "sms", "phone") and area in ("G2", "K3", "P", "")
    answered = first not in ("", "99") or second != ""
    return bool(right and first in scores | {"99"} and second in scores and answered)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(ROW, SHAPES), min_size=1, max_size=30), quoted=st.booleans())
def test_every_row_ends_in_one_count(store: sa.Engine, tmp_path: Path, rows: list, quoted: bool) -> None:  # type: ignore[type-arg]
    if number(store, "SELECT count(*) FROM area") == 0:
        define.define(store, define.shipped())
        load_file(store, feed_of("areas"), write(tmp_path, {"areas.csv": AREAS}) / "areas.csv", SECRET)
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerow(("id", "at", "mode", "area", "q1", "q2", "text"))
    expected, before, bad = 0, set(), 0
    for row, shape in rows:
        fields = [*row, "more"] if shape == 1 else row[: len(row) + shape]
        writer.writerow(fields)
        if shape or not good(row):
            bad += 1
        elif row[0].strip() not in before:
            before.add(row[0].strip())
            expected += 1
    text.write("\n" * number(store, "SELECT count(*) FROM file"))  # type: ignore[operator]  # never the same bytes twice
    (tmp_path / "dirty.csv").write_text(text.getvalue(), "utf-8")
    result = load_file(store, parse_feed(DECLARATION, "test.toml"), tmp_path / "dirty.csv", SECRET)
    assert result.read == len(rows) == result.accepted + result.rejected + result.duplicate
    assert (result.accepted, result.rejected) == (expected, bad), result.faults
    assert number(store, "SELECT count(*) FROM response") == expected
    lines = "SELECT count(DISTINCT line) FROM rejected_row WHERE file_id = :file_id"
    assert number(store, lines, file_id=result.file_id) == bad

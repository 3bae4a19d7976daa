"""What a load keeps of a file stays small; what it must not lose is written down all the same."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from psycopg.errors import UndefinedTable

from etl.sources.faults import fault
from etl.sources.reader import open_sheet
from etl.steps.courier import Courier
from etl.steps.faultlog import SAMPLE, FaultLog
from etl.steps.load import load_file, rejects
from tests.etl.feeds.sample import COMPLAINTS_HEADER, SECRET, SURVEY_HEADER, feed_of, load_all, number

BAD = SAMPLE + 500


def test_every_fault_of_a_refused_file_is_written_down_the_first_are_shown(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    row = "b{},2026-06-01 10:00:00,G2,,own,sms,mobile,public,5g,after,hall,,{},,9,8,,7,,,,,,,,,,,,,,,"
    path = tmp_path / "survey_web_2026-06.csv"
    path.write_text(SURVEY_HEADER + "\n".join(row.format(at, 11 if at < BAD else 10) for at in range(BAD + 5)) + "\n", "utf-8")
    result = load_file(store, feed_of("survey"), path, SECRET)
    assert (result.state, len(result.faults), result.reasons) == ("refused", SAMPLE, {("mobile_overall", "out_of_range"): BAD})
    kept = rejects(store, result.file_id or 0)
    assert (len(kept), kept[0]["line"], kept[-1]["line"]) == (BAD, 2, BAD + 1)


def test_faults_that_went_to_the_disk_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.steps.faultlog.IN_MEMORY", 100)
    log = FaultLog()
    for batch in range(3):
        log.add([fault(batch * 10 + at // 2, "列", None if at % 2 else "值,\n", "missing") for at in range(8)])
    frames = pl.concat(list(log._frames()))
    log.close()
    assert frames["line"].to_list() == [batch * 10 + at // 2 for batch in range(3) for at in range(8)]
    assert frames["fault"].to_list() == [1, 2] * 12, "those of one row are numbered"
    assert frames["value"].to_list() == ["值,\n", None] * 12


def test_an_update_that_comes_often_leaves_the_last_version(
    store: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one file, over many batches and two months: each version counts once, and the last one stays."""
    load_all(store, tmp_path)
    monkeypatch.setattr("etl.steps.filework.open_sheet", lambda path, form, batch: open_sheet(path, form, batch, 200))
    row = "u{},2026-0{}-05 09:00:00,2026-07-07 09:00:00,,G2,,own,mobile,public,5g,after,hall,网络,覆盖,open,,,,w{},text,"
    lines = [row.format(at % 7, 5 + at % 2, at) for at in range(40)]
    path = tmp_path / "complaints_2026-05.csv"
    path.write_text(COMPLAINTS_HEADER + "\n".join(lines) + "\n", "utf-8")
    result = load_file(store, feed_of("complaint"), path, SECRET)
    assert (result.read, result.accepted, result.duplicate, result.rejected) == (40, 7, 33, 0)
    last = "SELECT string_agg(work_order, ' ' ORDER BY number) FROM complaint WHERE number LIKE 'u%'"
    assert number(store, last) == "w35 w36 w37 w38 w39 w33 w34"


def test_the_courier_tells_what_could_not_be_written(store: sa.Engine) -> None:
    with store.connect() as connection, pytest.raises(UndefinedTable, match="no_such_table"), Courier(connection) as courier:
        courier.send([("no_such_table", pl.DataFrame({"a": [1]}))])
        courier.send([("another", pl.DataFrame({"a": [1]}))])

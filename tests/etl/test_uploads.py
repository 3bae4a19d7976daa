"""A file given through the browser is tried and loaded by jobs, and what is wrong with it is told by reason."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import sql
from etl.commands import uploads
from etl.commands.console import Refused
from etl.commands.feeds import shipped
from etl.config import Settings
from etl.domain.calendar import calendar_of
from etl.runner import Order
from etl.sources.faults import Fault
from etl.steps.faultlog import OF_EACH_REASON, SAMPLE, FaultLog
from etl.steps.uploaded import NoUpload
from tests.etl.feeds import sample

NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
NAME = "process_2026-07.csv"
HEADER = "at,area_code,cell,touchpoint_code,indicator,numerator,denominator\n"
ROW = "2026-07-02 00:00:00,G2,cell-{n},,coverage_rate,{value},100\n"
GOOD = "".join(ROW.format(n=n, value=98) for n in range(60))


@pytest.fixture
def settings(store: sa.Engine, tmp_path: Path) -> Settings:
    (tmp_path / "files").mkdir()
    sample.load_all(store, tmp_path / "files")
    shutil.copytree(shipped("demo"), tmp_path / "feeds", ignore=shutil.ignore_patterns("__*"))
    return Settings(home=tmp_path, database_url="", app_database_url=None, bind="")


def given(store: sa.Engine, content: str, name: str = NAME, feed: str | None = None, piece: int = 1000) -> int:
    """The file in small pieces, as the page keeps it."""
    with sql.begin(store) as connection:
        row = sql.one(connection, "dashboard/upload_add", feed_id=feed, file_name=name, bytes=len(content), uploaded_by="steward")
        assert row is not None
        for place, begin in enumerate(range(0, len(content), piece)):
            sql.execute(
                connection,
                "dashboard/upload_chunk_add",
                upload_id=row["upload_id"],
                place=place,
                content=content[begin : begin + piece].encode(),
            )
    return int(row["upload_id"])


def order(store: sa.Engine, upload: Any, told: list[tuple[int, int]] | None = None) -> Order:
    tell = lambda done, steps, step: told.append((done, steps)) if told is not None else None  # noqa: E731
    return Order(store, 1, "check", NOW, NOW, "steward", {"upload": upload}, tell)


def test_a_dry_run_tells_by_reason_and_stores_nothing(store: sa.Engine, settings: Settings) -> None:
    told: list[tuple[int, int]] = []
    found = uploads.check(
        order(store, given(store, HEADER + GOOD + ROW.format(n=98, value="many") + ROW.format(n=99, value="more")), told),
        settings,
    )
    assert [found[name] for name in ("state", "feed", "read", "accepted", "rejected")] == ["checked", "demo_process", 62, 60, 2]
    [reason] = found["reasons"]
    assert (reason["column_name"], reason["faults"]) == ("numerator", 2)
    assert reason["samples"] == [{"line": 62, "value": "many"}, {"line": 63, "value": "more"}]
    assert told[-1] == (62, 63), "rows read of the lines there are"
    assert sample.number(store, "SELECT count(*) FROM file WHERE name = :name", name=NAME) == 0
    json.dumps(found, default=str)


def kept(store: sa.Engine) -> list[tuple[object, ...]]:
    return [(row["line"], row["value"]) for row in sample.rows(store, "SELECT * FROM upload_fault ORDER BY line, fault")]


@pytest.mark.parametrize("bad", [2, 50])
def test_every_fault_of_a_dry_run_is_kept_until_the_upload_is_forgotten(store: sa.Engine, settings: Settings, bad: int) -> None:
    """Also of a file that is refused as a whole."""
    upload = given(store, HEADER + GOOD + "".join(ROW.format(n=n, value=f"v{n}") for n in range(bad)))
    for _ in range(2):  # a dry run that was cut off begins again
        assert uploads.check(order(store, upload), settings)["state"] == ("checked" if bad == 2 else "refused")
    assert kept(store) == [(62 + n, f"v{n}") for n in range(bad)]
    with store.begin() as connection:
        connection.execute(sa.text("DELETE FROM upload"))
    assert kept(store) == []


def test_the_bytes_of_what_was_loaded_go_when_the_next_comes(store: sa.Engine, settings: Settings) -> None:
    upload = given(store, HEADER + GOOD)
    assert uploads.load(order(store, upload), settings)["state"] == "loaded"
    assert uploads.load(order(store, upload), settings)["state"] == "already", "a run that was cut off finds its bytes"
    with store.begin() as connection:
        connection.execute(sa.text("INSERT INTO job_run (job, scheduled_for, state, asked, outcome) VALUES ('load-upload', now(), 'done',"
                                   " jsonb_build_object('upload', CAST(:u AS int)), '{\"state\": \"loaded\"}')"), {"u": upload})  # fmt: skip
    other = given(store, HEADER + ROW.format(n=1, value=98))
    assert uploads.check(order(store, other), settings)["state"] == "checked"
    assert {row["upload_id"] for row in sample.rows(store, "SELECT upload_id FROM upload_chunk")} == {other}


def test_a_load_archives_the_file_and_the_same_bytes_load_once(store: sa.Engine, settings: Settings) -> None:
    upload = given(store, HEADER + GOOD)
    assert uploads.load(order(store, upload), settings)["state"] == "loaded"
    assert (settings.home / "archive" / "demo_process" / "2026-11" / NAME).read_text() == HEADER + GOOD
    assert uploads.load(order(store, upload), settings)["state"] == "already"
    assert uploads.check(order(store, upload), settings)["state"] == "already"


def test_a_name_no_feed_claims_asks_for_the_feed(store: sa.Engine, settings: Settings) -> None:
    found = uploads.check(order(store, given(store, HEADER + GOOD, "july.csv")), settings)
    assert found["state"] == "unclaimed" and "july.csv" in found["reason_zh"] and "july.csv" in found["reason_en"]
    assert uploads.check(order(store, given(store, HEADER + GOOD, "july.csv", "demo_process")), settings)["state"] == "checked"
    with pytest.raises(Refused, match="declared no more"):
        uploads.load(order(store, given(store, HEADER + GOOD, "july.csv", "gone")), settings)


def test_a_refused_upload_is_an_incident_and_stays_out_of_the_archive(store: sa.Engine, settings: Settings) -> None:
    found = uploads.load(order(store, given(store, HEADER + ROW.format(n=1, value="many"))), settings)
    assert found["state"] == "refused" and not (settings.home / "archive").exists()
    assert (
        sample.number(
            store, "SELECT count(*) FROM incident WHERE kind = 'refused' AND subject = 'demo_process' AND closed_at IS NULL"
        )
        == 1
    )


@pytest.mark.parametrize(("upload", "error"), [(999, NoUpload), (None, Refused), ("1", Refused)])
def test_an_upload_that_is_not_there_says_what_to_do(
    store: sa.Engine, settings: Settings, upload: object, error: type[Exception]
) -> None:
    with pytest.raises(error, match="data page"):
        uploads.check(order(store, upload), settings)


def test_every_reason_has_its_samples_however_many_another_has() -> None:
    log = FaultLog()
    log.add([Fault(line, "voice", "x", "range", "超", "out") for line in range(2, SAMPLE + 500)])
    log.add([Fault(line, "area_code", "y", "unknown", "无", "none") for line in range(5000, 5010)])
    assert sum(one.code == "unknown" for one in log.first) == OF_EACH_REASON and log.reasons["area_code", "unknown"] == 10
    log.close()


def test_a_calendar_kept_in_the_store_is_the_one_declared(store: sa.Engine, settings: Settings) -> None:
    kept = {row["feed_id"]: row["declaration"] for row in sample.rows(store, "SELECT feed_id, declaration FROM feed")}
    declared = {feed.feed_id: feed for feed in sample.demo_feeds()}
    assert len(kept) >= 5 and any(declared[feed_id].calendar for feed_id in kept)
    assert {feed_id: calendar_of(text, declared[feed_id].kind.name) for feed_id, text in kept.items()} == {
        feed_id: declared[feed_id].calendar for feed_id in kept
    }

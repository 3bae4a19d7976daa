"""Whichever way the same answers come, they are the same facts and the same published figures."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from etl.sources.declaration import Feed
from etl.sources.parse import parse_feed
from etl.steps.inbox import take_inbox
from etl.steps.load import LoadResult
from etl.steps.premises import Premises
from etl.steps.publish import publish
from tests.etl.feeds.sample import SECRET, rows
from tests.etl.fetch import sample
from tests.etl.fetch.conftest import NewStore
from tests.etl.fetch.sample import ENVIRONMENT, Row
from tests.etl.fetch.servers import S3, Interface, Sftp

ROWS = sample.answers()
NAME = "answers_2026-06.csv"
WAYS = ("local", "s3", "sftp", "database", "api")


def pages(of: list[Row]) -> object:
    """An interface's answer to each numbered page."""

    def answer(query: Mapping[str, str]) -> object:
        begin = (int(query["page"]) - 1) * int(query["size"])
        return {
            "data": {
                "items": [{**row, "mobile_overall": int(row["mobile_overall"])} for row in of[begin : begin + int(query["size"])]]
            }
        }

    return answer


@pytest.fixture
def ways(elsewhere: sa.Engine, api: Interface, request: pytest.FixtureRequest, home: Path) -> Iterator[dict[str, Feed]]:
    """The feed of each way, its source filled with the answers."""
    content = sample.as_csv(ROWS)
    bucket: S3 = request.getfixturevalue("bucket")
    sftp: Sftp = request.getfixturevalue("sftp")
    bucket.put(f"surveys/{NAME}", content)
    (sftp.folder / NAME).write_bytes(content)
    sample.old(sftp.folder / NAME)
    (home / "drop").mkdir()
    (home / "drop" / NAME).write_bytes(content)
    sample.old(home / "drop" / NAME)
    sample.fill_table(elsewhere, ROWS)
    api.answer = pages(ROWS)  # type: ignore[assignment]
    url = elsewhere.url._replace(password=None).render_as_string(hide_password=False)
    yield {
        "local": sample.file_feed(f'[source]\nkind = "files"\nurl = "{home}/drop"'),
        "s3": sample.file_feed(bucket.source), "sftp": sample.file_feed(sftp.source),
        "database": sample.feed(sample.in_database(url, "page = 100")), "api": sample.feed(sample.over_http(api.url)),
    }  # fmt: skip


def told(results: list[LoadResult]) -> tuple[set[str], int, int, int, int]:
    """States, and rows read, accepted, rejected and duplicate of all files together."""
    parts = [(r.read, r.accepted, r.rejected, r.duplicate) for r in results if r.state == "loaded"]
    return ({r.state for r in results}, *(sum(part) for part in zip(*parts, strict=True)))  # type: ignore[return-value]


def test_all_source_kinds_load_the_same_data_to_the_same_figures(
    new_store: NewStore, ways: dict[str, Feed], elsewhere: sa.Engine, home: Path
) -> None:
    environment = {**ENVIRONMENT, "DB_PASSWORD": str(elsewhere.url.password or "a-password-nobody-asks-for")}
    expected = inboxed(new_store(), home)
    for way in WAYS:
        store = new_store()
        results = sample.fetch(store, ways[way], home / way, environment)
        assert told(results) == ({"loaded"}, 240, 234, 6, 0), (way, [r.reason_en for r in results])
        assert len(results) == (3 if way == "database" else 1)
        publish(store)
        pd.testing.assert_frame_equal(sample.facts(store), expected[0], obj=way)
        pd.testing.assert_frame_equal(sample.figures(store), expected[1], obj=way, rtol=1e-12)
        assert [r for r in sample.fetch(store, ways[way], home / way, environment) if r.state != "already"] == []
        assert rows(store, "SELECT count(*) AS files, sum(read_rows) AS read FROM file WHERE feed_id = 'survey'") == [
            {"files": len(results), "read": 240}
        ]
        assert not list((home / way / "landing").rglob("*.*")), "what was loaded is left to its source"


def test_no_secret_is_stored_or_logged(
    store: sa.Engine, ways: dict[str, Feed], elsewhere: sa.Engine, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = {**ENVIRONMENT, "DB_PASSWORD": str(elsewhere.url.password or "a-password-nobody-asks-for")}
    del secrets["S3_KEY"]
    with caplog.at_level(logging.DEBUG):
        for way in WAYS:
            declared = parse_feed(ways[way].text.replace('feed = "survey"', f'feed = "{way}"'), "t")
            assert told(sample.fetch(store, declared, home / way, {**ENVIRONMENT, **secrets}))[1] == 240
    tables = [str(row["name"]) for row in rows(store, "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname IN "
                                                      "('feed', 'file', 'source_state', 'rejected_row')")]  # fmt: skip
    kept = [str(row) for table in tables for row in rows(store, f"SELECT * FROM {table}")]
    written = [path.read_text("utf-8") for path in home.rglob("*") if path.is_file()]
    everything = "\n".join([caplog.text, *kept, *written])
    assert len(tables) == 4 and "API_TOKEN" in everything and "asyncssh" in caplog.text and "urllib3" in caplog.text
    assert [name for name, secret in secrets.items() if secret in everything] == []


def inboxed(store: sa.Engine, home: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Facts and figures of the answers put into the inbox."""
    premises = Premises(home)
    premises.inbox.mkdir()
    (premises.inbox / NAME).write_bytes(sample.as_csv(ROWS))
    sample.old(premises.inbox / NAME)
    assert told(list(take_inbox(store, [sample.file_feed()], premises, SECRET, today=sample.TODAY))) == (
        {"loaded"},
        240,
        234,
        6,
        0,
    )
    publish(store)
    facts, figures = sample.facts(store), sample.figures(store)
    assert len(facts) > 400 and len(figures) > 1000
    return facts, figures

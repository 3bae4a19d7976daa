"""``manyi feed fetch`` and ``manyi feed check`` on feeds with a source of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from etl.__main__ import app
from etl.commands import feeds, fetching
from tests.etl.feeds.sample import number
from tests.etl.fetch import sample
from tests.etl.fetch.servers import Interface

ROWS = [{**row, "area_code": "G1"} for row in sample.answers(40)]


@pytest.fixture
def installed(store: sa.Engine, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("MANYI_HOME", str(home))
    for module in (feeds, fetching):
        monkeypatch.setattr(module, "open_store", lambda settings: store)
    monkeypatch.setenv("API_TOKEN", sample.ENVIRONMENT["API_TOKEN"])
    (home / "feeds").mkdir()
    (home / "drop").mkdir()
    (home / "drop" / "answers_2026-06.csv").write_bytes(sample.as_csv(ROWS))
    sample.old(home / "drop" / "answers_2026-06.csv")
    yield home


def declare(home: Path, name: str, text: str) -> None:
    (home / "feeds" / f"{name}.toml").write_text(text.replace('feed = "survey"', f'feed = "{name}"'), "utf-8")


def manyi(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_one_source_that_is_away_does_not_hold_up_the_others(installed: Path, store: sa.Engine, api: Interface) -> None:
    declare(installed, "away", sample.feed(sample.over_http(api.url, "attempts = 1")).text)
    declare(installed, "here", sample.file_feed(f'[source]\nkind = "files"\nurl = "{installed}/drop"').text)
    api.faults = [(500, {}, b"")]
    listed = json.loads(manyi("feed", "list", "--json").stdout)
    assert {one["feed"]: one["source"] for one in listed} == {"away": api.url, "here": f"{installed}/drop"}
    done = manyi("feed", "fetch", "--json")
    assert done.exit_code == 1 and "away: " in done.stderr and "HTTP 500" in done.stderr
    assert [(one["feed"], one["state"], one["accepted"]) for one in json.loads(done.stdout)] == [("here", "loaded", 40)]
    again = manyi("feed", "fetch", "here")
    assert (again.exit_code, again.stdout.strip()) == (0, "nothing new")
    assert number(store, "SELECT count(*) FROM file WHERE feed_id = 'here'") == 1


def test_check_tries_a_source_and_keeps_nothing(installed: Path, store: sa.Engine) -> None:
    declare(installed, "here", sample.file_feed(f'[source]\nkind = "files"\nurl = "{installed}/drop"').text)
    checked = manyi("feed", "check", "here", "--json")
    assert checked.exit_code == 0, checked.output
    assert [(one["state"], one["accepted"]) for one in json.loads(checked.stdout)] == [("checked", 40)]
    assert number(store, "SELECT count(*) FROM source_state") == 0
    assert manyi("feed", "fetch", "here").exit_code == 0
    assert "nothing in it is new" in manyi("feed", "check", "here").stdout
    declare(installed, "gone", sample.file_feed('[source]\nkind = "files"\nurl = "/nowhere/at/all"').text)
    failed = manyi("feed", "check", "gone")
    assert failed.exit_code == 1 and "/nowhere/at/all cannot be read" in failed.stderr


def test_a_feed_of_the_inbox_has_nothing_to_fetch_and_a_wrong_one_is_told(installed: Path) -> None:
    declare(installed, "plain", sample.file_feed().text)
    for words, said in (
        (("fetch", "plain"), "no source to fetch from"),
        (("fetch",), "no source"),
        (("check", "plain"), "name the files"),
    ):
        refused = manyi("feed", *words)
        assert refused.exit_code == 2 and said in refused.stderr
    declare(installed, "wrong", sample.file_feed().text + '[source]\nkind = "files"\nurl = "sftp://u:geheim9@h/x"')
    refused = manyi("feed", "fetch")
    assert refused.exit_code == 2 and "password_env" in refused.stderr and "geheim9" not in refused.output

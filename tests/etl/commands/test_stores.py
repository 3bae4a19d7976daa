"""A command that had to start the embedded server stops it again, unless somebody else works with it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.commands.sharing import Share, stay
from sql.embedded import EmbeddedPostgres
from tests.etl.test_commands_db import manyi
from tests.folders import open_folder


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home with a prepared database that is down."""
    with open_folder() as folder:
        home = folder / "home"
        prepared = manyi(home, "db", "upgrade")
        try:
            assert (prepared.returncode, EmbeddedPostgres(home).running()) == (0, False)
            assert "starting it for this command" in prepared.stderr
            yield home
        finally:
            manyi(home, "db", "stop")


@pytest.fixture
def home(made: Path) -> Path:
    assert not EmbeddedPostgres(made).running()
    return made


def test_a_reading_command_stops_what_it_started(home: Path) -> None:
    read = manyi(home, "user", "list", "--json")
    assert (read.returncode, read.stdout) == (0, "[]\n"), "and speaks of it beside the figures only"
    assert "the embedded Postgres was down" in read.stderr
    assert not EmbeddedPostgres(home).running()


def test_a_refused_command_stops_it_too(home: Path) -> None:
    assert manyi(home, "scores", "--area", "44", "--period", "2026-10").returncode == 2
    assert not EmbeddedPostgres(home).running()


def test_another_commands_server_is_left_alone(home: Path) -> None:
    other = Share(home)
    read = manyi(home, "user", "list")
    assert EmbeddedPostgres(home).running()
    assert "goes on; `manyi db stop`" in read.stderr
    other.end()
    assert manyi(home, "db", "stop").returncode == 0


def test_what_was_started_by_hand_stays(home: Path) -> None:
    assert manyi(home, "db", "start").returncode == 0
    assert manyi(home, "user", "list").stderr == ""
    assert EmbeddedPostgres(home).running()
    assert manyi(home, "db", "stop").returncode == 0


def test_started_by_hand_while_a_command_works_it_stays_as_well(home: Path) -> None:
    stay(home, on=True)
    assert manyi(home, "user", "list").returncode == 0
    assert EmbeddedPostgres(home).running()
    assert manyi(home, "db", "stop").returncode == 0
    assert not EmbeddedPostgres(home).running()


def test_where_no_database_is_nothing_is_made(tmp_path: Path) -> None:
    for words in (
        ["user", "list"],
        ["scores", "--area", "44", "--period", "2026"],
        ["db", "check"],
        ["serve"],
        ["feed", "files"],
    ):
        refused: subprocess.CompletedProcess[str] = manyi(tmp_path / "none", *words)
        assert refused.returncode == 2, words
        assert "manyi db upgrade" in refused.stderr, words
    assert not (tmp_path / "none" / "pgdata").exists()

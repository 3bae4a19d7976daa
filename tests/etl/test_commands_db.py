"""``manyi db`` on an embedded server of its own, as a person would type it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.folders import open_folder


@pytest.fixture
def home() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "home"
        manyi(folder / "home", "db", "stop")


def manyi(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MANYI_")}
    return subprocess.run(
        [sys.executable, "-m", "etl", *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        env={**kept, "MANYI_HOME": str(home), **environment},
    )  # fmt: skip


def test_start_upgrade_check_stop(home: Path) -> None:
    assert manyi(home, "db", "start").returncode == 0
    before = manyi(home, "db", "check")
    assert before.returncode == 2
    assert "manyi db upgrade" in before.stderr
    assert manyi(home, "db", "upgrade").returncode == 0
    assert manyi(home, "db", "upgrade").returncode == 0
    checked = manyi(home, "db", "check", "--json")
    assert (checked.returncode, json.loads(checked.stdout)) == (0, [])
    assert (home / "owner.password").stat().st_mode & 0o077 == 0
    assert (home / "secret").stat().st_mode & 0o077 == 0


def test_an_own_server_is_not_ours_to_stop(home: Path) -> None:
    refused = manyi(home, "db", "stop", MANYI_DATABASE_URL="postgresql://nobody@localhost:1/none")
    assert refused.returncode == 2
    assert "not ours" in refused.stderr


def test_a_database_that_is_away_says_what_to_do(home: Path) -> None:
    failed = manyi(home, "db", "check", MANYI_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert failed.returncode == 1
    assert "manyi db start" in failed.stderr

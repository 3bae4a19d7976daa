"""The demonstration's files: begun anew after an interruption, and never in place of somebody's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typer

import sql
from etl.commands import filling
from etl.commands.console import Refused
from etl.config import Settings
from etl.demo import generate


def interrupted(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def written(folder: Path, **_: Any) -> None:
    (folder / "truth").mkdir()
    (folder / "areas.csv").write_text("code\n", "utf-8")


def fill(settings: Settings) -> None:
    chosen = {"scale": "small", "seed": 1, "until": "2026-11-14"}
    filling.fill_inbox(settings, "small", 1, date(2026, 11, 14), settings.demo_marker, chosen)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path, None, None, "127.0.0.1:0")


def test_an_interrupted_start_begins_anew(store: sa.Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "generate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fill(settings)
    filling.refuse_foreign(settings, store)
    monkeypatch.setattr(generate, "generate", written)
    fill(settings)
    assert (settings.inbox / "areas.csv").exists() and settings.demo_marker.exists()
    assert not filling.unfinished(settings).exists()
    filling.refuse_foreign(settings, store)


def test_somebodys_own_files_stay(store: sa.Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.inbox.mkdir()
    own = settings.inbox / "survey.csv"
    own.write_text("x\n", "utf-8")
    with pytest.raises(Refused, match="no demonstration"):
        filling.refuse_foreign(settings, store)
    monkeypatch.setattr(generate, "generate", written)
    with pytest.raises(Refused, match="files that are no"):
        fill(settings)
    assert own.read_text("utf-8") == "x\n"


def test_a_start_that_was_interrupted_decides_nothing_for_the_store(store: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever keeps real customers in it after that has small scores protected as ever."""
    monkeypatch.setenv("MANYI_HOME", str(tmp_path))
    monkeypatch.setenv("MANYI_DATABASE_URL", store.url.render_as_string(hide_password=False))
    monkeypatch.setattr(generate, "generate", interrupted)
    with pytest.raises(typer.Exit):
        filling.fill("small", 1, "2026-11-14")
    with sql.begin(store) as connection:
        assert sql.one(connection, "etl/suppress_policy", day=date(2026, 11, 14)) == {"value": 1}

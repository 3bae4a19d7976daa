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
from etl.runner import Worker
from etl.steps import define
from tests.etl.feeds import sample


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


MONTHS = sa.text("""SELECT to_char(r.start, 'YYYY-MM'), r.first_pub, r.n FROM score_rollup r JOIN area a USING (area_id)
    JOIN indicator i USING (indicator_id) WHERE a.level = 1 AND i.code = 'mobile_overall' AND r.period = 'm' AND r.cut = 'all'
    AND r.last_pub = 2147483647 ORDER BY 1""")


@pytest.mark.parametrize("after", ["load", "publish"])
def test_older_months_are_delivered_behind_the_first_and_an_interrupted_delivery_goes_on(
    store: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    (home := tmp_path / "home").mkdir()
    monkeypatch.setenv("MANYI_HOME", str(home))
    monkeypatch.setenv("MANYI_DATABASE_URL", store.url.render_as_string(hide_password=False))
    monkeypatch.setattr(generate, "generate", two_months)
    define.define(store, define.shipped())
    filling.fill("small", 1, "2026-07-14")
    assert {path.name for path in (home / "history").iterdir()} == {"survey_sms_2025-03.csv"}
    assert months(store) == [("2026-06", 1, 2)]

    follow = filling.follow

    def stopped(target: sa.Engine, worker: Worker, run_id: int) -> dict[str, Any]:
        ended = follow(target, worker, run_id)
        if ended["job"] == after:
            raise KeyboardInterrupt
        return ended

    monkeypatch.setattr(filling, "follow", stopped)
    with pytest.raises(typer.Exit):
        filling.deliver_history()
    assert (home / "history").exists(), "the next start sees that it is not whole"
    monkeypatch.setattr(filling, "follow", follow)
    filling.deliver_history()
    assert months(store) == [("2025-03", 2, 3), ("2026-06", 1, 2)] and not (home / "history").exists()
    assert sample.rows(store, "SELECT name FROM file WHERE state <> 'loaded'") == []
    asked = sample.rows(store, "SELECT job, asked->>'in_force' AS force FROM job_run WHERE state = 'due' ORDER BY job")
    assert [(one["job"], one["force"]) for one in asked] == [("drivers", None), ("propose", "true")]


def months(store: sa.Engine) -> list[tuple[str, int, int]]:
    """Published months of the province: which, since which publication, how many answers."""
    with store.connect() as connection:
        return [tuple(row) for row in connection.execute(MONTHS)]


def two_months(folder: Path, **_: Any) -> None:
    (folder / "truth").mkdir()
    good = sample.SURVEY.splitlines()[2]
    older = "\n".join(good.replace("2026-06-02", f"2025-03-0{row}").replace("r2", f"o{row}") for row in (1, 2, 3))
    sample.write(folder, {"areas.csv": sample.AREAS, "subscribers_2026-06.csv": sample.SUBSCRIBERS,
                          "touchpoints.csv": sample.TOUCHPOINTS, "survey_sms_2026-06.csv": sample.SURVEY,
                          "survey_sms_2025-03.csv": sample.SURVEY_HEADER + older})  # fmt: skip

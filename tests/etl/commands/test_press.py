"""The press: reports of the sample operator made by two processes, one of which may die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from etl.commands import press as press_module
from etl.commands.press import press
from etl.domain.period import parse
from etl.domain.report import Made, Unmade, Wanted
from tests.dashboard.conftest import app_url, build_operator

OCTOBER = parse("2026-10")


@pytest.fixture(scope="module")
def operator(server_url: str) -> sa.Engine:
    return build_operator(server_url)


def wanted(operator: sa.Engine, *codes: str) -> list[Wanted]:
    with operator.connect() as connection:
        ids = dict(connection.execute(sa.text("SELECT code, area_id FROM area")).all())
        eyes = connection.scalar(sa.text("SELECT user_id FROM app_user WHERE login = 'province'"))
    return [Wanted(ids.get(code, 0), code, code, code, OCTOBER, "zh", 1, eyes) for code in codes]


def workers() -> list[int]:
    """The processes the fork server has begun."""
    parent = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # one that ended meanwhile
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            found += [int(entry.name)] if int(fields[1]) == parent and fields[0] != "Z" else []
    return found


def test_many_are_made_and_one_that_fails_costs_no_other(operator: sa.Engine) -> None:
    found = dict(press(app_url(operator), True)(wanted(operator, "44", "4401", "nowhere", "440106")))
    codes = {one.code: result for one, result in found.items()}
    assert isinstance(codes.pop("nowhere"), Unmade) and len(codes) == 3
    assert all(isinstance(result, Made) and result.content[:5] == b"%PDF-" and not result.missing for result in codes.values())


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="workers are found under /proc")
def test_a_killed_worker_costs_nothing_but_its_time(operator: sa.Engine) -> None:
    codes = ["44", "4401", "4403", "4404", "440106", "440111", "440105", "440113"]
    made = press(app_url(operator), True)(wanted(operator, *codes))
    first, _ = next(made)
    os.kill(workers()[0], signal.SIGKILL)
    rest = [one.code for one, result in made if isinstance(result, Made)]
    assert sorted([first.code, *rest]) == sorted(codes)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="workers are found under /proc")
def test_a_report_that_kills_every_worker_is_given_up(operator: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = press_module._begin

    def begin_and_kill(*args: Any) -> Any:
        hears, (process, mine) = begun(*args)
        if mine[0].code == "44":
            process.kill()
            process.join()
        return hears, (process, mine)

    monkeypatch.setattr(press_module, "_begin", begin_and_kill)
    found = {one.code: result for one, result in press(app_url(operator), True)(wanted(operator, "44", "4401", "4403"))}
    given_up = found.pop("44")
    assert isinstance(given_up, Unmade) and given_up.failure.kind == "Killed"
    assert len(found) == 2 and all(isinstance(result, Made) for result in found.values())


def test_neither_press_nor_command_loads_what_they_do_not_need() -> None:
    """Each of these is tens of megabytes, and half a second of every processor."""
    heavy = "dash dash_mantine_components dash_ag_grid plotly pandas polars duckdb scipy.stats statsmodels sklearn xlsxwriter"
    for module in ("dashboard.snapshot.ready", "etl.commands.report"):
        said = f"import sys, {module}; print(*set({heavy.split()!r}) & set(sys.modules))"
        done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
        assert done.stdout.split() == []

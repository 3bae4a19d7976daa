"""``manyi targets`` on plans in the store: proposed, shown, taken offline and back, locked, published; refusals say what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import python_calamine
import sqlalchemy as sa
import xlsxwriter
from typer.testing import CliRunner

from etl.__main__ import app
from etl.commands.proposing import propose_for
from etl.runner import Order
from tests import plan_sample
from tests.conftest import APP_PASSWORD, create_database
from tests.dashboard import sample

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def operator(server_url: str) -> Iterator[sa.Engine]:
    owner = create_database(server_url, sample.build)
    plan_sample.prepare(owner)
    yield owner
    owner.dispose()


@pytest.fixture
def run(operator: sa.Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """``run("targets", …)``: the answer as JSON, or the words of a refusal (exit code 2)."""
    monkeypatch.setenv("MANYI_HOME", str(tmp_path))
    monkeypatch.setenv("MANYI_DATABASE_URL", operator.url.render_as_string(hide_password=False))
    app_url = operator.url.set(username="manyi_app", password=APP_PASSWORD)
    monkeypatch.setenv("MANYI_APP_DATABASE_URL", app_url.render_as_string(hide_password=False))

    def act(*words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(app, ["targets", *words])
        assert done.exit_code == code, done.output
        return done.output if code else json.loads(done.stdout)

    return act


def changed(source: Path, to: Path, change: Callable[[list[Any], list[str]], None]) -> None:
    """The same workbook with its rows worked on."""
    rows = python_calamine.load_workbook(str(source)).get_sheet_by_index(0).to_python()
    for row in rows[1:]:
        change(row, [str(name) for name in rows[0]])
    with xlsxwriter.Workbook(str(to)) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)


def test_a_plan_from_proposal_to_force(run: Run, tmp_path: Path) -> None:
    refused = run("propose", "--period", "2026", "--target", "mobile_overall=97", "--json", code=2)
    assert "attainable" in refused and "short" in refused and "Guangzhou" in refused
    assert "no headline outcome" in run("propose", "--period", "2026", "--target", "nothing=1", code=2)
    assert "year or quarter" in run("propose", "--period", "2026-10", code=2)
    made = run("propose", "--period", "2026", "--lift", "0.5", "--json")
    assert made["outcomes"] == 10 and made["targets"] > 400
    assert run("show", "--json")[0]["status"] == "proposed"
    asked = {row["indicator"]: row for row in run("show", "--plan", str(made["plan"]), "--json")}
    assert asked["hall"]["asked"] - asked["hall"]["baseline"] == pytest.approx(0.5) and asked["hotline"]["coverage"] > 0
    rows = run("show", "--area", "4401", "--indicator", "mobile_overall", "--json")
    assert {row["area"] for row in rows} == {"4401", "440106", "440111", "440105", "440113", "440117"}

    sheet, back = tmp_path / "out.xlsx", tmp_path / "back.xlsx"
    written = run("export", "--as", "guangzhou", "-o", str(sheet), "--json")
    assert written["rows"] > 60 and written["version"] == 1

    def work(row: list[Any], names: list[str]) -> None:
        if row[names.index("区域编码")] == "440106" and row[names.index("指标编码")] == "mobile_overall":
            row[names.index("锁定值")] = row[names.index("目标")] - 0.1

    changed(sheet, back, work)
    told = run("import", str(back), "--as", "guangzhou", "--json")
    assert told["applied"] == 0 and [wish["area"] for wish in told["asked"]] == ["440106"] and told["left"] == []
    assert run("import", str(back), "--as", "guangzhou", "--apply", "--json")["applied"] == 1
    again = run("import", str(back), "--as", "guangzhou", "--json")
    assert again["asked"] == [] and run("show", "--json")[0]["version"] == 2
    county = run("import", str(back), "--as", "tianhe", "--area", "4401", "--apply", "--json")
    assert county["asked"] == [] and county["applied"] == 0 and len(county["left"]) > 50, "a county knows nothing of its neighbours"

    assert "locked" in str(run("lock", "--json")) and "published" in str(run("publish", "--json"))
    assert "is published; only a proposed plan is locked" in run("lock", code=2)


def test_a_quarter_s_plan_beside_the_year_s(run: Run, operator: sa.Engine, tmp_path: Path) -> None:
    now = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)
    asked = {"area_id": plan_sample.root(operator), "period": "2026", "lift": 0.3, "in_force": True}
    year = propose_for(Order(operator, 1, "propose", now, now, "cli", asked))["plan"]
    quarter = run("propose", "--period", "2026-Q4", "--lift", "0.3", "--json")["plan"]
    status = {row["plan"]: row["status"] for row in run("show", "--json")}
    assert (status[year], status[quarter]) == ("published", "proposed")
    assert "lock` comes first" in run("publish", code=2), "the newest plan is only proposed"
    assert "judged" in run("appraise", "--period", "2026-10", code=2), "the year's plan is meant, which holds the month"
    assert "no published plan holds 2025-10" in run("appraise", "--period", "2025-10", code=2)
    sheet = tmp_path / "out.xlsx"
    assert run("export", "--as", "guangzhou", "-o", str(sheet), "--json")["plan"] == year
    assert run("export", "--as", "guangzhou", "--plan", str(quarter), "-o", str(sheet), "--json")["plan"] == quarter
    assert run("import", str(sheet), "--as", "guangzhou", "--plan", str(quarter), "--json")["left"] == []
    assert "no such plan" in run("import", str(sheet), "--as", "guangzhou", "--plan", "99", code=2)
    assert "may not see" in run("export", "--as", "guangzhou", "--area", "4403", "-o", str(sheet), code=2)


def test_a_slope_said_by_hand_needs_author_and_reason(run: Run, operator: sa.Engine) -> None:
    done = CliRunner().invoke(app, ["targets", "beta", "tariff", "dispute_rate", "1.2", "--author", "质量部", "--reason", "试点"])
    assert done.exit_code == 0, done.output
    assert "author" in run("beta", "tariff", "dispute_rate", "1.2", "--author", " ", "--reason", "x", code=2)
    assert "no such" in run("beta", "tariff", "nothing", "1.2", "--author", "a", "--reason", "b", code=2)
    with operator.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM driver_by_hand")) == 1

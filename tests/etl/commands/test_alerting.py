"""``manyi alerts list``, ``ack``, ``silence`` and ``backtest`` on a small operator whose two counties fell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from click.testing import Result
from typer.testing import CliRunner

import sql
from etl.commands import console
from etl.commands.alerts import app
from etl.domain.period import add_months
from etl.steps.detect import detect
from etl.steps.detection.replayed import replay
from tests.conftest import create_database
from tests.etl.detect_sample import COUNTIES, FIRST, NOW, Operator


@pytest.fixture(scope="module")
def operator(server_url: str) -> Iterator[Operator]:
    owner = create_database(server_url)
    made = Operator.build(owner)
    made.publish(16, {"A1": (13, 9.0), "B2": (13, 9.0)})
    detect(owner, NOW)
    yield made
    owner.dispose()


@pytest.fixture(autouse=True)
def _settings(operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANYI_HOME", str(tmp_path))
    monkeypatch.setenv("MANYI_DATABASE_URL", operator.store.url.render_as_string(hide_password=False))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setattr(console.out, "width", 160)  # whatever terminal the tests run in


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def told(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refused(*words: str) -> str:
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    return " ".join(done.stderr.split())


def test_what_is_open_is_listed_by_area(operator: Operator) -> None:
    assert [(row["area"], row["indicator"], row["severity"]) for row in told("list")] == [("A1", "mobile_overall", 1), ("B2", "mobile_overall", 1)]
    assert [row["area"] for row in told("list", "--area", "B")] == ["B2"] and len(told("list", "--most", "1")) == 1
    said = run("list").stdout
    assert "A1" in said and "mobile_overall" in said and "no alert is open" in run("list", "--area", "A2").output


def test_an_alert_is_taken_on_once(operator: Operator) -> None:
    number = str(told("list", "--area", "A1")[0]["episode_id"])
    assert "1 taken on" in run("ack", number, "--owner", "li", "--note", "sites are mended").stdout
    (one,) = told("list", "--area", "A1")
    assert (one["state"], one["owner"], one["acknowledged_by"], one["acknowledged_note"]) == ("acknowledged", "li", "cli", "sites are mended")
    assert "none of these" in refused("ack", number) and "none of these" in refused("ack", "999999")


def test_an_area_is_silenced_until_a_day_for_a_reason(operator: Operator) -> None:
    until = (date.today() + timedelta(days=7)).isoformat()
    done = run("silence", "--area", "A", "--until", until, "--reason", "works", "--rule", "outcome_fall", "--indicator", "mobile_overall")
    assert done.exit_code == 0 and f"holds until {until} 23:59" in done.stdout
    (row,) = operator.rows("SELECT s.*, a.code FROM silence s JOIN area a USING (area_id)")
    assert (row["code"], row["rule"], row["reason"], row["by"]) == ("A", "outcome_fall", "works", "cli")
    number = str(row["silence_id"])
    assert "is lifted" in run("silence", "--lift", number).stdout and f"no silence {number}" in refused("silence", "--lift", number)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--area", "A", "--until", "2099-01-01"), "needs --area, --until and --reason"),
     (("--area", "A", "--until", "soon", "--reason", "x"), "no day 'soon'"),
     (("--area", "A", "--until", "2099-01-01", "--reason", "x"), "within 92 days"),
     (("--area", "A", "--until", "2020-01-01", "--reason", "x"), "within 92 days"),
     (("--area", "Z", "--until", "TOMORROW", "--reason", "x"), "no area 'Z'"),
     (("--area", "A", "--until", "TOMORROW", "--reason", "x", "--rule", "y"), "no rule 'y'"),
     (("--area", "A", "--until", "TOMORROW", "--reason", "x", "--indicator", "y"), "no indicator 'y'")],
)  # fmt: skip
def test_a_silence_that_cannot_be_is_refused(operator: Operator, words: tuple[str, ...], said: str) -> None:
    tomorrow = (date.today() + timedelta(days=1)).isoformat()
    assert said in refused("silence", *(tomorrow if word == "TOMORROW" else word for word in words))


def test_a_rule_is_tried_on_the_past(operator: Operator) -> None:
    found = told("backtest", "--rule", "outcome_fall")
    assert {one["area"] for one in found["episodes"]} == {"A1", "B2"} and found["months"] == 4
    assert [one["level"] for one in found["levels"]] == ["province", "city", "county", "grid"]
    strict = told("backtest", "--rule", "outcome_fall", "--limit", "county=40", "--limit", "single=40", "--limit", "city=40",
                  "--limit", "province=40")  # fmt: skip
    assert strict["episodes"] == []
    assert "no rule 'x'" in refused("backtest", "--rule", "x") and "no rule of falls or data quality" in refused("backtest", "--rule", "late_feed")
    assert "no limit" in refused("backtest", "--rule", "outcome_fall", "--limit", "county=deep")
    assert "has no limit depth" in refused("backtest", "--rule", "outcome_fall", "--limit", "depth=3")


def test_the_rule_of_data_quality_is_tried_on_the_past_too(store: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANYI_DATABASE_URL", store.url.render_as_string(hide_password=False))
    Operator.build(store).publish(16, volume={("A3", 8): 4.0, ("B1", 15): 0.1})
    found = told("backtest", "--rule", "data_quality")
    assert [(one["area"], one["opened"], one["closed"] is None) for one in found["episodes"] if len(one["area"]) == 2] == [
        ("A3", "2025-09-01", False), ("B1", "2026-04-01", True)]  # fmt: skip
    assert found["months"] == 13 and "A3" in run("backtest", "--rule", "data_quality").stdout


def test_a_rule_of_a_single_period_is_told_as_one_of_the_past(store: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four months leave data quality, which looks back on three, one month to be held against."""
    monkeypatch.setenv("MANYI_DATABASE_URL", store.url.render_as_string(hide_password=False))
    Operator.build(store).publish(4, volume={("B1", 3): 0.1})
    (tmp_path / "truth.json").write_text(json.dumps({"events": []}), "utf-8")
    month = {"code": "B1", "level": 3, "indicator": "mobile_overall", "brand": "own", "subscribers": 1, "mean": 75.0, "usual": 75.0}
    pl.DataFrame([{**month, "month": add_months(FIRST, at)} for at in range(4)]).write_parquet(tmp_path / "means.parquet")
    rows = {(row["rule"], row["level"]): row for row in told("backtest", "--truth", str(tmp_path))}
    single = rows["data_quality", "county"]
    assert (single["months"], single["fired"], single["a_month"]) == (1.0, 1, 1.01), "30 days"
    assert rows["outcome_fall", ""]["months"] == 0.0, "it looks back on a year"
    assert rows["late_feed", ""]["months"] is None, "the present alone"
    with sql.begin(store) as connection:
        past = replay(connection)
    quality = next(one for one in past.rules if one.rule.rule == "data_quality") if past else None
    assert quality is not None and [(one.start, one.end) for one in quality.told if one.area == "B1"] == [(date(2025, 4, 1), date(2025, 4, 30))]


@pytest.mark.parametrize(
    ("words", "said"), [(("--seeds", "x"), "write --seeds"), (("--scale", "huge"), "no scale"), (("--until", "x"), "--until")]
)
def test_a_trial_that_cannot_be_is_refused(words: tuple[str, ...], said: str) -> None:
    assert said in refused("backtest", *words)


def truth_of(folder: Path, falls: dict[str, tuple[int, float]], months: int) -> Path:
    """A demonstration's truth of the operator's counties: ``falls`` since a month's number by so many points."""
    rows = [
        {"level": 3, "code": code, "brand": "own", "indicator": "mobile_overall", "month": add_months(FIRST, month), "usual": 75.0,
         "mean": 75.0 - (points if month >= since else 0.0), "subscribers": 1000}
        for code in COUNTIES for since, points in (falls.get(code, (months, 0.0)),) for month in range(months)
    ]  # fmt: skip
    pl.DataFrame(rows).write_parquet(folder / "means.parquet")
    (folder / "truth.json").write_text(json.dumps({"events": []}))
    return folder


def test_every_rule_is_held_against_a_written_truth(store: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANYI_DATABASE_URL", store.url.render_as_string(hide_password=False))
    Operator.build(store).publish(19, {"A1": (13, 9.0), "B2": (13, 9.0)}, volume={("A3", 16): 4.0})
    truth = truth_of(tmp_path, {"A1": (13, 9.0), "B3": (13, 9.0)}, 19)  # B2 is another county than the truth has
    rows = told("backtest", "--truth", str(truth))
    fall = next(row for row in rows if (row["rule"], row["level"]) == ("outcome_fall", "county"))
    assert {name: fall[name] for name in ("fired", "true", "of_nothing", "precision", "planted", "found", "recall")} == {
        "fired": 2, "true": 1, "of_nothing": 1, "precision": 0.5, "planted": 2, "found": 1, "recall": 0.5}  # fmt: skip
    assert fall["precision_low"] < 0.1 and fall["precision_high"] > 0.9 and 28 <= fall["median_days"] <= 62 and fall["months"] == 7
    quality = next(row for row in rows if (row["rule"], row["level"]) == ("data_quality", "county"))
    assert (quality["fired"], quality["true"]) == (1, 0)
    assert next(row for row in rows if row["rule"] == "late_feed")["fired"] == 0
    assert {row["rule"] for row in rows} == {"outcome_fall", "perception_fall", "process_limit", "complaint_surge", "target_missed",
                                             "rank_fall", "data_quality", "late_feed"}  # fmt: skip
    assert next(row for row in rows if row["rule"] == "target_missed")["months"] is None, "it sees the present alone"
    printed = run("backtest", "--truth", str(truth))
    assert printed.exit_code == 0 and {"precision", "recall", "outcome_fall", "late_feed"} <= set(printed.stdout.split()), printed.stdout
    (truth / "truth.json").unlink()
    assert "has no truth.json" in refused("backtest", "--truth", str(truth))

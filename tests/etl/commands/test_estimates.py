"""``manyi estimates coverage``: what it refuses, and when it fails."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.commands.estimates import judge
from etl.demo import coverage
from etl.demo.coverage import Tally


def record(level: str, interval: str, covered: float, mse: float = 1.0, intervals: int = 5000) -> dict[str, Any]:
    return {"level": level, "interval": interval, "intervals": intervals, "coverage": covered, "mse": mse}


def test_bounds_of_coverage() -> None:
    assert judge([record("county", "displayed", 93.0), record("city", "displayed", 97.0)]) == []
    assert len(judge([record("county", "displayed", 92.9), record("city", "displayed", 97.1)])) == 2
    assert judge([record("county", "direct", 80.0)]) == [], "only what is displayed is promised"
    assert judge([record("province", "displayed", 90.0, intervals=1999)]) == [], "too few to say"


def test_shrinking_must_halve_the_error_of_grids() -> None:
    assert judge([record("grid", "direct", 95, 10.0), record("grid", "shrunken", 95, 4.9)]) == []
    assert "half" in judge([record("grid", "direct", 95, 10.0), record("grid", "shrunken", 95, 5.0)])[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--seeds", "a"], "41,42,43"), (["--scale", "huge"], "small, full"), (["--until", "2026-W40"], "no month"), (["--until", "x"], "2026-10")],
)
def test_what_it_refuses(words: list[str], said: str) -> None:
    ended = CliRunner().invoke(app, ["estimates", "coverage", *words])
    assert ended.exit_code == 2
    assert said in ended.stderr


def test_a_level_that_does_not_hold_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(seeds: list[int], scale: str, drawings: int, until: date, tell: object) -> list[Tally]:
        assert (seeds, scale, drawings, until) == ([1, 2], "full", 4, date(2026, 9, 30))
        return [Tally(4, "displayed", 4000, 3600, 1.0, 4000.0, 0.0), Tally(4, "direct", 4000, 3800, 1.0, 36000.0, 0.0),
                Tally(4, "shrunken", 4000, 3600, 1.0, 4000.0, 0.0)]  # fmt: skip

    monkeypatch.setattr(coverage, "measure", measured)
    words = ["--seeds", "1,2", "--scale", "full", "--drawings", "4", "--until", "2026-09", "--json"]
    ended = CliRunner().invoke(app, ["estimates", "coverage", *words])
    assert ended.exit_code == 1
    assert "90.0 % of 4000" in ended.stderr
    assert [one["of_direct"] for one in json.loads(ended.stdout)] == [0.111, 1.0, 0.111]

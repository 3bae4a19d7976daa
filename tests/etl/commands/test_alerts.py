"""``manyi alerts replay``: the detector on a file alone, and files that are refused with line and column."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.domain.area import Level
from etl.domain.detect import Series
from tests.etl.domain.test_detect import counties, lowered, world

HEAD = "area,parent,level,period,value,n_eff,sd\n"


def text(series: Series, *, sign: float = 1.0, without: tuple[int, int] = (-1, -1)) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD.strip().split(","))
    for area, at in np.ndindex(series.value.shape):
        if (area, at) != without:
            up = int(series.parent[area])
            writer.writerow([f"A{area}", f"A{up}" if up >= 0 else "", Level(series.level[area]).name.lower(),
                             f"{2023 + at // 12}-{at % 12 + 1:02d}", sign * series.value[area, at], series.n_eff[area, at], 20])  # fmt: skip
    return out.getvalue()


def run(tmp_path: Path, content: str, *more: str) -> tuple[int, str, str]:
    (tmp_path / "series.csv").write_text(content, "utf-8")
    done = CliRunner().invoke(app, ["alerts", "replay", str(tmp_path / "series.csv"), *more])
    return done.exit_code, done.stdout, done.stderr


def replayed(tmp_path: Path, content: str, *more: str) -> dict[str, Any]:
    code, told, _ = run(tmp_path, content, *more, "--json")
    assert code == 0
    return dict(json.loads(told))


def test_a_fall_is_told_with_its_place_and_time(tmp_path: Path) -> None:
    series = world(3)
    target = int(counties(series)[4])
    told = replayed(tmp_path, text(lowered(series, np.array([target]), 20, 8), without=(target, 22)))
    (one,) = [episode for episode in told["episodes"] if episode["area"] == f"A{target}"]
    assert one["alerts"] and one["level"] == "county" and "2024-09" <= one["opened"] <= "2025-01"
    assert one["fall"] == pytest.approx(-8, abs=4)
    points = {point["period"]: point for area in told["areas"] if area["area"] == f"A{target}" for point in area["points"]}
    assert points["2024-11"]["state"] == "no_data" and points["2024-11"]["s"] is None
    assert points[one["opened"]]["state"] == "firing"
    code, said, _ = run(tmp_path, text(lowered(series, np.array([target]), 20, 8)))
    assert code == 0 and f"A{target}" in said


def test_lower_is_better_turns_it_round(tmp_path: Path) -> None:
    series = lowered(world(3), np.array([20]), 20, 8)
    plain, turned = replayed(tmp_path, text(series)), replayed(tmp_path, text(series, sign=-1), "--lower-is-better")
    assert [one["area"] for one in turned["episodes"]] == [one["area"] for one in plain["episodes"]]
    assert not [one for one in replayed(tmp_path, text(series), "--lower-is-better")["episodes"] if one["area"] == "A20"]


def rows(*lines: str) -> str:
    return HEAD + "\n".join(lines) + "\n"


FINE = [f"A,,county,2025-{month:02d},80,100,20" for month in range(1, 13)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ("area,level,period,value\n", "line 1: no column parent, n_eff, sd"),
        (HEAD, "no line below the header"),
        (rows("A,,county,2025-01,80,100"), "line 2: 6 fields where the header has 7"),
        (rows("A,,shire,2025-01,80,100,20"), "line 2, column level: no level 'shire'"),
        (rows("A,,county,someday,80,100,20"), "line 2, column period: 'someday' is no period"),
        (rows("A,,county,2025-01,good,100,20"), "line 2, column value: 'good' is no number"),
        (rows("A,,county,2025-01,80,-1,20"), "line 2, column n_eff: -1 is below 0"),
        (rows(*FINE[:2], "A,,city,2025-03,80,100,20"), "line 4, column level: A has another one in line 2"),
        (rows(*FINE[:2], FINE[0]), "line 4, column period: A has this period in line 2 already"),
        (rows("A,B,county,2025-01,80,100,20"), "line 2, column parent: B has no rows of its own"),
        (rows("A,B,county,2025-01,80,100,20", "B,,grid,2025-01,80,100,20"), "line 2, column level: its parent B is not above it"),
        (rows(*FINE[:1], "A,,county,2025-W05,80,100,20"), "line 3, column period: it is of another kind"),
        (rows(*FINE), "12 periods; the first 12 make the baseline"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, content: str, said: str) -> None:
    code, printed, told = run(tmp_path, content, "--json")
    assert (code, printed) == (2, "")
    assert said in told and "series.csv" in told


def test_periods_may_be_numbers_and_nothing_may_happen(tmp_path: Path) -> None:
    content = rows(*(f"甲,,区县,{at},{80 + at % 3},100,20" for at in range(1, 16)))
    told = replayed(tmp_path, content)
    assert told["periods"][-1] == "15" and told["episodes"] == []
    assert "no alert" in run(tmp_path, content)[1]

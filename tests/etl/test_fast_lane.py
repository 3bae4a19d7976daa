"""Fast lane: which answers and complaints become tasks, once each, as soon as their file is loaded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import sql
from etl.steps.fast_lane import run_fast_lane
from etl.steps.load import load_file
from tests.etl.feeds import sample

NOW = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)
RESPONSES = """
response  day         area  brand  mode   overall  hall  task
low       2026-06-03  G1    own    scene  9        4     hall
lowest    2026-06-03  G2    own    scene  3        1     hall
fair      2026-06-03  G1    own    scene  9        5     -
asked     2026-06-03  G1    own    sms    1        1     -
rival     2026-06-03  G1    rival  scene  1        1     -
old       2026-05-31  G1    own    scene  1        1     -
edge      2026-06-01  G1    own    scene  10       1     hall
"""
COMPLAINTS = """
number  opened      area  brand  topic1    status  task
red     2026-06-03  G1    own    red_line  open    yes
closed  2026-06-03  G1    own    red_line  closed  -
plain   2026-06-03  G1    own    mobile    open    -
old     2026-05-30  G1    own    red_line  open    -
"""


def table(text: str) -> list[dict[str, str]]:
    head, *rows = (line.split() for line in text.strip().splitlines())
    return [dict(zip(head, row, strict=True)) for row in rows]


def survey_file() -> str:
    names = sample.SURVEY_HEADER.strip().split(",")
    lines = []
    for row in table(RESPONSES):
        value = {"response_id": row["response"], "answered_at": f"{row['day']} 10:00:00", "area_code": row["area"],
                 "brand": row["brand"], "mode": row["mode"], "business": "mobile", "segment": "public", "stage": "after",
                 "channel": "hall", "mobile_overall": row["overall"], "hall": row["hall"]}  # fmt: skip
        lines.append(",".join(value.get(name, "") for name in names))
    return sample.SURVEY_HEADER + "\n".join(lines) + "\n"


def complaint_file() -> str:
    names = sample.COMPLAINTS_HEADER.strip().split(",")
    lines = []
    for row in table(COMPLAINTS):
        value = {"number": row["number"], "opened_at": f"{row['opened']} 10:00:00", "area_code": row["area"],
                 "brand": row["brand"], "business": "mobile", "segment": "public", "topic1": row["topic1"],
                 "topic2": row["topic1"], "status": row["status"],
                 "closed_at": f"{row['opened']} 11:00:00" if row["status"] == "closed" else ""}  # fmt: skip
        lines.append(",".join(value.get(name, "") for name in names))
    return sample.COMPLAINTS_HEADER + "\n".join(lines) + "\n"


@pytest.fixture
def loaded(store: sa.Engine, tmp_path: Path) -> sa.Engine:
    """The tree, these answers and these complaints, just loaded."""
    files = {"areas.csv": sample.AREAS, "survey_scene_2026-06.csv": survey_file(), "complaints_2026-06.csv": complaint_file()}
    sample.load_all(store, tmp_path, files)
    return store


def tasks(store: sa.Engine, kind: str) -> list[dict[str, Any]]:
    with sql.begin(store) as connection:
        query = "SELECT t.*, a.code AS area FROM task t JOIN area a USING (area_id) WHERE t.kind = :kind ORDER BY title"
        return [dict(row) for row in connection.execute(sa.text(query), {"kind": kind}).mappings()]


def test_low_answers_after_a_service_become_tasks_of_the_lowest_answers_line(loaded: sa.Engine) -> None:
    assert run_fast_lane(loaded, NOW) == 4
    made = tasks(loaded, "low_answer")
    wanted = [row for row in table(RESPONSES) if row["task"] != "-"]
    assert sorted(task["area"] for task in made) == sorted(row["area"] for row in wanted)
    by_raw = {(task["source"]["day"], task["area"]): task for task in made}
    lowest = by_raw["2026-06-03", "G2"]
    assert (lowest["source"]["indicator"], lowest["source"]["raw"], lowest["line_id"]) == ("hall", 1, "channels")
    assert (lowest["title"], lowest["title_en"]) == ("即评即改：营业厅服务 1", f"Low answer: {english(loaded, 'hall')} 1")
    assert lowest["due_on"] == date(2026, 6, 6) and lowest["state"] == "open"


def english(store: sa.Engine, code: str) -> str:
    with sql.begin(store) as connection:
        return str(connection.scalar(sa.text("SELECT name_en FROM indicator WHERE code = :code"), {"code": code}))


def test_open_red_line_complaints_become_tasks(loaded: sa.Engine) -> None:
    run_fast_lane(loaded, NOW)
    [made] = tasks(loaded, "red_line")
    assert (made["source"]["number"], made["line_id"], made["area"]) == ("red", "complaint", "G1")


def test_the_same_rows_delivered_again_are_the_same_tasks(loaded: sa.Engine, tmp_path: Path) -> None:
    assert run_fast_lane(loaded, NOW) == 4
    again = tmp_path / "complaints_2026-06b.csv"
    again.write_text(complaint_file().replace("closed,2026-06-03", "closed,2026-06-02"), "utf-8")
    result = load_file(loaded, sample.feed_of("complaint"), again, sample.SECRET, today=NOW.date())
    assert result.state == "loaded" and result.accepted == 4
    assert run_fast_lane(loaded, NOW) == 0
    assert len(tasks(loaded, "red_line")) == 1


def test_a_dated_policy_moves_the_limit(loaded: sa.Engine) -> None:
    with sql.begin(loaded) as connection:
        connection.execute(sa.text("INSERT INTO policy (name, value, valid_from) VALUES ('fast_lane_score', 50, '2026-06-04')"))
    assert run_fast_lane(loaded, NOW) == 5, "a 5 of 10 is 44.4"


def test_history_makes_no_tasks(loaded: sa.Engine) -> None:
    assert run_fast_lane(loaded, NOW.replace(month=8)) == 0
    with sql.begin(loaded) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM file WHERE lane_at IS NULL")) == 0

"""A feed whose data did not come is an incident until they come."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

import sql
from etl.sources.faults import WrongFeed
from etl.sources.parse import parse_feed
from etl.steps.overdue import look_for_overdue
from tests.etl.feeds import sample

ZONE = ZoneInfo("Asia/Shanghai")
TEXT = re.sub(r"\[calendar\][^\[]*", "", sample.feed_of("survey").text)  # the demonstration's own calendar taken out
CALENDAR = '\n[calendar]\nevery = "month"\ndue_hours = 32\nsince = 2026-06-01\n'
FEED = parse_feed(TEXT + CALENDAR, "survey.toml")


def incidents(store: sa.Engine) -> list[dict[str, Any]]:
    with sql.begin(store) as connection:
        return sql.rows(connection, "etl/list_incidents", most=9)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_an_overdue_feed_is_told_until_it_comes(store: sa.Engine, tmp_path: Path) -> None:
    assert look_for_overdue(store, [FEED], at("2026-07-02T07:00")) == []
    assert look_for_overdue(store, [FEED], at("2026-07-02T08:00")) == ["demo_survey"]
    assert look_for_overdue(store, [FEED], at("2026-07-02T09:00")) == ["demo_survey"]
    [told] = incidents(store)
    assert (told["times"], told["closed_at"], told["opened_at"]) == (2, None, at("2026-07-02T08:00"))
    assert told["said_zh"] == "满意度调研（示范）：2026年6月的数据应在 2026-07-02 08:00 前到达，尚未到达"
    assert "Jun 2026 were due by 2026-07-02 08:00" in told["said_en"]
    sample.load_all(store, tmp_path)
    assert look_for_overdue(store, [FEED], at("2026-07-02T10:00")) == []
    assert incidents(store)[0]["closed_at"] == at("2026-07-02T10:00")
    assert look_for_overdue(store, [FEED], at("2026-09-02T10:00")) == ["demo_survey"]
    assert "2 periods missing" in incidents(store)[0]["said_en"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [('every = "hour"', "allowed: day, week, month"), ('every = "day"\ndue_hours = -1', "must not be negative"),
     ('every = "day"\ncolour = "red"', "unknown: colour")],
)  # fmt: skip
def test_a_wrong_calendar_is_refused(wrong: str, said: str) -> None:
    with pytest.raises(WrongFeed, match=said):
        parse_feed(f"{TEXT}\n[calendar]\n{wrong}\n", "survey.toml")


def test_a_feed_without_days_has_no_calendar() -> None:
    areas = sample.feed_of("areas").text
    with pytest.raises(WrongFeed, match="have no days"):
        parse_feed(f'{areas}\n[calendar]\nevery = "day"\n', "areas.toml")


def test_a_wrong_plan_is_refused() -> None:
    with pytest.raises(WrongFeed, match="no crontab line"):
        parse_feed(f'plan = "every hour"\n{TEXT}', "survey.toml")

"""When data are due, and how a period stands."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from etl.domain.calendar import Calendar, Delivery, standings
from etl.domain.period import parse

ZONE = ZoneInfo("Asia/Shanghai")
MONTHLY = Calendar("m", 32, 3, date(2026, 1, 1))

CASES = """
delivered from..to        at                now               standing of 2026-10
2026-10-01 2026-10-31     2026-11-01T09:00  2026-11-20T00:00  in_time
2026-10-01 2026-10-28     2026-11-01T09:00  2026-11-20T00:00  in_time
2026-10-01 2026-10-27     2026-11-01T09:00  2026-11-20T00:00  overdue
2026-10-01 2026-10-31     2026-11-02T08:00  2026-11-20T00:00  in_time
2026-10-01 2026-10-31     2026-11-02T08:01  2026-11-20T00:00  late
2026-09-01 2026-09-30     2026-10-01T09:00  2026-11-02T07:59  awaited
2026-09-01 2026-09-30     2026-10-01T09:00  2026-11-02T08:00  overdue
2026-11-01 2026-11-30     2026-12-01T09:00  2026-12-05T00:00  overdue
2026-09-01 2026-11-15     2026-11-15T09:00  2026-11-20T00:00  late
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize("line", CASES.strip().splitlines()[1:])
def test_how_october_stands(line: str) -> None:
    first, last, came, now, expected = line.split()
    delivery = Delivery(date.fromisoformat(first), date.fromisoformat(last), at(came))
    found = {one.period: one for one in standings(MONTHLY, [delivery], at(now), 3)}
    assert found[parse("2026-10")].state == expected


def test_the_first_of_several_deliveries_counts() -> None:
    files = [Delivery(date(2026, 10, 1), date(2026, 10, 31), at(f"2026-11-{day}T09:00")) for day in ("20", "01")]
    assert standings(MONTHLY, files, at("2026-11-30T00:00"), 2)[0].came == at("2026-11-01T09:00")


def test_a_day_is_due_after_it_ended() -> None:
    daily = Calendar("d", 8, 0, date(2026, 11, 1))
    found = standings(daily, [], at("2026-11-03T08:00"), 9)
    assert [(one.period.code(), one.state) for one in found] == [
        ("2026-11-01", "overdue"), ("2026-11-02", "overdue"), ("2026-11-03", "awaited")]  # fmt: skip
    assert found[0].due == at("2026-11-02T08:00")


def test_nothing_before_the_beginning_is_expected_and_what_came_of_it_is_history() -> None:
    monthly = Calendar("m", 32, 3)
    came = at("2026-11-10T09:00")
    files = [Delivery(date(2026, month, 1), date(2026, month, 28), came) for month in (8, 10)]
    found = standings(monthly, files, at("2026-12-20T08:00"), 6)
    assert [(one.period.code(), one.state) for one in found] == [
        ("2026-08", "history"), ("2026-10", "history"), ("2026-11", "overdue"), ("2026-12", "awaited")]  # fmt: skip


def test_a_feed_that_never_came_is_expected_from_the_day_it_says() -> None:
    assert standings(Calendar("m", 32, 3), [], at("2026-12-20T08:00"), 6) == []
    found = standings(Calendar("m", 32, 3, date(2026, 11, 1)), [], at("2026-12-20T08:00"), 6)
    assert [(one.period.code(), one.state) for one in found] == [
        ("2026-11", "overdue"), ("2026-12", "awaited")]  # fmt: skip

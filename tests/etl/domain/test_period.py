"""Periods: codes, neighbours, week 53, 29 February."""

from datetime import date

import pytest

from etl.domain.period import Period, containing, latest, parse

CASES = """
code        start       end         previous    last_year
2026-10     2026-10-01  2026-10-31  2026-09     2025-10
2026-01     2026-01-01  2026-01-31  2025-12     2025-01
2026-W46    2026-11-09  2026-11-15  2026-W45    2025-W46
2021-W01    2021-01-04  2021-01-10  2020-W53    2020-W01
2020-W53    2020-12-28  2021-01-03  2020-W52    2019-W52
2026-Q4     2026-10-01  2026-12-31  2026-Q3     2025-Q4
2026        2026-01-01  2026-12-31  2025        2025
2024-02-29  2024-02-29  2024-02-29  2024-02-28  2023-02-28
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines()[1:])
def test_a_period_and_its_neighbours(line: str) -> None:
    code, start, end, previous, last_year = line.split()
    period = parse(code)
    assert (period.code(), str(period.start), str(period.end)) == (code, start, end)
    assert (period.previous.code(), period.same_last_year.code()) == (previous, last_year)


@pytest.mark.parametrize("wrong", ["2026-13", "2026-W54", "2025-W53", "2026-Q5", "10/2026", "", "2026-02-30"])
def test_a_wrong_code_says_so(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"no (such )?period"):
        parse(wrong)


def test_a_start_must_begin_its_period() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        Period("w", date(2026, 11, 10))


def test_labels() -> None:
    assert parse("2026-W46").label("zh") == "2026年第46周"
    assert parse("2026-10").label("en") == "Oct 2026"
    assert parse("2026-Q4").label("zh") == "2026年4季度"


def test_latest_ends_with_the_given_one() -> None:
    assert [period.code() for period in latest("m", 3, parse("2026-01"))] == ["2025-11", "2025-12", "2026-01"]
    assert containing("w", date(2026, 11, 15)).code() == "2026-W46"

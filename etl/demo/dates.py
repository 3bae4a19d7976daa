"""The demonstration's calendar: whole months and the running one, and the ISO weeks in which everything moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from etl.domain.period import add_months

MONTHS = 24  # complete months, before the running one
LEAD_WEEKS = 8  # weeks before the first month, so that lags have a past
DAY_WEIGHTS = np.array([1.05, 1.05, 1.05, 1.0, 1.05, 0.95, 0.85])  # of survey answers, Monday first
SPRING_FESTIVALS = (date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26))


@dataclass(frozen=True)
class Dates:
    """Months (first days), the last day of data, and weeks counted from the Monday ``week0``."""

    until: date
    months: tuple[date, ...]
    week0: date
    weeks: int

    def last_day(self, month: int) -> date:
        """The last day of data in the month."""
        return min(add_months(self.months[month], 1) - timedelta(days=1), self.until)

    def days(self, month: int) -> list[date]:
        """The days of the month that have data."""
        first = self.months[month]
        return [first + timedelta(days=i) for i in range((self.last_day(month) - first).days + 1)]

    def week_of(self, day: date) -> int:
        """The week's number that holds the day."""
        return (day - self.week0).days // 7

    def monday(self, week: int) -> date:
        """The first day of a week."""
        return self.week0 + timedelta(days=7 * week)

    def weeks_from(self, month: int) -> list[int]:
        """The weeks whose Monday lies in the month."""
        first, last = self.months[month], self.last_day(month)
        return [week for week in range(LEAD_WEEKS, self.weeks) if first <= self.monday(week) <= last]

    def month_of_week(self) -> NDArray[np.int64]:
        """For each week the month its Monday falls in (clipped to the months there are)."""
        starts = np.array(self.months, dtype="datetime64[D]")
        mondays = np.datetime64(self.week0, "D") + 7 * np.arange(self.weeks)
        return np.clip(np.searchsorted(starts, mondays, side="right") - 1, 0, len(self.months) - 1)

    def day_weights(self, month: int) -> NDArray[np.float64]:
        """How a month's answers fall on its days; sums to 1."""
        weights = np.array([DAY_WEIGHTS[day.weekday()] * (0.35 if holiday(day) else 1.0) for day in self.days(month)])
        return weights / weights.sum()

    def week_shares(self) -> NDArray[np.float64]:
        """[weeks, months]: the share of a month's answers that falls in the week; each column sums to 1."""
        shares = np.zeros((self.weeks, len(self.months)))
        for month in range(len(self.months)):
            for day, weight in zip(self.days(month), self.day_weights(month), strict=True):
                shares[self.week_of(day), month] += weight
        return shares


def holiday(day: date) -> bool:
    """Whether the day lies in a Spring Festival week."""
    return any(0 <= (day - first).days < 7 for first in SPRING_FESTIVALS)


def dates(until: date) -> Dates:
    """The calendar whose last day is ``until``: 24 complete months and the running one, if any days of it are over."""
    complete = until + timedelta(days=1)
    running = complete.day > 1
    months = MONTHS + running
    first = add_months(complete.replace(day=1), -MONTHS)
    week0 = first - timedelta(days=first.weekday() + 7 * LEAD_WEEKS)
    return Dates(until, tuple(add_months(first, i) for i in range(months)), week0, (until - week0).days // 7 + 1)

"""What the running period is expected to read at its end: read, drawn hatched at the trend's end, and said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.context import Context
from dashboard.figures.numbers import chance, plain
from dashboard.texts import t

KINDS = "mqy"
WIDTH = 0.28  # of the box in the trend, to either side; a period is 1


@dataclass(frozen=True)
class Expected:
    """The expected figure with its 95 % and 80 % intervals, by the answers up to ``through``."""

    value: float
    low: float
    high: float
    low80: float
    high80: float
    through: date
    probability: float | None = None  # of meeting the target, where there is one

    @property
    def half(self) -> float:
        return (self.high - self.low) / 2


def expected_ends(connection: sa.Connection, context: Context) -> dict[str, Expected]:
    """By outcome; empty for a period that is over, for days and weeks, and under today's tree."""
    if context.period.kind not in KINDS or context.today:
        return {}
    rows = sql.rows(
        connection, "dashboard/forecasts", p=context.publication_id, area=context.area.area_id, period=context.period.kind,
        start=context.period.start,
    )  # fmt: skip
    names = ("value", "low", "high", "low80", "high80", "through", "probability")
    return {row["indicator"]: Expected(**{name: row[name] for name in names}) for row in rows}


def short(one: Expected, language: str) -> str:
    """For a card: 82.4 ±0.8 expected."""
    return t("overview.outlook.short", language, value=plain(one.value), half=plain(one.half))


def words(one: Expected, language: str) -> str:
    """In full: what is expected, how sure, and by which answers."""
    numbers = {"value": plain(one.value), "low": plain(one.low), "high": plain(one.high)}
    said = t("overview.outlook.words", language, day=one.through, **numbers)
    if one.probability is None:
        return said
    return said + t("overview.outlook.chance", language, chance=chance(one.probability))


def lines(one: Expected | None, language: str) -> list[str]:
    """The same as a line of a hint, none where nothing is expected."""
    return [words(one, language)] if one else []


def box(one: Expected, place: int, colours: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """Traces of a trend: the 95 % interval hatched, the expected figure across it."""
    left, right = place - WIDTH, place + WIDTH
    hatched = {
        "type": "scatter", "mode": "lines", "x": [left, right, right, left, left],
        "y": [round(y, 3) for y in (one.low, one.low, one.high, one.high, one.low)], "fill": "toself",
        "fillpattern": {"shape": "/", "size": 5, "solidity": 0.25, "fgcolor": colours["ink2"], "bgcolor": "rgba(0,0,0,0)"},
        "line": {"color": colours["ink2"], "width": 1, "dash": "dot"}, "hoverinfo": "skip",
    }  # fmt: skip
    middle = {
        "type": "scatter", "mode": "lines", "x": [left, right], "y": [round(one.value, 3)] * 2,
        "line": {"color": colours["ink"], "width": 2, "dash": "dot"}, "text": [words(one, language)] * 2, "hoverinfo": "text",
    }  # fmt: skip
    return [hatched, middle]

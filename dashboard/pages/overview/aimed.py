"""Targets beside the outcomes: what the plan in force asks of the period and whether it was met, drawn and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

import sql
from dashboard.context import Context
from dashboard.figures.numbers import plain
from dashboard.texts import t

KINDS = "mqy"
STATES = {1: "met", 0: "open", -1: "missed"}


@dataclass(frozen=True)
class Aim:
    """What is asked of an outcome by now, and how it stands: 1 met, -1 missed, 0 not proven."""

    target: float
    state: int

    @property
    def kind(self) -> str:
        return STATES[self.state]


def aims(connection: sa.Connection, context: Context) -> dict[str, Aim]:
    """By outcome, of the plan in force for the period; empty for days and weeks, and under today's tree."""
    if context.period.kind not in KINDS or context.today:
        return {}
    rows = sql.rows(
        connection, "dashboard/attained_outcomes", p=context.publication_id, area=context.area.area_id,
        period=context.period.kind, start=context.period.start,
    )  # fmt: skip
    return {row["indicator"]: Aim(row["target"], row["state"]) for row in rows}


def short(one: Aim, language: str) -> str:
    """For a card: target 82.8 · met."""
    return t("overview.aimed.short", language, target=plain(one.target), state=word(one, language))


def word(one: Aim, language: str) -> str:
    """Met, missed or not proven."""
    return t(f"overview.aimed.{one.kind}", language)


def lines(one: Aim | None, language: str) -> list[str]:
    """A line of a hint, none without a target."""
    return [short(one, language)] if one else []


def columns(one: Aim | None, language: str) -> tuple[float | None, str | None]:
    """Target and attainment as a table has them."""
    return (round(one.target, 2), word(one, language)) if one else (None, None)


def rule(one: Aim | None, colours: Mapping[str, str], last: float) -> list[dict[str, object]]:
    """The target across a trend's last period, outlined as targets are."""
    if one is None:
        return []
    line = {"color": colours["target"], "width": 2, "dash": "dash"}
    ends, level = [last - 0.42, last + 0.42], round(one.target, 3)
    return [{"type": "scatter", "mode": "lines", "x": ends, "y": [level] * 2, "hoverinfo": "skip", "line": line}]

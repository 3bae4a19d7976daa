"""How published plans stand: after each publication every area is judged on its targets, scored, and told its chance.

A job after the forecasts. Only periods that changed, run, or were never judged are judged; only rows that read differently are
written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql
from etl.domain import card, judged
from etl.domain.forecast import chance_of_meeting
from etl.domain.period import Period, containing
from etl.domain.phasing import Phases, asked, months_of
from etl.steps.stages import Tell

Floats = NDArray[np.float64]
ATTAINED = ("plan_id", "indicator_id", "area_id", "period", "start", "through", "baseline", "target", "actual", "low", "high",
            "n", "state", "score", "forecast", "chance")  # fmt: skip
SCORED = ("plan_id", "area_id", "part", "line_id", "period", "start", "score", "share")
CHANCE_DECIMALS = 4
CHANCES = ("area_id", "indicator_id", "period", "start", "target", "chance")


@dataclass(frozen=True)
class Plan:
    """A published plan as arrays [area, indicator], its months and what of each process goes with the outcomes."""

    number: int
    period: Period
    areas: NDArray[np.int64]
    ids: list[int]
    indicators: list[Mapping[str, Any]]
    lines: list[str]
    baseline: Floats
    target: Floats
    challenge: Floats
    phased: list[Phases]
    slope: Floats  # [indicator] points of all outcomes together that go with a unit
    spread: Floats  # [indicator], NaN of outcomes

    @property
    def direction(self) -> Floats:
        return np.array([one["direction"] for one in self.indicators], float)

    @property
    def outcome(self) -> NDArray[np.bool_]:
        return np.array([one["headline"] is not None for one in self.indicators])

    @property
    def weight(self) -> Floats:
        """[area, indicator] points of outcome a process is to bring; where nothing is lifted, those of a typical difference."""
        brought = self.slope * np.abs(np.nan_to_num(self.target - self.baseline))
        return np.where(brought.sum(axis=1, keepdims=True) > 0, brought, np.nan_to_num(self.slope * self.spread))


@dataclass(frozen=True)
class Policies:
    """Dated numbers of the card."""

    floor: float
    share: float


def attain_due(target: sa.Engine) -> datetime | None:
    """When the latest publication was made, or a plan came into force on it, if published plans were not judged on it yet."""
    with sql.begin(target) as connection:
        row = sql.one(connection, "etl/attain_due")
    return row["since"] if row else None


def judge(target: sa.Engine, tell: Tell | None = None) -> dict[str, Any]:
    """Judge published plans on the latest publication, unless it was done; what came of it in numbers."""
    with sql.begin(target.execution_options(isolation_level="REPEATABLE READ")) as connection:
        latest = sql.one(connection, "etl/attain_due")
        if latest is None:
            return {"publication": None, "attainments": 0}
        p = int(latest["publication_id"])
        sql.execute(connection, "etl/attain_workspace")
        for row in sql.rows(connection, "etl/attain_plans", day=latest["data_to"]):
            _judge_plan(connection, row, latest, tell)
        sql.execute(connection, "etl/attain_close", p=p)
        written = sql.execute(connection, "etl/attain_insert", p=p)
        sql.execute(connection, "etl/attain_cards_close", p=p)
        sql.execute(connection, "etl/attain_cards_insert", p=p)
        sql.execute(connection, "etl/attain_foretell", p=p)
        sql.execute(connection, "etl/attain_done", p=p)
    return {"publication": p, "attainments": written, "through": latest["data_to"].isoformat()}


def due_periods(plan: Period, through: date, changed: Iterable[date], known: set[Period]) -> list[Period]:
    """The months, quarters and the whole of a plan that have begun: running ones, changed ones, and those not judged yet."""
    touched = {containing(kind, month) for month in changed for kind in "mqy"}
    found = []
    for kind in dict.fromkeys(("m", "q", plan.kind)):
        at = containing(kind, plan.start)
        while at.start <= min(plan.end, through):
            if at.end >= through or at in touched or at not in known:
                found.append(at)
            at = at.shift(1)
    return found


def _judge_plan(connection: sa.Connection, row: Mapping[str, Any], latest: Mapping[str, Any], tell: Tell | None) -> None:
    plan = _read(connection, row)
    known = {Period(each["period"], each["start"]) for each in sql.rows(connection, "etl/attain_judged", plan=plan.number)}
    due = due_periods(plan.period, latest["data_to"], latest["months_changed"], known)
    policies = Policies(
        _policy(connection, "card_floor", latest["data_to"], card.FLOOR_BELOW),
        _policy(connection, "card_outcome_share", latest["data_to"], card.ALPHA_MAX),
    )
    for at, period in enumerate(due):
        if tell:
            tell(at, len(due), period.code())
        _judge_period(connection, plan, period, latest, policies)


def _policy(connection: sa.Connection, name: str, day: date, otherwise: float) -> float:
    found = sql.one(connection, "etl/plan_policy", policy=name, day=day)
    return float(found["value"]) if found else otherwise


def _read(connection: sa.Connection, row: Mapping[str, Any]) -> Plan:
    number = int(row["plan_id"])
    rows = sql.rows(connection, "etl/attain_targets", plan=number)
    known = {one["indicator_id"]: one for one in sql.rows(connection, "dashboard/indicators")}
    ids = sorted({each["indicator_id"] for each in rows})
    areas = np.unique(np.array([each["area_id"] for each in rows], np.int64))
    levels = [_dense(rows, areas, ids, name) for name in ("baseline", "target", "challenge")]
    months = sql.rows(connection, "etl/attain_months", plan=number)
    slope, spread = np.zeros(len(ids)), np.full(len(ids), np.nan)
    for each in sql.rows(connection, "etl/attain_drivers", plan=number):
        at = ids.index(each["process_id"])
        slope[at], spread[at] = slope[at] + each["slope"], each["spread"]
    return Plan(
        number, Period(row["period"], row["start"]), areas, ids, [known[each] for each in ids],
        sorted({known[each]["line_id"] for each in ids if known[each]["headline"] is None}), *levels,
        [_phases(months, each) for each in ids], slope, spread,
    )  # fmt: skip


def _phases(rows: Sequence[Mapping[str, Any]], indicator: int) -> Phases:
    mine = [row for row in rows if row["indicator_id"] == indicator]
    return Phases(
        tuple(row["month"] for row in mine), *(np.array([row[name] for row in mine]) for name in ("weight", "season", "ramp"))
    )


def _dense(rows: Sequence[Mapping[str, Any]], areas: NDArray[np.int64], ids: Sequence[int], name: str) -> Floats:
    """A column of rows as [area, indicator]; what is not among them is left out."""
    out = np.full((len(areas), len(ids)), np.nan)
    place = {each: at for at, each in enumerate(ids)}
    kept = [row for row in rows if row["indicator_id"] in place and row[name] is not None]
    found = np.array([row["area_id"] for row in kept], np.int64)
    at = np.minimum(np.searchsorted(areas, found), len(areas) - 1)
    column = np.array([place[row["indicator_id"]] for row in kept], np.intp)
    there = areas[at] == found
    out[at[there], column[there]] = np.array([row[name] for row in kept], float)[there]
    return out


def _judge_period(connection: sa.Connection, plan: Plan, period: Period, latest: Mapping[str, Any], policies: Policies) -> None:
    through = min(period.end, latest["data_to"])
    so_far = [month for month in months_of(period) if month <= through]
    wanted, whole = _asked(plan, so_far, policies), _asked(plan, months_of(period), policies)
    span = {"p": latest["publication_id"], "period": period.kind, "start": period.start}
    scores = sql.rows(connection, "etl/attain_scores", **span)
    actual = _actual(plan, scores, sql.rows(connection, "etl/plan_ratios", **span))
    made, state = judged.scores(actual, wanted, plan.direction)
    coming = sql.rows(connection, "etl/attain_forecasts", **span) if period.end > latest["data_to"] else []
    value, sd = (_dense(coming, plan.areas, plan.ids, name) for name in ("value", "sd"))
    chance = np.round(chance_of_meeting(value, sd, whole.target, 1), CHANCE_DECIMALS)
    rows = _rows(plan, period, through, wanted, actual, made, state, value, chance)
    sql.copy(connection, "attain_span", ("plan_id", "period", "start"), [(plan.number, period.kind, period.start)])
    sql.copy(connection, "attainment_new", ATTAINED, rows)
    sql.copy(connection, "attain_chance", CHANCES, _chances(plan, period, whole.target, chance))
    reliability = np.nanmean(_padded(_dense(scores, plan.areas, plan.ids, "reliability")), axis=1)
    line = np.array([plan.lines.index(one["line_id"]) if one["headline"] is None else -1 for one in plan.indicators])
    parts = judged.parts(made, plan.outcome, plan.weight, line, len(plan.lines), reliability, policies.share)
    sql.copy(connection, "card_new", SCORED, _scored(plan, period, parts))


def _padded(values: Floats) -> Floats:
    """A row without any value has reliability 0."""
    return np.column_stack([values, np.where(np.isnan(values).all(axis=1), 0.0, np.nan)])


def _asked(plan: Plan, months: Sequence[date], policies: Policies) -> judged.Asked:
    columns = range(len(plan.ids))
    base = [asked(plan.phased[at], plan.baseline[:, at], plan.baseline[:, at], months) for at in columns]
    aim = [asked(plan.phased[at], plan.baseline[:, at], plan.target[:, at], months) for at in columns]
    baseline, target = np.column_stack(base), np.column_stack(aim)
    below = np.where(plan.outcome, policies.floor, plan.spread)
    floor = judged.floors(baseline, target, plan.direction, below)
    return judged.Asked(baseline, target, target + (plan.challenge - plan.target), floor)


def _actual(plan: Plan, scores: Sequence[Mapping[str, Any]], ratios: Sequence[Mapping[str, Any]]) -> judged.Actual:
    value, low, high, n = (_dense(scores, plan.areas, plan.ids, name) for name in ("value", "low", "high", "n"))
    above, below = (_dense(ratios, plan.areas, plan.ids, name) for name in ("numerator", "denominator"))
    for at, one in enumerate(plan.indicators):
        if one["fact"] != "answer":
            made = judged.ratio(above[:, at], below[:, at], one["factor"], one["fact"], one["denominator"])
            value[:, at], low[:, at], high[:, at] = made
            n[:, at] = above[:, at] if one["denominator"] == judged.PER_HEAD else below[:, at]
    return judged.Actual(value, low, high, n)


def _rows(plan: Plan, period: Period, through: date, wanted: judged.Asked, actual: judged.Actual, made: Floats,
          state: NDArray[np.int64], value: Floats, chance: Floats) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    at, column = np.nonzero(np.isfinite(made))
    parts = (wanted.baseline, wanted.target, actual.value, actual.low, actual.high, actual.n, state, made)
    ids = np.array(plan.ids)
    for row in zip(
        ids[column].tolist(), plan.areas[at].tolist(), *(part[at, column].tolist() for part in parts),
        value[at, column].tolist(), chance[at, column].tolist(), strict=True,
    ):  # fmt: skip
        indicator, area, *figures, coming, likely = row
        known = (coming, likely) if likely == likely else (None, None)
        yield plan.number, indicator, area, period.kind, period.start, through, *figures, *known


def _chances(plan: Plan, period: Period, target: Floats, chance: Floats) -> Iterator[tuple[Any, ...]]:
    for at, column in zip(*np.nonzero(np.isfinite(chance)), strict=True):
        yield (int(plan.areas[at]), plan.ids[column], period.kind, period.start, float(target[at, column]),
               float(chance[at, column]))  # fmt: skip


def _scored(plan: Plan, period: Period, parts: judged.Parts) -> Iterator[tuple[Any, ...]]:
    for at, area in enumerate(plan.areas.tolist()):
        if not np.isfinite(parts.whole[at]):
            continue
        yield plan.number, area, "card", "", period.kind, period.start, float(parts.whole[at]), 1.0
        if np.isfinite(parts.outcome[at]):
            yield (plan.number, area, "outcome", "", period.kind, period.start, float(parts.outcome[at]),
                   float(parts.outcome_share[at]))  # fmt: skip
        for place, line in enumerate(plan.lines):
            if np.isfinite(parts.lines[at, place]):
                yield (plan.number, area, "line", line, period.kind, period.start, float(parts.lines[at, place]),
                       float(parts.line_share[at, place]))  # fmt: skip

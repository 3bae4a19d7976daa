"""What goes with what, estimated on the latest publication: individual answers joined to the same customer's perceptions, and
process indicators by area. Run monthly by a job, or asked for; results stand in ``driver_effect``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

import sql
from etl.domain import driver_areas, driver_curve, driver_panel
from etl.steps import driver_reads
from etl.steps.driver_by_area import by_area, measured
from etl.steps.driver_individual import individual
from etl.steps.driver_scope import Driven, Scope
from etl.steps.stages import Tell

Key = tuple[int, int, str]  # outcome, driver, evidence


def estimate_drivers(target: sa.Engine, tell: Tell | None = None) -> dict[str, Any]:
    """Estimate every tree's drivers on the latest publication and keep them; what came of it in numbers."""
    with sql.begin(target.execution_options(isolation_level="REPEATABLE READ")) as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        published = sql.one(connection, "etl/latest_publication")
        span = driver_reads.window(published["data_from"], published["data_to"]) if published else None
        if published is None or span is None:
            return {"publication": None, "effects": 0, "proven": 0}
        indicators = sql.rows(connection, "dashboard/indicators")
        counts = np.zeros(2, int)
        for row in sql.rows(connection, "etl/drivers_roots", day=span.last_day):
            found = driver_reads.areas(connection, row["area_id"], span.last_day)
            scope = Scope(row["area_id"], published["publication_id"], span, found, indicators)
            counts += _keep(connection, scope, _effects(connection, scope, tell))
    return {"publication": published["publication_id"], "effects": int(counts[0]), "proven": int(counts[1]),
            "first_month": span.months[0].isoformat()[:7], "last_month": span.months[-1].isoformat()[:7]}  # fmt: skip


def drivers_due(target: sa.Engine) -> bool:
    """Whether a complete month is published that no estimate reaches yet."""
    with sql.begin(target) as connection:
        row = sql.one(connection, "etl/drivers_due")
    return bool(row and row["due"])


def _effects(connection: sa.Connection, scope: Scope, tell: Tell | None) -> list[Driven]:
    if not len(scope.areas.counties):
        return []
    steps = len(scope.targets) + 1

    def told(done: int, step: str) -> None:
        if tell:
            tell(done, steps, step)

    told(0, "answers")
    readings = measured(connection, scope)
    found = individual(connection, scope, readings.spreads)
    return [*found, *(by_area(connection, scope, readings, told) if readings.drivers else [])]


def _keep(connection: sa.Connection, scope: Scope, found: Sequence[Driven]) -> tuple[int, int]:
    """Write the rows; how many, and how many of those shown first are proven."""
    chosen, proven = _judged(found)
    sql.execute(connection, "etl/drivers_close", root=scope.root, p=scope.publication)
    sql.copy(connection, "driver_effect", COLUMNS, [_row(scope, one, _key(one) in chosen, _key(one) in proven) for one in found])
    return len(found), len(chosen & proven)


def _key(one: Driven) -> Key:
    return one.outcome, one.effect.driver, one.effect.evidence


def _judged(found: Sequence[Driven]) -> tuple[set[Key], set[Key]]:
    """Which evidence is shown first, and what is proven: among all drivers of one outcome and kind of evidence at once."""
    chosen: set[Key] = set()
    proven: set[Key] = set()
    for outcome in {one.outcome for one in found}:
        effects = [one.effect for one in found if one.outcome == outcome]
        first = driver_areas.chosen([one for one in effects if one.evidence != "individual"])
        first.update({one.driver: one for one in effects if one.evidence == "individual"})
        chosen |= {(outcome, one.driver, one.evidence) for one in first.values()}
        for evidence in {one.evidence for one in effects}:
            alike = [one for one in effects if one.evidence == evidence]
            holds = driver_panel.proven([one.p for one in alike])
            proven |= {(outcome, one.driver, evidence) for one, held in zip(alike, holds, strict=True)
                       if held and (one.low > 0 or one.high < 0)}  # fmt: skip
    return chosen, proven


COLUMNS = (
    "area_id", "outcome_id", "driver_id", "evidence", "level", "lag", "lags", "lags_se", "slope", "se", "low", "high", "p",
    "differing", "n", "clusters", "importance", "importance_low", "importance_high", "method", "r2", "spread", "seen_low",
    "seen_high", "base", "ceiling", "kappa", "kappa_low", "kappa_high", "proven", "chosen", "first_month", "last_month",
    "first_pub",
)  # fmt: skip


def _row(scope: Scope, one: Driven, chosen: bool, proven: bool) -> tuple[Any, ...]:
    """A row in the order of :data:`COLUMNS`; slopes turned towards the driver's better side."""
    effect, turn = one.effect, one.direction
    low, high = sorted((turn * effect.low, turn * effect.high))
    return (
        scope.root, one.outcome, effect.driver, effect.evidence, one.level, effect.lag,
        [turn * each for each in effect.lags] or None, list(effect.lags_se) or None, turn * effect.slope, effect.se, low, high,
        effect.p, effect.differing, effect.n, effect.clusters, *(effect.share or (None, None, None)), effect.method, effect.r2,
        one.spread.sd, one.spread.low, one.spread.high, *_curve(one, turn * effect.slope, low, high, proven),
        proven, chosen, scope.span.months[0], scope.span.months[-1], scope.publication,
    )  # fmt: skip


def _curve(one: Driven, slope: float, low: float, high: float, proven: bool) -> tuple[float | None, ...]:
    """Base, ceiling and κ with its interval, where a gain is proven."""
    if one.base is None:
        return (None, None, None, None, None)
    if not proven or slope <= 0 or one.base >= driver_curve.CEILING:
        return (float(one.base), driver_curve.CEILING, None, None, None)
    curve = driver_curve.from_slope(slope, low, high, float(one.base))
    return (curve.base, curve.ceiling, curve.kappa, curve.low, curve.high)

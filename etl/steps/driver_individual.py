"""The best evidence there is: each answer beside what the same customer perceived in the days before, and how the customer's own
complaint ended; differences within a county and month only, the kind of customer and survey mode held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import sqlalchemy as sa

from etl.domain import driver_pairs
from etl.domain.driver_areas import Effect
from etl.steps import driver_reads
from etl.steps.driver_scope import SEED, Driven, Floats, Indicator, Scope, Spread

DRAWS = 500
OWN_COMPLAINT = ("resolved", "closed_in_time")  # numerators that one complaint alone can answer: yes 100, no 0


def individual(connection: sa.Connection, scope: Scope, spreads: Mapping[int, Spread]) -> list[Driven]:
    """Headline outcomes on perceptions, and on own complaints; ``spreads`` of process indicators between areas."""
    outcomes, perceptions = scope.outcomes, scope.of("perception")
    complaints = [one for one in scope.indicators if one["fact"] == "complaint" and one["numerator"] in OWN_COMPLAINT]
    items = [*outcomes, *perceptions, *complaints]
    sums, means = pair_sums(connection, scope, [one["indicator_id"] for one in items])
    first, last = len(outcomes), len(outcomes) + len(perceptions)
    known = {**spreads, **_between(connection, scope, perceptions)}
    return [
        Driven(outcome["indicator_id"], effect, None, driver["direction"], known[effect.driver], means[at])
        for at, outcome in enumerate(outcomes)
        for family in (range(first, last), range(last, len(items)))
        for driver, effect in _weighed(sums, at, family, items)
        if effect.driver in known
    ]


def pair_sums(
    connection: sa.Connection, scope: Scope, items: Sequence[int]
) -> tuple[driver_pairs.PairSums, Floats]:
    """Sums of products within county and month, the answer's traits held; and the mean of each item."""
    counties = scope.areas.counties
    connection.exec_driver_sql("SET LOCAL enable_nestloop = off")  # of facts just loaded the planner knows nothing
    sums = driver_pairs.PairSums.empty(len(counties), len(items))
    total, count = np.zeros(len(items)), np.zeros(len(items))
    for month in driver_reads.answers(connection, scope.root, counties, items, scope.span):
        if len(month.values):
            sums.add(driver_pairs.adjusted(month.values, month.traits), month.county, np.arange(len(counties)))
            total, count = total + np.nansum(month.values, axis=0), count + np.isfinite(month.values).sum(axis=0)
    connection.exec_driver_sql("SET LOCAL enable_nestloop = on")
    return sums, total / np.maximum(count, 1)


def _weighed(
    sums: driver_pairs.PairSums, outcome: int, family: Sequence[int], items: Sequence[Indicator]
) -> list[tuple[Indicator, Effect]]:
    """One outcome's drivers of a family, those asked often enough together."""
    narrow = sums.of([outcome, *family])
    chosen = driver_pairs.together(narrow)
    if not chosen:
        return []
    try:
        found = driver_pairs.weigh(narrow.of([0, *chosen]), np.random.default_rng([SEED, outcome]), DRAWS)
    except ValueError:  # too few counties answered
        return []
    drivers = [items[family[one - 1]] for one in chosen]
    return [(driver, _effect(found, at, driver["indicator_id"])) for at, driver in enumerate(drivers)]


def _effect(found: driver_pairs.Weights, at: int, driver: int) -> Effect:
    shares = (found.importance, found.importance_low, found.importance_high)
    return Effect(
        driver, "individual", *(float(part[at]) for part in (found.slope, found.se, found.low, found.high, found.p)),
        int(found.n[at]), found.clusters, method=found.method, r2=found.r2,
        share=(float(shares[0][at]), float(shares[1][at]), float(shares[2][at])),
    )  # fmt: skip


def _between(connection: sa.Connection, scope: Scope, perceptions: Sequence[Indicator]) -> dict[int, Spread]:
    """How much counties' scores differ over the window, beyond what sampling makes of them."""
    ids = [one["indicator_id"] for one in perceptions]
    if not ids:
        return {}
    found = driver_reads.grid_scores(connection, scope.publication, scope.areas.counties, ids, scope.span)
    out = {}
    for at, one in enumerate(ids):
        there = found.n_eff[at] >= 1
        if there.sum() > 1:
            values = found.mean[at][there]
            noise = float(np.mean(found.variance[at] / found.n_eff[at][there]))
            out[one] = Spread.of(values, float(np.sqrt(max(values.var(ddof=1) - noise, 0.0))))
    return out

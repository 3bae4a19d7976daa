"""Process indicators and what goes with them, from published sums by county and month and, where measured there, by grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from etl.domain import driver_areas
from etl.domain.area import Level
from etl.domain.driver_areas import LAGS, Effect, Months, Places
from etl.steps import driver_reads
from etl.steps.driver_reads import Scores
from etl.steps.driver_scope import SEED, Driven, Floats, Indicator, Scope, Spread, renamed

Told = Callable[[int, str], None]


@dataclass(frozen=True)
class Measured:
    """Process indicators with their readings ``x`` [driver, county, month]: ``coarse`` ones are those of the area above;
    ``fine`` [driver, grid] over the window, for those measured in grids."""

    drivers: Sequence[Indicator]
    x: Floats
    coarse: NDArray[np.bool_]
    fine: Floats
    in_grids: NDArray[np.bool_]

    @property
    def spreads(self) -> dict[int, Spread]:
        """Between counties' means over the window, and the range of single months."""
        out = {}
        for driver, x in zip(self.drivers, self.x, strict=True):
            usual = np.array([np.nanmean(one) for one in x[:, LAGS:] if np.isfinite(one).any()])
            if len(usual) > 1:
                out[driver["indicator_id"]] = Spread.of(x, float(usual.std(ddof=1)))
        return out


def measured(connection: sa.Connection, scope: Scope) -> Measured:
    """All process indicators' readings; where counties have none of their own, those of the area above stand for them."""
    drivers = scope.of("process")
    factors = {one["indicator_id"]: one["factor"] for one in drivers}
    months = [*scope.span.before, *scope.span.months]
    areas, p = scope.areas, scope.publication
    own = driver_reads.ratios(connection, p, areas.counties, factors, months)
    above = np.unique(areas.parents)
    upper = driver_reads.ratios(connection, p, above, factors, months)[:, np.searchsorted(above, areas.parents)]
    coarse = (_known(own) < driver_reads.COVERED) & (_known(upper) >= driver_reads.COVERED)
    fine = driver_reads.grid_ratios(connection, p, areas.grids, factors, scope.span)
    counters = np.array([one["fact"] == "process" for one in drivers], bool)  # a grid's complaints are too few to compare
    return Measured(
        drivers, np.where(coarse[:, None, None], upper, own), coarse, fine, counters & (_known(fine) >= driver_reads.COVERED)
    )


def _known(x: Floats) -> Floats:
    """Share of cells with a reading, by driver."""
    return np.isfinite(x).reshape(len(x), -1).mean(axis=1) if x.size else np.zeros(len(x))


def by_area(connection: sa.Connection, scope: Scope, rows: Measured, told: Told) -> list[Driven]:
    """Outcomes and perceptions on process indicators."""
    ids = [one["indicator_id"] for one in scope.targets]
    monthly = driver_reads.scores(connection, scope.publication, scope.areas.counties, ids, scope.span.months)
    grids = driver_reads.grid_scores(connection, scope.publication, scope.areas.grids, ids, scope.span)
    spreads, out = rows.spreads, []
    for at, target in enumerate(scope.targets):
        told(at + 1, target["code"])
        answered = np.nan_to_num(monthly.n_eff[at])
        base = float(np.nansum(monthly.mean[at] * answered) / max(answered.sum(), 1e-9))
        for effect in _target(at, target, scope, rows, monthly, grids):
            driver = rows.drivers[effect.driver]
            if driver["indicator_id"] in spreads:
                out.append(Driven(target["indicator_id"], renamed(effect, driver["indicator_id"]), int(_level(effect, rows)),
                                  driver["direction"], spreads[driver["indicator_id"]],
                                  base if target["headline"] is not None else None))  # fmt: skip
    return out


def _target(at: int, target: Indicator, scope: Scope, rows: Measured, monthly: Scores, grids: Scores) -> list[Effect]:
    """All evidence on one outcome or perception, drivers numbered as in ``rows``."""
    fits = np.array([_fits(one, target) for one in rows.drivers], bool)
    rng = np.random.default_rng([SEED, 1, at])
    months = Months(monthly.mean[at], monthly.n_eff[at], rows.x[fits], scope.areas.parents, rows.coarse[fits])
    found = _renumbered(driver_areas.by_months(months, rng), np.flatnonzero(fits))
    fine = np.flatnonzero(fits & rows.in_grids)
    if not len(fine):
        return found
    places = Places(grids.mean[at], grids.n_eff[at], rows.fine[fine], scope.areas.homes,
                    scope.areas.urban[:, None].astype(float), float(grids.variance[at]))  # fmt: skip
    by_grid = _renumbered(driver_areas.by_places(places, rng), fine)
    return [one for one in found if one.evidence == "panel" or not rows.in_grids[one.driver]] + by_grid


def _fits(driver: Indicator, target: Indicator) -> bool:
    """Whether both may speak of one business."""
    return None in (driver["business"], target["business"]) or driver["business"] == target["business"]


def _renumbered(effects: Sequence[Effect], places: NDArray[np.integer]) -> list[Effect]:
    return [renamed(one, int(places[one.driver])) for one in effects]


def _level(effect: Effect, rows: Measured) -> Level:
    if rows.coarse[effect.driver]:
        return Level.CITY
    return Level.GRID if rows.in_grids[effect.driver] and effect.evidence == "mixed" else Level.COUNTY

"""Process indicators and what goes with them, area by area: the same questions asked of three sets of rows.

*Panel*: area-months, each area compared with itself, lags added up. *Mixed*: the same area-months, areas of one parent compared
with each other too, slopes free to differ; or the finest areas over the whole window where a driver is measured there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from etl.domain import driver_mixed, driver_pairs, driver_panel
from etl.domain.driver_pairs import PairSums, Weights

LAGS = 3  # months looked back
LEAST_ROWS = 100
LEAST_GROUPS = 30  # areas: with fewer a mixed model's intervals hold the truth too seldom
LEAST_KNOWN = 0.8  # share of area-months a driver must have readings for
MONTH_KNOWN = 0.5  # share of readings from which a month counts as measured
LEAST_SHARE_DRAWS = 200
MOST_FOR_LMG = 9  # of area rows, that many times drawn

Floats = NDArray[np.float64]
Whole = NDArray[np.integer]


@dataclass(frozen=True)
class Months:
    """An outcome ``y`` [area, month] with the answers' effective number, drivers ``x`` [driver, area, month] (NaN: no reading),
    each area's ``parent`` and which drivers are ``coarse``: measured for the parent only. The first :data:`LAGS` months of
    ``x`` lie before those of ``y``."""

    y: Floats
    n_eff: Floats
    x: Floats
    parent: Whole
    coarse: NDArray[np.bool_]


@dataclass(frozen=True)
class Places:
    """The finest areas over the whole window: ``y``, ``n_eff``, drivers ``x`` [driver, place], ``group`` (the area above),
    ``traits`` [place, k] to hold, and ``variance`` of one answer."""

    y: Floats
    n_eff: Floats
    x: Floats
    group: Whole
    traits: Floats
    variance: float


@dataclass(frozen=True)
class Effect:
    """One driver's slope by one kind of evidence, in units of the outcome per unit of the driver as it is measured."""

    driver: int
    evidence: str
    slope: float
    se: float
    low: float
    high: float
    p: float
    n: int
    clusters: int
    lag: int | None = None
    lags: tuple[float, ...] = ()
    lags_se: tuple[float, ...] = ()
    differing: float | None = None
    share: tuple[float, float, float] | None = None  # of R², with its interval
    method: str | None = None
    r2: float | None = None


@dataclass(frozen=True)
class _Rows:
    """Area-months without gaps: drivers now and lagged, ``[row, driver, lag]``."""

    y: Floats
    x: Floats
    area: Whole
    month: Whole
    weight: Floats
    drivers: Whole = field(repr=False)


def usable(x: Floats) -> NDArray[np.integer]:
    """Drivers that have readings in :data:`LEAST_KNOWN` of the outcome's area-months and are not the same everywhere."""
    known = np.isfinite(x[:, :, LAGS:]).mean(axis=(1, 2)) >= LEAST_KNOWN
    with np.errstate(invalid="ignore"):
        varies = np.array([np.nanstd(one) > 0 if np.isfinite(one).any() else False for one in x], bool)
    return np.flatnonzero(known & varies)


def filled(x: Floats) -> Floats:
    """Gaps take the area's own mean (no departure from it), an area without any reading the mean of all. A month that most
    readings are missing of (before the data begin) stays a gap."""
    there = np.isfinite(x)
    values, counts = np.where(there, x, 0.0), there.sum(axis=2, keepdims=True)
    own = values.sum(axis=2, keepdims=True) / np.maximum(counts, 1)
    overall = values.sum(axis=(1, 2), keepdims=True) / np.maximum(there.sum(axis=(1, 2), keepdims=True), 1)
    out = np.where(there, x, np.where(counts > 0, own, overall))
    known = there.sum(axis=(0, 1)) >= MONTH_KNOWN * max(x.shape[0] * x.shape[1], 1)
    return np.where(known, out, np.nan)


def _rows(months: Months) -> _Rows | None:
    drivers = usable(months.x)
    past = driver_panel.lagged(np.moveaxis(filled(months.x[drivers]), 0, 2), LAGS)[:, -months.y.shape[1] :]
    there = np.isfinite(months.y) & (months.n_eff > 0) & np.isfinite(past).all(axis=(2, 3))
    if not len(drivers) or there.sum() < max(LEAST_ROWS, 3 * len(drivers) * (LAGS + 1)):
        return None
    area, month = np.nonzero(there)
    return _Rows(months.y[there], past[there], area, month, months.n_eff[there], drivers)


def by_months(months: Months, generator: np.random.Generator, draws: int = LEAST_SHARE_DRAWS) -> list[Effect]:
    """Panel evidence for every usable driver, and mixed evidence for those measured in the areas themselves."""
    rows = _rows(months)
    if rows is None:
        return []
    coarse = months.coarse[rows.drivers]
    shares = _shares(rows, months.parent, coarse, generator, draws)
    found = _panel(rows, months, coarse, shares)
    if len(np.unique(rows.area)) >= LEAST_GROUPS:
        mixed = {int(at): _mixed(rows, months.parent, int(at)) for at in np.flatnonzero(~coarse)}
        found += [_with_share(one, shares.get(at)) for at, one in mixed.items() if one]
    return found


def _panel(rows: _Rows, months: Months, coarse: NDArray[np.bool_], shares: dict[int, tuple[Weights, int]]) -> list[Effect]:
    """Each area and month compared with itself; errors clustered by the areas the driver is measured in."""
    wide = rows.x.reshape(len(rows.y), -1)
    clusters = {False: rows.area, True: months.parent[rows.area]}
    fits = {kind: driver_panel.regress(rows.y, wide, rows.area, rows.month, rows.weight, clusters[kind])
            for kind in sorted(set(coarse.tolist()))}  # fmt: skip
    return [_effect(rows, at, fits[bool(coarse[at])], shares.get(at)) for at in range(len(rows.drivers))]


def _effect(rows: _Rows, at: int, fit: driver_panel.Regression, share: tuple[Weights, int] | None) -> Effect:
    width = LAGS + 1
    picks = np.zeros((width, len(fit.beta)))
    picks[np.arange(width), at * width + np.arange(width)] = 1
    whole, each = driver_panel.combine(fit, picks.sum(axis=0)), [driver_panel.combine(fit, pick) for pick in picks]
    strongest = int(np.argmax([abs(one.value) / one.se if one.se > 0 else 0 for one in each]))
    effect = Effect(
        int(rows.drivers[at]), "panel", whole.value, whole.se, whole.low, whole.high, whole.p, fit.n, fit.clusters,
        strongest, tuple(one.value for one in each), tuple(one.se for one in each),
    )  # fmt: skip
    return _with_share(effect, share)


def _with_share(effect: Effect, share: tuple[Weights, int] | None) -> Effect:
    if share is None:
        return effect
    weights, at = share
    three = (float(weights.importance[at]), float(weights.importance_low[at]), float(weights.importance_high[at]))
    return Effect(**{**vars(effect), "share": three, "method": weights.method, "r2": weights.r2})


def _mixed(rows: _Rows, parent: Whole, at: int) -> Effect | None:
    """Areas of one parent compared with each other and with themselves, months held; slopes free to differ by area."""
    above = _dummies(parent[rows.area])
    level, held = rows.x.mean(axis=2), np.column_stack([_dummies(rows.month), above])
    spent = above.shape[1] + _lasting(np.delete(level, at, axis=1), rows.area)
    return _slope(rows.y, level, at, int(rows.drivers[at]), held, rows.area, rows.weight, spent)


def _lasting(x: Floats, group: Whole) -> float:
    """How many columns' worth of differences between groups there are: the sum of the columns' shares of it."""
    _, at = np.unique(group, return_inverse=True)
    count = np.bincount(at)
    means = np.column_stack([np.bincount(at, column) / count for column in x.T]) if x.shape[1] else np.zeros((len(count), 0))
    total = np.maximum(x.var(axis=0), 1e-300)
    return float(np.minimum(means[at].var(axis=0) / total, 1.0).sum())


def _slope(
    y: Floats, x: Floats, at: int, driver: int, held: Floats, group: Whole, weight: Floats, spent: float = 0.0
) -> Effect | None:
    try:
        found = driver_mixed.slope(y, x, at, held, group, weight, spent=spent)
    except (ValueError, np.linalg.LinAlgError):  # nothing of the driver is left, or the groups tell nothing
        return None
    return Effect(driver, "mixed", found.value, found.se, found.low, found.high, found.p, found.n, found.groups,
                  differing=found.differing)  # fmt: skip


def by_places(places: Places, generator: np.random.Generator, draws: int = LEAST_SHARE_DRAWS) -> list[Effect]:
    """Mixed evidence from the finest areas: those of one area above compared with each other, slopes free to differ between."""
    there = np.isfinite(places.y) & (places.n_eff > 0) & np.isfinite(places.x).all(axis=0)
    if there.sum() < LEAST_ROWS or len(np.unique(places.group[there])) < LEAST_GROUPS:
        return []
    y, x, group, n_eff = places.y[there], places.x[:, there].T, places.group[there], places.n_eff[there]
    held = np.column_stack([_dummies(group), places.traits[there]])
    weight = _precision(y, x, held, n_eff, places.variance)
    shares = _share(y, x, held, group, weight, generator, draws)
    found = [_slope(y, x, at, at, held, group, weight) for at in range(x.shape[1])]
    return [_with_share(one, (shares, one.driver) if shares else None) for one in found if one]


def _precision(y: Floats, x: Floats, held: Floats, n_eff: Floats, variance: float) -> Floats:
    """1/(between + variance/n): what places differ by beyond sampling is found by moments from a first fit."""
    left, _ = driver_mixed.held(y, np.column_stack([y, x]), 0, held, n_eff)
    between = max((float((n_eff * left**2).mean()) - variance) / float(n_eff.mean()), 0.0)
    return np.asarray(1 / (between + variance / n_eff))


def _shares(rows: _Rows, parent: Whole, coarse: NDArray[np.bool_], generator: np.random.Generator, draws: int
            ) -> dict[int, tuple[Weights, int]]:  # fmt: skip
    """Shares of R² among drivers measured alike, months and parents held (coarse ones: months only)."""
    out: dict[int, tuple[Weights, int]] = {}
    level = rows.x.mean(axis=2)
    for kind in (False, True):
        at = np.flatnonzero(coarse == kind)
        held = _dummies(rows.month) if kind else np.column_stack([_dummies(rows.month), _dummies(parent[rows.area])])
        cluster = parent[rows.area] if kind else rows.area
        weights = _share(rows.y, level[:, at], held, cluster, rows.weight, generator, draws) if len(at) else None
        out.update({int(one): (weights, place) for place, one in enumerate(at)} if weights else {})
    return out


def _share(y: Floats, x: Floats, held: Floats, cluster: Whole, weight: Floats, generator: np.random.Generator, draws: int
           ) -> Weights | None:  # fmt: skip
    """LMG or Johnson shares of what is left of ``y`` and the drivers once ``held`` is regressed out; clusters drawn."""
    both = np.column_stack([y, x])
    left = np.column_stack([driver_mixed.held(one, one[:, None], 0, held, weight)[0] for one in both.T])
    _, at = np.unique(cluster, return_inverse=True)
    size, wide = at.max() + 1, left.shape[1]
    products = np.empty((size, wide, wide))
    for i in range(wide):
        for j in range(wide):
            products[:, i, j] = np.bincount(at, weight * left[:, i] * left[:, j], size)
    total = np.broadcast_to(np.bincount(at, weight, size)[:, None, None], products.shape)
    counts = np.broadcast_to(np.bincount(at, minlength=size).astype(float)[:, None, None], products.shape)
    try:
        return driver_pairs.weigh(PairSums(products, total, counts), generator, draws, MOST_FOR_LMG)
    except (ValueError, np.linalg.LinAlgError):  # a driver that does not vary here, too few clusters
        return None


def _dummies(values: Whole) -> Floats:
    kinds = np.unique(values)
    return (values[:, None] == kinds[1:]).astype(float)


def chosen(effects: Sequence[Effect]) -> dict[int, Effect]:
    """The evidence shown first for each driver: the mixed slope unless the panel contradicts it (Hausman's test), else the panel.

    The mixed one also compares areas with each other and is mostly far more precise; what lasts in an area unmeasured may
    colour it, which the comparison of an area with itself would show. Source: Hausman (1978).
    """
    panel = {one.driver: one for one in effects if one.evidence == "panel"}
    mixed = {one.driver: one for one in effects if one.evidence == "mixed"}
    return {driver: mixed[driver] if driver in mixed and _agree(mixed[driver], panel.get(driver)) else panel[driver]
            for driver in sorted(panel.keys() | mixed.keys()) if driver in panel or driver in mixed}  # fmt: skip


def _agree(mixed: Effect, panel: Effect | None) -> bool:
    if panel is None:
        return True
    return mixed.se < panel.se and abs(panel.slope - mixed.slope) <= 1.96 * float(np.sqrt(panel.se**2 - mixed.se**2))

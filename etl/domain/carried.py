"""Who carries a change of a mean: each part's share of it with an interval, what moved the whole taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from etl.domain.estimate import CONFIDENCE

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """Sums of the parts [part] over a stretch of time: weight, weighted scores, effective answers."""

    weight: Floats
    total: Floats
    n_eff: Floats

    @property
    def mean(self) -> Floats:
        return np.divide(self.total, self.weight, out=np.full(self.weight.shape, np.nan), where=self.weight > 0)


@dataclass(frozen=True)
class Carried:
    """[part]: points of the whole's change, its interval and the part's own change; NaN where a side has no answers."""

    contribution: Floats
    low: Floats
    high: Floats
    change: Floats

    def strongest(self, direction: float, most: int) -> list[int]:
        """Parts whose interval lies on the bad side, the heaviest first."""
        bad = self.high < 0 if direction > 0 else self.low > 0
        order = np.argsort(np.where(bad, direction * self.contribution, np.inf))
        return [int(part) for part in order[:most] if bad[part]]


def carried(before: Stretch, now: Stretch, variance: ArrayLike, movement: float = 0.0) -> Carried:
    """Mean share times own change less ``movement`` (what moved everybody); ``variance`` of one answer [part].

    Source: the symmetric (Marshall-Edgeworth) split, as in :func:`etl.domain.contribution.decompose`.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (before.weight / before.weight.sum() + now.weight / now.weight.sum()) / 2
        change = now.mean - before.mean
        error = share * np.sqrt(np.asarray(variance, float) * (1 / before.n_eff + 1 / now.n_eff))
    part = share * (change - movement)
    half = norm.ppf(0.5 + CONFIDENCE / 2) * error
    return Carried(part, part - half, part + half, change)

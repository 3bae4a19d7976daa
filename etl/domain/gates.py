"""Gates over a whole history: which periods of which areas may not be compared, because other people answered.

Volume is held against the three periods before (a survey that grew is compared again once it has settled); a mix against the
twelve periods that the charts of the time have as their baseline. Rules by :mod:`etl.domain.gate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.domain.area import Level
from etl.domain.charts import RENEWED
from etl.domain.detect import BASELINE_PERIODS, LEAST_PERIODS
from etl.domain.gate import MIX, Mix, mix, volume_closed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

USUAL_VOLUME = 3  # periods


@dataclass(frozen=True)
class Cut:
    """Answers by the values of one cut: ``n`` and ``mean`` [area, period, value]; NaN where no mean may be told."""

    name: str
    values: tuple[str, ...]
    n: Floats
    mean: Floats

    @property
    def told(self) -> Floats:
        """The answers whose mean may be told."""
        return np.where(np.isfinite(self.mean), self.n, 0.0)


def usual_volume(n: Floats) -> Floats:
    """The mean number of answers of the periods before each, [area, period]; 0 where fewer than three are known."""
    out = np.zeros(n.shape)
    for at in range(USUAL_VOLUME, n.shape[1]):
        out[:, at] = n[:, at - USUAL_VOLUME : at].mean(axis=1)
    return out


def volume_gate(n: Floats) -> Bools:
    """[area, period]: whether the number of answers left what was usual; n 0 is no data and closes nothing."""
    return volume_closed(usual_volume(n), n) & (n > 0)


def reference(at: int) -> slice:
    """The periods that a mix of period ``at`` is compared with."""
    if at <= BASELINE_PERIODS:
        return slice(0, at)
    origin = at - (at - BASELINE_PERIODS) % RENEWED
    return slice(origin - BASELINE_PERIODS, origin)


def mix_at(cut: Cut, variance: Floats, at: int) -> Mix | None:
    """The cut's mix in period ``at`` of every area; ``variance`` of one answer [area]. ``None`` with too little past."""
    before = reference(at)
    if before.stop - before.start < LEAST_PERIODS:
        return None
    n, told = cut.n[:, before].sum(axis=1), cut.told[:, before]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (told * np.nan_to_num(cut.mean[:, before])).sum(axis=1) / told.sum(axis=1)
    return mix(n, cut.n[:, at], mean, cut.mean[:, at], variance)


def mixes_closed(cuts: Sequence[Cut], shape: tuple[int, int]) -> Bools:
    """[area, period]: whether the mix of any cut moved too far."""
    out, unknown = np.zeros(shape, bool), np.full(shape[0], np.nan)
    for cut in cuts:
        for at in range(LEAST_PERIODS, shape[1]):
            seen = mix_at(cut, unknown, at)
            if seen is not None:
                out[:, at] |= seen.closed
    return out


def upper(level: NDArray[np.int64]) -> NDArray[np.intp]:
    """The areas whose answers are kept by cut, by number: down to counties."""
    return np.flatnonzero(level < Level.GRID)


def closed_by(n: Floats, cuts: Sequence[Cut], parent: NDArray[np.int64], level: NDArray[np.int64]) -> Bools:
    """[area, period]: which readings no chart may take. Cuts are of the :func:`upper` areas.

    A grid shares its county's mix, and an area much of whose answers come from such areas shares their fate.
    """
    mixed, kept = np.zeros(n.shape, bool), upper(level)
    mixed[kept] = mixes_closed(cuts, (len(kept), n.shape[1]))
    grids = (level == Level.GRID) & (parent >= 0)
    mixed[grids] = mixed[parent[grids]]
    return _from_below(volume_gate(n) | mixed, n, parent, level)


def _from_below(closed: Bools, n: Floats, parent: NDArray[np.int64], level: NDArray[np.int64]) -> Bools:
    """Counties, then cities, then all above: closed too where more than a fifth of the answers are of children that are."""
    for height in (Level.COUNTY, Level.CITY, Level.PROVINCE):
        children = np.flatnonzero((level == height) & (parent >= 0))
        doubtful = np.zeros(n.shape)
        np.add.at(doubtful, parent[children], np.where(closed[children], n[children], 0.0))
        closed = closed | (doubtful > MIX * np.maximum(n, 1.0))
    return closed

"""Everything that is said of an indicator's areas: windows, direct and shrunken values, benchmarks, ranks, funnel flags.

One indicator at a time, all areas and periods at once in dense arrays [area, period]. An area is shrunk towards its parent by
the areas of its level in the same window; benchmarks go from the root down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from etl.domain import funnel
from etl.domain.estimate import CONFIDENCE, HIDDEN_BELOW, UNRANKED_BELOW, Estimate, mean_interval, n_eff
from etl.domain.small_area import Shrunken, benchmark, pooled_variance, shrink

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Sums:
    """n, Σw, Σw², Σwx and Σwx² [area, period]; 0 where nobody answered."""

    n: Floats
    sw: Floats
    sw2: Floats
    swx: Floats
    swx2: Floats

    def over(self, window: int, first: int) -> Sums:
        """The sums of so many periods ending with each from ``first`` on."""
        return Sums(*(_trailing(getattr(self, part.name), window, first) for part in fields(self)))

    def take(self, rows: Any) -> Sums:
        return Sums(*(getattr(self, part.name)[rows] for part in fields(self)))

    @property
    def n_eff(self) -> Floats:
        return np.minimum(n_eff(self.sw, self.sw2), self.n)

    @property
    def mean(self) -> Floats:
        return np.divide(self.swx, self.sw, out=np.full(self.sw.shape, np.nan), where=self.sw > 0)


@dataclass(frozen=True)
class Kin:
    """The areas: ``level`` [area]; [area, period] ``parent`` by number (−1: none) and ``ranked`` (not unknown or ended ones)."""

    level: Ints
    parent: Ints
    ranked: Flags


@dataclass(frozen=True)
class AreaEstimates:
    """What is said of each area and period, [area, period]; NaN (0 for whole numbers) where nobody answered in any window.

    What is displayed: ``direct`` is of ``window`` periods, the fewest that may be shown; ``shrunken`` of the same, with its
    MSE. What is weighed: of ``proof_window`` periods, the fewest with n_eff ≥ 30 (else those with most), are ``between``,
    ``reliability``, and where n_eff ≥ 30 ``first_rank`` to ``last_rank`` (1 best) among ``siblings`` and ``funnel`` (−2…2); else
    0. ``benchmarked`` is of the period itself, its deviation from the parent of ``proof_window``: the children's, weighted by
    their ``weight`` (Σw of the period), make the parent's exactly.
    """

    window: Ints
    n: Ints
    direct: Estimate
    shrunken: Floats
    mse: Floats
    proof_window: Ints
    between: Floats  # A, the variance between the areas of a parent
    reliability: Floats  # A/(A + ψ)
    weight: Floats
    benchmarked: Floats
    first_rank: Ints
    last_rank: Ints
    siblings: Ints
    funnel: Ints

    @property
    def shrunken_half(self) -> Floats:
        """Half the width of the shrunken value's interval."""
        return np.asarray(stats.norm.ppf(0.5 + CONFIDENCE / 2) * np.sqrt(self.mse))


def estimate_areas(sums: Sums, kin: Kin, windows: Sequence[int], *, first: int = 0, direction: int = 1) -> AreaEstimates:
    """Estimates of the periods from number ``first`` on; ``sums`` may begin earlier, for the windows to reach into.

    ``kin`` is of all periods of ``sums``.
    """
    spans = [sums.over(window, first) for window in windows]
    own = Kin(kin.level, kin.parent[:, first:], kin.ranked[:, first:])
    effective = [span.n_eff for span in spans]
    display = _Chosen.of(spans, _first([(span.n >= HIDDEN_BELOW) & (span.n_eff >= HIDDEN_BELOW) for span in spans], effective))
    proof = _Chosen.of(spans, _first([each >= UNRANKED_BELOW for each in effective], effective))
    shown, strong = _Shrinking(own, spans, (display, proof)).run()
    direct, weight = proof.direct, spans[0].sw
    firm = (direct.n_eff >= UNRANKED_BELOW) & (own.parent >= 0)
    ranks = _ranks(np.where(firm & own.ranked, direction * direct.value, np.nan), direct.se, own)
    there, lengths = display.n > 0, np.asarray(windows)
    return AreaEstimates(
        np.where(there, lengths[display.place], 0), display.n.astype(np.int64), display.direct, shown.value, shown.mse,
        np.where(there, lengths[proof.place], 0), strong.a, strong.reliability, weight,
        _benchmarked(strong, direct, weight, own), *ranks, np.where(firm, _funnel(direct, strong, own, spans, proof.place), 0),
    )  # fmt: skip


def _trailing(values: Floats, window: int, first: int) -> Floats:
    """Sums of ``window`` columns ending with each from ``first`` on (fewer where the series begins later)."""
    out = values[:, first:].copy()
    for back in range(1, min(window, values.shape[1])):
        start = max(first - back, 0)
        part = values[:, start : values.shape[1] - back]
        out[:, out.shape[1] - part.shape[1] :] += part
    return out


def _first(enough: Sequence[Flags], effective: Sequence[Floats]) -> Ints:
    """Which window each area and period takes, by its place: the first that is enough, else the one with most answers."""
    stacked = np.stack(enough)
    return np.where(stacked.any(axis=0), stacked.argmax(axis=0), np.stack(effective).argmax(axis=0))


@dataclass(frozen=True)
class _Chosen:
    """One window for each area and period, and the direct estimate in it."""

    place: Ints
    n: Floats
    direct: Estimate

    @classmethod
    def of(cls, spans: Sequence[Sums], place: Ints) -> _Chosen:
        used = Sums(*(np.choose(place, [getattr(span, part.name) for span in spans]) for part in fields(Sums)))
        return cls(place, used.n, mean_interval(used.n, used.sw, used.sw2, used.swx, used.swx2))


@dataclass(frozen=True)
class _Shrinking:
    """Level by level and window by window, only where a window is used; for each of the choices of windows."""

    kin: Kin
    spans: Sequence[Sums]
    choices: tuple[_Chosen, ...]

    def run(self) -> list[_Made]:
        made = [_Made.of_root(choice.direct, self.kin.parent < 0) for choice in self.choices]
        for level in np.unique(self.kin.level):
            rows = np.flatnonzero((self.kin.level == level) & (self.kin.parent >= 0).any(axis=1))
            for place, span in enumerate(self.spans):
                used = [(choice.place[rows] == place).any(axis=0) for choice in self.choices]
                columns = np.flatnonzero(np.any(used, axis=0))
                if rows.size and columns.size:
                    self._fill(made, np.ix_(rows, columns), span, place)
        return made

    def _fill(self, made: Sequence[_Made], at: tuple, span: Sums, place: int) -> None:
        part = span.take(at)
        spread = pooled_variance(part.n_eff, part.swx2, part.swx, part.sw)
        with np.errstate(divide="ignore", invalid="ignore"):
            psi = np.where(part.n_eff > 0, spread / part.n_eff, np.nan)
        parent = self.kin.parent[at]
        family = np.unique(parent, return_inverse=True)[1]
        found = shrink(part.mean, psi, np.where(parent >= 0, family.reshape(parent.shape), -1))
        for one, choice in zip(made, self.choices, strict=True):
            chosen = (choice.place[at] == place) & (parent >= 0) & np.isfinite(choice.direct.value[at])
            one.put(at, found, np.sqrt(spread), chosen & np.isfinite(found.value))
            one.leave(at, choice.direct, span.mean[parent, at[1]], chosen & ~np.isfinite(found.value))


@dataclass(frozen=True)
class _Made:
    """What shrinking found; ``sd`` is the answers' pooled standard deviation."""

    value: Floats
    mse: Floats
    a: Floats
    reliability: Floats
    centre: Floats
    sd: Floats

    @classmethod
    def of_root(cls, direct: Estimate, root: Flags) -> _Made:
        """Of the root, which is what it is; nothing yet of the others."""
        value, nothing = np.where(root, direct.value, np.nan), np.full(root.shape, np.nan)
        certain = np.where(root & (direct.n_eff > 0), 1.0, np.nan)
        return cls(value, np.where(root, direct.se**2, np.nan), nothing, certain, value.copy(), nothing.copy())

    def leave(self, at: tuple, direct: Estimate, above: Floats, where: Flags) -> None:
        """Where answers do not vary, or nobody gave two, nothing can be shrunken: the direct value stands."""
        value, se = direct.value[at], direct.se[at]
        for target, values in ((self.value, value), (self.mse, se**2), (self.reliability, 1.0), (self.centre, above)):
            target[at] = np.where(where, values, target[at])

    def put(self, at: tuple, found: Shrunken, sd: Floats, where: Flags) -> None:
        for target, values in (
            (self.value, found.value), (self.mse, found.variance), (self.a, found.a), (self.reliability, found.reliability),
            (self.centre, found.centre), (self.sd, sd),
        ):  # fmt: skip
            target[at] = np.where(where, values, target[at])


def _benchmarked(made: _Made, direct: Estimate, weight: Floats, kin: Kin) -> Floats:
    """The root's own value, and below it the parent's with the child's shrunken deviation."""
    out = np.where(kin.parent < 0, direct.value, np.nan)
    columns = np.arange(out.shape[1])
    for level in np.unique(kin.level):
        rows = np.flatnonzero((kin.level == level) & (kin.parent >= 0).any(axis=1))
        if rows.size:
            parent = kin.parent[rows]
            above = np.where(np.isfinite(out[parent, columns]), out[parent, columns], made.centre[rows])  # it has just come there
            made_here = benchmark(above, (made.value - made.centre)[rows], weight[rows], parent)
            out[rows] = np.where(parent >= 0, made_here, out[rows])
    return out


def _ranks(value: Floats, se: Floats, kin: Kin) -> tuple[Ints, Ints, Ints]:
    """First and last rank and number of ranked siblings, family by family."""
    first, last, count = (np.zeros(value.shape, np.int64) for _ in range(3))
    members = [np.unique(np.flatnonzero(kin.parent == parent) // value.shape[1]) for parent in _parents(kin)]
    for parent, rows in zip(_parents(kin), members, strict=True):
        ours = (kin.parent[rows] == parent) & np.isfinite(value[rows])
        if ours.any():
            low, high = funnel.rank_bands(np.where(ours, value[rows], np.nan), se[rows])
            first[rows] += low
            last[rows] += high
            count[rows] += np.where(ours, ours.sum(axis=0), 0)
    return first, last, count


def _parents(kin: Kin) -> Ints:
    found = np.unique(kin.parent)
    return found[found >= 0]


def _funnel(direct: Estimate, made: _Made, kin: Kin, spans: Sequence[Sums], chosen: Ints) -> Ints:
    """Against the parent's value of the same window."""
    columns = np.arange(chosen.shape[1])
    parents = np.choose(chosen, [span.mean[kin.parent, columns] for span in spans])
    return funnel.flags(direct.value, parents, made.sd, direct.n_eff)

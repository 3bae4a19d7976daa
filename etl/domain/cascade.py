"""Vertical cascade of one target: who has to lift how much so that the parent reaches what it promised.

For the children c of an area v with weights w, baselines b, lifts x and D = τ - b_v::

    minimise Σ w_c f_c(x_c)   subject to   Σ w_c x_c = W·D,   l_c ≤ x_c ≤ u_c

gap: f = x²/2h with headroom h = S - b; uniform: f = x²/2; cost: f = -κ ln(1 - x/h). In each of the three the best lift of a
leaf is ``clip(α + β·p, l, u)`` in one price p (gap α = 0, β = h; uniform α = 0, β = 1; cost α = h, β = κ, p = -1/λ), and
what an inner node takes at a price is the sum of its children's, clipped to its own bounds; so the constraints of all
levels (a lock is a bound of no width) are met by one monotone, piecewise linear search for the root's price and one for
each node whose bound binds. Source of the search: the multiplier method for nested resource allocation, Hochbaum (1994),
Mathematics of Operations Research 19(2).

All lifts are in the direction of improvement; :func:`solve` mirrors indicators where lower is better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from etl.domain.cascade_tree import Nodes, Tree

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ROUNDS = 200  # of the search for a price: Newton steps end it after about ten, halving after sixty at the latest
EXACT = 1e-12  # difference of two levels that counts as none


class Mode(StrEnum):
    """How a lift is shared out."""

    GAP = "gap"
    UNIFORM = "uniform"
    COST = "cost"


class Status(StrEnum):
    """What became of a target."""

    MET = "met"
    SURPLUS = "surplus"  # the floors alone give more than was asked
    INFEASIBLE = "infeasible"  # the caps allow less than was asked


@dataclass(frozen=True)
class Terms:
    """What each node of a tree brings; arrays of one entry a node, levels in the indicator's unit, NaN where none.

    ``baseline`` and ``ceiling`` count at leaves. ``floor`` and ``cap`` are the least and the greatest lift, of any node; a
    leaf without a floor may not slide back. ``lock`` is a target level that is kept. ``kappa`` is the scale of the effort
    (mode cost and the rational level). ``value`` is what a point is worth: nobody is raised above S - κ/V.
    """

    baseline: Floats
    ceiling: Floats
    floor: Floats
    cap: Floats
    lock: Floats
    kappa: Floats
    value: float = np.inf
    lower_is_better: bool = False


@dataclass(frozen=True)
class Cascade:
    """Targets of a tree; arrays of one entry a node, in the indicator's unit.

    ``low`` and ``high`` bound the lifts the constraints below a node allow. ``attainable`` is the level of the root with all
    caps reached, ``shortfall`` what it lacks (≥ 0), ``surplus`` what the floors give beyond it. ``binding`` marks the nodes
    whose cap binds, ``broken`` those whose own lock or bounds their children cannot meet. ``multiplier`` is λ at the root, NaN
    where the target is not met exactly.
    """

    target: Floats
    baseline: Floats
    lift: Floats
    low: Floats
    high: Floats
    status: Status
    attainable: float
    shortfall: float
    surplus: float
    binding: Bools
    broken: Bools
    multiplier: float


def solve(tree: Tree, weight: Floats, terms: Terms, target: float, mode: Mode = Mode.GAP) -> Cascade:
    """Targets of all nodes for ``target`` at the root. ``weight`` ≥ 0 counts at leaves.

    Raises ValueError where weights add up to nothing, a leaf lacks a baseline, or the mode its ceiling or κ.
    """
    sign = -1.0 if terms.lower_is_better else 1.0
    problem = _Problem.of(tree, weight, _mirrored(terms, sign), mode)
    asked = problem.mass[tree.root] * (sign * target - problem.baseline[tree.root])
    lift, price = problem.lifts(asked)
    return _told(problem, lift, asked, sign, -1 / price if mode is Mode.COST and price else price)


def feasible(tree: Tree, weight: Floats, terms: Terms, mode: Mode = Mode.GAP) -> tuple[float, float]:
    """The levels of the root that the constraints allow, least and greatest in the indicator's own unit."""
    sign = -1.0 if terms.lower_is_better else 1.0
    problem = _Problem.of(tree, weight, _mirrored(terms, sign), mode)
    edges = (edge[tree.root] / problem.mass[tree.root] for edge in (problem.low, problem.high))
    ends = sorted(float(sign * (problem.baseline[tree.root] + edge)) for edge in edges)
    return ends[0], ends[1]


def _mirrored(terms: Terms, sign: float) -> Terms:
    return replace(terms, baseline=sign * terms.baseline, ceiling=sign * terms.ceiling, lock=sign * terms.lock)


@dataclass(frozen=True)
class _Problem:
    """Responses ``clip(α + β·p, l, u)`` of leaves a unit of weight, and bounds of all nodes in totals (lift times weight)."""

    tree: Tree
    mass: Floats  # weight of every node: that of its leaves
    baseline: Floats
    alpha: Floats
    beta: Floats
    least: Floats  # lifts: a node's own bounds
    most: Floats
    low: Floats  # totals: what a node can take, by its own bounds and by those below it
    high: Floats
    broken: Bools

    @classmethod
    def of(cls, tree: Tree, weight: Floats, terms: Terms, mode: Mode) -> _Problem:
        mass = tree.summed(np.where(tree.leaf, weight, 0.0))
        if not mass[tree.root] > 0:
            raise ValueError("the weights of the leaves add up to nothing")
        if np.isnan(terms.baseline[tree.leaf]).any():
            raise ValueError("a leaf has no baseline")
        baseline = _mean(tree, mass, np.where(tree.leaf, terms.baseline, 0.0))
        alpha, beta = _shape(terms, mode, tree.leaf)
        least, most = _own_bounds(terms, tree.leaf, baseline)
        return cls(tree, mass, baseline, alpha, beta, least, most, *_nested(tree, least, most, mass))

    def response(self, price: Floats) -> tuple[Floats, Floats]:
        """What each node takes at its leaves' ``price``, and how fast that grows with it."""
        lift = np.clip(self.alpha + self.beta * price, self.least, self.most)
        take = np.where(self.tree.leaf, self.mass * lift, 0.0)
        slope = np.where(self.tree.leaf & (lift > self.least) & (lift < self.most), self.mass * self.beta, 0.0)
        for children, starts, parents in self.tree.upwards:
            got, steep = np.add.reduceat(take[children], starts), np.add.reduceat(slope[children], starts)
            take[parents] = np.clip(got, self.low[parents], self.high[parents])
            slope[parents] = np.where((got > self.low[parents]) & (got < self.high[parents]), steep, 0.0)
        return take, slope

    def lifts(self, asked: float) -> tuple[Floats, float]:
        """The best lift of each node when the root takes ``asked`` in all, or the nearest it can; and the root's price."""
        tree, price = self.tree, np.zeros(self.tree.size)
        if tree.leaf[tree.root]:
            return np.array([np.clip(asked / self.mass[tree.root], self.least[tree.root], self.most[tree.root])]), np.nan
        total = np.zeros(tree.size)
        total[tree.root] = np.clip(asked, self.low[tree.root], self.high[tree.root])
        apart, first = np.array([tree.root]), np.nan
        for level in tree.inner_levels:
            if apart.size:
                price = self._priced(apart, total[apart], price)
                first = price[tree.leaf][0] if np.isnan(first) else first
            take, _ = self.response(price)
            inner = tree.children_of(level)
            inner = inner[~tree.leaf[inner]]
            total[inner] = take[inner]
            # a bound that binds parts the subtree below it from the price above it
            apart = inner[np.abs(tree.children_sum(take)[inner] - take[inner]) > EXACT * self.mass[inner]]
        lift = np.where(tree.leaf, np.clip(self.alpha + self.beta * price, self.least, self.most), 0.0)
        return _mean(tree, self.mass, lift), float(first)

    def _priced(self, roots: Nodes, wanted: Floats, price: Floats) -> Floats:
        """Prices by which the leaves below each of ``roots`` take what is ``wanted`` of it; those elsewhere stay."""
        zone = self.tree.zone(roots)
        inside = zone >= 0
        lower, upper = self._bracket(roots, wanted, zone)
        now = (lower + upper) / 2
        for turn in range(ROUNDS):
            take, slope = self.response(np.where(inside, now[zone], price))
            off = self.tree.children_sum(take)[roots] - wanted
            done = (np.abs(off) <= EXACT * self.mass[roots]) | (upper - lower <= np.spacing(np.abs(now)))
            if done.all():
                break
            lower, upper = np.where(off < 0, now, lower), np.where(off > 0, now, upper)
            steep = self.tree.children_sum(slope)[roots]
            newton = now - np.divide(off, steep, out=np.full(roots.size, np.inf), where=steep > 0)
            kept = (newton > lower) & (newton < upper) & (turn % 3 < 2)  # every third step halves, whatever Newton's do
            step = np.where(kept, newton, (lower + upper) / 2)
            now = np.where(done, now, step)
        return np.where(inside, now[zone], price)

    def _bracket(self, roots: Nodes, wanted: Floats, zone: Nodes) -> tuple[Floats, Floats]:
        """For each subtree the prices below and above which nothing in it moves any more."""
        moves = self.tree.leaf & (zone >= 0) & (self.beta > 0) & (self.mass > 0)
        spare = wanted - self.tree.children_sum(self.low)[roots]  # no leaf without a cap can take more than this
        most = np.where(
            np.isfinite(self.most[moves]), self.most[moves], self.least[moves] + spare[zone[moves]] / self.mass[moves]
        )
        first = (self.least[moves] - self.alpha[moves]) / self.beta[moves]
        last = (most - self.alpha[moves]) / self.beta[moves]
        lower, upper = np.full(roots.size, np.inf), np.full(roots.size, -np.inf)
        np.minimum.at(lower, zone[moves], first)
        np.maximum.at(upper, zone[moves], last)
        idle = lower > upper
        return np.where(idle, 0.0, lower), np.where(idle, 0.0, upper)


def _mean(tree: Tree, mass: Floats, values: Floats) -> Floats:
    """Inner nodes the weighted mean of the leaves below them (the plain one where these weigh nothing)."""
    above = tree.summed(mass * values)
    means = np.divide(above, mass, out=tree.plain_mean(values), where=mass > 0)
    return np.where(tree.leaf, values, means)


def _shape(terms: Terms, mode: Mode, leaf: Bools) -> tuple[Floats, Floats]:
    """α and β of each leaf."""
    if mode is Mode.UNIFORM:
        return np.zeros(leaf.size), np.where(leaf, 1.0, 0.0)
    if np.isnan(terms.ceiling[leaf]).any():
        raise ValueError(f"mode {mode} needs the ceiling of every leaf")
    headroom = np.where(leaf, np.maximum(terms.ceiling - terms.baseline, 0.0), 0.0)
    if mode is Mode.GAP:
        return np.zeros(leaf.size), headroom
    if not (terms.kappa[leaf] > 0).all():
        raise ValueError("mode cost needs a positive kappa at every leaf")
    return headroom, np.where(leaf, terms.kappa, 0.0)


def _own_bounds(terms: Terms, leaf: Bools, baseline: Floats) -> tuple[Floats, Floats]:
    """Least and greatest lift by a node's own floor, cap, ceiling, rational level and lock."""
    least = np.where(np.isnan(terms.floor), np.where(leaf, 0.0, -np.inf), terms.floor)
    rational = terms.ceiling - (np.nan_to_num(terms.kappa) / terms.value) - baseline
    room = np.where(leaf & ~np.isnan(rational), rational, np.inf)
    most = np.maximum(least, np.minimum(np.where(np.isnan(terms.cap), np.inf, terms.cap), room))
    locked = terms.lock - baseline
    return np.where(np.isnan(locked), least, locked), np.where(np.isnan(locked), most, locked)


def _nested(tree: Tree, least: Floats, most: Floats, mass: Floats) -> tuple[Floats, Floats, Bools]:
    """Bounds in totals, each node's own within what those below it allow, and where the two do not meet."""
    low, high = (np.multiply(edge, mass, out=np.zeros(tree.size), where=mass > 0) for edge in (least, most))
    broken = np.zeros(tree.size, bool)
    for children, starts, parents in tree.upwards:
        below, above = np.add.reduceat(low[children], starts), np.add.reduceat(high[children], starts)
        slack = EXACT * mass[parents]
        broken[parents] = (low[parents] > above + slack) | (high[parents] < below - slack)
        low[parents], high[parents] = np.clip(low[parents], below, above), np.clip(high[parents], below, above)
    return low, high, broken


def _told(problem: _Problem, lift: Floats, asked: float, sign: float, multiplier: float) -> Cascade:
    tree, weight = problem.tree, problem.mass[problem.tree.root]
    low, high = problem.low[tree.root], problem.high[tree.root]
    short, over = max(asked - high, 0.0) / weight, max(low - asked, 0.0) / weight
    short, over = (0.0 if edge <= EXACT else float(edge) for edge in (short, over))
    status = Status.INFEASIBLE if short or problem.broken.any() else Status.SURPLUS if over else Status.MET
    edges = [
        np.divide(edge, problem.mass, out=np.zeros(tree.size), where=problem.mass > 0) for edge in (problem.low, problem.high)
    ]
    binding = (problem.least < problem.most) & (lift >= problem.most - EXACT * 10) & np.isfinite(problem.most)
    return Cascade(
        target=sign * (problem.baseline + lift),
        baseline=sign * problem.baseline,
        lift=lift,
        low=edges[0],
        high=edges[1],
        status=status,
        attainable=float(sign * (problem.baseline[tree.root] + high / weight)),
        shortfall=short,
        surplus=over,
        binding=binding,
        broken=problem.broken,
        multiplier=np.nan if short or over else multiplier,
    )

"""What a plan is made of before it is solved: baselines that roll up, ceilings, caps, and one indicator's cascade.

A plan holds several outcomes and their process indicators over one tree of areas. All arrays have one entry a node of the tree,
levels in the indicator's own unit, NaN where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from etl.domain import horizontal
from etl.domain.cascade import Cascade, Mode, Terms, solve
from etl.domain.cascade_display import displayed
from etl.domain.cascade_tree import ROOT, Tree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PERFECT = 100.0  # the ceiling of a score
EFFORT = 1.0  # κ of every area: equal effort for an equal share of the gap


@dataclass(frozen=True)
class Nodes:
    """Areas of a plan's tree, each after its parent's id; ``tree`` numbers them in the order of ``area``."""

    area: Ints
    tree: Tree

    @classmethod
    def of(cls, area: Sequence[int], parent: Sequence[int]) -> Nodes:
        """The tree of areas and their parents' ids; a parent that is not among them makes the root. ValueError for no tree."""
        ids = np.asarray(area, np.int64)
        order = np.argsort(ids, kind="stable")
        above = np.asarray(parent, np.int64)
        place = np.minimum(np.searchsorted(ids, above, sorter=order), max(ids.size - 1, 0))
        found = order[place] if ids.size else place
        return cls(ids, Tree.of(np.where(ids[found] == above, found, ROOT)))

    def place(self, area: int) -> int:
        """The number of an area. Raises KeyError where it is not one of the tree's."""
        found = np.flatnonzero(self.area == area)
        if not found.size:
            raise KeyError(area)
        return int(found[0])

    def below(self, at: int) -> NDArray[np.intp]:
        """Numbers of a node and all below it, the node first."""
        inside = np.zeros(self.tree.size, bool)
        inside[at] = True
        for level in self.tree.inner_levels:
            children = self.tree.children_of(level)
            inside[children] |= inside[self.tree.parent[children]]
        rest = np.flatnonzero(inside)
        return np.concatenate([[at], rest[rest != at]])


@dataclass(frozen=True)
class Question:
    """One indicator's cascade: what each node brings and what is asked of the root."""

    nodes: Nodes
    weight: Floats  # of every node; only the leaves' counts
    baseline: Floats
    asked: float
    direction: int = 1
    mode: Mode = Mode.GAP
    ceiling: float = PERFECT
    cap: Floats | None = None  # greatest lift
    floor: Floats | None = None  # least lift
    lock: Floats | None = None  # a level that is kept
    rational: float | None = None  # nobody is raised beyond this level
    shown: float | None = None  # how the root is displayed, where that is settled above it

    @property
    def terms(self) -> Terms:
        """As the solver takes them. κ and V enter only through the rational level S - κ/V."""
        size = self.nodes.tree.size
        room = None if self.rational is None else self.direction * (self.ceiling - self.rational)
        value = np.inf if room is None else EFFORT / max(room, 1e-12)
        return Terms(
            baseline=self.baseline, ceiling=np.full(size, self.ceiling), floor=_given(self.floor, size),
            cap=_given(self.cap, size), lock=_given(self.lock, size), kappa=np.full(size, EFFORT), value=value,
            lower_is_better=self.direction < 0,
        )  # fmt: skip

    def under(self, at: int) -> Question:
        """The same indicator below one node alone, asked for that node's level."""
        inside = self.nodes.below(at)
        parent = np.where(self.nodes.tree.parent[inside] >= 0, self.nodes.area[self.nodes.tree.parent[inside]], 0)
        parent[0] = 0
        parts = {name: None if part is None else part[inside] for name, part in self._bounds()}
        return replace(
            self,
            nodes=Nodes.of(self.nodes.area[inside], parent),
            weight=self.weight[inside],
            baseline=self.baseline[inside],
            **parts,
        )

    def _bounds(self) -> list[tuple[str, Floats | None]]:
        return [("cap", self.cap), ("floor", self.floor), ("lock", self.lock)]


@dataclass(frozen=True)
class Answer:
    """A solved question: unrounded targets in ``cascade``, those people read in ``shown``, ``mass`` the weight of every node;
    ``easiest`` and ``hardest`` the levels each node's constraints allow, in the indicator's unit."""

    cascade: Cascade
    shown: Floats
    mass: Floats
    easiest: Floats
    hardest: Floats


def answer(question: Question) -> Answer:
    """Solve it. Raises ValueError as :func:`etl.domain.cascade.solve` does."""
    tree = question.nodes.tree
    mass = tree.summed(np.where(tree.leaf, question.weight, 0.0))
    found = solve(tree, question.weight, question.terms, question.asked, question.mode)
    easiest, hardest = (found.baseline + question.direction * lift for lift in (found.low, found.high))
    aimed = found.target.copy()
    aimed[tree.root] = found.target[tree.root] if question.shown is None else question.shown
    return Answer(found, displayed(tree, mass, aimed), mass, easiest, hardest)


def fitted(tree: Tree, weight: Floats, value: Floats) -> Floats:
    """Baselines of which each parent is the mean of its children by ``weight`` (of every node): a family is shifted as one.

    An area without a value of its own takes its parent's. Raises ValueError where the root has none.
    """
    if np.isnan(value[tree.root]):
        raise ValueError("the root has no baseline")
    out = value.copy()
    for children, starts, parents in reversed(tree.upwards):
        family = np.repeat(parents, np.diff(np.append(starts, children.size)))
        own = np.where(np.isnan(value[children]), out[family], value[children])
        total = np.add.reduceat(weight[children], starts)
        mean = np.divide(np.add.reduceat(weight[children] * own, starts), total, out=out[parents].copy(), where=total > 0)
        out[children] = own + np.repeat(out[parents] - mean, np.diff(np.append(starts, children.size)))
    return out


def inherited(tree: Tree, value: Floats) -> Floats:
    """Each node's own value, else that of the nearest area above it that has one."""
    out = value.copy()
    for children, _, _ in reversed(tree.upwards):
        out[children] = np.where(np.isnan(out[children]), out[tree.parent[children]], out[children])
    return out


@dataclass(frozen=True)
class Link:
    """Points of an outcome per unit of a process towards its better side; ``spread``: a typical difference of the process."""

    outcome: int
    process: int
    slope: float
    spread: float


def carried(gaps: Mapping[int, float], rooms: Mapping[int, float], links: Iterable[Link]) -> dict[int, float]:
    """The lifts of processes that carry all outcomes' ``gaps`` at once, within their ``rooms``; the least effort, where a typical
    difference of one process is as hard as that of another."""
    outcomes, processes = list(gaps), sorted(rooms)
    if not processes or not outcomes:
        return dict.fromkeys(processes, 0.0)
    beta, ease = np.zeros((len(outcomes), len(processes))), np.ones(len(processes))
    for link in links:
        if link.outcome in gaps and link.process in rooms:
            at = processes.index(link.process)
            beta[outcomes.index(link.outcome), at], ease[at] = link.slope, link.spread**2
    lifts = horizontal.split(beta, list(gaps.values()), [rooms[one] for one in processes], ease).lift
    return {one: float(lift) for one, lift in zip(processes, lifts, strict=True)}


def _given(values: Floats | None, size: int) -> Floats:
    return np.full(size, np.nan) if values is None else values

"""A tree as arrays, so that sums over all its nodes take one pass a level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Nodes = NDArray[np.intp]
Floats = NDArray[np.float64]

ROOT = -1  # the parent of the root


@dataclass(frozen=True)
class Tree:
    """Nodes 0 … size - 1; ``parent`` holds the index of each node's parent, -1 for the one root."""

    parent: Nodes
    depth: Nodes
    leaf: NDArray[np.bool_]
    root: int
    upwards: tuple[tuple[Nodes, Nodes, Nodes], ...]  # (children, where each family starts, parents), deepest first
    inner_levels: tuple[Nodes, ...]  # inner nodes of each depth, the root first

    @classmethod
    def of(cls, parent: Iterable[int]) -> Tree:
        """The tree of a list of parents. Raises ValueError unless it has one root and every node hangs on it."""
        above = np.asarray(list(parent), np.intp)
        roots = np.flatnonzero(above == ROOT)
        if roots.size != 1:
            raise ValueError(f"a tree has one root, this has {roots.size}")
        depth = _depths(above)
        leaf = np.ones(above.size, bool)
        leaf[above[above >= 0]] = False
        inner = tuple(np.flatnonzero((depth == d) & ~leaf) for d in range(int(depth.max()) + 1))
        families = tuple(_families(above, depth, d) for d in range(int(depth.max()), 0, -1))
        return cls(above, depth, leaf, int(roots[0]), families, tuple(level for level in inner if level.size))

    @property
    def size(self) -> int:
        return int(self.parent.size)

    def summed(self, values: Floats) -> Floats:
        """Each inner node the sum of the leaves below it, leaves their own; shape of ``values``."""
        out = np.where(self.leaf, values, 0.0)
        for children, starts, parents in self.upwards:
            out[parents] = np.add.reduceat(out[children], starts)
        return out

    def plain_mean(self, values: Floats) -> Floats:
        """Each inner node the plain mean over the leaves below it."""
        return self.summed(values) / self.summed(np.ones(self.size))

    def children_sum(self, values: Floats) -> Floats:
        """For each node the sum of ``values`` over its children, 0 at leaves."""
        out = np.zeros(self.size)
        below = self.parent >= 0
        np.add.at(out, self.parent[below], values[below])
        return out

    def children_of(self, nodes: Nodes) -> Nodes:
        """The children of all ``nodes``."""
        chosen = np.zeros(self.size + 1, bool)  # the last stands for the parent of the root
        chosen[nodes] = True
        return np.flatnonzero(chosen[self.parent])

    def zone(self, roots: Nodes) -> Nodes:
        """For each node below one of ``roots`` (none of which is below another) that one's position, -1 elsewhere."""
        of = np.full(self.size, -1, np.intp)
        start = np.full(self.size, -1, np.intp)
        start[roots] = np.arange(roots.size)
        for level in self.inner_levels:
            children = self.children_of(level)
            above = self.parent[children]
            of[children] = np.where(start[above] >= 0, start[above], of[above])
        return of


def _depths(parent: Nodes) -> Nodes:
    """Steps from the root; ValueError where going up ends nowhere or goes in a circle."""
    if (parent >= parent.size).any() or (parent < ROOT).any():
        raise ValueError("a parent is not a node of the tree")
    depth, at = np.zeros(parent.size, np.intp), parent.copy()
    for _ in range(parent.size):
        climbing = at >= 0
        if not climbing.any():
            return depth
        depth[climbing] += 1
        at[climbing] = parent[at[climbing]]
    raise ValueError("the parents go in a circle")


def _families(parent: Nodes, depth: Nodes, at: int) -> tuple[Nodes, Nodes, Nodes]:
    children = np.flatnonzero(depth == at)
    children = children[np.argsort(parent[children], kind="stable")]
    parents, starts = np.unique(parent[children], return_index=True)
    return children, starts.astype(np.intp), parents

"""Boosted trees as plain arrays: what scikit-learn grew, kept so that it is read and applied without it.

A model kept as numbers can be stored as JSON, and reading one runs no code. A tree's prediction is walked here; a test holds it
to the estimator's own. Every step of the walk also says what it added: the way to a leaf is the reason for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DIGITS = 10  # kept of a node's number


@dataclass(frozen=True)
class Tree:
    """One tree, an entry a node. ``feature`` is -1 at a leaf; ``value`` is what the node predicts, in logits. A split is at
    ``threshold`` (at or below goes left), or ``by_code``: then ``codes`` [node, code] tells which categories go left, none
    where only the missing do."""

    feature: NDArray[np.int64]
    threshold: Floats
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: Floats
    by_code: NDArray[np.bool_]
    codes: NDArray[np.bool_]

    def leaves(self, table: Floats) -> NDArray[np.int64]:
        """The leaf each row of ``table`` [row, feature] comes to; NaN is missing."""
        return self._descend(table, None)

    def shares(self, table: Floats) -> Floats:
        """[row, feature]: what each feature had in a row's prediction, beyond what the root says of all."""
        share = np.zeros_like(table)
        self._descend(table, share)
        return share

    def _descend(self, table: Floats, share: Floats | None) -> NDArray[np.int64]:
        at = np.zeros(len(table), np.int64)
        going = np.arange(len(table)) if self.feature[0] >= 0 else np.array([], np.int64)
        while len(going):
            node = at[going]
            chosen = self.feature[node]
            below = np.where(self._left(node, table[going, chosen]), self.left[node], self.right[node])
            if share is not None:
                share[going, chosen] += self.value[below] - self.value[node]
            at[going] = below
            going = going[self.feature[below] >= 0]
        return at

    def _left(self, node: NDArray[np.int64], seen: Floats) -> NDArray[np.bool_]:
        goes = np.where(np.isnan(seen), self.missing_left[node], seen <= self.threshold[node])
        by_code = np.flatnonzero(self.by_code[node] & ~np.isnan(seen))
        code = seen[by_code].astype(np.int64)
        known = code < self.codes.shape[1]  # a code of no left branch goes right; those never seen come as NaN
        goes[by_code] = known & self.codes[node[by_code], np.where(known, code, 0)]
        return goes


@dataclass(frozen=True)
class Boosted:
    """Trees whose sum with ``start`` is the logit of the probability."""

    start: float
    trees: tuple[Tree, ...]

    def logit(self, table: Floats) -> Floats:
        """The logit of each row of ``table`` [row, feature]; NaN is missing."""
        return self.start + sum((tree.value[tree.leaves(table)] for tree in self.trees), np.zeros(len(table)))

    def shares(self, table: Floats) -> Floats:
        """[row, feature]: what each feature adds to a row's logit, against the training's average."""
        return sum((tree.shares(table) for tree in self.trees), np.zeros_like(table))

    def written(self) -> dict[str, Any]:
        """As plain lists, for JSON."""
        return {"start": self.start, "trees": [_written(tree) for tree in self.trees]}


def read(content: Mapping[str, Any]) -> Boosted:
    """The model of :meth:`Boosted.written`; :class:`ValueError` when it is none."""
    try:
        return Boosted(float(content["start"]), tuple(_read(entry) for entry in content["trees"]))
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"no boosted trees: {error}") from None


def grown(estimator: Any, categories: int) -> Boosted:
    """The trees of a fitted binary ``HistGradientBoostingClassifier``; ``categories``: the most codes a feature has.

    Categorical features must stand first, in codes 0 … that all occurred: then the estimator keeps columns and codes as they are.
    """
    start = float(np.ravel(estimator._baseline_prediction)[0])
    return Boosted(start, tuple(_grown(stage[0], estimator.learning_rate, categories) for stage in estimator._predictors))


def _grown(predictor: Any, rate: float, categories: int) -> Tree:
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    split = nodes["is_categorical"].astype(bool) & ~leaf
    codes = np.zeros((len(nodes), max(categories, 1)), bool)
    for at in np.flatnonzero(split):
        words = predictor.raw_left_cat_bitsets[nodes["bitset_idx"][at]]
        codes[at] = [bool(words[code // 32] >> np.uint32(code % 32) & np.uint32(1)) for code in range(codes.shape[1])]
    return Tree(
        np.where(leaf, -1, nodes["feature_idx"]).astype(np.int64), np.where(leaf | split, 0.0, nodes["num_threshold"]),
        nodes["missing_go_to_left"].astype(bool), nodes["left"].astype(np.int64), nodes["right"].astype(np.int64),
        np.round(np.where(leaf, 1.0, rate) * nodes["value"], DIGITS), split, codes,
    )  # fmt: skip


def _written(tree: Tree) -> list[list[Any]]:
    """A list a node: feature, threshold (null: everything but the missing) or codes, where the missing go, left, right, value."""
    rows: list[list[Any]] = []
    for at in range(len(tree.feature)):
        edge = float(tree.threshold[at])
        chosen = np.flatnonzero(tree.codes[at]).tolist() if tree.by_code[at] else None if np.isinf(edge) else edge
        rows.append([
            int(tree.feature[at]), chosen, int(tree.missing_left[at]), int(tree.left[at]),
            int(tree.right[at]), float(tree.value[at]),
        ])  # fmt: skip
    return rows


def _read(rows: list[list[Any]]) -> Tree:
    chosen = [row[1] if isinstance(row[1], list) else [] for row in rows]
    codes = np.zeros((len(rows), 1 + max((code for row in chosen for code in row), default=0)), bool)
    for at, row in enumerate(chosen):
        codes[at, row] = True
    tree = Tree(
        np.array([row[0] for row in rows], np.int64),
        np.array([0.0 if isinstance(row[1], list) else np.inf if row[1] is None else row[1] for row in rows], float),
        np.array([row[2] for row in rows], bool), np.array([row[3] for row in rows], np.int64),
        np.array([row[4] for row in rows], np.int64), np.array([row[5] for row in rows], float),
        np.array([isinstance(row[1], list) for row in rows], bool), codes,
    )  # fmt: skip
    inner = np.flatnonzero(tree.feature >= 0)
    if (tree.left[inner] <= inner).any() or (tree.right[inner] <= inner).any() or (tree.left >= len(rows)).any():
        raise ValueError("no boosted trees: a node leads back")  # a walk must end
    return tree

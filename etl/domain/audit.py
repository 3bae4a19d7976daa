"""The exact audit of suppression: which hidden cells are combinations of shown ones, and what to hide so that one is not."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.linalg import splu

from etl.domain.linked import Bools, Floats, Ints, Links

NOTHING = 1e-7  # of a random vector: what is left of a direction the shown cells fix
RIDGE, REFINED = 1e-8, 4  # of the solver: it is exact to rounding after so many refinements
FREE = 1e-6  # what a hidden cell costs a detour, that it is no longer than it must be
HOPS = (2, 3, 5)  # how far around a cell a detour is looked for


def determined(links: Links, hidden: Bools, unknown: Ints, seed: int = 0) -> Ints:
    """Of the hidden cells that are not taken for known (``unknown``, ascending) those the other cells determine exactly.

    A hidden cell is determined if and only if every change of the unknown ones that no equation notices leaves it alone. So one
    random such change tells (almost surely): it is nil in what is determined and nowhere else.
    """
    rows = links.of(unknown)
    matrix = links.matrix[rows][:, unknown]
    change = _unnoticed(matrix[~links.implied[rows]], seed)
    if np.abs(matrix @ change).max(initial=0) > NOTHING:
        change = _unnoticed(matrix, seed)  # not all that was left out is implied
    return unknown[np.abs(change) < NOTHING]


def _unnoticed(matrix: sparse.csr_matrix, seed: int) -> Floats:
    """A random change of the columns that no row notices (the normal equations, refined)."""
    change = np.random.default_rng(seed).standard_normal(matrix.shape[1])
    if not matrix.shape[0]:
        return change
    even = (sparse.diags_array(1 / np.sqrt(np.maximum(np.diff(matrix.indptr), 1))) @ matrix).tocsr()
    square = (even @ even.T + RIDGE * sparse.eye_array(matrix.shape[0])).tocsc()
    solver = splu(square, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True}, diag_pivot_thresh=0.0)
    for _ in range(REFINED):
        change = change - even.T @ solver.solve(even @ change)
    return change


def detour(links: Links, hidden: Bools, cell: int, price: Floats) -> Ints:
    """The cells of the change of ``cell`` that no equation notices and that takes the cheapest shown ones: all of them hidden,
    none is determined (a linear programme over the cells around; none where there is no such change)."""
    for hops in HOPS:
        near = np.array([cell])
        for _ in range(hops):
            near = np.unique(links.cell[links.entries(links.of(near))[0]])
        matrix = links.matrix[links.of(near)][:, near]
        at = np.searchsorted(near, cell)
        cost = np.where(hidden[near], FREE, np.maximum(price[near], FREE))
        bounds = np.tile([0.0, np.inf], (2 * len(near), 1))
        bounds[at], bounds[len(near) + at] = 1, 0
        found = linprog(np.r_[cost, cost], A_eq=sparse.hstack([matrix, -matrix]), b_eq=np.zeros(matrix.shape[0]), bounds=bounds)
        if found.status == 0:
            change = found.x[: len(near)] - found.x[len(near) :]
            return near[np.abs(change) > NOTHING]
    return np.empty(0, np.int64)

"""Cells that are linked by sums: what is known of each, and which of them add up to which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etl.domain.estimate import HIDDEN_BELOW

ALMOST = 1 - 1e-9  # five answers of equal weight are five effective ones, whatever rounding says

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Cells:
    """n, Σw, Σw² and Σwx of each cell, and what hiding it costs: next to nothing where the cell is not shown anyway, and is one
    of them only because the others tell it."""

    n: Floats
    sw: Floats
    sw2: Floats
    swx: Floats
    price: Floats

    @property
    def small(self) -> Bools:
        """Cells no figure may be shown of."""
        return too_small(self.n, self.sw, self.sw2)


def too_small(n: Floats, sw: Floats, sw2: Floats) -> Bools:
    """Fewer than the least answers, or effective ones; nobody's answers are nothing to hide."""
    effective = np.divide(sw**2, sw2, out=np.zeros_like(sw), where=sw2 > 0)
    return (n != 0) & ((np.abs(n) < HIDDEN_BELOW) | (effective < HIDDEN_BELOW * ALMOST))


class Links:
    """Equations Σ sign · cell = 0; the first cell of each is the whole, with sign +1. ``implied``: those thought to follow from
    the others (whoever leaves them out makes sure)."""

    def __init__(self, start: Ints, cell: Ints, sign: Floats, cells: int, implied: Bools | None = None):
        self.start, self.cell, self.sign, self.cells = start, cell, sign, cells
        self.implied = np.zeros(len(start) - 1, bool) if implied is None else implied
        self.matrix = sparse.csr_matrix((sign, cell, start), shape=(len(start) - 1, cells))
        turned = self.matrix.tocsc()
        self._of_start, self._of = turned.indptr.astype(np.int64), turned.indices.astype(np.int64)

    @property
    def rows(self) -> int:
        """How many equations there are."""
        return len(self.start) - 1

    def only(self, rows: Ints) -> Links:
        """Some of the equations, of the same cells."""
        place, owner = self.entries(rows)
        start = np.r_[0, np.cumsum(np.bincount(owner, minlength=len(rows)))]
        return Links(start, self.cell[place], self.sign[place], self.cells, self.implied[rows])

    def of(self, cells: Ints) -> Ints:
        """The equations any of ``cells`` stands in."""
        found, _ = ranges(self._of_start, cells)
        return np.unique(self._of[found])

    def entries(self, rows: Ints) -> tuple[Ints, Ints]:
        """The places of the cells of ``rows``, and which of ``rows`` each belongs to (counted from 0)."""
        return ranges(self.start, rows)


def ranges(start: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """The places from ``start[i]`` to ``start[i + 1]`` for each chosen i, and which of the chosen each belongs to."""
    lengths = start[chosen + 1] - start[chosen]
    owner = np.repeat(np.arange(len(chosen)), lengths)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return start[chosen][owner] + offset, owner


def implied(links: Links, span: Ints) -> Bools:
    """Equations within a span follow from those of the shorter spans it is made of, where all their cells are so made up. (Where
    the shorter ones are not kept, they do not: whoever leaves an equation out has to see whether it holds.)"""
    span = np.r_[span, np.full(links.cells - len(span), -1)]
    heads = links.start[:-1]
    whole, part = links.cell[heads], links.cell[heads + 1]
    in_time = (span[whole] != span[part]) & (span[part] >= 0)
    made_up = np.zeros(links.cells, bool)
    made_up[whole[in_time]] = True
    return ~in_time & np.logical_and.reduceat(made_up[links.cell], heads)

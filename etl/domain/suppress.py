"""Which cells of a linked table may not be shown, so that no small one can be worked out from the others.

Cells are numbered; the table says which of them add up to which (:class:`Links`): an area is the sum of its parts, a month of its
days, a whole of the values of a cut. A cell is *small* below the least base. :func:`protect` hides the small ones and as many
others as it takes; :func:`recoverable` is the exact audit. An attacker is taken to know n and Σw of every cell, hidden or not,
Σwx of every shown one, and that scores lie within 0-100.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from etl.domain.estimate import HIDDEN_BELOW

LEAST_RANGE = 5.0  # points of a score: a small cell is never known more closely than this, so not to half a step of ten
NOTHING = 1e-7  # of a random vector: what is left of a direction the shown cells fix
RIDGE, REFINED = 1e-8, 4  # of the audit's solver: it is exact to rounding after so many refinements
ALMOST = 1 - 1e-9  # five answers of equal weight are five effective ones, whatever rounding says
IN_FORMULA = 1e-4  # the least share of a cell in a formula
OFFERS = 5  # rounds in which offered cells may be withdrawn one by one
HOPS = 3  # how far around a cell the quick audit looks
SEVERAL = 4  # cells of a formula hidden where no single one helps
GIVEN_AT_ONCE = 60  # determined cells seen to between two audits

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
    """Equations Σ sign · cell = 0; the first cell of each is the whole, with sign +1."""

    def __init__(self, start: Ints, cell: Ints, sign: Floats, cells: int):
        self.start, self.cell, self.sign, self.cells = start, cell, sign, cells
        self.matrix = sparse.csr_matrix((sign, cell, start), shape=(len(start) - 1, cells))
        turned = self.matrix.tocsc()
        self._of_start, self._of = turned.indptr.astype(np.int64), turned.indices.astype(np.int64)

    @property
    def rows(self) -> int:
        return len(self.start) - 1

    def of(self, cells: Ints) -> Ints:
        """The equations any of ``cells`` stands in."""
        found, _ = _ranges(self._of_start, cells)
        return np.unique(self._of[found])

    def entries(self, rows: Ints) -> tuple[Ints, Ints]:
        """The places of the cells of ``rows``, and which of ``rows`` each belongs to (counted from 0)."""
        return _ranges(self.start, rows)


def _ranges(start: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    lengths = start[chosen + 1] - start[chosen]
    owner = np.repeat(np.arange(len(chosen)), lengths)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return start[chosen][owner] + offset, owner


def protect(cells: Cells, links: Links, hidden: Bools | None = None, seed: int = 0) -> Bools:
    """Which cells to hide: the small ones and, the cheapest first, those that would give them away (``hidden``: these as well).

    Deterministic for a seed.
    """
    found = cells.small if hidden is None else hidden | cells.small
    close(cells, links, found)
    audit = Audit(links, found, np.flatnonzero(found), seed)
    given = audit.determined
    while len(given):
        before = found.copy()
        victims = audit.victims(given[:GIVEN_AT_ONCE], cells.price)
        found[victims] = True
        close(cells, links, found, links.of(victims))
        # what was free stays free when more is hidden: only the others are asked for again
        audit = _nearby(links, found, np.union1d(given, np.flatnonzero(found & ~before)), seed)
        given = audit.determined
    return found


def _nearby(links: Links, hidden: Bools, asked: Ints, seed: int) -> Audit:
    """A quick audit of a few cells: whoever is free while all but the nearest hidden cells are known is free without them."""
    near = asked
    for _ in range(HOPS):
        near = links.cell[links.entries(links.of(near))[0]]
        near = np.unique(near[hidden[near]])
    quick = Audit(links, hidden, near, seed, asked)
    return Audit(links, hidden, np.flatnonzero(hidden), seed, asked) if len(quick.determined) else quick


def close(cells: Cells, links: Links, hidden: Bools, rows: Ints | None = None) -> None:
    """Hide more until each equation alone gives nothing away: never a single hidden cell in it, and what is hidden under a shown
    whole has together a base that may be shown and leaves each small one :data:`LEAST_RANGE`."""
    rows = links.of(np.flatnonzero(hidden)) if rows is None else rows
    while len(rows):
        telling = rows[_telling(cells, links, hidden, rows)]
        victims = _victims(cells, links, hidden, telling)
        hidden[victims] = True
        rows = links.of(victims)


def admit(cells: Cells, links: Links, hidden: Bools, asked: Bools, offered: Ints, group: Ints, seed: int = 0) -> Bools:
    """``hidden`` and those of the ``offered`` cells (shown until here) that would give an ``asked`` hidden one away. Where a
    cell is determined, all offered ones of its ``group`` (of each cell) are withdrawn; then those of the cells it adds up
    with; at last, all."""
    found, kept = hidden.copy(), np.zeros(len(hidden), bool)
    kept[offered] = True
    for turn in range(OFFERS):
        rows = links.of(np.flatnonzero(kept & ~found))
        while len(rows):
            telling = rows[_telling(cells, links, found, rows)]
            at = links.cell[links.entries(telling)[0]]
            withdrawn = np.unique(at[kept[at] & ~found[at]])
            found[withdrawn] = True
            rows = links.of(withdrawn)
        given = Audit(links, found, np.flatnonzero(found), seed).determined
        given = given[~kept[given] & asked[given]]
        if not len(given):
            return found
        if turn:
            given = links.cell[links.entries(links.of(given))[0]]
        found[kept & np.isin(group, group[given])] = True
    return found | kept


def _telling(cells: Cells, links: Links, hidden: Bools, rows: Ints) -> Bools:
    """Which of ``rows`` give something away."""
    place, owner = links.entries(rows)
    at = links.cell[place]
    unknown, whole = hidden[at], hidden[links.cell[links.start[rows]]]
    place, owner, at = place[unknown], owner[unknown], at[unknown]
    count = np.bincount(owner, minlength=len(rows))

    def total(values: Floats) -> Floats:
        return np.bincount(owner, np.abs(values[at]), minlength=len(rows))

    n, sw, sw2, swx = (total(values) for values in (cells.n, cells.sw, cells.sw2, cells.swx))
    most = 100 * np.abs(cells.sw[at])
    high = np.minimum(most, swx[owner])
    low = np.maximum(0, swx[owner] - (100 * sw[owner] - most))
    narrow = cells.small[at] & (high - low < LEAST_RANGE * np.abs(cells.sw[at]))
    any_narrow = np.bincount(owner, narrow, minlength=len(rows)) > 0
    any_small = np.bincount(owner, cells.small[at], minlength=len(rows)) > 0
    joint = any_small & (too_small(n, sw, sw2) | any_narrow)
    return (count == 1) | ((count > 1) & ~whole & joint)


def _victims(cells: Cells, links: Links, hidden: Bools, rows: Ints) -> Ints:
    """The cheapest shown cell of each of ``rows``: the smallest, parts before wholes."""
    place, owner = links.entries(rows)
    at = links.cell[place]
    shown = ~hidden[at]
    place, owner, at = place[shown], owner[shown], at[shown]
    if not len(at):
        return np.empty(0, np.int64)
    cost = cells.price[at] * (1 + _undisturbed(links, hidden, np.unique(at))[at])
    order = np.lexsort((at, place == links.start[rows][owner], cost, owner))
    return np.unique(at[order[np.unique(owner[order], return_index=True)[1]]])


def _undisturbed(links: Links, hidden: Bools, candidates: Ints) -> Floats:
    """In how many equations each candidate would be the first hidden cell: each of them would ask for another one."""
    rows = links.of(candidates)
    place, owner = links.entries(rows)
    clean = np.bincount(owner, hidden[links.cell[place]], minlength=len(rows)) == 0
    return np.bincount(links.cell[place][clean[owner]], minlength=links.cells).astype(float)


class Audit:
    """What the shown cells determine exactly.

    A hidden cell is determined if and only if every change of the hidden cells that no equation notices leaves it alone. So one
    random such change tells (almost surely): it is nil in what is determined and nowhere else.
    """

    def __init__(self, links: Links, hidden: Bools, unknown: Ints, seed: int = 0, asked: Ints | None = None):
        """``unknown``: the hidden cells that are not taken for known; of ``asked`` ones (all) it is told which are determined."""
        self._links, self._hidden, self._columns = links, hidden.copy(), unknown
        self._rows = links.of(unknown)
        matrix = links.matrix[self._rows]
        self._scale = 1 / np.sqrt(np.maximum(np.diff(matrix[:, unknown].indptr), 1))
        self._all = (sparse.diags_array(self._scale) @ matrix).tocsc()
        self._even = self._all[:, unknown].tocsr()
        square = (self._even @ self._even.T + RIDGE * sparse.eye_array(len(self._rows))).tocsc()
        options = {"SymmetricMode": True}
        self._solver = (
            splu(square, permc_spec="MMD_AT_PLUS_A", options=options, diag_pivot_thresh=0.0) if len(self._rows) else None
        )
        change = self._unnoticed(np.random.default_rng(seed).standard_normal(len(unknown)))
        nil = unknown[np.abs(change) < NOTHING]
        self.determined = nil if asked is None else np.intersect1d(nil, asked)

    def _unnoticed(self, change: Floats) -> Floats:
        for _ in range(REFINED if self._solver else 0):
            change = change - self._even.T @ self._solver.solve(self._even @ change)
        return change

    def victims(self, determined: Ints, price: Floats) -> Ints:
        """Shown cells to hide so that each ``determined`` cell no longer is: the cheapest of its formula that could be hidden
        without being determined itself; where there is none, all parts of the shortest equation of the
        cheapest."""
        quiet = self._compensated()
        return np.unique(np.concatenate([self._victims_of(cell, price, quiet) for cell in determined]))

    def _victims_of(self, cell: int, price: Floats, quiet: Bools) -> Ints:
        wanted = np.zeros(len(self._columns))
        wanted[np.searchsorted(self._columns, cell)] = 1
        formula = self._solver.solve(self._even @ wanted)
        shares = np.abs(self._all.T @ formula) * ~self._hidden
        used = np.flatnonzero(shares > IN_FORMULA)
        chosen = used[np.lexsort((used, price[used], ~quiet[used]))[:1]]
        if not len(chosen) or quiet[chosen[0]]:
            return chosen
        around = np.concatenate([self._shown_parts(row) for row in self._links.of(np.array([cell]))])
        if len(around):
            return around
        used = np.flatnonzero(shares > shares.max() / 2)
        return used[np.lexsort((used, price[used]))[:SEVERAL]]

    def _shown_parts(self, row: int) -> Ints:
        start, end = self._links.start[row : row + 2]
        parts = self._links.cell[start + 1 : end]
        parts = parts[~self._hidden[parts]]
        whole = self._links.cell[start : start + 1]
        return parts if len(parts) else whole[~self._hidden[whole]]

    def _compensated(self) -> Bools:
        """Shown cells any change of which hidden ones could make up for: hidden, they would not be determined. Such a cell has
        no share in a random combination of the equations that is blind to the hidden ones."""
        links, random = self._links, np.random.default_rng(1)
        blind = random.standard_normal(links.rows)
        mine = blind[self._rows]
        for _ in range(REFINED):
            mine = RIDGE * self._solver.solve(mine)
        blind[self._rows] = mine * self._scale
        return ~self._hidden & (np.abs(links.matrix.T @ blind) < NOTHING)

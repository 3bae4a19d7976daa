"""Which cells of a linked table may not be shown, so that no small one can be worked out from the others.

Cells are numbered; the table says which of them add up to which (:class:`etl.domain.linked.Links`): an area is the sum of its
parts, a month of its days, a whole of the values of a cut. A cell is *small* below the least base. :func:`protect` hides the
small ones and as many others as it takes; :func:`etl.domain.audit.determined` is the exact audit. An attacker is taken to know n
and Σw of every cell, hidden or not, Σwx of every shown one, and that scores lie within 0-100.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from etl.domain.audit import determined, detour
from etl.domain.linked import Bools, Cells, Floats, Ints, Links, too_small
from etl.domain.offered import Offers

LEAST_RANGE = 5.0  # points of a score: a small cell is never known more closely than this, so not to half a step of ten
HOPS = 3  # how far around a cell the quick audit looks
DEAR = 1e9  # what hiding costs that would hide nothing


def protect(cells: Cells, links: Links, hidden: Bools | None = None, offers: Offers | None = None, seed: int = 0) -> Bools:
    """Which cells to hide: the small ones and, the cheapest first, those that would give them away (``hidden``: these as well).

    ``offers`` are shown where that gives nothing away. Deterministic for a seed.
    """
    found = cells.small if hidden is None else hidden | cells.small
    offers = offers or Offers.none(links.cells)
    found[offers.cell] = True
    close(cells, links, found, offers)
    if offers.cell.any():
        cells, offers = _made_up(cells, links, found, offers)
        _withdraw(cells, links, found, offers, seed)
    given = determined(links, found, np.flatnonzero(found), seed)
    given = given[~offers.cell[given]]
    if len(given) and offers.withdraw_around(links, found, given):
        close(cells, links, found, offers, links.of(np.flatnonzero(offers.cell)))
        given = _nearby(links, found, given, seed)
    _hide_more(cells, links, found, offers, given, seed)
    return found


def _hide_more(cells: Cells, links: Links, hidden: Bools, offers: Offers, given: Ints, seed: int) -> None:
    """Hide the cheapest cells that give the ``given`` ones away, until nothing is given away any longer."""
    while len(given):
        before, moved = hidden.copy(), np.zeros(len(hidden), bool)
        for cell in given:
            if not moved[cell]:
                moved[detour(links, hidden, cell, cells.price)] = True
                hidden |= moved
        close(cells, links, hidden, offers, links.of(np.flatnonzero(hidden & ~before)))
        if (hidden == before).all():
            return  # all is hidden that says anything of them
        # what was free stays free when more is hidden: only the others are asked for again
        given = _nearby(links, hidden, np.union1d(given, np.flatnonzero(hidden & ~before & ~offers.cell)), seed)


def _nearby(links: Links, hidden: Bools, asked: Ints, seed: int) -> Ints:
    """A quick audit of a few cells: whoever is free while all but the nearest hidden cells are known is free without them. Only
    the others are asked for among all."""
    near = asked
    for _ in range(HOPS):
        near = links.cell[links.entries(links.of(near))[0]]
        near = np.unique(near[hidden[near]])
    quick = np.intersect1d(determined(links, hidden, near, seed), asked)
    return np.intersect1d(determined(links, hidden, np.flatnonzero(hidden), seed), quick) if len(quick) else quick


def _withdraw(cells: Cells, links: Links, hidden: Bools, offers: Offers, seed: int) -> None:
    """Show the offers but those that would give anything away in their series or in an equation."""
    hidden[offers.cell] = False
    _withdraw_in_series(links, hidden, offers, seed)
    close(cells, links, hidden, offers, links.of(np.flatnonzero(offers.cell)))


def _withdraw_in_series(links: Links, hidden: Bools, offers: Offers, seed: int) -> None:
    """Of each series that gives itself away withdraw one offer after another."""
    series = offers.series[links.cell]
    least, most = (each.reduceat(series, links.start[:-1]) for each in (np.minimum, np.maximum))
    with_offers = np.unique(offers.series[offers.cell])
    own = links.only(np.flatnonzero((least == most) & np.isin(least, with_offers)))
    cells = np.unique(own.cell)
    without = hidden | offers.cell
    given_anyway = determined(own, without, cells[without[cells]], seed)
    while True:
        given = determined(own, hidden, cells[hidden[cells]], seed)
        given = np.setdiff1d(given[~offers.cell[given]], given_anyway)
        if not offers.withdraw(hidden, offers.series[given]):
            return


def _made_up(cells: Cells, links: Links, hidden: Bools, offers: Offers) -> tuple[Cells, Offers]:
    """Show the offers that shown cells make up, for they are no secret; they are offers no longer, and dear."""
    rows = links.of(np.flatnonzero(offers.cell))
    place, owner = links.entries(rows)
    alone = np.bincount(owner, hidden[links.cell[place]], minlength=len(rows)) == 1
    made_up = np.zeros(links.cells, bool)
    made_up[links.cell[place][alone[owner]]] = True
    made_up &= offers.cell
    hidden[made_up] = False
    return replace(cells, price=np.where(made_up, DEAR, cells.price)), replace(offers, cell=offers.cell & ~made_up)


def close(cells: Cells, links: Links, hidden: Bools, offers: Offers, rows: Ints | None = None) -> None:
    """Hide more until each equation alone gives nothing away: never a single hidden cell in it (but an offered one: it is what
    the others make up), and what is hidden under a shown whole has together a base that may be shown and leaves each small one
    :data:`LEAST_RANGE`."""
    rows = links.of(np.flatnonzero(hidden)) if rows is None else rows
    while len(rows):
        telling = rows[_telling(cells, links, hidden, offers, rows)]
        victims = _victims(cells, links, hidden, telling)
        hidden[victims] = True
        rows = links.of(victims)


def _telling(cells: Cells, links: Links, hidden: Bools, offers: Offers, rows: Ints) -> Bools:
    """Which of ``rows`` give something away."""
    place, owner = links.entries(rows)
    at = links.cell[place]
    unknown, whole = hidden[at], hidden[links.cell[links.start[rows]]]
    place, owner, at = place[unknown], owner[unknown], at[unknown]
    count = np.bincount(owner, minlength=len(rows))
    secret = np.bincount(owner, ~offers.cell[at] | cells.small[at], minlength=len(rows)) > 0

    def total(values: Floats) -> Floats:
        return np.bincount(owner, np.abs(values[at]), minlength=len(rows)).astype(float)  # of nothing it counts in integers

    n, sw, sw2, swx = (total(values) for values in (cells.n, cells.sw, cells.sw2, cells.swx))
    most = 100 * np.abs(cells.sw[at])
    high = np.minimum(most, swx[owner])
    low = np.maximum(0, swx[owner] - (100 * sw[owner] - most))
    narrow = cells.small[at] & (high - low < LEAST_RANGE * np.abs(cells.sw[at]))
    any_narrow = np.bincount(owner, narrow, minlength=len(rows)) > 0
    any_small = np.bincount(owner, cells.small[at], minlength=len(rows)) > 0
    joint = any_small & (too_small(n, sw, sw2) | any_narrow)
    return ((count == 1) & secret) | ((count > 1) & ~whole & joint)


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

"""What is no calendar period and shown where it gives nothing away: lengthened windows and like-for-like days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.domain.lattice import MADE, Spans, Table
from etl.domain.linked import Bools, Ints, Links


@dataclass(frozen=True)
class Offers:
    """Cells that are shown where that gives nothing away: they are the first to go. None of them is small."""

    cell: Bools  # which are offered
    series: Ints  # of every cell, which go on in time together: of one area and value; -1 for none
    rank: Ints  # of every cell: the higher, the sooner withdrawn

    @staticmethod
    def none(cells: int) -> Offers:
        """No offers among so many cells."""
        return Offers(np.zeros(cells, bool), np.full(cells, -1), np.zeros(cells, np.int64))

    def withdraw(self, hidden: Bools, series: Ints) -> bool:
        """Hide the last shown offer of each of ``series``; whether there was any."""
        at = np.flatnonzero(self.cell & ~hidden & np.isin(self.series, series[series >= 0]))
        order = at[np.lexsort((-self.rank[at], self.series[at]))]
        hidden[order[np.unique(self.series[order], return_index=True)[1]]] = True
        return len(at) > 0

    def withdraw_around(self, links: Links, hidden: Bools, cells: Ints) -> bool:
        """Hide all shown offers in the series of ``cells`` and of those they add up with; whether there was any."""
        series = self.series[links.cell[links.entries(links.of(cells))[0]]]
        at = self.cell & ~hidden & np.isin(self.series, series[series >= 0])
        hidden[at] = True
        return bool(at.any())


def offers(table: Table, spans: Spans, small: Bools) -> Offers:
    """The cells of ``table`` (the first of those ``small`` tells of) that are of no calendar period: those of the last month and
    the shortest first."""
    rest = np.full(len(small) - len(table.area), -1)
    made = np.array([kind in MADE for kind in spans.kind])
    order = np.lexsort((spans.last - spans.first, -spans.last))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return Offers(
        np.r_[made[table.span], rest > 0] & ~small,
        np.r_[table.area * table.values + table.value, rest],
        np.r_[rank[table.span], rest],
    )

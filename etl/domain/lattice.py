"""How the cells of one indicator add up: areas of their parts, periods of shorter ones, wholes of the values of a cut.

A cell is an area, a span of days and a value of a cut, all numbered by the caller. Besides the cells that are kept there are some
that the kept ones tell: the days of a week that lie in one month, what an area that moved within a period left behind, what a
re-organisation shifts; the lattice makes them too, for a small one may not be told either.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from etl.domain.linked import Cells, Floats, Ints, Links, implied

CLOSE = 1e-6  # of the larger of two sums that are taken for equal
UNSEEN = 0.01  # what hiding costs where nothing is shown, to what it costs where it is
KNOWN = 1000.0  # and where it was shown before: hiding it now hides little
PARTS = {"w": "d", "p": "d", "m": "wp", "q": "m", "y": "q"}  # which spans make up which; p: what a month has of a week
MADE = {"x": "d", "v": "m"}  # and other spans, of days or of months


@dataclass(frozen=True)
class Spans:
    """Spans of days by number: kind (``dwmqy``, ``p`` a piece of a week, ``x`` other days, ``v`` other months), first and last
    day (ordinals)."""

    kind: Sequence[str]
    first: Ints
    last: Ints

    def of(self, kind: str) -> Ints:
        return np.flatnonzero(np.array(list(self.kind)) == kind)

    def inside(self, part: str, whole: int) -> Ints:
        """The spans of a kind that lie in a span."""
        at = self.of(part)
        return at[(self.first[at] >= self.first[whole]) & (self.last[at] <= self.last[whole])]

    def with_pieces(self) -> Spans:
        """The same and, of each week in two months, its pieces; also the days of a month that are in no week there is."""
        made: list[tuple[int, int]] = []
        for week in self.of("w"):
            first, last = int(self.first[week]), int(self.last[week])
            month = date.fromordinal(last).replace(day=1).toordinal()
            made += [(first, month - 1), (month, last)] if month > first else []
        return self.with_others("p", made + self._without_week())

    def _without_week(self) -> list[tuple[int, int]]:
        weeks = {day for week in self.of("w") for day in range(self.first[week], self.last[week] + 1)}
        out = []
        for month in self.of("m"):
            alone = sorted(set(range(self.first[month], self.last[month] + 1)) - weeks)
            runs = itertools.groupby(enumerate(alone), lambda numbered: numbered[1] - numbered[0])
            out += [(days[0], days[-1]) for days in ([day for _, day in run] for _, run in runs)]
        return out

    def with_others(self, kind: str, made: Sequence[tuple[int, int]]) -> Spans:
        """The same and ``made`` ones, by first and last day."""
        first, last = (np.array([one[side] for one in made], np.int64) for side in (0, 1))
        return Spans((*self.kind, *kind * len(made)), np.r_[self.first, first], np.r_[self.last, last])

    def longer(self, part: str, whole: str) -> Ints:
        """Of each span of the kind ``part`` the one of kind ``whole`` it lies in; -1 for all others."""
        out = np.full(len(self.kind), -1, np.int64)
        for at in self.of(whole):
            out[self.inside(part, at)] = at
        return out


@dataclass(frozen=True)
class Tree:
    """Which area stood under which, by number, and from which to before which day (ordinals), in the order of time; ``today``
    the parents today (-1: none)."""

    area: Ints
    parent: Ints
    since: Ints
    until: Ints
    today: Ints

    def parents(self, area: Ints, first: Ints, last: Ints) -> Ints:
        """The last parent each area had in a span; -1 for none."""
        out = np.full(len(area), -1, np.int64)
        order = np.argsort(self.area, kind="stable")
        starts = np.searchsorted(self.area[order], np.arange(len(self.today) + 1))
        for turn in range(int(np.diff(starts).max(initial=0))):
            link = starts[area] + turn
            has = link < starts[area + 1]
            link = order[np.minimum(link, len(order) - 1)]
            has &= (self.since[link] <= last) & (self.until[link] > first)
            out = np.where(has, self.parent[link], out)
        return out


@dataclass(frozen=True)
class Table:
    """Cells: which area, span and value each is of, and its sums (arrays of one length, each cell once). Where an area reads
    differently under today's tree, its number plus ``areas`` has its restated cell, plus twice ``areas`` the shift between."""

    area: Ints
    span: Ints
    value: Ints
    sums: Floats  # n, Σw, Σw², Σwx [sum, cell]
    price: Floats
    areas: int
    values: int

    def find(self, area: Ints, span: Ints, value: Ints) -> Ints:
        """The places of some cells; -1 where there is none."""
        wanted = self._number(area, span, value)
        own, order = self._sorted
        place = np.minimum(np.searchsorted(own, wanted), len(own) - 1)
        at = order[place]
        return np.where((own[place] == wanted) & (np.minimum(np.minimum(area, span), value) >= 0), at, -1)

    @cached_property
    def _sorted(self) -> tuple[Ints, Ints]:
        own = self._number(self.area, self.span, self.value)
        order = np.argsort(own)
        return own[order], order

    def _number(self, area: Ints, span: Ints, value: Ints) -> Ints:
        return (span.astype(np.int64) * self.values + value) * (4 * self.areas) + area

    def and_(self, area: Ints, span: Ints, value: Ints, sums: Floats, price: Floats) -> Table:
        """The same with more cells."""
        joined = (np.r_[old, new] for old, new in ((self.area, area), (self.span, span), (self.value, value)))
        return Table(*joined, np.hstack([self.sums, sums]), np.r_[self.price, price], self.areas, self.values)

    def made(self, spans: Spans, kinds: str, parts: str, value: int, worth: float) -> Table:
        """The same with the cells of the spans of ``kinds``, summed from those of ``parts``."""
        out = self
        for whole in (at for kind in kinds for at in spans.of(kind)):
            mine = np.flatnonzero(
                np.isin(self.span, spans.inside(parts, whole)) & (self.value == value) & (self.area < self.areas)
            )
            area, where = np.unique(self.area[mine], return_inverse=True)
            sums = np.array([np.bincount(where, each[mine], minlength=len(area)) for each in self.sums]).reshape(4, -1)
            same = np.full(len(area), whole), np.full(len(area), value)
            out = out.and_(area, *same, sums, sums[0] * worth)
        return out


Pairs = tuple[Ints, Ints]  # wholes and a part of each: pairs of a whole belong together


def system(table: Table, spans: Spans, tree: Tree, cut: Ints, every: int, loose: Ints) -> tuple[Cells, Links]:
    """The cells (those of ``table`` first) and their equations.

    ``cut`` numbers the cut of each value, ``every`` is the value of the whole; parts of the ``loose`` values' cuts make no whole.
    """
    n, sw = table.sums[:2]
    equations = [*_by_span(table, spans), *_by_cut(table, cut, every, loose), _twins(table, spans, cut, every)]
    equations = [_balanced(one, n, sw) for one in equations]
    parent = tree.parents(table.area % table.areas, spans.first[table.span], spans.last[table.span])
    parent = np.where(table.area < table.areas, parent, -1)
    areas = _found(table.find(parent, table.span, table.value))
    sums, price = table.sums, table.price
    equations = [_today(table, tree), *_shifts(table), *equations]
    (areas, *equations), sums, price = _with_rests([areas, *equations], sums, price)
    links = _links([areas, *equations], sums.shape[1])
    links.implied = implied(links, table.span)
    return Cells(*sums, price), links


def _found(whole: Ints) -> Pairs:
    part = np.flatnonzero(whole >= 0)
    return whole[part], part


def _by_span(table: Table, spans: Spans) -> list[Pairs]:
    """Periods of shorter ones; a week that lies in two months, and the months, of its pieces; other spans of days or months."""
    halved = spans.longer("p", "w")
    halved = np.unique(halved[halved >= 0])
    maps = []
    for whole, parts in PARTS.items():
        for part in parts:
            longer = spans.longer(part, whole)
            if (part, whole) == ("d", "w"):
                longer[np.isin(longer, halved)] = -1
            if (part, whole) == ("w", "m"):
                longer[halved] = -1
            maps.append((whole, longer))
    maps.append(("w", spans.longer("p", "w")))
    merged = [np.maximum.reduce([m for w, m in maps if w == whole and m is not None]) for whole in ("w", "p", "m", "q", "y")]
    others = []
    for kind, part in MADE.items():
        for whole in spans.of(kind):
            longer = np.full(len(spans.kind), -1, np.int64)
            longer[spans.inside(part, whole)] = whole
            others.append(longer)
    return [_found(table.find(table.area, longer[table.span], table.value)) for longer in (*merged, *others)]


def _by_cut(table: Table, cut: Ints, every: int, loose: Ints) -> list[Pairs]:
    out = []
    for one in np.setdiff1d(np.unique(cut), [cut[every], *loose]):
        value = np.where(cut[table.value] == one, every, -1)
        out.append(_found(table.find(table.area, table.span, value)))
    return out


def _twins(table: Table, spans: Spans, cut: Ints, every: int) -> Pairs:
    """Values of different cuts that hold the same answers wherever they occur: as fixed lines and home broadband do, or channels
    and touchpoints. Read off the whole, month by month."""
    months = np.isin(table.span, spans.of("m"))
    weight = np.bincount(table.area[months], table.sums[0][months] * (table.value[months] == every))
    at = np.flatnonzero(months & (table.area == (weight.argmax() if weight.size else -1)))
    place, where = np.unique(table.span[at], return_inverse=True)
    seen = np.zeros((2, table.values, len(place)))
    for side, each in enumerate((table.sums[0], table.sums[3])):
        seen[side, table.value[at], where] = each[at]
    twin = np.full(table.values, -1, np.int64)
    for value in np.unique(table.value[at]):
        same = np.isclose(seen[:, :value], seen[:, value : value + 1], rtol=CLOSE).all(axis=(0, 2)) & (cut[:value] != cut[value])
        twin[value] = np.flatnonzero(same)[0] if same.any() else -1
    return _found(table.find(table.area, table.span, twin[table.value]))


def _today(table: Table, tree: Tree) -> Pairs:
    """Under today's tree, where anything in the equation differs from the dated one."""
    other = np.flatnonzero((table.area >= table.areas) & (table.area < 2 * table.areas))
    own = table.area[other] - table.areas
    wholes = np.r_[own, tree.today[own]]
    keys = np.unique(np.stack([wholes, np.tile(table.span[other], 2), np.tile(table.value[other], 2)])[:, wholes >= 0], axis=1)
    order = np.argsort(tree.today, kind="stable")
    starts = np.searchsorted(tree.today[order], np.arange(table.areas + 1))
    count = starts[keys[0] + 1] - starts[keys[0]]
    owner = np.repeat(np.arange(keys.shape[1]), count)
    child = order[np.repeat(starts[keys[0]], count) + np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)]
    whole, part = (_restated(table, area, *keys[1:, at]) for area, at in ((keys[0][owner], owner), (child, owner)))
    known = (whole >= 0) & (part >= 0)
    return whole[known], part[known]


def _restated(table: Table, area: Ints, span: Ints, value: Ints) -> Ints:
    other = table.find(area + table.areas, span, value)
    return np.where(other >= 0, other, table.find(area, span, value))


def _shifts(table: Table) -> list[Pairs]:
    """What is shown restated is what is shown dated and the shift between."""
    shift = np.flatnonzero(table.area >= 2 * table.areas)
    area = table.area[shift] - 2 * table.areas
    whole, dated = (table.find(area + more, table.span[shift], table.value[shift]) for more in (table.areas, 0))
    known = whole >= 0
    both = known & (dated >= 0)
    return [(np.r_[whole[known], whole[both]], np.r_[shift[known], dated[both]])]


def _balanced(pairs: Pairs, n: Floats, sw: Floats) -> Pairs:
    """Only the equations that hold: the others are not kept so deep."""
    whole, part = pairs
    off = np.zeros(len(n), bool)
    for each in (n, sw):
        rest = each - np.bincount(whole, each[part], minlength=len(n))
        off |= np.abs(rest) > CLOSE * np.maximum(np.abs(each), 1)
    return whole[~off[whole]], part[~off[whole]]


def _with_rests(equations: list[Pairs], sums: Floats, price: Floats) -> tuple[list[Pairs], Floats, Floats]:
    """A cell for what the parts of a whole leave, where an area moved within the span."""
    out = []
    for whole, part in equations:
        cells = sums.shape[1]
        left = np.array([each - np.bincount(whole, each[part], minlength=cells) for each in sums])
        off = np.zeros(cells, bool)
        off[whole] = True
        off &= np.abs(left[:2]).sum(axis=0) > CLOSE * np.maximum(np.abs(sums[1]), 1)
        wholes = np.flatnonzero(off)
        out.append((np.r_[whole, wholes], np.r_[part, cells + np.arange(len(wholes))]))
        sums, price = np.hstack([sums, left[:, wholes]]), np.r_[price, np.abs(left[0, wholes]) * UNSEEN]
    return out, sums, price


def _links(equations: Sequence[Pairs], cells: int) -> Links:
    """Of each equation its whole first, then its parts."""
    cell, sign, lengths = [], [], []
    for whole, part in equations:
        order = np.argsort(whole, kind="stable")
        heads, first, count = np.unique(whole[order], return_index=True, return_counts=True)
        cell.append(np.insert(part[order], first, heads))
        sign.append(np.insert(np.full(len(part), -1.0), first, 1.0))
        lengths.append(count + 1)
    return Links(np.r_[0, np.cumsum(np.concatenate(lengths))], np.concatenate(cell), np.concatenate(sign), cells)

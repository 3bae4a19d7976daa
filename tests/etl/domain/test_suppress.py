"""Suppression against an independent attack: what can be worked out over the atoms (leaf, day, profile) from the shown cells."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.domain import lattice, offered, suppress
from etl.domain.period import Period, containing

FIRST = date(2026, 1, 1).toordinal()
DAYS = 59
CUT = np.array([0, 1, 1, 2, 2, 3, 3])  # all; by mode; by stage; by segment
EVERY = 0
WEIGHTS = (0.5, 1.0, 2.0)
OFFERED = {"x": [(0, 9), (31, 40)], "v": [(0, 58)]}  # like-for-like days, two months: first and last day


class Operator:
    """A province of cities and counties with random answers on two months of days; county A moves when there are two cities."""

    def __init__(self, random: np.random.Generator, counties: int, answers: int, twins: bool):
        self.parent = np.array([-1, 0, 0, *(1 + np.arange(counties) % 2)])
        self.leaf = 3 + random.integers(counties, size=answers)
        self.day = FIRST + random.integers(DAYS, size=answers)
        mode, stage = random.integers(2, size=(2, answers))
        segment = mode if twins else random.integers(2, size=answers)
        self.profile = np.stack([np.zeros(answers, int), 1 + mode, 3 + stage, 5 + segment])
        self.weight = random.choice(WEIGHTS, size=answers)
        self.score = np.round(random.integers(10, size=answers) * 100 / 9, 6)
        self.spans = self._spans()
        self.members = self._members()

    @staticmethod
    def _spans() -> lattice.Spans:
        days = [date.fromordinal(FIRST + day) for day in range(DAYS)]
        periods = sorted({containing(kind, day) for kind in "dwmqy" for day in days} - {Period("w", date(2025, 12, 29))})
        first, last = (np.array([getattr(p, end).toordinal() for p in periods]) for end in ("start", "end"))
        return lattice.Spans(tuple(p.kind for p in periods), first, last)

    def _members(self) -> dict[tuple[int, int, int], np.ndarray]:
        """Which answers each cell holds; days and weeks of the cut 'all' only."""
        spans = self.spans.with_pieces()
        for kind, days in OFFERED.items():
            spans = spans.with_others(kind, [(FIRST + first, FIRST + last) for first, last in days])
        self.all_spans = spans
        out = {}
        for span, (kind, first, last) in enumerate(zip(spans.kind, spans.first, spans.last, strict=True)):
            within = (self.day >= first) & (self.day <= last)
            for area in range(len(self.parent)):
                under = within & self.under(area)
                for value in range(len(CUT) if kind in "mqy" else 1):
                    mine = under & (self.profile == value).any(axis=0)
                    if mine.any():
                        out[area, span, value] = mine
        return out

    def under(self, area: int) -> np.ndarray:
        up = self.leaf
        found = up == area
        while (up > 0).any():
            up = np.where(up > 0, self.parent[up], up)
            found = found | (up == area)
        return found

    def protected(self) -> tuple[np.ndarray, suppress.Cells, suppress.Links]:
        """Which cells are hidden, in the order of the members and further ones."""
        keys = np.array(list(self.members))
        held = np.array(list(self.members.values()), float)
        w = self.weight
        sums = np.array([held.sum(1), held @ w, held @ w**2, held @ (w * self.score)])
        kind = np.array(self.all_spans.kind)[keys[:, 1]]
        price = sums[0] * np.select([kind == "p", np.isin(kind, list("xv"))], [lattice.UNSEEN, 0.001], 1.0)
        table = lattice.Table(*keys.T, sums, price, len(self.parent), len(CUT))
        living = np.flatnonzero(self.parent >= 0)
        tree = lattice.Tree(living, self.parent[living], np.full(len(living), 1), np.full(len(living), 10**7), self.parent)
        cells, links = lattice.system(table, self.all_spans, tree, CUT, EVERY, np.empty(0, int))
        return suppress.protect(cells, links, offers=offered.offers(table, self.all_spans, cells.small)), cells, links

    def secret(self, hidden: np.ndarray, cells: suppress.Cells) -> np.ndarray:
        """Of the members: hidden, and not only because an offered span was withdrawn."""
        offer = np.array([self.all_spans.kind[span] in lattice.MADE for _, span, _ in self.members])
        return hidden[: len(offer)] & ~(offer & ~cells.small[: len(offer)])

    def atoms(self) -> tuple[np.ndarray, np.ndarray]:
        """What an attacker may hold possible: which cells each combination of leaf, day and known profile counts in."""
        profiles = np.unique(self.profile, axis=1)
        leaf, day, which = (
            part.ravel() for part in np.meshgrid(np.unique(self.leaf), FIRST + np.arange(DAYS), np.arange(profiles.shape[1]))
        )
        twin = Operator.__new__(Operator)
        twin.parent, twin.spans, twin.leaf, twin.day, twin.profile = self.parent, self.spans, leaf, day, profiles[:, which]
        held = twin._members()
        rows = np.array([held[key] for key in self.members], float)
        empty = np.array([mine for key, mine in held.items() if key not in self.members]).reshape(-1, len(leaf)).any(axis=0)
        return rows[:, ~empty], ~empty  # a cell nobody answered in says that its atoms are nobody's


def worked_out(rows: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """The hidden cells that are combinations of shown ones, by dense linear algebra over the atoms."""
    shown = rows[~hidden]
    basis = np.linalg.svd(shown, full_matrices=False)
    span = basis[2][basis[1] > 1e-9 * basis[1].max()] if len(shown) else np.zeros((0, rows.shape[1]))
    rest = rows - (rows @ span.T) @ span
    return hidden & (np.abs(rest).max(axis=1) < 1e-7)


operators = st.builds(
    lambda seed, counties, answers, twins: Operator(np.random.default_rng(seed), counties, answers, twins),
    st.integers(0, 10**6), st.integers(2, 6), st.integers(8, 160), st.booleans(),
)  # fmt: skip


def given_away(operator: Operator) -> np.ndarray:
    hidden, cells, _ = operator.protected()
    own = hidden[: len(operator.members)]
    assert own[cells.small[: len(own)]].all()
    rows, _ = operator.atoms()
    return worked_out(rows, own) & operator.secret(hidden, cells)


def test_days_of_no_week_give_nothing_away() -> None:
    assert not given_away(Operator(np.random.default_rng(232), 2, 57, False)).any()


def test_what_no_single_equation_gives_away_several_do_not_either() -> None:
    """Operators in which equations one by one are not enough."""
    for seed, counties, answers in ((5022, 2, 118), (5079, 3, 113)):
        assert not given_away(Operator(np.random.default_rng(seed), counties, answers, False)).any()


@settings(max_examples=25, deadline=None, derandomize=True)
@given(operators)
def test_no_hidden_cell_is_a_combination_of_shown_ones(operator: Operator) -> None:
    assert not given_away(operator).any()


@settings(max_examples=5, deadline=None, derandomize=True)
@given(operators)
def test_the_equations_are_all_there_are(operator: Operator) -> None:
    """Every relation of the cells over the atoms follows from them."""
    _, cells, links = operator.protected()
    rows, _ = operator.atoms()
    own, free = len(rows), len(cells.n) - np.linalg.matrix_rank(links.matrix.toarray())
    assert own <= len(cells.n) and free == np.linalg.matrix_rank(rows)


def test_offered_spans_are_shown_where_they_give_nothing_away() -> None:
    operator = Operator(np.random.default_rng(1), 3, 160, False)
    hidden, _, _ = operator.protected()
    offer = np.array([operator.all_spans.kind[span] in lattice.MADE for _, span, _ in operator.members])
    assert (~hidden[: len(offer)] & offer).any()


def test_hiding_the_small_ones_alone_gives_them_away() -> None:
    operator = Operator(np.random.default_rng(3), 5, 120, False)
    hidden, cells, _ = operator.protected()
    rows, _ = operator.atoms()
    small = cells.small[: len(operator.members)]
    assert worked_out(rows, small).any()
    assert not worked_out(rows, hidden[: len(small)]).any()


@settings(max_examples=15, deadline=None)
@given(operators)
def test_what_an_equation_leaves_has_a_base_and_a_range(operator: Operator) -> None:
    hidden, cells, links = operator.protected()
    secret = np.r_[operator.secret(hidden, cells), np.ones(links.cells - len(operator.members), bool)]
    for row in range(links.rows):
        at = links.cell[links.start[row] : links.start[row + 1]]
        unknown = at[hidden[at]]
        assert len(unknown) != 1 or not secret[unknown[0]]
        if len(unknown) and not hidden[at[0]] and cells.small[unknown].any():
            w, x = np.abs(cells.sw[unknown]), np.abs(cells.swx[unknown]).sum()
            assert not suppress.too_small(*(np.abs(each[unknown]).sum(keepdims=True) for each in (cells.n, cells.sw, cells.sw2)))[
                0
            ]
            room = np.minimum(100 * w, x) - np.maximum(0, x - 100 * (w.sum() - w))
            assert (room[cells.small[unknown]] >= suppress.LEAST_RANGE * w[cells.small[unknown]] - 1e-9).all()


def test_protecting_is_deterministic_and_keeps_what_was_hidden() -> None:
    operator = Operator(np.random.default_rng(5), 4, 100, False)
    hidden, cells, links = operator.protected()
    assert (hidden == suppress.protect(cells, links)).all()
    more = hidden.copy()
    more[np.flatnonzero(~hidden)[:2]] = True
    assert suppress.protect(cells, links, more)[more].all()


def test_five_answers_of_one_weight_are_enough_and_two_heavy_ones_are_not() -> None:
    w = 0.1
    n, sw, sw2 = (
        np.array([5.0, 4.0, 9.0, 0.0]),
        np.array([5 * w, 4 * w, 7 + 2 * 30.0, 0]),
        np.array([5 * w * w, 4 * w * w, 7 + 2 * 900.0, 0]),
    )
    assert suppress.too_small(n, sw, sw2).tolist() == [False, True, True, False]


def test_a_week_in_two_months_has_two_pieces() -> None:
    spans = Operator._spans().with_pieces()
    week = next(at for at in spans.of("w") if spans.first[at] == date(2026, 1, 26).toordinal())
    assert [(spans.first[at], spans.last[at]) for at in spans.inside("p", week)] == [
        (date(2026, 1, 26).toordinal(), date(2026, 1, 31).toordinal()), (date(2026, 2, 1).toordinal(),) * 2
    ]  # fmt: skip
    assert len(spans.of("p")) == 5, "January's last week, and February's, and the days before January's first"

"""All an overview shows, read in one transaction with the user's eyes and from one publication."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.address import tree_day
from dashboard.context import Context, User
from dashboard.pages.overview import estimates, members, operations, reads, scores
from dashboard.pages.overview.aimed import aims
from dashboard.pages.overview.model import (
    Card,
    Comparison,
    Indicator,
    Lead,
    Member,
    Moved,
    ProcessRow,
    Reorganised,
    Touchpoint,
    View,
)
from dashboard.pages.overview.outlook import expected_ends
from dashboard.pages.overview.reads import ALL, Cell, Series, Three
from dashboard.pages.overview.watched import watched
from etl.domain.area import LEAF
from etl.domain.period import Period
from etl.domain.reading import WINDOWS, Reading, Sums

CUTS = ("mode", "segment", "generation", "urban", "stage", "channel", "touchpoint", "business")
DEFAULT_CUT = "mode"


def load(context: Context, *, paper: bool = False) -> View:
    """The whole page; raises nothing on thin or missing data, which the view shows as such.

    A period without a published day is empty: no earlier answers are lent to it. ``paper``: what a report does not print (cuts,
    the period's expected end) is not read, and a part whose reading fails is left out and named in the view's ``lost``, for the
    others must not be missed; else the failure is raised.
    """
    if not context.published:
        context = replace(context, publication=None)
    with context.read() as connection:
        reader = _Reader.begin(connection, context, paper)
        view = reader.view()
        view = reader.part("watched", watched, view, connection, context, view)
        aimed = reader.part("aims", aims, {}, connection, context)
        expected = {} if paper else expected_ends(connection, context)
        return replace(view, expected=expected, aims=aimed, lost=tuple(reader.lost))


def chosen(cards: Sequence[Card], wanted: str | None, user: User) -> Indicator:
    """The headline outcome of the address; when it names none, the first one with answers here that is the reader's to see
    in full, else the first with answers, else the first of all."""
    asked = [card for card in cards if card.indicator.code == wanted]
    answered = [card for card in cards if card.reading]
    own = [card for card in answered if not of_another_line(card.indicator, user)]
    return (asked or own or answered or list(cards))[0].indicator


def of_another_line(indicator: Indicator, user: User) -> bool:
    """Whether the reader owns professional lines, nothing else, and the indicator is none of theirs."""
    return bool(user.grants) and all(grant.line_id for grant in user.grants) and indicator.line_id not in user.lines


def chosen_cut(wanted: str | None, cuts: Sequence[str]) -> str:
    """The cut of the address or the usual one where it parts the answers, else the first of ``cuts``, which do."""
    known = [wanted] if wanted in CUTS else []
    return next((cut for cut in (*known, DEFAULT_CUT, *cuts) if cut in cuts), (*known, DEFAULT_CUT)[0])


@dataclass(frozen=True)
class _Reader:
    connection: sa.Connection
    context: Context
    comparison: Comparison
    indicators: tuple[Indicator, ...]
    outcome: Indicator  # the first headline until the cards are read
    paper: bool = False
    lost: list[str] = field(default_factory=list)  # parts that could not be read

    @classmethod
    def begin(cls, connection: sa.Connection, context: Context, paper: bool = False) -> _Reader:
        last = context.publication.data_to if context.publication else date.min
        indicators = reads.indicators(connection)
        first = next(indicator for indicator in indicators if indicator.headline)
        return cls(connection, context, scores.comparison(context.period, last), indicators, first, paper)

    def part(self, name: str, read: Callable[..., Any], without: Any, *args: Any) -> Any:
        """What ``read`` gives; ``without`` where the store fails and it is read for paper."""
        if not self.paper:
            return read(*args)
        try:
            with self.connection.begin_nested():
                return read(*args)
        except sa.exc.DBAPIError:
            logging.getLogger(__name__).exception("the part %s of %s could not be read", name, self.context.area.code)
            self.lost.append(name)
            return without

    @property
    def shown(self) -> reads.Shown:
        return reads.Shown(self.context.publication_id, self.context.today)

    @property
    def area(self) -> int:
        return self.context.area.area_id

    @property
    def day(self) -> date:
        """The period's last day with data."""
        return self.comparison.now[1]

    @property
    def tree_day(self) -> date:
        """The day whose tree is shown: that day, or today."""
        return tree_day(self.context) if self.context.today else self.day

    @property
    def leaf(self) -> bool:
        return self.context.area.level >= LEAF

    def view(self) -> View:
        period = self.context.period
        headlines = [indicator for indicator in self.indicators if indicator.headline]
        perceptions = [indicator for indicator in self.indicators if indicator.kind == "perception"]
        ids = [indicator.indicator_id for indicator in (*headlines, *perceptions)]
        parent = [node.area_id for node in self.context.trail[-2:-1] if node.full or not self.context.today]
        series = reads.series(self.connection, self.shown, [self.area, *parent], ids, scores.needed(period))[period.kind]
        compared = reads.compared(self.connection, self.shown, period, self.comparison, [self.area], ids)
        told = estimates.read(self.connection, self.shown, [self.area, *parent], ids, scores.needed(period))
        brands = {row["brand"]: row for row in sql.rows(self.connection, "dashboard/brands")}
        cards = scores.cards(
            self.area, headlines, period, series, compared, self.part("leads", self._leads, {}, headlines, brands),
            self.part("bands", self._bands, {}, period), told,
        )  # fmt: skip
        about = replace(self, outcome=chosen(cards, self.context.query.get("outcome"), self.context.user))
        view = about._about(cards, parent, series, compared, told)
        return replace(view, brands={brand: reads.names(row) for brand, row in brands.items()})

    def _about(
        self, cards: tuple[Card, ...], parent: Sequence[int], series: Mapping[Cell, Series], compared: Mapping[Cell, Three],
        told: estimates.Estimates,
    ) -> View:  # fmt: skip
        """The page about the chosen outcome."""
        period, perceptions = self.context.period, [each for each in self.indicators if each.kind == "perception"]
        mine = Cell(self.area, self.outcome.indicator_id)
        whole = next(card.reading for card in cards if card.indicator is self.outcome)
        none = Moved(None, reason="no_answers")
        own, own_three = series.get(mine, {}), compared.get(mine, Three())
        listed, listed_period, by_member = self.part("members", self._members, ((), period, none), whole, own, own_three)
        cut, by_cut, cuts = (DEFAULT_CUT, none, ()) if self.paper else self._by_cut(own_three)
        higher = [Cell(each, self.outcome.indicator_id) for each in parent]
        above = scores.lengthened([series.get(cell, {}) for cell in higher], period, higher, told)
        return View(
            indicators=self.indicators, outcome=self.outcome, comparison=self.comparison, cards=cards, members=listed,
            members_period=listed_period, leaf=self.leaf, trend=scores.trend(own, period, mine, told),
            by_member=by_member, by_cut=by_cut, cut=cut, cuts=cuts,
            process=tuple(self.part("measures", self._process, (), perceptions, series, compared, told)),
            touchpoints=self.part("touchpoints", self._touchpoints, ()),
            brands={}, parent=above[0] if above else None,
            reorganised=self.part("reorganised", self._reorganised, (), self.area, scores.trend_periods(period)[0].start),
        )  # fmt: skip

    def _touchpoints(self) -> tuple[Touchpoint, ...]:
        return reads.touchpoints(self.connection, self.area, self.tree_day) if self.leaf else ()

    def _reorganised(self, area: int, first: date) -> tuple[Reorganised, ...]:
        return reads.reorganised(self.connection, self.context.publication_id, area, first, self.day)

    def _bands(self, period: Period) -> dict[int, tuple[int, int, int]]:
        """The bands are those of the time: restated there are none where a sibling reads differently."""
        above = self.context.trail[-2:-1] if self.context.today else ()
        if any(self._reorganised(node.area_id, period.start) for node in above):
            return {}
        return reads.bands(self.connection, self.context.publication_id, self.area, period)

    def _leads(self, headlines: Sequence[Indicator], brands: dict[str, dict]) -> dict[int, Lead]:
        rivals = [brand for brand, row in brands.items() if not row["own"]]
        own = next((brand for brand, row in brands.items() if row["own"]), "")
        windows = scores.coarser(self.context.period)
        ids = [indicator.indicator_id for indicator in headlines]
        found = reads.series(self.connection, self.shown, [self.area], ids, windows, ["brand"])
        return scores.leads(self.area, headlines, own, rivals, windows, found)

    def _members(self, whole: Reading | None, own: Series, own_three: Three) -> tuple[tuple[Member, ...], Period, Moved]:
        if self.leaf:
            return self._values()
        outcome = self.outcome.indicator_id
        rows = sql.rows(self.connection, "dashboard/children", parent=self.area, day=self.tree_day, indicator=outcome)
        ids = [row["area_id"] for row in rows]
        period, series = self._finest(ids)
        told = estimates.read(self.connection, self.shown, [self.area, *ids], [outcome], [period])
        compared_by = self.comparison
        if period != self.context.period:  # members are kept by longer periods: the whole is read by the same
            own = series.get(Cell(self.area, outcome), {})
            whole = scores.lengthened([own], period, [Cell(self.area, outcome)], told)[0]
            compared_by = scores.comparison(period, self.day)
        cells = [Cell(area, outcome) for area in ids]
        compared = reads.compared(self.connection, self.shown, period, compared_by, ids, [outcome])
        children = [_child(row) for row in rows]
        listed = members.ranked(children, cells, period, whole, own.get(period.start), series, compared, told)
        parts = {row["code"]: compared[cell] for row, cell in zip(rows, cells, strict=True) if cell in compared}
        return listed, period, self._moved(rows, parts if period == self.context.period else {}, own_three)

    def _finest(self, ids: Sequence[int]) -> tuple[Period, dict[Cell, dict[date, Sums]]]:
        """The period asked for, or the month when the members are not kept by shorter ones, and its sums."""
        asked = self.context.period
        for period in (asked, *(each for each in scores.coarser(asked)[1:] if each.kind == "m")):
            windows = [period.shift(-back) for back in range(max(WINDOWS[period.kind]))]
            areas = [self.area, *ids]
            found = reads.series(self.connection, self.shown, areas, [self.outcome.indicator_id], windows)[period.kind]
            if any(cell.area != self.area for cell in found):
                return period, found
        return asked, {}

    def _moved(self, rows: Sequence[dict], parts: dict[str, Three], own: Three) -> Moved:
        """What each member contributed; the reason when nothing can be said."""
        if own.now is None:
            return Moved(None, reason="no_answers")
        if of_another_line(self.outcome, self.context.user):
            return Moved(None, reason="other_line")
        if not parts and own.now is not None and self.context.area.full:
            return Moved(None, reason="not_kept_below" if self.comparison.complete else "running_below")
        return members.moved(parts, {row["code"]: reads.names(row) for row in rows}, own, self.context.area.full)

    def _values(self) -> tuple[tuple[Member, ...], Period, Moved]:
        """At the leaf: the values of its cuts, in the finest period they are kept for."""
        outcome, windows = self.outcome.indicator_id, scores.coarser(self.context.period)
        found = reads.series(
            self.connection, self.shown, [self.area], [outcome], [*windows, *(w.previous for w in windows)], (ALL, *CUTS)
        )
        window = next(
            (each for each in windows if any(cell.cut != ALL for cell in found.get(each.kind, {}))), self.context.period
        )
        series = found.get(window.kind, {})
        cells = sorted(cell for cell in series if cell.cut != ALL and window.start in series[cell])
        own = series.get(Cell(self.area, outcome), {})
        whole = scores.lengthened([{window.start: own[window.start]}] if window.start in own else [], window)
        three = {cell: Three(series[cell].get(window.start), series[cell].get(window.previous.start)) for cell in cells}
        complete = window.end <= self.day
        only = {cell: {window.start: series[cell][window.start]} for cell in cells}
        listed = members.ranked(
            [Member(f"{cell.cut}:{cell.value}", {}, cell.cut, known=cell.value != members.UNKNOWN) for cell in cells],
            cells, window, whole[0] if whole else None, own.get(window.start), only, three if complete else {},
        )  # fmt: skip
        return listed, window, Moved(None, reason="at_leaf")

    def _by_cut(self, whole: Three) -> tuple[str, Moved, tuple[str, ...]]:
        """The cut shown, what its values contributed, and which cuts there are to choose from."""
        wanted = self.context.query.get("cut")
        if whole.now is None or not self.comparison.complete:
            return chosen_cut(wanted, ()), Moved(None, reason="running" if whole.now else "no_answers"), ()
        compared = reads.compared(
            self.connection, self.shown, self.context.period, self.comparison, [self.area], [self.outcome.indicator_id], CUTS
        )
        cuts = tuple(cut for cut in CUTS if sum(cell.cut == cut for cell in compared) > 1)
        shown = chosen_cut(wanted, cuts)
        if not cuts:
            return shown, Moved(None, reason=self._why_no_cuts(compared)), ()
        parts = {cell.value: three for cell, three in compared.items() if cell.cut == shown}
        return shown, members.moved(parts, {}, whole, self.context.area.full), cuts

    def _why_no_cuts(self, compared: Mapping[Cell, Three]) -> str:
        if not self.context.area.full:
            return "not_yours"
        if of_another_line(self.outcome, self.context.user):
            return "other_line"
        return "not_parted" if compared else "not_kept"

    def _process(
        self, perceptions: Sequence[Indicator], series: dict, compared: dict, told: estimates.Estimates
    ) -> list[ProcessRow]:
        ratio = [indicator for indicator in self.indicators if indicator.fact != "answer"]
        now = reads.ratios(self.connection, self.shown, self.area, self.context.period)
        days = {} if self.comparison.complete else reads.ratios_by_day(self.connection, self.shown, self.area, self.comparison)
        rows = operations.perceptions(self.area, perceptions, self.context.period, series, compared, told)
        return [
            row for row in [*operations.operations(ratio, self.comparison, now, days), *rows] if row.value is not None or row.n
        ]


def _child(row: dict) -> Member:
    place = (row["lon"], row["lat"]) if row["lon"] is not None and row["lat"] is not None else None
    return Member(
        row["code"], reads.names(row), known=row["kind"] != "unknown", open=row["open"], place=place, boundary=row["boundary"]
    )

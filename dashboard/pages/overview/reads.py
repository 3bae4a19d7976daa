"""The overview's statements turned into sums by key; no rule lives here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

import sql
from dashboard.pages.overview.model import Comparison, Indicator, Reorganised, Touchpoint
from etl.domain.period import Period
from etl.domain.reading import Sequenced, Sums

ALL = "all"


class Cell(NamedTuple):
    """What a score sum is of; ``value`` is empty for the cut 'all'."""

    area: int
    indicator: int
    cut: str = ALL
    value: str = ""


class Three(NamedTuple):
    """The same sum now, a period ago and a year ago; ``None`` where there is nothing."""

    now: Any = None
    before: Any = None
    year: Any = None


class Shown(NamedTuple):
    """Whose figures are read: a publication's, each period under the tree of its time or restated to today's."""

    publication: int
    today: bool = False

    def statement(self, name: str) -> str:
        return f"dashboard/{name}_today" if self.today else f"dashboard/{name}"


Series = Mapping[date, Sums]  # nil sums with a base: hidden


class Ratio(NamedTuple):
    n: float
    numerator: float
    denominator: float


def names(row: Mapping[str, Any], stem: str = "name") -> dict[str, str]:
    """Both languages of a text column."""
    return {"zh": row[f"{stem}_zh"], "en": row[f"{stem}_en"]}


def indicators(connection: sa.Connection) -> tuple[Indicator, ...]:
    """All indicators, the headline outcomes first and in their order."""
    plain = ("indicator_id", "code", "unit", "direction", "kind", "fact", "factor", "decimals", "headline", "line_id",
             "denominator", "review_due", "reviewed_on")  # fmt: skip
    return tuple(
        Indicator(
            **{name: row[name] for name in plain},
            names=names(row), shorts=names(row, "short"), lines=names(row, "line"), definitions=names(row, "definition"),
        )
        for row in sql.rows(connection, "dashboard/indicators")
    )  # fmt: skip


def series(
    connection: sa.Connection,
    shown: Shown,
    areas: Iterable[int],
    ids: Iterable[int],
    periods: Sequence[Period],
    cuts: Sequence[str] = (ALL,),
) -> dict[str, dict[Cell, Sequenced]]:
    """Kind of period → cell → sums by first day."""
    found: dict[str, dict[Cell, Sequenced]] = {period.kind: defaultdict(Sequenced) for period in periods}
    for row in connection.execute(
        sql.statement(shown.statement("score_cells")),
        {
            "p": shown.publication, "areas": list(areas), "indicators": list(ids), "cuts": list(cuts),
            "periods": sorted(found), "starts": sorted({period.start for period in periods}),
        },
    ):  # fmt: skip
        found[row.period][Cell(row.area_id, row.indicator_id, row.cut, row.value)][row.start] = Sums(*row[6:11])
    if ALL in cuts and "m" in found and not shown.today:
        _lengthen(connection, shown, areas, ids, [period for period in periods if period.kind == "m"], found["m"])
    return found


def _lengthen(
    connection: sa.Connection, shown: Shown, areas: Iterable[int], ids: Iterable[int], months: Sequence[Period],
    found: dict[Cell, Sequenced],
) -> None:  # fmt: skip
    """Bring the windows that may be shown, by their last month."""
    for row in connection.execute(
        sql.statement("dashboard/score_windows"),
        {"p": shown.publication, "areas": list(areas), "indicators": list(ids), "lasts": sorted({month.end for month in months})},
    ):
        months_long = (row.last.year - row.first.year) * 12 + row.last.month - row.first.month + 1
        found[Cell(row.area_id, row.indicator_id)].windows[row.last.replace(day=1), months_long] = Sums(*row[4:9])


def compared(
    connection: sa.Connection,
    shown: Shown,
    period: Period,
    comparison: Comparison,
    areas: Sequence[int],
    ids: Sequence[int],
    cuts: Sequence[str] = (ALL,),
) -> dict[Cell, Three]:
    """Cell → its sums now, before and a year ago; like-for-like days while the period runs (the cut 'all' only)."""
    if not comparison.complete:
        return _compared_by_day(connection, shown, period, comparison, areas, ids) if ALL in cuts else {}
    three = (period, period.previous, period.same_last_year)
    found = series(connection, shown, areas, ids, three, cuts)[period.kind]
    return {cell: Three(*(sums.get(each.start) for each in three)) for cell, sums in found.items()}


def _compared_by_day(
    connection: sa.Connection, shown: Shown, period: Period, comparison: Comparison, areas: Sequence[int], ids: Sequence[int]
) -> dict[Cell, Three]:
    spans = (comparison.now, comparison.previous, comparison.last_year)
    found: dict[Cell, dict[int, Sums]] = defaultdict(dict)
    for row in connection.execute(
        sql.statement(shown.statement("score_days")),
        {
            "p": shown.publication,
            "areas": list(areas),
            "indicators": list(ids),
            "period": period.kind,
            "firsts": [s[0] for s in spans],
            "lasts": [s[1] for s in spans],
        },
    ):
        found[Cell(row.area_id, row.indicator_id)][row.span] = Sums(*(float(part) for part in row[3:8]))
    return {cell: Three(*(sums.get(span) for span in (1, 2, 3))) for cell, sums in found.items()}


def ratios(connection: sa.Connection, shown: Shown, area: int, period: Period) -> dict[int, Three]:
    """Indicator → its ratio's sums in this period, the one before and that of last year (of a year the same one)."""
    three = [period.start, period.previous.start, period.same_last_year.start]
    rows = sql.rows(connection, shown.statement("ratio_cells"), p=shown.publication, area=area, period=period.kind, starts=three)
    return _by_place(
        (row["indicator_id"], place, row) for row in rows for place, start in enumerate(three) if row["start"] == start
    )


def ratios_by_day(connection: sa.Connection, shown: Shown, area: int, comparison: Comparison) -> dict[int, Three]:
    """Indicator → its ratio's sums over like-for-like days."""
    spans = (comparison.now, comparison.previous, comparison.last_year)
    rows = sql.rows(
        connection,
        shown.statement("ratio_days"),
        p=shown.publication,
        area=area,
        firsts=[s[0] for s in spans],
        lasts=[s[1] for s in spans],
    )
    return _by_place((row["indicator_id"], row["span"] - 1, row) for row in rows)


def _by_place(found: Iterable[tuple[int, int, Mapping[str, Any]]]) -> dict[int, Three]:
    places: dict[int, dict[int, Ratio]] = defaultdict(dict)
    for indicator, place, row in found:
        places[indicator][place] = Ratio(float(row["n"]), row["numerator"], row["denominator"])
    return {indicator: Three(*(at.get(i) for i in range(3))) for indicator, at in places.items()}


def bands(connection: sa.Connection, p: int, area: int, period: Period) -> dict[int, tuple[int, int, int]]:
    """Indicator → (band, bands, siblings): all that is said of the siblings."""
    rows = sql.rows(connection, "dashboard/rank_bands", p=p, area=area, period=period.kind, start=period.start)
    return {row["indicator_id"]: (row["band"], row["bands"], row["siblings"]) for row in rows}


def touchpoints(connection: sa.Connection, area: int, day: date) -> tuple[Touchpoint, ...]:
    """The touchpoints of an area on a day."""
    rows = sql.rows(connection, "dashboard/touchpoints", area=area, day=day)
    return tuple(Touchpoint(row["code"], row["kind"], names(row)) for row in rows)


def reorganised(connection: sa.Connection, publication: int, area: int, first: date, last: date) -> tuple[Reorganised, ...]:
    """What changed in an area or among its members between two days, the latest first."""
    rows = sql.rows(connection, "dashboard/restated_moves", p=publication, area=area, first=first, last=last)
    return tuple(
        Reorganised(
            row["day"], names(row), names(row, "then"), names(row, "now"), row["ended"], row["area_id"], row["without_heir"]
        )
        for row in rows
    )

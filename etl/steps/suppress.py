"""Which scores a publication may show: those that would give away too small ones are hidden as well.

Year by year and indicator by indicator, the cells of the years written afresh are laid out with all that links them
(:mod:`etl.domain.lattice`) and hidden where they must be (:mod:`etl.domain.suppress`). What was hidden and has not changed
stays hidden; what was shown and has not changed is the last to be hidden, for it is known. Lengthened windows and
like-for-like days are published here too, where they give nothing away.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql
from etl.domain import lattice, offered, suppress
from etl.domain.period import containing
from etl.domain.reading import WINDOWS
from etl.steps import suppress_rows as rows

MONTHS_BACK = 2  # so many months, the running one last, have lengthened windows
WORTH = 0.001  # of a window, to that of a calendar period
RUNNING = "wmqy"
WORKERS = 2


@dataclass(frozen=True)
class _Layout:
    """What all indicators of a year share."""

    spans: lattice.Spans
    tree: lattice.Tree
    cut: NDArray[np.int64]
    every: int
    loose: NDArray[np.int64]
    areas: int


def suppress_scores(connection: sa.Connection, publication: int, data_to: date | None) -> int:
    """Judge the years that were rolled up or restated; how many cells are hidden beside the small ones.

    The policy ``joint_suppression`` says whether any are.
    """
    if data_to is None:
        return 0
    if not _jointly(connection, data_to):
        return _plainly(connection, publication, data_to)
    tree, areas = _tree(connection)
    years = connection.execute(sa.text("SELECT extract(year FROM start)::int FROM rollup_span WHERE period = 'y' ORDER BY 1"))
    return sum(_year(connection, publication, year, data_to, tree, areas) for year in years.scalars().all())


def _plainly(connection: sa.Connection, publication: int, data_to: date) -> int:
    """Nothing hidden but what is small itself; the lengthened windows and like-for-like days that are not are published."""
    sql.execute(connection, "etl/suppress_workspace")
    sql.execute(connection, "etl/suppress_none", p=publication)
    spans = [("m", *span) for span in windows(data_to)] + [("d", *span) for span in like_for_like(data_to)]
    kinds, firsts, lasts = (list(each) for each in zip(*dict.fromkeys(spans), strict=True))
    sql.execute(connection, "etl/suppress_windows_plain", kinds=kinds, firsts=firsts, lasts=lasts)
    rows.bring_windows(connection, publication)
    return 0


def withhold_changes(connection: sa.Connection, publication: int) -> None:
    """Of the changed readings the publication tells of, keep those to ourselves that would give answers away."""
    sql.execute(connection, "etl/suppress_changes", p=publication)


def _jointly(connection: sa.Connection, data_to: date | None) -> bool:
    policy = sql.one(connection, "etl/suppress_policy", day=data_to)
    return bool(policy and policy["value"])


def _tree(connection: sa.Connection) -> tuple[lattice.Tree, int]:
    links = np.array(
        [tuple(row.values()) for row in sql.rows(connection, "etl/suppress_tree")] or np.empty((0, 5)), np.int64
    ).reshape(-1, 5)
    areas = int(links[:, :2].max(initial=0)) + 1
    today = np.full(areas, -1, np.int64)
    now = links[links[:, 4] == 1]
    today[now[:, 0]] = now[:, 1]
    return lattice.Tree(*links[:, :4].T, today), areas


def _year(connection: sa.Connection, publication: int, year: int, data_to: date, tree: lattice.Tree, areas: int) -> int:
    values = sql.rows(connection, "etl/suppress_values", first=date(year, 1, 1), last=date(year, 12, 31))
    if not values:
        return 0
    sql.execute(connection, "etl/suppress_workspace")
    sql.copy(
        connection, "suppress_value", ("value_id", "cut", "value"), [(at, v["cut"], v["value"]) for at, v in enumerate(values)]
    )
    connection.exec_driver_sql("ANALYZE suppress_value")
    cells = rows.read(connection, year, publication)
    cuts = sorted({one["cut"] for one in values})
    cut = np.array([cuts.index(one["cut"]) for one in values])
    every = next(at for at, one in enumerate(values) if one["cut"] == "all")
    loose = np.array([cuts.index("brand")] if "brand" in cuts else [], np.int64)
    kind, first, last, span = rows.spans(cells)
    made_spans = _with_made(lattice.Spans(kind, first, last), year, data_to)
    layout = _Layout(made_spans, tree, cut, every, loose, areas)
    order = np.argsort(cells["indicator"], kind="stable")
    edges = np.flatnonzero(np.diff(cells["indicator"][order])) + 1
    with ThreadPoolExecutor(WORKERS) as pool:
        made = pool.map(lambda at: _indicator(cells[at], span[at], layout), np.split(order, edges))
        hidden = rows.write(connection, publication, year, data_to, made)
    return hidden


def _with_made(spans: lattice.Spans, year: int, data_to: date) -> lattice.Spans:
    """The spans with pieces of weeks, lengthened windows of the last months and like-for-like days, as far as they lie in the
    year."""
    if data_to.year == year:
        days, months = like_for_like(data_to), windows(data_to)
        for kind, found in (("x", days), ("v", months)):
            mine = [(first.toordinal(), last.toordinal()) for first, last in found if first.year == last.year == year]
            spans = spans.with_others(kind, sorted(set(mine)))
    return spans.with_pieces()


def like_for_like(data_to: date) -> list[tuple[date, date]]:
    """The days a running week, month, quarter and year are compared with, of the period before and the year before."""
    out = []
    for kind in RUNNING:
        period = containing(kind, data_to)
        if period.end > data_to:
            days = (data_to - period.start).days + 1
            out += [other.like_for_like(days) for other in (period.previous, period.same_last_year)]
    return out


def windows(data_to: date) -> list[tuple[date, date]]:
    """The lengthened windows of the last months, first and last day."""
    last = containing("m", data_to)
    return [
        (last.shift(-back - length + 1).start, last.shift(-back).end)
        for back in range(MONTHS_BACK) for length in WINDOWS["m"] if length > 1
    ]  # fmt: skip


def _indicator(cells: NDArray[np.void], span: NDArray[np.int64], layout: _Layout) -> rows.Judged:
    table = _table(cells, span, layout)
    table = table.made(layout.spans, "p", "d", layout.every, lattice.UNSEEN)
    table = table.made(layout.spans, "x", "d", layout.every, WORTH).made(layout.spans, "v", "m", layout.every, WORTH)
    linked, links = lattice.system(table, layout.spans, layout.tree, layout.cut, layout.every, layout.loose)
    before = np.zeros(len(linked.n), bool)
    before[: len(cells)] = cells["kept"] == 1
    offers = offered.offers(table, layout.spans, linked.small)
    hidden = suppress.protect(linked, links, before, offers)
    at = np.flatnonzero(offers.cell & ~hidden)
    return rows.Judged(
        cells[hidden[: len(cells)] & ~linked.small[: len(cells)]], int(cells["indicator"][0]), table.area[at],
        layout.spans.first[table.span[at]], layout.spans.last[table.span[at]], table.sums[:, at],
    )  # fmt: skip


def _table(cells: NDArray[np.void], span: NDArray[np.int64], layout: _Layout) -> lattice.Table:
    """The dated cells, what was shifted, and after them the restated ones the two make."""
    area = cells["area"].astype(np.int64) + 2 * layout.areas * cells["shift"]
    sums = np.array([cells[name].astype(float) for name in ("n", "sw", "sw2", "swx")])
    price = np.abs(sums[0]) * np.where((cells["fresh"] == 0) & (cells["kept"] == 0), lattice.KNOWN, 1.0)
    value = cells["value"].astype(np.int64)
    table = lattice.Table(area, span, value, sums, price, layout.areas, len(layout.cut))
    shift = np.flatnonzero(cells["shift"])
    plain = cells["area"][shift].astype(np.int64)
    dated = table.find(plain, span[shift], value[shift])
    restated = sums[:, shift] + np.where(dated >= 0, sums[:, np.maximum(dated, 0)], 0.0)
    there = restated[0] > 0
    shift, restated = shift[there], restated[:, there]
    return table.and_(plain[there] + layout.areas, span[shift], value[shift], restated, restated[0] * lattice.UNSEEN)

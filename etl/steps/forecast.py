"""Forecasts of a publication: what each outcome will read at the end of the running month, quarter and year, area by area.

A job after the publication, once for each. Only areas whose figure is shown by itself get one: of others it would give away what
is hidden.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql
from etl.domain.area_estimates import Kin, Sums
from etl.domain.forecast import LEVELS, SHOWN_FROM, Forecast, Span, filtered, forecast
from etl.domain.period import Period, add_months, containing
from etl.steps import estimate_rows
from etl.steps.estimate import Tree, dense
from etl.steps.stages import Tell

KINDS = "mqy"
HISTORY = 36  # months looked back on, at most
COLUMNS = ("area_id", "indicator_id", "period", "start", "through", "n_eff", "value", "sd", "low", "high", "low80", "high80",
           "first_pub")  # fmt: skip


@dataclass(frozen=True)
class Running:
    """A period under way: which of the months read are in it, and how many are still to come."""

    period: Period
    span: Span


def forecast_due(target: sa.Engine) -> datetime | None:
    """When the latest publication was made, if nothing was foretold on it yet."""
    with sql.begin(target) as connection:
        row = sql.one(connection, "etl/forecast_due")
    return row["published_at"] if row else None


def foretell(target: sa.Engine, tell: Tell | None = None) -> dict[str, Any]:
    """Foretell on the latest publication, unless it was done; what came of it in numbers."""
    with sql.begin(target.execution_options(isolation_level="REPEATABLE READ")) as connection:
        latest = sql.one(connection, "etl/forecast_due")
        if latest is None:
            return {"publication": None, "forecasts": 0}
        publication, through = int(latest["publication_id"]), latest["data_to"]
        sql.execute(connection, "etl/forecast_close", p=publication)
        rows = list(_rows(connection, publication, latest["data_from"], through, tell))
        sql.copy(connection, "forecast", COLUMNS, rows)
        sql.execute(connection, "etl/forecast_made", p=publication)
    return {"publication": publication, "forecasts": len(rows), "through": through.isoformat()}


def elapsed(through: date) -> float:
    """The share of its month's days that is over on a day."""
    return through.day / calendar.monthrange(through.year, through.month)[1]


def running(through: date, first: date) -> list[Running]:
    """The periods that go on after ``through`` and began on or after ``first``, the first month read."""
    found = []
    for kind in KINDS:
        period = containing(kind, through)
        if period.end > through and period.start >= first:
            done = (through.year - period.start.year) * 12 + through.month - period.start.month
            ahead = (period.end.year - through.year) * 12 + period.end.month - through.month
            found.append(Running(period, Span(done, ahead)))
    return found


def _rows(
    connection: sa.Connection, publication: int, since: date, through: date, tell: Tell | None
) -> Iterator[tuple[Any, ...]]:
    last = through.replace(day=1)
    first = max(since.replace(day=1), add_months(last, 1 - HISTORY))
    months = [first]
    while months[-1] < last:
        months.append(add_months(months[-1], 1))
    due = running(through, first)
    tree = Tree.read(connection)
    if not due or not tree.ids.size:
        return
    shown = {one.period: _shown(connection, publication, one.period, tree) for one in due}
    kin = tree.kin([min(Period("m", month).end, through) for month in months])
    cells = estimate_rows.read_sums(connection, "etl/estimate_sums", period="m", first=months[0], last=months[-1])
    indicators = sorted({row["indicator_id"] for row in sql.rows(connection, "etl/estimate_indicators")})
    for at, indicator in enumerate(indicators):
        if tell:
            tell(at, len(indicators), "forecast")
        chosen = cells[cells["indicator"] == indicator]
        if len(chosen):
            yield from _of_indicator(indicator, _placed(chosen, tree, months), kin, due, shown, tree, through, publication)


def _placed(cells: NDArray[np.void], tree: Tree, months: list[date]) -> Sums:
    area = np.searchsorted(tree.ids, cells["area"])
    column = np.searchsorted(estimate_rows.days_since_epoch(months), cells["start"])
    return dense(cells, area, column, (len(tree.ids), len(months)))


def _shown(connection: sa.Connection, publication: int, period: Period, tree: Tree) -> dict[int, NDArray[np.bool_]]:
    """Of each indicator, the areas whose figure is shown by itself."""
    found: dict[int, NDArray[np.bool_]] = {}
    rows = sql.rows(connection, "etl/forecast_shown", p=publication, period=period.kind, start=period.start)
    for row in rows:
        flags = found.setdefault(row["indicator_id"], np.zeros(len(tree.ids), bool))
        flags[np.searchsorted(tree.ids, row["area_id"])] = True
    return found


def _of_indicator(indicator: int, sums: Sums, kin: Kin, due: list[Running], shown: dict[Period, dict[int, NDArray[np.bool_]]],
                  tree: Tree, through: date, publication: int) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    part = elapsed(through)
    now = filtered(sums, kin, part)
    for one in due:
        said = forecast(sums, now, one.span, part)
        heard = _heard(sums, one.span)
        wanted = shown[one.period].get(indicator)
        if wanted is None:
            continue
        for at in np.flatnonzero(wanted & (heard >= SHOWN_FROM) & np.isfinite(said.value) & (said.sd > 0)):
            yield (
                int(tree.ids[at]), indicator, one.period.kind, one.period.start, through, float(heard[at]), *_figures(said, at),
                publication,
            )  # fmt: skip


def _heard(sums: Sums, span: Span) -> NDArray[np.float64]:
    """Effective answers of the period so far."""
    inside = slice(sums.n.shape[1] - 1 - span.done, None)
    return Sums(*(getattr(sums, name)[:, inside].sum(axis=1) for name in ("n", "sw", "sw2", "swx", "swx2"))).n_eff


def _figures(said: Forecast, at: int) -> tuple[float, ...]:
    """Value, sd and both intervals, the wider first."""
    one = Forecast(said.value[[at]], said.sd[[at]])
    ends = [float(end[0]) for level in reversed(LEVELS) for end in one.interval(level)]
    return float(one.value[0]), float(one.sd[0]), *ends

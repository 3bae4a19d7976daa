"""The drivers page's one read: effects in force, and how each indicator stands in the area and in what it is held against."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

import sql
from dashboard import estimates
from dashboard.context import AreaNode, Context
from dashboard.pages.drivers.model import Driver, Effect, Indicator, Made, Standing, View
from etl.domain.estimate import byar
from etl.domain.period import Period, containing
from etl.domain.reading import Sequenced, Sums, lengthen, readings

KINDS = "mqy"  # a week's readings are kept to the county only; its month stands for it
PARENT, YEAR = "parent", "year"
PER_HEAD = "subscribers"

NOTHING = Sequenced()

Series = Mapping[tuple[int, int], Sequenced]
Ratios = Mapping[tuple[int, int, date], tuple[float, float, float]]


def load(context: Context) -> View:
    """Everything of the page, in one transaction."""
    with context.read() as connection:
        known = {one.indicator_id: one for one in _indicators(connection)}
        outcomes = tuple(one for one in known.values() if one.headline is not None)
        outcome = _asked(outcomes, context.query.get("outcome"))
        period = period_of(context)
        rows = sql.rows(connection, "dashboard/driver_effects", p=context.publication_id, root=context.trail[0].area_id,
                        outcome=outcome.indicator_id)  # fmt: skip
        scored = [one.indicator_id for one in known.values() if one.fact == "answer"]
        series, thin = _series(connection, context, scored, period), _thin(connection, context, scored, period)
        ratios = _ratios(connection, context, period)
    stands = _Stands(context, period, series, ratios, thin)
    here, other = stands.of(outcome)
    drivers = _drivers(rows, outcome, known, stands)
    return View(
        outcomes, outcome, period, here, other, stands.against, _above(context), drivers, _made(rows, outcome),
        _chosen(drivers, context.query.get("driver")), _number(context.query.get("to")),
    )  # fmt: skip


def period_of(context: Context) -> Period:
    """The period shown: a week's last month stands for it."""
    return context.period if context.period.kind in KINDS else containing("m", context.period.end)


def _indicators(connection: sa.Connection) -> Iterable[Indicator]:
    for row in sql.rows(connection, "dashboard/indicators"):
        plain = ("indicator_id", "code", "kind", "unit", "direction", "factor", "decimals", "fact", "denominator", "headline")
        yield Indicator(
            **{name: row[name] for name in plain}, names=_names(row), shorts=_names(row, "short"), lines=_names(row, "line"),
            definitions=_names(row, "definition"),
        )  # fmt: skip


def _names(row: Mapping[str, Any], stem: str = "name") -> dict[str, str]:
    return {"zh": row[f"{stem}_zh"], "en": row[f"{stem}_en"]}


def _asked(outcomes: Sequence[Indicator], code: str | None) -> Indicator:
    """The outcome of the address; the first headline for none or an unknown one."""
    return next((one for one in outcomes if one.code == code), outcomes[0])


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else None
    except ValueError:
        return None
    return value if value is not None and math.isfinite(value) else None


def _statement(name: str, context: Context) -> str:
    return f"dashboard/{name}_today" if context.today else f"dashboard/{name}"


def _series(connection: sa.Connection, context: Context, ids: Sequence[int], period: Period) -> Series:
    """Score sums of the area and the one above in the period, its lengthened windows as published, and those of last year."""
    areas = [node.area_id for node in context.trail[-2:]]
    asked = {"p": context.publication_id, "areas": areas, "indicators": list(ids)}
    out: dict[tuple[int, int], Sequenced] = defaultdict(Sequenced)
    for row in connection.execute(
        sql.statement(_statement("score_cells", context)),
        {**asked, "cuts": ["all"], "periods": [period.kind], "starts": [period.start, period.same_last_year.start]},
    ):
        out[row.area_id, row.indicator_id][row.start] = Sums(*(float(part) for part in row[6:11]))
    if period.kind == "m" and not context.today:
        for row in connection.execute(sql.statement("dashboard/score_windows"), {**asked, "lasts": [period.end]}):
            length = (row.last.year - row.first.year) * 12 + row.last.month - row.first.month + 1
            window = Sums(*(float(part) for part in row[4:9]))
            out[row.area_id, row.indicator_id].windows[period.start, length] = window
    return out


def _thin(connection: sa.Connection, context: Context, ids: Sequence[int], period: Period) -> estimates.Found:
    """Shrunken values of the same areas and periods; none under today's tree."""
    areas = [node.area_id for node in context.trail[-2:]]
    periods = (period, period.same_last_year)
    return {} if context.today else estimates.read(connection, context.publication_id, areas, ids, periods)


def _ratios(connection: sa.Connection, context: Context, period: Period) -> Ratios:
    """n, numerator and denominator of every area of the trail, in the period and in that of last year."""
    starts, name = [period.start, period.same_last_year.start], _statement("ratio_cells", context)
    out = {}
    for node in context.trail:
        for row in sql.rows(connection, name, p=context.publication_id, area=node.area_id, period=period.kind, starts=starts):
            base = (float(row["n"]), row["numerator"], row["denominator"])
            out[node.area_id, row["indicator_id"], row["start"]] = base
    return out


class _Stands:
    """How an indicator stands here, and in what it is held against: the area above, or the same period a year ago."""

    def __init__(self, context: Context, period: Period, series: Series, ratios: Ratios, thin: estimates.Found):
        self._context, self._period, self._series, self._ratios, self._thin = context, period, series, ratios, thin
        self.against = PARENT if len(context.trail) > 1 and (context.trail[-2].full or context.user.lines) else YEAR

    def of(self, indicator: Indicator) -> tuple[Standing | None, Standing | None]:
        return self._score(indicator) if indicator.fact == "answer" else self._ratio(indicator)

    def _score(self, indicator: Indicator) -> tuple[Standing | None, Standing | None]:
        key = (self._context.area.area_id, indicator.indicator_id)
        mine = self._series.get(key, NOTHING)
        here = _standing(*lengthen(mine, self._period), self._thin.get((*key, self._period)))
        if self.against == YEAR:
            last = self._period.same_last_year
            return here, _standing(mine.get(last.start), 1, self._thin.get((*key, last)))
        key = (self._context.trail[-2].area_id, indicator.indicator_id)
        above = self._series.get(key, NOTHING)
        return here, _standing(*lengthen(above, self._period), self._thin.get((*key, self._period)))

    def _ratio(self, indicator: Indicator) -> tuple[Standing | None, Standing | None]:
        """Where the area has no reading of its own, that of the next area above which has one."""
        trail = list(self._context.trail)
        while trail:
            here = self._at(trail[-1], indicator, self._period.start)
            if here is not None:
                break
            trail.pop()
        if not trail:
            return None, None
        if self.against == PARENT:
            other = self._at(trail[-2], indicator, self._period.start) if len(trail) > 1 else None
        else:
            other = self._at(trail[-1], indicator, self._period.same_last_year.start)
        return here, other

    def _at(self, node: AreaNode, indicator: Indicator, start: date) -> Standing | None:
        found = self._ratios.get((node.area_id, indicator.indicator_id, start))
        if found is None or found[2] <= 0:
            return None
        n, numerator, denominator = found
        low = high = None
        if indicator.denominator == PER_HEAD:
            low, high = (float(end) for end in byar(numerator, denominator, indicator.factor))
            n = numerator
        where = None if node.area_id == self._context.area.area_id else {"zh": node.name_zh, "en": node.name_en}
        return Standing(numerator / denominator * indicator.factor, low, high, n, where=where)


def _standing(cell: Sums | None, window: int, told: estimates.Told | None) -> Standing | None:
    reading = estimates.settle(readings([cell], [window])[0], told)
    if reading is None:
        return None
    if not reading.shown:
        return Standing(None, None, None, reading.n, window, few=True)
    shrunken = isinstance(reading, estimates.Shrunken)
    return Standing(reading.value, reading.low, reading.high, reading.n, window, shrunken=shrunken)


def _above(context: Context) -> dict[str, str]:
    node = context.trail[-2] if len(context.trail) > 1 else context.area
    return {"zh": node.name_zh, "en": node.name_en}


def _drivers(
    rows: Sequence[Mapping[str, Any]], outcome: Indicator, known: Mapping[int, Indicator], stands: _Stands
) -> tuple[Driver, ...]:
    """The outcome's drivers, each with its standing and the perceptions it provenly goes with."""
    mine = [row for row in rows if row["outcome_id"] == outcome.indicator_id and row["driver_id"] in known]
    codes = {row["driver_id"] for row in mine if known[row["driver_id"]].kind == "perception"}
    links: dict[int, list[tuple[str, Effect]]] = {}
    for row in rows:
        if row["outcome_id"] in codes and row["slope"] > 0:
            links.setdefault(row["driver_id"], []).append((known[row["outcome_id"]].code, _effect(row)))
    found = [Driver(known[row["driver_id"]], _effect(row), *stands.of(known[row["driver_id"]]),
                    via=tuple(links.get(row["driver_id"], ()))) for row in mine]  # fmt: skip
    return tuple(sorted(found, key=_order))


def _order(one: Driver) -> tuple[int, float, str]:
    """What provenly goes with it, what goes the opposite way, what is not proven; the heaviest first."""
    kind = 2 if not one.effect.proven else 0 if one.effect.slope > 0 else 1
    return kind, -abs(one.effect.weight[0]), one.indicator.code


def _effect(row: Mapping[str, Any]) -> Effect:
    share = (row["importance"], row["importance_low"], row["importance_high"]) if row["importance"] is not None else None
    plain = ("slope", "low", "high", "proven", "evidence", "level", "lag", "differing", "n", "clusters", "method", "spread",
             "base")  # fmt: skip
    return Effect(**{name: row[name] for name in plain}, share=share, seen=(row["seen_low"], row["seen_high"]))


def _made(rows: Sequence[Mapping[str, Any]], outcome: Indicator) -> Made | None:
    row = next((row for row in rows if row["outcome_id"] == outcome.indicator_id), None)
    return Made(row["first_month"], row["last_month"], row["first_pub"]) if row else None


def _chosen(drivers: Sequence[Driver], code: str | None) -> Driver | None:
    """The process indicator asked "what would it take" of: that of the address, else the heaviest one that stands here."""
    processes = [one for one in drivers if one.indicator.kind == "process" and one.here and one.here.value is not None]
    asked = next((one for one in processes if one.indicator.code == code), None)
    gains = [one for one in processes if one.effect.proven and one.effect.slope > 0]
    return asked or next(iter(gains or processes), None)

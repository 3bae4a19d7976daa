"""The parts of a report that are counted rather than asked: process indicators and complaints, and what customers met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sql
from dashboard.context import Context
from dashboard.figures.numbers import NONE, count, plain
from dashboard.pages.overview import operations, wording
from dashboard.pages.overview.model import Indicator, Member, View
from dashboard.pages.overview.ranking import process_rows
from dashboard.pages.overview.reads import Ratio
from dashboard.pages.overview.scores import SPARK
from dashboard.pages.overview.trend_figure import short_label
from dashboard.snapshot import chart
from dashboard.snapshot.sections import COLOURS, Block, Cell, columns, heading, note
from dashboard.texts import t
from etl.domain.period import Period, latest

RATE = "complaints_per_10k"  # what leads the part on complaints
STATES = {1: "up", 0: "same", -1: "down"}
HEADS = (("indicator", 1, "left"), ("line", "auto", "left"), ("reading", "auto", "right"), ("unit", "auto", "left"),
         ("interval", "auto", "left"), ("n", "auto", "right"), ("vs_last", "auto", "right"), ("vs_year", "auto", "right"),
         ("judged", "auto", "left"))  # fmt: skip


def measures(view: View, context: Context, section: str) -> list[Block]:
    """The indicators of one section (``process``, ``complaint`` or ``perception``) with their owner lines, as on the page."""
    drawn = zip(view.process, process_rows(view, context.language), strict=True)
    body = [_measure(told) for row, told in drawn if _section(row.indicator) == section and row.value is not None]
    if not body:
        return []
    title = heading(t(f"snapshot.head.{section}", context.language))
    return [title, {"kind": "table", "columns": columns(HEADS, context.language), "rows": body}]


def _section(indicator: Indicator) -> str:
    return "complaint" if indicator.fact == "complaint" else indicator.kind


def _measure(told: Mapping[str, Any]) -> list[Cell]:
    state = STATES[told["judged"]]
    value = {"text": told["valueText"], "state": "plain", "bold": True}
    judged = {"text": told["better"], "state": state}
    name = " · ".join(filter(None, [told["name"], told["window"]]))
    return [name, told["line"], value, told["unit"], told["interval"], told["nText"], told["changeText"],
            told["yearText"], judged]  # fmt: skip


def complaints(view: View, context: Context) -> list[Block]:
    """All complaint measures, the rate over time, and every member's."""
    table = measures(view, context, "complaint")
    rate = next((one for one in view.indicators if one.code == RATE), None)
    return [*table, *_rate(rate, view, context), *_by_member(view, context)] if table and rate else table


def _rate(rate: Indicator, view: View, context: Context) -> list[Block]:
    """Complaints by head over the last periods, with their Byar intervals; nothing where two are not there."""
    language, periods = context.language, latest(context.period.kind, SPARK, context.period)
    with context.read() as connection:
        rows = sql.rows(connection, "dashboard/ratio_cells", p=context.publication_id, area=context.area.area_id,
                        period=context.period.kind, starts=[period.start for period in periods])  # fmt: skip
    sums = {row["start"]: _sums(row) for row in rows if row["indicator_id"] == rate.indicator_id}
    if len(sums) < 2:
        return []
    found = [sums.get(period.start) for period in periods]
    ends = [operations.interval(rate, one) for one in found]
    title = t("snapshot.head.rate", language, name=rate.names[language], unit=wording.unit_name(rate.unit, language))
    image = chart.trend(
        [short_label(period, language)[0] for period in periods], [operations.value(rate, one) for one in found],
        [low for low, _ in ends], [high for _, high in ends], COLOURS, decimals=rate.decimals, height=96,
        least=10**-rate.decimals,
    )  # fmt: skip
    return [{"kind": "subheading", "text": title}, {"kind": "figure", "image": image, "alt": title},
            note(t("snapshot.say.byar", language))]  # fmt: skip


def _sums(row: Mapping[str, Any]) -> Ratio:
    return Ratio(float(row["n"]), row["numerator"], row["denominator"])


def _by_member(view: View, context: Context) -> list[Block]:
    """The complaint measures of every area below, those with most complaints by head first; nothing where they are not kept."""
    language, period = context.language, context.period
    shown = [one for one in view.indicators if one.fact == "complaint"]
    found = {} if view.leaf else _read_members(context, period)
    shown = [one for one in shown if any(one.indicator_id in sums for sums in found.values())]
    if not shown:
        return []
    listed = [member for member in view.members if member.open and member.key in found]
    listed.sort(key=lambda member: -(operations.value(shown[0], found[member.key].get(shown[0].indicator_id)) or 0.0))
    named = [f"{one.shorts[language]} {_unit(one, language)}".strip() for one in shown]
    heads = [_head(t("overview.area", language), 3, "left"), _head(t("snapshot.head.received", language), "auto"),
             *(_head(name, 2) for name in named)]  # fmt: skip
    title = t("snapshot.head.by_member", language, level=wording.title(wording.below(context)))
    body = [_member(member, found[member.key], shown, language) for member in listed]
    return [{"kind": "subheading", "text": title}, {"kind": "table", "columns": heads, "rows": body}]


def _head(title: str, width: int | str, align: str = "right") -> dict[str, Any]:
    return {"title": title, "width": width, "align": align}


def _unit(indicator: Indicator, language: str) -> str:
    """The unit after a heading; a share's alone, the others stand in the name."""
    return f"({wording.unit_name(indicator.unit, language)})" if indicator.unit == "%" else ""


def _read_members(context: Context, period: Period) -> dict[str, dict[int, Ratio]]:
    with context.read() as connection:
        rows = sql.rows(connection, "dashboard/ratio_members", p=context.publication_id, parent=context.area.area_id,
                        period=period.kind, start=period.start)  # fmt: skip
    found: dict[str, dict[int, Ratio]] = {}
    for row in rows:
        found.setdefault(row["code"], {})[row["indicator_id"]] = _sums(row)
    return found


def _member(member: Member, sums: Mapping[int, Ratio], shown: Sequence[Indicator], language: str) -> list[Cell]:
    rate = next((one for one in shown if one.denominator == operations.PER_HEAD), shown[0])
    received = operations.sums_n(rate, sums.get(rate.indicator_id))
    values = [operations.value(one, sums.get(one.indicator_id)) for one in shown]
    figures = [plain(value, one.decimals) if value is not None else NONE for one, value in zip(shown, values, strict=True)]
    return [wording.member_name(member, language), count(received, language), *figures]

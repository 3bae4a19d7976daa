"""Every chart as a table: the same rows are shown in its place and exported."""

from __future__ import annotations

from dashboard.context import Context
from dashboard.exports import Table
from dashboard.figures.numbers import MINUS
from dashboard.pages.overview import aimed, wording
from dashboard.pages.overview.model import Member, Moved, View
from dashboard.pages.overview.outlook import Expected
from dashboard.texts import t

Value = str | int | float | None
DECIMALS = 2


def _heads(language: str, *keys: str) -> tuple[str, ...]:
    return tuple(t(f"overview.{key}", language) for key in keys)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)


def cards(view: View, context: Context) -> Table:
    """The ten headline outcomes with base, interval, changes and lead."""
    language = context.language
    rows = []
    for card in view.cards:
        reading = card.reading if card.reading and card.reading.shown else None
        rows.append(
            (
                card.indicator.names[language],
                _round(reading and reading.value),
                _round(reading and reading.low),
                _round(reading and reading.high),
                card.reading.n if card.reading else 0,
                _round(reading and reading.n_eff),
                wording.kind_of_value(reading, language),
                reading and wording.window(view.comparison.period.kind, reading.window, language),
                _round(card.change and card.change.value),
                _round(card.change_year and card.change_year.value),
                _round(card.lead and card.lead.change.value),
                t(f"overview.trend_state.{wording.card_state(card)}", language),
                *aimed.columns(view.aims.get(card.indicator.code), language),
                *_expected(view.expected.get(card.indicator.code)),
            )
        )
    heads = _heads(language, "indicator", "value", "low", "high", "n", "n_eff", "estimate", "window", "vs_last", "vs_year",
                   "lead", "state")  # fmt: skip
    ends = _heads(language, "aimed.column", "aimed.column_state", "outlook.column", "outlook.column_low", "outlook.column_high")
    return Table(t("overview.cards", language), (*heads, *ends), tuple(rows))


def _expected(one: Expected | None) -> tuple[float | None, ...]:
    return (_round(one.value), _round(one.low), _round(one.high)) if one else (None, None, None)


def members(view: View, context: Context) -> Table:
    """The ranking (also the table of the map)."""
    language = context.language
    heads = _heads(language, "rank", "code", "area", "value", "low", "high", "n", "n_eff", "estimate", "window", "change",
                   "gap", "state")  # fmt: skip
    rows = tuple(_member(member, view.members_period.kind, language) for member in view.members)
    return Table(wording.title(wording.below(context)), heads, rows)


def _member(member: Member, kind: str, language: str) -> tuple[Value, ...]:
    reading = member.reading if member.reading and member.reading.shown else None
    return (
        wording.ranks(member) or None,
        member.key,
        wording.member_name(member, language),
        _round(reading and reading.value),
        _round(reading and reading.low),
        _round(reading and reading.high),
        member.reading.n if member.reading else None,
        _round(reading and reading.n_eff),
        wording.kind_of_value(reading, language),
        reading and wording.window(kind, reading.window, language),
        _round(member.change and member.change.value),
        _round(member.gap),
        wording.member_words(member, kind, language),
    )


def trend(view: View, context: Context) -> Table:
    """The trend, newest first."""
    language = context.language
    rows: list[tuple[Value, ...]] = []
    for point in reversed(view.trend):
        now, year = (each if each and each.shown else None for each in (point.reading, point.last_year))
        rows.append(
            (
                point.period.label(language),
                _round(now and now.value),
                _round(now and now.low),
                _round(now and now.high),
                point.reading.n if point.reading else 0,
                _round(now and now.n_eff),
                wording.kind_of_value(now, language),
                _round(year and year.value),
            )
        )
    heads = _heads(language, "period", "value", "low", "high", "n", "n_eff", "estimate", "last_year")
    return Table(view.outcome.names[language], heads, tuple(rows))


def moved(view: View, context: Context) -> Table:
    """Both splits of the change, every part named."""
    language = context.language
    cut = t(f"vocabulary.cut.{view.cut}", language)
    by_member = _split(view.by_member, wording.title(wording.below(context)), member_names(view, language), language)
    by_cut = _split(view.by_cut, cut, cut_names(view, language), language)
    heads = _heads(language, "kind", "name", "contribution", "proven")
    return Table(t("overview.moved.title", language), heads, (*by_member, *by_cut))


def member_names(view: View, language: str) -> dict[str, str]:
    """The members of the split by name."""
    return {code: names[language] for code, names in view.by_member.names.items()}


def cut_names(view: View, language: str) -> dict[str, str]:
    """The values of the chosen cut in words."""
    values = view.by_cut.movement.within if view.by_cut.movement else {}
    return {value: wording.value_name(view.cut, value, language) for value in values}


def _split(split: Moved, kind: str, names: dict[str, str], language: str) -> list[tuple[Value, ...]]:
    if split.movement is None:
        return []
    rows: list[tuple[Value, ...]] = [
        (kind, names.get(key, key), round(value, 3), t("overview.yes" if split.proven.get(key) else "overview.no", language))
        for key, value in sorted(split.movement.within.items(), key=lambda item: -abs(item[1]))
    ]
    return [
        *rows,
        (kind, t("overview.mix", language), round(split.movement.mix, 3), ""),
        (kind, t("overview.total", language), round(split.movement.total, 3), ""),
    ]


def process(view: View, context: Context) -> Table:
    """Process, complaint and perception indicators."""
    language = context.language
    rows = tuple(
        (
            row.indicator.names[language],
            row.indicator.lines[language],
            _digits(row.value, row.indicator.decimals),
            wording.unit_name(row.indicator.unit, language),
            _digits(row.low, row.indicator.decimals),
            _digits(row.high, row.indicator.decimals),
            row.n,
            _round(row.reading and row.reading.n_eff),
            row.reading and wording.window(view.comparison.period.kind, row.reading.window, language),
            _digits(row.change, row.indicator.decimals + 1),
            _digits(row.change_year, row.indicator.decimals + 1),
        )
        for row in view.process
    )
    heads = _heads(language, "indicator", "line", "reading", "unit", "low", "high", "n", "n_eff", "window", "vs_last", "vs_year")
    return Table(t("overview.rank_panel.title_process", language), heads, rows)


def _digits(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)


def exported(table: Table, context: Context) -> Table:
    """A table that leaves the house: each row with a figure says how scores are made, and of which publication it is."""
    language = context.language
    facts = t("overview.explain.transform_value", language), wording.publication(context)
    heads = (*table.columns, *_heads(language, "transform", "publication"))
    return Table(table.title, heads, tuple((*row, *(facts if _figures(row) else (None, None))) for row in table.rows))


def _figures(row: tuple[Value, ...]) -> bool:
    return any(isinstance(value, int | float) for value in row)


# The exports of the page, by name
TABLES = {"cards": cards, "members": members, "trend": trend, "moved": moved, "process": process}


def cell_text(value: Value) -> str:
    """A value as the table on the page writes it."""
    if value is None:
        return "—"
    return str(value) if isinstance(value, str) else f"{value:,}".replace("-", MINUS)


def touchpoints(view: View, context: Context) -> Table:
    """The touchpoints of a leaf."""
    language = context.language
    rows = tuple(
        (wording.value_name("touchpoint", point.kind, language), point.names[language], point.code) for point in view.touchpoints
    )
    title = t("overview.map.touchpoints", language, area=context.area.name(language))
    return Table(title, _heads(language, "kind", "name", "code"), rows)

"""The parts of a report, each from the view of the overview: what the page shows, laid out for paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.context import Context
from dashboard.figures.numbers import NONE, arrow, count, plain, signed
from dashboard.figures.tiles import hex_cells
from dashboard.pages.overview import tables, wording
from dashboard.pages.overview.data import of_another_line
from dashboard.pages.overview.map_figure import bin_of, drawn
from dashboard.pages.overview.model import Card, Member, ProcessRow, View
from dashboard.pages.overview.ranking import axis_range, member_rows
from dashboard.pages.overview.split_figure import split_rows
from dashboard.pages.overview.trend_figure import short_label
from dashboard.snapshot import chart
from dashboard.snapshot.plan_card import aim_line
from dashboard.texts import t
from dashboard.theme import tokens
from etl.domain.reading import Change

Block = dict[str, Any]
Cell = str | dict[str, Any]

COLOURS = tokens("light")
CARDS_A_ROW = 5
BESIDE, ALONE = (245.0, 205.0), (500.0, 230.0)  # points: the room of a map beside another picture, and by itself
UNPROVEN = "z0"  # the middle of the scale: neither above nor below
FEWEST_POINTS = 3  # a line of fewer says nothing
MOVES_NAMED = 5  # areas, and indicators, named one by one among what changed
WORTH_TELLING = 0.05  # of the reading before: a process reading that moved less is not told
STATES = {"up": "up", "down": "down", "few": "few"}


def heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def note(text: str) -> Block:
    return {"kind": "note", "text": text}


def opening(view: View, context: Context) -> list[Block]:
    """The sentence of the page."""
    return [{"kind": "sentence", "words": wording.pieces(wording.sentence(view, context))}]


def cards(view: View, context: Context) -> list[Block]:
    """The headline outcomes; a line's owner is not told of other lines' that there are no answers, where he may not see them."""
    shown = [card for card in view.cards if card.reading or not of_another_line(card.indicator, context.user)]
    made = {"kind": "cards", "columns": CARDS_A_ROW, "cards": [_card(card, view, context) for card in shown]}
    return [heading(t("snapshot.head.cards", context.language)), made] if shown else []


def _card(card: Card, view: View, context: Context) -> Block:
    language, reading = context.language, card.reading if card.reading and card.reading.shown else None
    base = t("overview.no_answers", language)
    if card.reading and not reading:
        base = t("snapshot.say.few", language, n=card.reading.n)
    if reading:
        base = f"n {count(reading.n, language)} · {t('overview.effective', language, n=count(reading.n_eff, language))}"
    lines = [] if reading is None else [
        {"label": t(f"overview.{key}", language), "cell": changed(change, wording.proven(reading, change))}
        for key, change in (("vs_last", card.change), ("vs_year", card.change_year))
    ]  # fmt: skip
    if over := wording.longer(reading, view.comparison.period.kind, language):
        lines.append({"label": t("overview.window", language), "cell": {"text": over, "state": "few"}})
    elif reading and (aim := aim_line(card, view, language)):
        lines.append(aim)
    elif reading and card.lead:
        lines.append({"label": t("overview.lead", language), "cell": {"text": signed(card.lead.change.value), "state": "plain"}})
    return {
        "name": wording.outcome_name(card.indicator, language), "value": plain(reading.value if reading else None),
        "half": f"±{plain(reading.half)}" if reading else "", "quiet": not (reading and reading.ranked), "base": base,
        "lines": lines,
        "spark": chart.spark(card.spark, COLOURS, 86, 15), "alt": t("overview.spark", language, n=len(card.spark)),
    }  # fmt: skip


def changed(change: Change | None, proven: int, decimals: int = 1) -> dict[str, Any]:
    """A signed change, coloured only where proven."""
    if change is None:
        return {"text": NONE, "state": "same"}
    state = {1: "up", -1: "down"}.get(proven, "same")
    return {"text": f"{arrow(change.value)}{signed(change.value, decimals)}", "state": state, "bold": bool(proven)}


def what_changed(view: View, context: Context) -> list[Block]:
    """The proven changes in words, by rule: outcomes, then areas, the largest first."""
    language = context.language
    items = [
        wording.pieces(words)
        for words in (*_outcomes_said(view, language), *_areas_moved(view, context), *_measures_moved(view, language))
    ]
    title = t("snapshot.head.changed", language, before=wording.before_word(view, language))
    return [heading(title), {"kind": "list", "items": items}]


def _outcomes_said(view: View, language: str) -> list[str]:
    """The outcomes that changed; that none did is said too."""
    still = "still" if any(card.change for card in view.cards) else "no_before"
    if all(card.reading is None or not card.reading.shown for card in view.cards):
        still = "too_few"
    return _outcomes_moved(view, language) or [t(f"snapshot.say.{still}", language)]


def _outcomes_moved(view: View, language: str) -> list[str]:
    moved = [card for card in view.cards if wording.proven(card.reading, card.change)]
    moved.sort(key=lambda card: -abs(card.change.value if card.change else 0))
    return [
        t("snapshot.say.fell" if card.change.value < 0 else "snapshot.say.rose", language, change=plain(abs(card.change.value)),
          name=wording.outcome_name(card.indicator, language), value=plain(card.reading.value), low=plain(card.reading.low),
          high=plain(card.reading.high))
        for card in moved if card.change and card.reading
    ]  # fmt: skip


def _areas_moved(view: View, context: Context) -> list[str]:
    language = context.language
    moved = [member for member in view.members if member.known and member.names and wording.proven(member.reading, member.change)]
    moved.sort(key=lambda member: -abs(member.change.value if member.change else 0))
    outcome, level = wording.outcome_name(view.outcome, language), wording.title(wording.below(context, 1))
    said = [
        t(f"snapshot.say.area_{'fell' if member.change.value < 0 else 'rose'}", language, outcome=outcome, level=level,
          name=wording.member_name(member, language), change=plain(abs(member.change.value)), value=plain(member.reading.value))
        for member in moved[:MOVES_NAMED] if member.change and member.reading
    ]  # fmt: skip
    more = len(moved) - len(said)
    return [*said, t("snapshot.say.areas_more", language, n=more, level=wording.below(context, more))] if more > 0 else said


def _measures_moved(view: View, language: str) -> list[str]:
    """Complaint measures whose change is proven, and process readings, counted in full, that moved by a share worth telling."""
    moved = [row for row in view.process if row.indicator.kind == "process" and row.value is not None and _share(row)]
    told = [row for row in moved if (row.proven if row.tested else _share(row) >= WORTH_TELLING)]
    told.sort(key=lambda row: -_share(row))
    return [_measure_moved(row, language) for row in told[:MOVES_NAMED]]


def _share(row: ProcessRow) -> float:
    """How far a reading moved, as a share of what it was."""
    before = (row.value or 0) - (row.change or 0)
    return abs(row.change) / abs(before) if row.change and before else 0.0


def _measure_moved(row: ProcessRow, language: str) -> str:
    one, value, change = row.indicator, row.value or 0.0, row.change or 0.0
    better = t(f"overview.better.{1 if change * one.direction > 0 else -1}", language)
    return t("snapshot.say.process_moved", language, line=one.lines[language], name=one.names[language],
             before=plain(value - change, one.decimals), value=plain(value, one.decimals),
             unit=wording.unit_name(one.unit, language), better=better)  # fmt: skip


def places(view: View, context: Context) -> list[Block]:
    """The map of the members beside the split of the change."""
    if view.leaf or not drawn(view.members):
        return []
    language, area = context.language, context.area.name(context.language)
    level = wording.title(wording.below(context))
    title = t("snapshot.head.map", language, level=level, area=area) + _of_period(view, language)
    right = _moved(view, context)
    image = tile_map(view, language, BESIDE if right else ALONE)
    picture = {"kind": "figure", "image": image, "alt": title, "width": chart.width_of(image)}
    key = "map_note" if any(map(_apart, view.members)) else "map_even"
    left = [heading(title), picture, note(t(f"snapshot.say.{key}", language, area=area, level=wording.below(context)))]
    return [{"kind": "side", "widths": [1, 1], "parts": [left, right]}] if right else left


def tile_map(view: View, language: str, size: tuple[float, float]) -> str:
    """The members as hexagons in the map's colours, within ``size`` points."""
    members, kind = drawn(view.members), view.members_period.kind
    cells = hex_cells({member.key: member.place for member in members})
    return chart.tile_map([_tile(member, cells[member.key], kind, language) for member in members], COLOURS, *size)


def _tile(member: Member, cell: tuple[int, int], kind: str, language: str) -> chart.Tile:
    name = wording.bare_name(member.names, language)
    reading = member.reading if member.open and member.reading and member.reading.shown else None
    value = plain(reading.value) if reading else ""
    over = t(f"snapshot.window.{kind}", language, n=reading.window) if reading and reading.window > 1 else ""
    if reading is None or not reading.ranked or member.gap is None:
        return chart.Tile(cell, name, value, COLOURS["hatch1"], COLOURS["on-few"], quiet=True, more=over)
    shade = bin_of(member.gap) if _apart(member) else UNPROVEN
    return chart.Tile(cell, name, value, COLOURS[f"d-{shade}"], COLOURS[f"on-{shade}"], more=over)


def _apart(member: Member) -> bool:
    """Whether the member's difference to the area is proven; paper answers no pointer, so only that is coloured."""
    return bool(member.against and member.against.proven)


def _moved(view: View, context: Context) -> list[Block]:
    """The split of the change as bars; nothing where there is none to show."""
    language = context.language
    rows = split_rows(view.by_member, tables.member_names(view, language), language)
    if not rows or view.card.change is None:
        return []
    bars = [(row["name"], row["value"], {1: "up", -1: "down"}.get(row["proven"], "same")) for row in rows]
    before, change = wording.before_word(view, language), signed(view.card.change.value)
    return [
        heading(t("snapshot.head.moved", language)),
        {"kind": "figure", "image": chart.bars(bars, COLOURS, 2), "alt": t("snapshot.head.moved", language)},
        note(t("snapshot.say.moved_note", language, before=before, change=change)),
    ]


def trend(view: View, context: Context) -> list[Block]:
    """The chosen outcome over time with its interval."""
    language = context.language
    shown = [point.reading if point.reading and point.reading.shown else None for point in view.trend]
    if sum(map(bool, shown)) < FEWEST_POINTS:
        return []
    year = [point.last_year.value if point.last_year and point.last_year.shown else None for point in view.trend]
    image = chart.trend(
        [short_label(point.period, language)[0] for point in view.trend], [each and each.value for each in shown],
        [each and each.low for each in shown], [each and each.high for each in shown], COLOURS, year=year,
    )  # fmt: skip
    title = t("snapshot.head.trend", language, outcome=wording.outcome_name(view.outcome, language))
    return [heading(title), {"kind": "figure", "image": image, "alt": title}, note(t("snapshot.say.band", language))]


def others(view: View, context: Context) -> list[Block]:
    """The other outcomes as small multiples on one scale."""
    language = context.language
    rest = [
        card for card in view.cards
        if card.indicator.code != view.outcome.code and sum(value is not None for value in card.spark) >= FEWEST_POINTS
    ]
    if not rest:
        return []
    known = [value for card in rest for value in card.spark if value is not None]
    periods = [short_label(point.period, language)[0] for point in view.trend]
    figures = [
        {"title": wording.outcome_name(card.indicator, language), "note": _value(card, view, language),
         "image": chart.trend(periods[-len(card.spark):], card.spark, [None] * len(card.spark), [None] * len(card.spark), COLOURS,
                              bounds=(min(known), max(known)), width=170, height=72),
         "alt": wording.outcome_name(card.indicator, language)}
        for card in rest
    ]  # fmt: skip
    title = heading(t("snapshot.head.others", language))
    return [title, {"kind": "multiples", "columns": 3, "figures": figures}, note(t("snapshot.say.same_scale", language))]


def _value(card: Card, view: View, language: str) -> str:
    """The reading, with its window where that is longer than the period."""
    reading = card.reading if card.reading and card.reading.shown else None
    if reading is None:
        return ""
    window = wording.longer(reading, view.comparison.period.kind, language)
    return " · ".join(filter(None, [f"{plain(reading.value)} ±{plain(reading.half)}", window]))


def ranking(view: View, context: Context) -> list[Block]:
    """Every member with its figures; a member beyond the reader's scope is not named."""
    language, rows = context.language, member_rows(view, context.language)
    if not rows:
        return []
    bounds = axis_range([row for row in rows if row["value"] is not None])
    heads = [("rank", "auto", "right"), ("area", 3, "left"), ("value", "auto", "right"), ("interval", "auto", "left"),
             ("n", "auto", "right"), ("n_eff", "auto", "right"), ("change", "auto", "right"), ("gap", "auto", "right"),
             ("state", "auto", "left")]  # fmt: skip
    n_eff = {member.key: member.reading.n_eff for member in view.members if member.reading and member.reading.shown}
    body = [_ranked(row, bounds, _whole(view), plain(n_eff.get(row["code"]), 0)) for row in rows]
    level = t("overview.kind", language) if view.leaf else wording.title(wording.below(context))
    title = t("snapshot.head.ranking", language, level=level, outcome=wording.outcome_name(view.outcome, language))
    return [heading(title + _of_period(view, language)), {"kind": "table", "columns": columns(heads, language), "rows": body}]


def _whole(view: View) -> float | None:
    """The area's own score in the period its members are shown of; nothing at a leaf, whose members are cuts."""
    gaps = [(one.reading, one.gap) for one in view.members if one.reading and one.reading.shown and one.gap is not None]
    return None if view.leaf or not gaps else gaps[0][0].value - gaps[0][1]


def _of_period(view: View, language: str) -> str:
    """The members' period in brackets, where it is not the report's."""
    if view.members_period == view.comparison.period:
        return ""
    return t("snapshot.head.of_period", language, period=view.members_period.label(language))


def _ranked(row: dict[str, Any], bounds: tuple[float, float], mean: float | None, n_eff: str) -> list[Cell]:
    state = STATES.get(row["state"], "same")
    told = {"text": row["valueText"], "state": "few" if row["few"] else "plain", "bold": not row["few"]}
    drawn_ = "" if row["value"] is None else {
        "image": chart.whisker(row["value"], row["low"], row["high"], bounds, COLOURS, row["few"], mean),
        "alt": f"{plain(row['low'])} ~ {plain(row['high'])}",
    }  # fmt: skip
    moved = {"text": row["changeText"], "state": {1: "up", -1: "down"}.get(row["proven"], "same"), "bold": bool(row["proven"])}
    judged = {"text": row["stateText"], "state": state}
    return [row["rankText"], row["name"], told, drawn_, row["nText"], n_eff, moved, row["gapText"], judged]


def columns(heads: Sequence[tuple[str, Any, str]], language: str) -> list[dict[str, Any]]:
    """Columns of a table by the page's own headings."""
    return [{"title": t(f"overview.{key}", language), "width": width, "align": align} for key, width, align in heads]

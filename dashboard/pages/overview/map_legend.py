"""The map's legend: its bins with the names in each, which is also the map in words."""

from __future__ import annotations

from dash import html

from dashboard.context import Context
from dashboard.figures.numbers import plain, signed
from dashboard.pages.overview import components, map_figure, wording
from dashboard.pages.overview.model import View
from dashboard.texts import t

COLOURS = tuple(name for _, name in map_figure.BINS)


def legend(view: View, context: Context) -> list:
    """The bins with the names in each, which is also the map in words."""
    language, members = context.language, map_figure.drawn(view.members)
    groups: dict[str, list[str]] = {}
    for member in members:
        key = map_figure.bin_of(member.gap) if member.gap is not None and member.reading and member.reading.ranked else "few"
        key = key if member.open else "closed"
        groups.setdefault(key, []).append(wording.short_name(member.names, language))
    rows = [
        _legend_row(key, words, groups.get(key, []), language) for key, words in bins(language) if key in groups or key in COLOURS
    ]
    watched = [wording.short_name(member.names, language) for member in members if member.alerts]
    if watched:
        rows.append(_legend_row("alerts", t("overview.map.alerts", language), watched, language))
    states = [wording.member_state(member) for member in members]
    counts = [
        html.Span([components.state_mark(state, t(f"overview.member_state.{state}", language)), html.B(states.count(state))])
        for state in ("up", "down", "same", "few")
    ]
    head = html.Div(
        [
            t("overview.map.legend", language, area=context.area.name(language)),
            html.Span(t("overview.map.legend_count", language, level=wording.title(wording.below(context)))),
        ],
        className="ov-lghead",
    )
    return [head, *rows, html.Div(counts, className="ov-counts")]


def bins(language: str) -> list[tuple[str, str]]:
    """Colour token and range in words, best first."""
    edges = [edge for edge, _ in map_figure.BINS[:3]]
    words = [
        f"≥ {signed(edges[0])}",
        f"{signed(edges[1])} ~ {signed(edges[0])}",
        f"{signed(edges[2])} ~ {signed(edges[1])}",
        t("overview.map.within", language, edge=plain(edges[2])),
        f"{signed(-edges[1])} ~ {signed(-edges[2])}",
        f"{signed(-edges[0])} ~ {signed(-edges[1])}",
        f"≤ {signed(-edges[0])}",
    ]
    named = list(zip(COLOURS, words, strict=True))
    return [*named, ("few", t("overview.map.few", language)), ("closed", t("overview.map.closed", language))]


def _legend_row(key: str, words: str, names: list[str], language: str) -> html.Div:
    who = t("overview.and", language).join(names)
    parts = [
        html.I(className=f"ov-swatch d-{key}"),
        html.Span(words, className="ov-range"),
        html.Span(who, className="ov-who", title=who),
    ]
    return html.Div([*parts, html.B(str(len(names)) if names else "")], className="ov-lgrow" + ("" if names else " is-none"))

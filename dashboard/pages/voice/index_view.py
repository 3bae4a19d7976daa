"""The view of the satisfaction index: cards, paths, importance and performance, expectation against quality, members."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.context import Context
from dashboard.figures.numbers import plain
from dashboard.pages.voice import gap_figure, map_figure, path_figure
from dashboard.pages.voice.figures import empty
from dashboard.pages.voice.index import BUSINESSES
from dashboard.pages.voice.model import Index, IndexCard, Place
from dashboard.pages.voice.parts import base, graph, moved, segments, table, value
from dashboard.panels import downloads, panel
from dashboard.texts import t
from etl.domain.tcsi_vintage import DIFFERENCE

MOST_ITEMS = 60


def view(index: Index, context: Context) -> list[Any]:
    """The parts from top to bottom."""
    language = context.language
    if index.vintage is None:
        return [html.P(t("voice.no_vintage", language), className="empty")]
    label = t("voice.cards", language)
    return [
        html.Section([_card(card, language) for card in index.cards], className="vo-cards", **{"aria-label": label}),
        html.Div([_paths(index, context), _map(index, context)], className="vo-two"),
        html.Div([_gap(index, context), _places(index, context)], className="vo-two vo-even"),
        _model(index, context),
    ]


def controls(index: Index, context: Context) -> html.Nav:
    """The business shown."""
    language = context.language
    choices = {name: t(f"voice.line.{name}", language) for name in BUSINESSES}
    first = next(iter(index.businesses), BUSINESSES[0])
    return segments(context, t("voice.businesses", language), choices, index.business, "business", first)


def _card(card: IndexCard, language: str) -> html.Div:
    reading = card.reading
    lines: list[Any] = [html.Div(card.names[language], className="vo-name")]
    if reading is not None and reading.shown:
        low, high = plain(reading.low), plain(reading.high)
        lines += [
            html.Div(
                [html.B(plain(reading.value)), html.Span(f"±{plain(reading.half)}")],
                className="vo-big" + ("" if reading.ranked else " vo-grey"),
                title=f"{low} – {high}",
            ),
            html.Div(
                [html.Span(f"{t('voice.col.change', language)} ", className="vo-half"), moved(card.change)], className="vo-moved"
            ),
            html.Div(base(reading, language), className="vo-base"),
        ]
    else:
        words = t("voice.few", language, n=reading.n) if reading else t("voice.none", language)
        lines.append(html.Div(words, className="vo-few"))
    return html.Div(lines, className="vo-card")


def _paths(index: Index, context: Context) -> html.Section:
    language = context.language
    drawn = graph(path_figure.paths(index, language, context.theme), "paths", t("voice.path_heading", language))
    return panel(t("voice.path_heading", language), t("voice.path_sub", language), drawn, tools=downloads(context, "voice-paths"))


def _map(index: Index, context: Context) -> html.Section:
    """The map, and the table that says the same."""
    language = context.language
    figure = map_figure.importance(index, language, context.theme) or empty(context.theme, t("voice.gap_none", language))
    rows = [
        [one.names[language], path_figure.coefficient(one.effect), value(one.reading, language)]
        for one in map_figure.drivers(index)
    ]
    body = [
        graph(figure, "map", t("voice.map_heading", language)),
        table("drivers", ("construct", "effect", "performance"), rows, language),
    ]
    return panel(
        t("voice.map_heading", language), t("voice.map_sub", language), *body, tools=downloads(context, "voice-importance")
    )


def _gap(index: Index, context: Context) -> html.Section:
    language = context.language
    figure = gap_figure.over_time(index, language, context.theme) or empty(context.theme, t("voice.gap_none", language))
    drawn = graph(figure, "gap", t("voice.gap_heading", language))
    return panel(
        t("voice.gap_heading", language), t("voice.gap_sub", language), drawn, tools=downloads(context, "voice-differences")
    )


def _places(index: Index, context: Context) -> html.Section:
    """The members with every construct, those with the widest gap first."""
    language, below = context.language, context.area.level.below
    heading = t("voice.places_heading", language, level=(below or context.area.level).plural_in(language))
    kept = [place for place in index.places if place.known or any(place.readings.values())]
    if below is None or not kept:
        return panel(
            heading, "", html.P(t("voice.gap_none", language), className="empty"), tools=downloads(context, "voice-indexes")
        )
    codes = ("satisfaction", "expectation", "quality", "loyalty")
    shown = [card for card in index.cards if card.code in codes] or list(index.cards[:4])
    head = html.Tr(
        [
            html.Th(words, scope="col")
            for words in (
                t("voice.col.area", language),
                t("voice.col.difference", language),
                *(card.names[language] for card in shown),
            )
        ]
    )
    rows = [_member(place, [card.code for card in shown], context) for place in sorted(kept, key=_widest)]
    body = html.Div(html.Table([html.Thead(head), html.Tbody(rows)], className="vo-table vo-places"), className="vo-scroll")
    return panel(heading, t("voice.places_sub", language), body, tools=downloads(context, "voice-indexes"))


def _widest(place: Place) -> tuple[bool, float]:
    gap = place.readings.get(DIFFERENCE)
    return (False, -gap.value) if gap and gap.shown else (True, 0.0)


def _member(place: Place, codes: list[str], context: Context) -> html.Tr:
    language = context.language
    name: Any = place.names[language]
    if place.known:
        name = dcc.Link(name, href=context.address(area=place.code))
    cells = [
        value(place.readings.get(DIFFERENCE), language, sign=True),
        *(value(place.readings.get(code), language) for code in codes),
    ]
    return html.Tr([html.Th(name, scope="row"), *(html.Td(cell) for cell in cells)])


def _model(index: Index, context: Context) -> html.Section:
    """Reliability of the constructs and loadings of their items, with the warnings above."""
    assert index.vintage is not None  # noqa: S101  asked before
    language, told = context.language, index.vintage.estimates
    names = {card.code: card.names[language] for card in index.cards}
    warned = [
        html.P(t(f"voice.warning_{one['kind']}", language, **_said(one, names)), className="vo-warn") for one in told["warnings"]
    ]
    rows = [
        [
            names[code],
            _number(told["r2"].get(code)),
            *(_number(told["reliability"][code][name]) for name in ("alpha", "rho_a", "composite", "ave")),
        ]
        for code in names
    ]
    items = [
        [
            names[one["construct"]],
            index.vintage.item(one["item"], language),
            plain(one["loading"], 2),
            plain(told["item_weights"][one["item"]], 2),
        ]
        for one in told["items"][:MOST_ITEMS]
    ]
    body = html.Div(
        [
            table("measures", ("construct", "r2", "alpha", "rho_a", "composite", "ave"), rows, language),
            html.Div(table("items", ("construct", "item", "loading", "weight"), items, language), className="vo-scroll"),
        ],
        className="vo-halves",
    )
    return panel(t("voice.model_heading", language), t("voice.model_sub", language), *warned, body)


def _said(warning: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    if warning["kind"] == "rounds":
        return {}
    told = {"what": " – ".join(names.get(part, part) for part in warning["what"].split("~"))}
    if warning["kind"] == "htmt":
        return {**told, "value": plain(warning["value"], 2)}
    return {**told, "value": f"{plain(100 * warning['value'], 0)}%"} if warning["kind"] == "missing" else told


def _number(one: float | None) -> str:
    return "—" if one is None else plain(one, 2)

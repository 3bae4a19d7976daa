"""Small pieces the voice page's views are made of: tables, tabs, readings in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.context import Context
from dashboard.figures.numbers import count, plain, signed
from dashboard.pages.voice.figures import CONFIG, Figure
from dashboard.texts import t
from etl.domain.reading import Change, Reading


def graph(figure: Figure, kind: str, label: str) -> html.Div:
    """A chart in a frame of its own height (``vo-<kind>``), which scrolls sideways by itself where it must."""
    chart = dcc.Graph(figure=figure, config=CONFIG, responsive=True, className="vo-graph")
    return html.Div(chart, className=f"vo-frame vo-{kind}", role="img", **{"aria-label": label})


def table(kind: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], language: str) -> html.Table:
    """A table with the columns ``columns``, each a text of the page; one card a row on a phone."""
    names = [t(f"voice.col.{name}", language) for name in columns]
    head = html.Tr([html.Th(name, scope="col") for name in names])
    body = [
        html.Tr(
            [
                html.Td(cell, className=f"c-{column}", **{"data-label": name})
                for cell, column, name in zip(row, columns, names, strict=True)
            ]
        )
        for row in rows
    ]
    return html.Table([html.Thead(head), html.Tbody(body)], className=f"vo-table vo-{kind}")


def segments(
    context: Context, label: str, choices: Mapping[str, str], chosen: str, key: str, default: str, **more: Any
) -> html.Nav:
    """Links to the values of one parameter of the address; the default one is left out of it."""
    links = [
        dcc.Link(
            words,
            href=context.address(**{key: value if value != default else None, **more}),
            className="on" if value == chosen else "",
        )
        for value, words in choices.items()
    ]
    return html.Nav(links, className="segments vo-segments", **{"aria-label": label})


def chosen_of(context: Context, label: str, choices: Mapping[str, str], chosen: str, key: str, **more: Any) -> dmc.Menu:
    """The same as a menu, where there are many."""
    items = [
        dmc.MenuItem(
            words,
            href=context.address(**{key: value or None, **more}),
            refresh=False,
            className="current" if value == chosen else None,
        )
        for value, words in choices.items()
    ]
    said = choices.get(chosen, "")
    button = html.Button(
        [html.Span(said), html.Span("▾", className="vo-down")], className="vo-choose", **{"aria-label": f"{label}: {said}"}
    )
    dropdown = dmc.MenuDropdown(html.Div(items, className="menu-list"), className="menu")
    return dmc.Menu(
        [dmc.MenuTarget(button), dropdown],
        width=240,
        position="bottom-start",
        shadow="md",
        offset=2,
        transitionProps={"duration": 0},
    )


def value(reading: Reading | None, language: str, *, sign: bool = False) -> html.Span:
    """``74.3 ±1.2``; grey where it is not to be compared, words where it is hidden."""
    if reading is None:
        return html.Span(t("voice.none", language), className="vo-few")
    if not reading.shown:
        return html.Span(t("voice.few_short", language), className="vo-few", title=t("voice.few", language, n=reading.n))
    number = signed(reading.value) if sign else plain(reading.value)
    parts = [html.B(number), html.Span(f" ±{plain(reading.half)}", className="vo-half")]
    return html.Span(parts, className="" if reading.ranked else "vo-grey", title=base(reading, language))


def base(reading: Reading, language: str) -> str:
    """n, n_eff, and the window where it was lengthened."""
    said = t("voice.base", language, n=count(reading.n, language), n_eff=count(round(reading.n_eff), language))
    return said if reading.window == 1 else f"{said} · {t('voice.window', language, n=reading.window)}"


def moved(change: Change | None) -> html.Span:
    """``▲ +1.3``, ``▼ −0.8`` where it is proven, else grey."""
    if change is None:
        return html.Span("—", className="vo-few")
    mark = {1: "▲ ", -1: "▼ "}.get(change.proven, "")
    kind = {1: "vo-good", -1: "vo-bad"}.get(change.proven, "vo-grey")
    return html.Span(mark + signed(change.value), className=kind, title=f"{signed(change.low)} – {signed(change.high)}")


def percent(share: float | None, decimals: int = 1) -> str:
    return "—" if share is None else f"{plain(share, decimals)}%"

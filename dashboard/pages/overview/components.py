"""Pieces the overview is built of: state marks, changes, cards and sparklines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dash import dcc, html

from dashboard import theme
from dashboard.auth.scope import installed
from dashboard.context import Context
from dashboard.figures.numbers import NONE, arrow, count, plain, signed
from dashboard.pages.overview import aimed, outlook, wording
from dashboard.pages.overview.aimed import Aim
from dashboard.pages.overview.model import Card, View
from dashboard.pages.overview.outlook import Expected
from dashboard.texts import t
from etl.domain.period import Period
from etl.domain.reading import Change

ALERTS = "alerts"  # the page of that name, where it is installed
SPARK_SIZE = (92, 36)  # px
SPARK_SPREAD = 4.0  # points the sparkline's height stands for at least, so that calm looks calm


def state_mark(state: str, words: str) -> html.Span:
    """Shape, word and colour: a state is never told by colour alone."""
    return html.Span([html.I(className="ov-mark"), words], className=f"ov-state s-{state}")


def change_text(change: Change | None, proven: int, decimals: int = 1) -> html.Span:
    """A signed change with its arrow; bold and coloured only when proven."""
    if change is None:
        return html.Span(NONE, className="ov-flat")
    kind = {1: "ov-up", -1: "ov-down"}.get(proven, "ov-flat")
    return html.Span(f"{arrow(change.value)}{signed(change.value, decimals)}", className=kind)


def stressed(text: str) -> list:
    """Text with its ``**stress**`` as bold."""
    return [html.B(part) if bold else part for part, bold in wording.pieces(text)]


def card(one: Card, context: Context, selected: bool, expected: Expected | None = None, aim: Aim | None = None) -> html.Div:
    """One headline outcome; a click selects it, its ⓘ explains it."""
    language, state = context.language, wording.card_state(one)
    few = "" if state != "few" else " is-few"
    link = dcc.Link(
        [
            html.Span(
                [
                    html.Span(wording.outcome_name(one.indicator, language), className="ov-name"),
                    state_mark(state, t(f"overview.trend_state.{state}", language)),
                ],
                className="ov-c1",
            ),
            html.Span(_middle(one, context, expected, aim), className="ov-c2"),
            html.Span(_bottom(one, context.period, language), className="ov-c3"),
        ],
        href=context.address(outcome=one.indicator.code),
        className=f"ov-card{few}" + (" is-selected" if selected else ""),
        title="\n".join([
            wording.hover(one.indicator, one.reading, context), *aimed.lines(aim, language), *outlook.lines(expected, language),
        ]),
    )
    about = ask(one.indicator.code, wording.outcome_name(one.indicator, language), language)
    return html.Div([link, about], className="ov-cardbox")


def ask(code: str, name: str, language: str) -> html.Button:
    """The ⓘ of a figure of the area itself."""
    label = t("overview.asked.ask", language, name=name)
    return html.Button(className="ov-tool i-info ov-ask", title=label, **{"aria-label": label, "data-ask": code})


def _middle(one: Card, context: Context, expected: Expected | None = None, aim: Aim | None = None) -> list:
    """The score, its base, and below that a window longer than the period, else the target, where it will end, or its band."""
    language, reading = context.language, one.reading
    shown = reading is not None and reading.shown
    below: str | html.Span = t("overview.no_band", language)
    if one.band:
        below = t("overview.band", language, band=one.band[0], bands=one.band[1])
    if expected:
        below = outlook.short(expected, language)
    if aim:
        below = html.Span([html.I(className=f"ov-aim {aim.kind}"), aimed.short(aim, language)])
    if reading and (longer := wording.longer(reading, context.period.kind, language)):
        below = longer
    beside = [
        html.Span([f"±{plain(reading.half)}", html.U(f"n {count(reading.n, language)}")] if shown and reading else ""),
        html.Span(below if shown else ""),
    ]
    picture = html.Img(
        src=sparkline(one.spark, context.theme), className="ov-spark", alt=t("overview.spark", language, n=len(one.spark))
    )
    return [
        html.Span(plain(reading.value if shown and reading else None), className="ov-big"),
        html.Span(beside, className="ov-mid"),
        picture,
    ]


def _bottom(one: Card, period: Period, language: str) -> list:
    """Changes and lead; a thin card says instead why it is not judged."""
    reading = one.reading
    if reading is None:
        return [html.Span(t("overview.no_answers", language))]
    if not reading.shown:
        return [html.Span(t("overview.withheld" if reading.withheld else "overview.few_hidden", language, n=reading.n))]
    cells = [
        _labelled(t(f"overview.{key}", language), change_text(change, wording.proven(reading, change)))
        for key, change in (("vs_last", one.change), ("vs_year", one.change_year))
    ]
    lead = one.lead
    label = t("overview.lead", language)
    if lead and lead.window.kind in ("m", "q", "y") and lead.window.kind != period.kind:
        label = t(f"overview.lead_{lead.window.kind}", language)
    return [*cells, _labelled(label, html.B(signed(lead.change.value)) if lead else html.Span(NONE, className="ov-flat"))]


def _labelled(label: str, value: html.Span | html.B) -> html.Span:
    return html.Span([html.I(label), value], className="ov-cell")


def sparkline(values: Sequence[float | None], look: str) -> str:
    """A small SVG picture of a run of scores, as a data address; gaps stay gaps."""
    width, height = SPARK_SIZE
    colours, known = theme.tokens(look), [value for value in values if value is not None]
    if not known:
        return _data(f'<line x1="4" y1="18" x2="88" y2="18" stroke="{colours["line2"]}" stroke-dasharray="2 3"/>')
    middle = (max(known) + min(known)) / 2
    spread = max(max(known) - min(known), SPARK_SPREAD)
    step = (width - 8) / max(len(values) - 1, 1)
    points = [
        None if value is None else (round(4 + i * step, 1), round(height / 2 - (value - middle) / spread * (height - 10), 1))
        for i, value in enumerate(values)
    ]
    stretches = " ".join(_path(stretch) for stretch in _stretches(points))
    line = f'<path d="{stretches}" fill="none" stroke="{colours["ink2"]}" stroke-width="1.4" stroke-linejoin="round"/>'
    last = points[-1]
    return _data(line + (f'<circle cx="{last[0]}" cy="{last[1]}" r="2.6" fill="{colours["ink"]}"/>' if last else ""))


def _stretches(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    out: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is not None:
            out[-1].append(point)
        elif out[-1]:
            out.append([])
    return [stretch for stretch in out if stretch]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def _data(inside: str) -> str:
    width, height = SPARK_SIZE
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">{inside}</svg>'
    )
    return "data:image/svg+xml," + quote(svg, safe="/:=\"'<> ")


def watched_chips(view: View, context: Context) -> list[Any]:
    """How many alerts are open here, as a link where the page is, and why a month has no arrow."""
    language, found = context.language, list[Any]()
    if view.alerts:
        words, page = t("overview.watched.open", language, n=view.alerts), installed().pages.get(ALERTS)
        classes = "chip ov-alerts"
        open_to = page is not None and page.open_to(context.user)
        link = dcc.Link(words, href=context.address(ALERTS), className=classes)
        found.append(link if open_to else html.Span(words, className=classes))
    if view.doubtful:
        found.append(html.Span(t("overview.watched.doubtful", language), className="chip ov-alerts"))
    return found

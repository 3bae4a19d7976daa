"""The page: the sentence, areas below by band, what the model is worth, and the customers themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.context import Context
from dashboard.figures.numbers import count
from dashboard.grids import grid, number, text
from dashboard.pages.predicted import data, figures, wording
from dashboard.pages.predicted.data import Model, Row, View
from dashboard.panels import downloads, panel
from dashboard.texts import t
from etl.domain.area import Level

EXPORT, BODY = "predicted-customers", "predicted-body"
FIGURES = ("auc", "lift", "brier", "ece", "slope")
BANDS = ("first", "second", "third")
CURVE_HEIGHT = 268  # px
PERCENT = "(100 * params.value).toFixed(0) + '%'"


def layout(context: Context) -> html.Div:
    """The whole page for one reader."""
    return html.Div(content(context), id=BODY, className="view predicted-page")


def content(context: Context) -> list[Any]:
    """Sentence and panels."""
    view = data.load(context)
    head = html.Header(
        [html.H1(wording.sentence(view, context)), html.P(wording.below(view, context), className="sub")], className="sentence"
    )
    if view.model is None:
        return [head]
    if view.own is not None:
        return [head, _own(view.own, context)]
    pair = html.Div([_members(view, context), _model(view, view.model, context)], className="pr-pair")
    return [head, pair, _customers(view, context), _notes(context)]


def _own(areas: Sequence[Row], context: Context) -> html.Section:
    """The reader's own areas, to go to."""
    links = [html.Li(dcc.Link(row[f"name_{context.language}"], href=context.address(area=row["code"]))) for row in areas]
    return panel(t("predicted.own_heading", context.language), "", html.Ul(links))


def _members(view: View, context: Context) -> html.Section:
    language = context.language
    heads = ("area", "customers", "expected", "bands")
    head = html.Tr([html.Th(t(f"predicted.col.{name}", language), scope="col", className=f"c-{name}") for name in heads])
    most = max((row["customers"] for row in view.members), default=1)
    rows = [_member(row, most, context) for row in view.members]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="pr-table")
    named = [(band, t(f"predicted.band.{band}", language)) for band in BANDS]
    keys = html.P([html.Span([html.I(className=f"pr-key {band}"), name]) for band, name in named], className="pr-keys")
    none = html.P(t("predicted.none_here", language), className="empty")
    body = [html.Div(table, className="pr-scroll"), keys] if rows else [none]
    return panel(t("predicted.areas_heading", language), t("predicted.areas_sub", language), *body)


def _member(row: Row, most: int, context: Context) -> html.Tr:
    language, name = context.language, row[f"name_{context.language}"]
    here = row["code"] == context.area.code or row["level"] >= Level.GRID
    shown: Any = name if here else dcc.Link(name, href=context.address(area=row["code"]))
    parts = [html.I(className=band, style={"width": f"{100 * row[band] / most:.2f}%"}) for band in BANDS if row[band]]
    said = " · ".join(f"{t(f'predicted.band.{band}', language)} {row[band]}" for band in BANDS)
    bar = html.Span(parts, className="pr-bar", title=said, role="img", **{"aria-label": said})
    return html.Tr([
        html.Td(shown, className="c-area"), html.Td(count(row["customers"], language), className="c-customers"),
        html.Td(count(round(row["expected"]), language), className="c-expected"), html.Td(bar, className="c-bands"),
    ])  # fmt: skip


def _model(view: View, model: Model, context: Context) -> html.Section:
    language, row, card = context.language, model.row, model.card
    sub = t("predicted.model_sub", language, n=count(row["customers"], language), first=row["first_day"], last=row["last_day"],
            held=count(card["rows"], language), since=row["held_from"])  # fmt: skip
    chart = dcc.Graph(figure=figures.calibration(card["curve"], language, context.theme), config=figures.CONFIG, responsive=True,
                      className="pr-curve", style={"height": CURVE_HEIGHT})  # fmt: skip
    label = t("predicted.curve_label", language)
    body = [html.Div([_figures(model, language), _factors(view, model, language)], className="pr-worth"),
            html.Div([html.H3(label), html.Div(chart, role="img", **{"aria-label": label})])]  # fmt: skip
    return panel(t("predicted.model_heading", language), sub, html.Div(body, className="pr-model"))


def _figures(model: Model, language: str) -> html.Table:
    heads = ("figure", "model", "baseline")
    head = html.Tr([html.Th(t(f"predicted.worth.{name}", language), scope="col") for name in heads])
    rows = [
        html.Tr([
            html.Th(t(f"predicted.figure.{name}", language), scope="row", title=t(f"predicted.figure.{name}_hint", language)),
            html.Td(_said(model.figure(name))), html.Td(_said(model.figure(name, "baseline"))),
        ])
        for name in FIGURES
    ]  # fmt: skip
    return html.Table([html.Thead(head), html.Tbody(rows)], className="pr-table pr-figures")


def _said(figure: tuple[float, float, float]) -> list[Any]:
    value, low, high = (wording.hundredths(part) for part in figure)
    return [html.B(value), html.Span(f" {low}–{high}", className="pr-range")]


def _factors(view: View, model: Model, language: str) -> html.Div:
    found = wording.factors(model, view.indicators, language)[:6]
    if not found:
        return html.Div()
    most = found[0][1]
    rows = [
        html.Li([html.Span(name, className="pr-name", title=name), html.I(style={"width": f"{100 * lost / most:.1f}%"}),
                 html.Span(f"−{lost:.3f}")])
        for name, lost in found
    ]  # fmt: skip
    return html.Div([html.H3(t("predicted.factors", language)), html.Ol(rows, className="pr-factors")])


def _customers(view: View, context: Context) -> html.Section:
    language = context.language
    heading = t("predicted.list_heading", language)
    if not view.customers:
        return panel(heading, "", html.P(t("predicted.none_here", language), className="empty"))
    sub = t("predicted.list_sub", language, shown=count(len(view.customers), language), all=count(view.count, language))
    table = grid("predicted-grid", _columns(context), [_line(row, view, language) for row in view.customers], language)
    return panel(heading, sub, table, tools=downloads(context, EXPORT))


def _columns(context: Context) -> list[dict[str, Any]]:
    def name(key: str) -> str:
        return t(f"predicted.col.{key}", context.language)

    return [
        number("probability", name("probability"), width=96, valueFormatter={"function": PERCENT}),
        text("range", name("range"), width=128), text("band", name("band"), width=120),
        text("reasons", name("reasons"), width=480, minWidth=260),
        text("area", name("grid"), width=160, minWidth=160), text("business", name("business"), width=104),
        text("last_contact", name("last_contact"), width=116), text("customer", name("customer"), width=132),
    ]  # fmt: skip


def _line(row: Row, view: View, language: str) -> dict[str, Any]:
    county, place = row[f"county_{language}"], row[f"grid_{language}"]
    return {
        "customer": row["customer"], "area": f"{county} · {place}" if county else place,
        "probability": round(row["probability"], 4),
        "range": f"{wording.percent(row['low'])}–{wording.percent(row['high'])}",
        "band": t(f"predicted.band.{BANDS[row['band'] - 1]}", language),
        "reasons": wording.reasons(row["reasons"], view.indicators, language),
        "business": t(f"predicted.business.{row['business']}", language), "last_contact": row["last_contact"].isoformat(),
    }  # fmt: skip


def _notes(context: Context) -> html.Div:
    lines = [html.P(t(f"predicted.note_{name}", context.language)) for name in ("who", "range", "words")]
    return html.Div(lines, className="notes")

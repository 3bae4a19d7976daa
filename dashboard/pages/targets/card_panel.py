"""The N+1 card of an area: the one outcome and the process targets that carry it, with owner, attainment and contribution."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.context import Context
from dashboard.figures.numbers import NONE, chance, count, plain, signed
from dashboard.pages.targets import waterfall_figure, wording
from dashboard.pages.targets.card_score import coverage, score_of
from dashboard.pages.targets.model import Indicator, Slope, Target, View
from dashboard.panels import panel
from dashboard.texts import t


def card_panel(view: View, context: Context) -> html.Section:
    """The whole card, with its waterfall and the same indicator from the root down to the area."""
    language = context.language
    target = view.target(view.at.area_id if view.at else None, view.indicator)
    if view.indicator is None or view.at is None or target is None:
        return panel(
            t("targets.card_title", language, area=context.area.name(language)),
            "",
            html.P(t("targets.card_none", language), className="empty"),
        )
    title = t("targets.card_title", language, area=view.at.names[language])
    sub = view.plan.period.label(language) if view.plan else ""
    if view.through and view.judged:
        sub = t("targets.judged_to", language, period=view.judged.label(language), day=view.through.isoformat())
    body = [
        _one(target, view.indicator, language),
        _lines(view, language),
        _coverage(target, view, language),
        _path(view, context),
        _waterfall(target, view, context),
    ]
    tools = html.Span(_mark(target, language), className="tg-state") if target.attained else None
    return panel(title, sub, *body, tools=tools)


def _mark(target: Target, language: str) -> list[Any]:
    state = wording.STATES[target.attained["state"]] if target.attained else "open"
    return [html.I(className=f"tg-dot {state}"), wording.state(target, language)]


def _one(target: Target, one: Indicator, language: str) -> html.Div:
    """The 1: its level at the start, asked, dared and reached."""
    row = target.attained
    figures = [
        _figure("baseline", wording.level(target.baseline, one), language),
        _figure("target", wording.level(target.displayed, one), language, "strong"),
    ]
    if target.challenge is not None:
        figures.append(_figure("challenge", wording.level(target.challenge, one), language))
    if target.lead is not None:
        figures.append(_figure("lead", signed(target.lead, 1), language))
    if row is not None:
        wide = wording.half(target)
        more = html.Small(
            f"±{plain(wide, one.decimals)} · n {count(row['n'], language)}" if wide else f"n {count(row['n'], language)}"
        )
        figures.append(_figure("actual", [wording.reading(row["actual"], one), more], language, "strong"))
        figures.append(_figure("asked_by_now", wording.level(row["target"], one), language))
        if row["chance"] is not None:
            figures.append(_figure("chance", chance(row["chance"]), language))
    owner = t("targets.owner_one", language) if one.outcome else t("targets.owner_line", language, line=one.lines[language])
    head = html.P([html.B(wording.name(one, language)), html.Span(f" {wording.unit(one, language)} · {owner}")])
    return html.Div([head, html.Div(figures, className="tg-figures")], className="tg-one")


def _figure(key: str, value: Any, language: str, look: str = "") -> html.Span:
    return html.Span([html.Small(t(f"targets.{key}", language)), html.B(value)], className=look)


def _lines(view: View, language: str) -> Any:
    """The N: a row a process that carries the outcome here."""
    if view.indicator is None or not view.indicator.outcome:
        return None
    area = view.at.area_id if view.at else None
    rows = [(one, slope, target) for one, slope in view.serving if (target := view.target(area, one)) is not None]
    above = len(view.serving) - len(rows)
    note = [html.P(t("targets.measured_above", language, n=above), className="sub")] if above else []
    if not rows:
        key = "no_lines" if not above else ""
        return html.Div([*([html.P(t(f"targets.{key}", language), className="empty")] if key else []), *note])
    heads = ("process", "asked", "reached", "standing", "brings")
    head = html.Tr([html.Th(t(f"targets.line_{key}", language), scope="col", className=f"c-{key}") for key in heads])
    most = max(abs(slope.slope * target.lift(one.direction)) for one, slope, target in rows) or 1.0
    body = [_line(one, slope, target, most, language) for one, slope, target in rows]
    return html.Div(
        [html.Div(html.Table([html.Thead(head), html.Tbody(body)], className="tg-lines"), className="tg-scroll"), *note]
    )


def _line(one: Indicator, slope: Slope, target: Target, most: float, language: str) -> html.Tr:
    row, unit = target.attained, wording.unit(one, language)
    brings = slope.slope * target.lift(one.direction)
    done = None if row is None else slope.slope * one.direction * (row["actual"] - row["baseline"])
    bar = html.Span(
        [
            html.I(className="asked", style={"width": f"{100 * abs(brings) / most:.1f}%"}),
            html.I(className="done", style={"width": f"{100 * min(max(done or 0.0, 0.0), most) / most:.1f}%"}),
        ],
        className="tg-bar",
        role="img",
        **{"aria-label": t("targets.bar", language, asked=signed(brings, 2), done=signed(done, 2))},
    )
    by_hand = [html.Small(t("targets.by_hand", language, author=slope.author))] if slope.author else []
    return html.Tr(
        [
            html.Td([html.B(one.shorts[language], title=one.definitions[language]), html.Small(one.lines[language]), *by_hand]),
            html.Td(
                [
                    html.Span([wording.level(target.baseline, one), " → ", html.B(wording.level(target.displayed, one))]),
                    html.Small(unit),
                ]
            ),
            html.Td([html.B(wording.reading(row["actual"], one)) if row else NONE, *_wide(target, one)]),
            html.Td(_mark(target, language) if row else NONE),
            html.Td([html.Span([html.B(signed(brings, 2)), html.Small("" if done is None else f" {signed(done, 2)}")]), bar]),
        ]
    )


def _wide(target: Target, one: Indicator) -> list[Any]:
    wide = wording.half(target)
    return [html.Small(f"±{plain(wide, one.decimals)}")] if wide else []


def _coverage(target: Target, view: View, language: str) -> Any:
    if view.indicator is None or not view.indicator.outcome:
        return None
    share, asked = coverage(target, view.indicator.direction), target.lift(view.indicator.direction)
    if share is None:
        words, short = t("targets.coverage_none", language), False
    else:
        short = share < 1
        words = t(
            f"targets.coverage_{'short' if short else 'full'}",
            language,
            share=plain(share, 2),
            reach=plain(target.reach, 2),
            asked=plain(asked, 2),
        )
    score = score_of(view)
    tail = (
        [html.Span(t("targets.card_score", language, score=plain(score, 1)), className="tg-score")] if score is not None else []
    )
    return html.P([html.Span(words), *tail], className="tg-coverage" + (" short" if short else ""))


def _path(view: View, context: Context) -> Any:
    """The same indicator from the root down to this area."""
    if view.indicator is None or view.at is None:
        return None
    language, rows = context.language, []
    ids = [node.area_id for node in context.trail]
    names = {node.area_id: node.name(language) for node in context.trail} | {view.at.area_id: view.at.names[language]}
    for area in dict.fromkeys([*ids, view.at.area_id]):
        target = view.target(area, view.indicator)
        if target is not None:
            row = target.attained
            rows.append(
                html.Tr(
                    [
                        html.Th(names[area], scope="row"),
                        html.Td(wording.level(target.baseline, view.indicator)),
                        html.Td(html.B(wording.level(target.displayed, view.indicator))),
                        html.Td(wording.reading(row["actual"], view.indicator) if row else NONE),
                        html.Td(_mark(target, language) if row else NONE),
                    ]
                )
            )
    if len(rows) < 2:
        return None
    heads = ("col_area", "baseline", "target", "actual", "line_standing")
    head = html.Tr([html.Th(t(f"targets.{key}", language), scope="col") for key in heads])
    title = html.Summary(t("targets.path", language, name=view.indicator.shorts[language]))
    return html.Details([title, html.Table([html.Thead(head), html.Tbody(rows)], className="tg-path")], open=True)


MADE = {"line": waterfall_figure.by_line, "member": waterfall_figure.by_member, "gap": waterfall_figure.by_gap}


def _offered(target: Target, view: View) -> list[str]:
    """What the steps may be: lines of an outcome; of the area in hand its members, and what they lack once that is known."""
    if view.indicator is None:
        return []
    members = view.at is view.here and view.complete
    offered = {"line": view.indicator.outcome, "member": members, "gap": members and target.attained is not None}
    return [name for name, there in offered.items() if there]


def _waterfall(target: Target, view: View, context: Context) -> Any:
    """Who must deliver how many points, or who still lacks them."""
    language, one, offered = context.language, view.indicator, _offered(target, view)
    if one is None or not offered:
        return None
    by = context.query.get("by") if context.query.get("by") in offered else offered[0]
    parts = MADE[str(by)](view, language)
    row, way = target.attained, one.direction
    whole, done = target.lift(way), None if row is None else way * (row["actual"] - row["baseline"])
    if by == "gap" and row is not None:
        whole, done = way * (row["target"] - row["actual"]), None
    if not parts or (whole <= 0 and by != "gap"):
        return None
    figure = waterfall_figure.waterfall(parts, whole, done, language, context.theme)
    title = t(
        f"targets.who{'_lacks' if by == 'gap' else ''}",
        language,
        lift=wording.level(whole, one),
        unit=wording.unit(one, language),
    )
    head = html.Div([html.H3(title), html.Span(_kinds(offered, str(by), context), className="segments")], className="tg-who")
    graph = dcc.Graph(figure=figure, config=waterfall_figure.CONFIG, responsive=True, style={"height": waterfall_figure.HEIGHT})
    sub = html.P(t(f"targets.who_sub{'_lacks' if by == 'gap' else ''}", language), className="sub")
    return html.Div([head, sub, html.Div(graph, role="img", **{"aria-label": title})])


def _kinds(offered: list[str], by: str, context: Context) -> list[dcc.Link]:
    return [
        dcc.Link(t(f"targets.by_{each}", context.language), href=context.address(by=each), className="on" if each == by else None)
        for each in offered
        if len(offered) > 1
    ]

"""What the page's one callback puts into the frame."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.context import Context
from dashboard.figures.numbers import plain, signed
from dashboard.icons import icon
from dashboard.pages.overview import (
    components,
    map_figure,
    map_legend,
    panels,
    ranking,
    split_figure,
    tables,
    trend_figure,
    wording,
)
from dashboard.pages.overview.away import steps
from dashboard.pages.overview.figures import empty
from dashboard.pages.overview.layout import (
    CARDS,
    CUT_LABEL,
    MAP_ASIDE,
    MAP_BODY,
    MAP_DATA,
    MEMBERS_LABEL,
    MOVED_CUT,
    MOVED_MEMBERS,
    RANKED,
    SAY,
    TREND_DATA,
    head_id,
    table_id,
)
from dashboard.pages.overview.model import View
from dashboard.pages.overview.restated import switch
from dashboard.texts import t

Filled = dict[tuple[str, str], Any]
CUTS_WIDTH = 160
SIDES = ("members", "process")  # what the grid shows: ?side=
OUTPUTS = (
    (SAY, "children"),
    (CARDS, "children"),
    (head_id("map"), "children"),
    (MAP_DATA, "data"),
    (MAP_ASIDE, "children"),
    (MAP_BODY, "className"),
    (table_id("map"), "children"),
    (head_id("rank"), "children"),
    (RANKED, "data"),
    (head_id("trend"), "children"),
    (TREND_DATA, "data"),
    (table_id("trend"), "children"),
    (head_id("moved"), "children"),
    (MEMBERS_LABEL, "children"),
    (MOVED_MEMBERS, "figure"),
    (CUT_LABEL, "children"),
    (MOVED_CUT, "figure"),
    (table_id("moved"), "children"),
)


def fill(view: View, context: Context) -> tuple[Any, ...]:
    """The values of :data:`OUTPUTS`, in order."""
    filled: Filled = {
        **say(view, context),
        **area_map(view, context),
        **rank(view, context),
        **trend(view, context),
        **moved(view, context),
    }
    return tuple(filled[output] for output in OUTPUTS)


def say(view: View, context: Context) -> Filled:
    """The sentence, what it rests on, and the ten cards."""
    language = context.language
    keys = [components.state_mark(state, t(f"overview.key.{state}", language)) for state in ("up", "down", "same", "few")]
    said = [
        html.H1(components.stressed(wording.sentence(view, context))),
        html.P(
            [
                html.Span(wording.meta(view, context)),
                *components.watched_chips(view, context),
                *switch(view.reorganised, context),
                html.Span(keys, className="ov-keys"),
            ]
        ),
        *([html.P(steps(context), className="ov-steps")] if view.card.reading is None else []),
    ]
    codes = [card.indicator.code for card in view.cards]
    cards = [
        components.card(card, context, code == view.outcome.code, view.expected.get(code), view.aims.get(code))
        for card, code in zip(view.cards, codes, strict=True)
    ]
    return {(SAY, "children"): said, (CARDS, "children"): cards}


def area_map(view: View, context: Context) -> Filled:
    """The members on a map, or the touchpoints of a leaf."""
    language = context.language
    if view.leaf:
        return _touchpoints(view, context)
    drawn = map_figure.drawn(view.members)
    note = "sub_boundaries" if map_figure.has_boundaries(drawn) else "sub_tiles"
    name = context.area.name(language)
    title = t("overview.map.title", language, level=wording.title(wording.below(context)), area=name)
    head = panels.head(
        title,
        t(f"overview.map.{note}", language, outcome=view.outcome.names[language]),
        [],
        panels.tools("map", "members", view, context),
    )
    figure = (
        map_figure.area_map(view, language, context.theme)
        if drawn
        else empty(context.theme, t("overview.map.none", language, area=name), language)
    )
    return {
        (head_id("map"), "children"): head,
        (MAP_DATA, "data"): figure,
        (MAP_ASIDE, "children"): map_legend.legend(view, context),
        (MAP_BODY, "className"): "ov-mapbody" + (" is-many" if len(drawn) > map_figure.BESIDE_LEGEND else ""),
        (table_id("map"), "children"): panels.as_table(tables.members(view, context)),
    }


def _touchpoints(view: View, context: Context) -> Filled:
    language, name = context.language, context.area.name(context.language)
    table = tables.touchpoints(view, context)
    head = panels.head(
        table.title, t("overview.map.touchpoints_sub", language), [], panels.tools("map", "members", view, context, table=False)
    )
    body = (
        panels.as_table(table)
        if table.rows
        else html.P(t("overview.map.no_touchpoints", language, area=name), className="ov-none")
    )
    return {
        (head_id("map"), "children"): head,
        (MAP_DATA, "data"): empty(context.theme, ""),
        (MAP_ASIDE, "children"): body,
        (MAP_BODY, "className"): "ov-mapbody is-leaf",
        (table_id("map"), "children"): "",
    }


def rank(view: View, context: Context) -> Filled:
    """The grid: members ranked, or process and perception indicators."""
    language = context.language
    side = context.query.get("side") if context.query.get("side") in SIDES else SIDES[0]
    process = side == "process"
    rows = ranking.process_rows(view, language) if process else ranking.member_rows(view, language)
    columns = ranking.process_columns(context) if process else ranking.member_columns(view, context, rows)
    name = "process" if process else "ranking"
    tool = panels.tools(name, "process" if process else "members", view, context, table=False)
    head = panels.head(
        _sides(view, context, process), _rank_note(view, context, process), [] if process else _rank_key(view, context), tool
    )
    return {
        (head_id("rank"), "children"): head,
        (RANKED, "data"): {"columns": columns, "rows": rows},
    }


def _sides(view: View, context: Context, process: bool) -> list:
    language = context.language
    level = wording.title(wording.below(context))
    first = t("overview.rank_panel.title_cut", language) if view.leaf else t("overview.rank_panel.title", language, level=level)
    names = (first, t("overview.rank_panel.title_process", language))
    return [
        dcc.Link(name, href=context.address(side=side if side != SIDES[0] else None), className="ov-side" + (" on" if on else ""))
        for name, side, on in zip(names, SIDES, (not process, process), strict=True)
    ]


def _rank_note(view: View, context: Context, process: bool) -> str:
    language = context.language
    if process:
        return t("overview.rank_panel.sub_process", language, area=context.area.name(language))
    if view.leaf:
        period = view.members_period.label(language)
        return t("overview.rank_panel.sub_cut", language, outcome=view.outcome.shorts[language], period=period)
    if any(not member.open for member in view.members):
        return t("overview.rank_panel.partial", language)
    if view.members_period != view.comparison.period:
        return t("overview.rank_panel.sub_period", language, period=view.members_period.label(language))
    return t("overview.rank_panel.sub", language)


def _rank_key(view: View, context: Context) -> list:
    language, reading = context.language, view.card.reading
    keys = [html.Span([html.I(className="ov-k-whisker"), t("overview.rank_panel.whisker", language)])]
    if reading and reading.shown and not view.leaf:
        words = t("overview.rank_panel.mean", language, area=context.area.name(language), value=plain(reading.value))
        keys.append(html.Span([html.I(className="ov-k-mean"), words]))
    return keys


def trend(view: View, context: Context) -> Filled:
    """The selected outcome over the last periods."""
    language, kind = context.language, view.comparison.period.kind
    key = f"title_{kind}" if kind in "mw" else "title"
    drawn = any(point.reading and point.reading.shown for point in view.trend)
    low, _ = trend_figure.trend_range(view.trend)
    note = t("overview.trend.sub", language, outcome=view.outcome.names[language], low=plain(low, 0))
    figure = (
        trend_figure.trend(view, language, context.theme)
        if drawn
        else empty(context.theme, t("overview.trend.empty", language, area=context.area.name(language)), language)
    )
    head = panels.head(
        t(f"overview.trend.{key}", language, n=len(view.trend)), note, [], panels.tools("trend", "trend", view, context)
    )
    return {
        (head_id("trend"), "children"): head,
        (TREND_DATA, "data"): figure,
        (table_id("trend"), "children"): panels.as_table(tables.trend(view, context)),
    }


def moved(view: View, context: Context) -> Filled:
    """The change split by members and by the chosen cut."""
    language, change = context.language, view.card.change
    before = wording.before_word(view, language)
    note = (
        t("overview.moved.sub", language, before=before, change=signed(change.value, 2))
        if change
        else t("overview.moved.sub_none", language)
    )
    key = [html.Span([html.I(className="ov-k-flat"), t("overview.moved.unproven", language)])]
    level = wording.below(context)
    return {
        (head_id("moved"), "children"): panels.head(
            t("overview.moved.title", language), note, key, panels.tools("moved", "moved", view, context)
        ),
        (MEMBERS_LABEL, "children"): "" if view.leaf else html.Span(t("overview.moved.by_member", language, level=level)),
        (MOVED_MEMBERS, "figure"): split_figure.split(view.by_member, _bare_names(view, language), language, context.theme),
        (CUT_LABEL, "children"): _cuts(view, context),
        (MOVED_CUT, "figure"): split_figure.split(view.by_cut, tables.cut_names(view, language), language, context.theme),
        (table_id("moved"), "children"): panels.as_table(tables.moved(view, context)),
    }


def _bare_names(view: View, language: str) -> dict[str, str]:
    return {code: wording.bare_name(names, language) for code, names in view.by_member.names.items()}


def _cuts(view: View, context: Context) -> Any:
    """The cut shown, as a menu of those one may choose between."""
    language = context.language
    said = t("overview.moved.by_cut", language, cut=t(f"vocabulary.cut.{view.cut}", language))
    if len(view.cuts) < 2:
        return html.Span(said)
    items = [
        dmc.MenuItem(
            t(f"vocabulary.cut.{cut}", language), href=context.address(cut=cut), refresh=False,
            className="ov-cut" + (" current" if cut == view.cut else ""),
        )
        for cut in view.cuts
    ]  # fmt: skip
    button = html.Button(
        [said, icon("chevron", 14)], className="ov-cuts", **{"aria-label": t("overview.moved.choose", language, cut=said)}
    )
    return dmc.Menu(
        [dmc.MenuTarget(button), dmc.MenuDropdown(items, className="menu")],
        width=CUTS_WIDTH, position="bottom-start", shadow="md", offset=2, transitionProps={"duration": 0},
    )  # fmt: skip

"""What would it take: a process indicator moved within what was observed, and the points of the outcome that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
import numpy as np
from dash import dcc, html

from dashboard import theme
from dashboard.context import Context
from dashboard.figures.numbers import plain, signed
from dashboard.icons import icon
from dashboard.pages.drivers import wording
from dashboard.pages.drivers.figures import CONFIG, Figure, layout, rule, title
from dashboard.pages.drivers.model import Driver, View
from dashboard.panels import panel
from dashboard.texts import t
from etl.domain import driver_curve

SLIDER, SAID, CURVE, FACTS = "dv-slider", "dv-said", "dv-curve", "dv-facts"
STEPS = 60  # of the slider and the curve
CURVE_HEIGHT = 260  # px
TEXTS = ("lift", "unproven", "still")


@dataclass(frozen=True)
class Question:
    """What the slider asks: from ``now`` (the reading) within ``low`` to ``high``, in steps; ``base`` the outcome's score."""

    driver: Driver
    now: float
    low: float
    high: float
    base: float
    to: float

    def lift(self, value: Any, slope: float) -> Any:
        """Points gained when the driver reads ``value``."""
        k = (np.asarray(value, float) - self.now) * self.driver.indicator.direction
        return driver_curve.lift(k, slope, self.base)

    @property
    def inside(self) -> bool:
        """Whether the area itself reads within what was observed."""
        return self.low <= self.now <= self.high


def question(view: View) -> Question | None:
    """The question of the address, held within what was observed; ``None`` where there is nothing to ask of."""
    chosen = view.chosen
    base = view.here.value if view.here and view.here.value is not None else chosen.effect.base if chosen else None
    if chosen is None or chosen.here is None or chosen.here.value is None or base is None:
        return None
    low, high = chosen.effect.seen
    better = chosen.here.value + chosen.indicator.direction * chosen.effect.spread
    to = view.to if view.to is not None else better
    return Question(chosen, chosen.here.value, low, high, base, min(max(to, low), high))


def what_if(view: View, context: Context) -> html.Section:
    """The panel."""
    language = context.language
    asked = question(view)
    title, sub = t("drivers.what_title", language), t("drivers.what_sub", language)
    if asked is None:
        return panel(title, sub, html.P(t("drivers.what_nothing", language), className="empty"))
    chooser = _chooser(view, context, asked.driver)
    body = html.Div([_left(asked, view, context), _curve(asked, view, context)], className="dv-what")
    return panel(title, sub, chooser, body, dcc.Store(id=FACTS, data=facts(asked, view, language)))


def _chooser(view: View, context: Context, chosen: Driver) -> html.Div:
    """Every process indicator that stands here; the unproven ones say so."""
    language = context.language
    able = [one for one in view.processes if one.here is not None and one.here.value is not None]
    items = [
        dmc.MenuItem(
            html.Span([one.indicator.names[language], html.Span(wording.slope(one.effect, language), className="code")],
                      className="menu-row"),
            href=context.address(driver=one.indicator.code, to=None), refresh=False,
            className="current" if one is chosen else "",
        )
        for one in able
    ]  # fmt: skip
    name = chosen.indicator.names[language]
    words = t("drivers.what_choose", language)
    button = html.Button([name, icon("chevron", 16)], className="dv-choose", **{"aria-label": f"{words}{name}"})
    menu = dmc.Menu(
        [dmc.MenuTarget(button, boxWrapperProps={}), dmc.MenuDropdown(html.Div(items, className="menu-list"), className="menu")],
        width=360, position="bottom-start", shadow="md", transitionProps={"duration": 0},
    )  # fmt: skip
    return html.Div([html.Span(words, className="dv-label"), menu], className="dv-chooser")


def _left(asked: Question, view: View, context: Context) -> html.Div:
    language, driver = context.language, asked.driver
    indicator = driver.indicator
    step = float(f"{(asked.high - asked.low) / STEPS:.0e}") or 0.01
    slider = dmc.Slider(
        id=SLIDER, min=asked.low, max=asked.high, step=step, value=asked.to, updatemode="drag", label=None, size="sm",
        thumbLabel=t("drivers.what_slider", language, name=indicator.names[language]),
        marks=[{"value": value, "label": plain(value, indicator.decimals)} for value in (asked.low, asked.high)],
    )  # fmt: skip
    notes = [
        t("drivers.what_range", language, low=wording.amount(asked.low, indicator, language),
          high=wording.amount(asked.high, indicator, language)),
        *([] if asked.inside else [t("drivers.what_here_outside", language)]),
        *([] if view.here and view.here.value is not None else [t("drivers.what_no_base", language, base=plain(asked.base))]),
        _rests(driver, language),
        t("drivers.what_bend", language),
    ]  # fmt: skip
    return html.Div(
        [
            html.Div(said(asked, asked.to, view, language), id=SAID, className="dv-said", **{"aria-live": "polite"}),
            html.Div(slider, className="dv-slide"),
            html.Ul([html.Li(note) for note in notes], className="dv-notes"),
        ],
        className="dv-left",
    )  # fmt: skip


def _rests(driver: Driver, language: str) -> str:
    """The slope and what it was estimated from."""
    words = {"evidence": wording.evidence(driver.effect, language), "base": wording.base(driver.effect, language)}
    if not driver.effect.proven:
        return t("drivers.what_rests_unproven", language, **words)
    slope, per = wording.slope(driver.effect, language), wording.per(driver, language)
    return t("drivers.what_rests", language, slope=slope, per=per, **words)


def said(asked: Question, value: float, view: View, language: str) -> str:
    """The prediction in words, as assets/drivers.js says it while the slider moves."""
    effect, indicator = asked.driver.effect, asked.driver.indicator
    moved = (value - asked.now) * indicator.direction
    words = {
        "name": indicator.names[language], "now": plain(asked.now, indicator.decimals), "to": plain(value, indicator.decimals),
        "unit": wording.unit(indicator, language), "outcome": view.outcome.names[language],
    }  # fmt: skip
    if not effect.proven:
        return t("drivers.what.unproven", language, **words)
    if abs(moved) < 1e-9:
        return t("drivers.what.still", language, **words)
    lift, *ends = (float(asked.lift(value, slope)) for slope in (effect.slope, effect.low, effect.high))
    return t("drivers.what.lift", language, **words, lift=signed(lift, 2), low=signed(min(ends), 2), high=signed(max(ends), 2),
             base=plain(asked.base), reached=plain(asked.base + lift))  # fmt: skip


def facts(asked: Question, view: View, language: str) -> dict[str, Any]:
    """All the browser needs to say it again at every step, without asking the server."""
    effect, indicator = asked.driver.effect, asked.driver.indicator
    return {
        "now": asked.now, "base": asked.base, "direction": indicator.direction, "decimals": indicator.decimals,
        "slope": effect.slope, "low": effect.low, "high": effect.high, "proven": effect.proven, "from": asked.low,
        "to": asked.high, "at": asked.to,
        "name": indicator.names[language], "unit": wording.unit(indicator, language), "outcome": view.outcome.names[language],
        "texts": {key: t(f"drivers.what.{key}", language) for key in TEXTS},
        "ceiling": driver_curve.CEILING,
    }  # fmt: skip


def _curve(asked: Question, view: View, context: Context) -> html.Div:
    figure = curve(asked, view, context.language, context.theme)
    graph = dcc.Graph(id=CURVE, figure=figure, config=CONFIG, responsive=True, style={"height": CURVE_HEIGHT})
    return html.Div(graph, className="dv-right")


def curve(asked: Question, view: View, language: str, look: str) -> Figure:
    """The outcome along the driver's observed range: the line, its band, where the area stands and where the slider is."""
    colours, effect, indicator = theme.tokens(look), asked.driver.effect, asked.driver.indicator
    x = np.linspace(asked.low, asked.high, STEPS + 1)
    slopes = (effect.slope, effect.low, effect.high) if effect.proven else (0.0, 0.0, 0.0)
    line, *ends = (asked.base + asked.lift(x, slope) for slope in slopes)
    low, high = np.minimum(*ends), np.maximum(*ends)
    middle = float(asked.base + asked.lift(asked.to, slopes[0]))
    room = max(float(high.max() - low.min()), 1.0) * 0.15
    unit = wording.unit(indicator, language)
    points = [round(float(value), 4) for value in x]
    around = [round(float(value), 4) for value in [*high, *low[::-1]]]
    ink = colours["accent"] if effect.proven else colours["flat"]
    return {
        "data": [
            {"type": "scatter", "mode": "lines", "x": points + points[::-1], "y": around, "fill": "toself",
             "fillcolor": colours["band"], "line": {"width": 0}, "hoverinfo": "skip"},
            {"type": "scatter", "mode": "lines", "x": points, "y": [round(float(value), 4) for value in line],
             "line": {"color": ink, "width": 2}, "hoverinfo": "x+y"},
            {"type": "scatter", "mode": "markers", "x": [asked.now], "y": [asked.base], "hoverinfo": "text",
             "text": t("drivers.what_now", language), "marker": {"size": 9, "color": colours["ink"]}},
            {"type": "scatter", "mode": "markers", "x": [asked.to], "y": [middle], "hoverinfo": "skip",
             "marker": {"size": 11, "color": colours["paper"], "line": {"width": 2.4, "color": colours["accent"]}}},
        ],
        "layout": layout(
            look, margin={"l": 44, "r": 12, "t": 8, "b": 40},
            shapes=[rule(colours["line2"], "dot", x0=asked.now, x1=asked.now, yref="paper", y0=0, y1=1)],
            annotations=[{"x": asked.now, "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "left", "xshift": 4,
                          "showarrow": False, "text": t("drivers.what_now", language),
                          "font": {"size": 11, "color": colours["ink2"]}}],
            xaxis={"fixedrange": True, "title": title(f"{indicator.names[language]} ({unit})")},
            yaxis={"fixedrange": True, "range": [float(low.min()) - room, min(float(high.max()) + room, driver_curve.CEILING)],
                   "nticks": 5, "title": title(view.outcome.shorts[language])},
        ),
    }  # fmt: skip

"""Importance and performance: how far the area is ahead or behind, against how much it weighs."""

from __future__ import annotations

from typing import Any

from dashboard import theme
from dashboard.pages.drivers import wording
from dashboard.pages.drivers.figures import Figure, layout, rule, title
from dashboard.pages.drivers.model import Driver, View
from dashboard.texts import t

NAMED = 9  # marks that carry their name; hovering tells the others'
LEAST_WIDTH = 1.0  # typical differences either side of zero
SYMBOL = {"perception": "circle", "process": "diamond"}


def drawn(view: View) -> list[Driver]:
    """Drivers with a place on the map: weighed, and standing both here and in what they are held against."""
    return [one for one in view.drivers if one.places is not None and not (one.effect.proven and one.effect.slope < 0)]


def importance_performance(view: View, language: str, look: str) -> Figure:
    """Proven marks filled with their interval, the others hollow at nil; left of zero is behind."""
    shown, colours = drawn(view), theme.tokens(look)
    proven = [one for one in shown if one.effect.proven]
    width = max([LEAST_WIDTH, *(abs(one.places or 0) for one in proven)]) * 1.25
    top = max([0.1, *(one.effect.weight[2] for one in proven)]) * 1.08
    low = min([0.0, *(one.effect.weight[1] for one in proven)])
    return {
        "data": [_marks([one for one in shown if not one.effect.proven], view, language, colours, width, False),
                 _marks(proven, view, language, colours, width, True)],
        "layout": layout(
            look, margin={"l": 44, "r": 10, "t": 22, "b": 36},
            shapes=[rule(colours["line2"], x0=0, x1=0, yref="paper", y0=0, y1=1),
                    rule(colours["ink2"], x0=-width, x1=width, y0=0, y1=0)],
            annotations=[*_names(_apart(proven, width, top), width, language, colours), *_corners(language, colours)],
            xaxis={"range": [-width, width], "fixedrange": True, "zeroline": False, "nticks": 5,
                   "title": title(t("drivers.map_x", language, other=wording.against(view, language)))},
            yaxis={"range": [min(low * 1.1, -0.04 * top), top], "fixedrange": True, "zeroline": False, "nticks": 5,
                   "title": title(t("drivers.map_y", language))},
        ),
    }  # fmt: skip


def _marks(
    found: list[Driver], view: View, language: str, colours: dict[str, str], width: float, proven: bool
) -> dict[str, Any]:
    """Marks at their places; an unproven one that lies beyond the others stands at the edge."""
    weights = [one.effect.weight if proven else (0.0, 0.0, 0.0) for one in found]
    error = {"type": "data", "array": [round(w[2] - w[0], 4) for w in weights], "visible": proven, "width": 3, "thickness": 1,
             "arrayminus": [round(w[0] - w[1], 4) for w in weights], "color": colours["ink2"]}  # fmt: skip
    return {
        "type": "scatter", "mode": "markers", "x": [round(min(max(one.places or 0, -width), width), 3) for one in found],
        "y": [round(weight[0], 4) for weight in weights], "error_y": error,
        "marker": {"symbol": [SYMBOL[one.indicator.kind] + ("" if proven else "-open") for one in found],
                   "size": 10 if proven else 7, "color": [_colour(one, colours) if proven else colours["flat"] for one in found]},
        "text": [wording.hover(one, view, language) for one in found], "hoverinfo": "text",
        "customdata": [one.indicator.code for one in found],
    }  # fmt: skip


def _colour(one: Driver, colours: dict[str, str]) -> str:
    return {1: colours["good"], -1: colours["bad"]}.get(one.judged, colours["ink2"])


def _apart(found: list[Driver], width: float, top: float) -> list[Driver]:
    """Marks whose names do not lie on one another's, the heaviest first."""
    kept: list[Driver] = []
    for one in found:
        near = [other for other in kept if abs(other.effect.weight[0] - one.effect.weight[0]) < 0.06 * top
                and abs((other.places or 0) - (one.places or 0)) < 1.2 * width]  # fmt: skip
        if not near and len(kept) < NAMED:
            kept.append(one)
    return kept


def _names(found: list[Driver], width: float, language: str, colours: dict[str, str]) -> list[dict[str, Any]]:
    """Names beside their marks, on the side with more room."""
    def side(one: Driver) -> tuple[str, int]:
        return ("left", 9) if (one.places or 0) < width * 0.35 else ("right", -9)

    return [
        {"x": one.places, "y": one.effect.weight[0], "text": one.indicator.shorts[language], "showarrow": False, "yshift": 7,
         "xanchor": side(one)[0], "xshift": side(one)[1], "font": {"size": 11, "color": colours["ink"]}}
        for one in found
    ]  # fmt: skip


def _corners(language: str, colours: dict[str, str]) -> list[dict[str, Any]]:
    places = (("behind", 0.0, "left"), ("ahead", 1.0, "right"))
    return [{"x": x, "y": 1, "xref": "paper", "yref": "paper", "yanchor": "bottom", "xanchor": anchor, "showarrow": False,
             "text": t(f"drivers.map_{name}", language), "font": {"size": 11, "color": colours["ink2"]}}
            for name, x, anchor in places]  # fmt: skip

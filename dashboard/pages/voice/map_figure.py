"""Importance and performance: what moves satisfaction most, and how it reads here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard import theme
from dashboard.figures.numbers import plain
from dashboard.pages.voice.figures import Figure, layout
from dashboard.pages.voice.model import Index, Names
from dashboard.texts import t
from etl.domain.reading import Reading

TARGET = "satisfaction"
NEAR = 0.25  # of the range of the points: closer than this, two names would stand on each other


@dataclass(frozen=True)
class Driver:
    """A construct that leads to satisfaction: its total effect with interval, and its index here."""

    code: str
    names: Names
    effect: Mapping[str, Any]
    reading: Reading | None


def drivers(index: Index, target: str = TARGET) -> list[Driver]:
    """The strongest first."""
    if index.vintage is None:
        return []
    effects = {one["from"]: one for one in index.vintage.estimates["total_effects"] if one["to"] == target}
    found = [Driver(card.code, card.names, effects[card.code], card.reading) for card in index.cards if card.code in effects]
    return sorted(found, key=lambda one: -one.effect["value"])


def importance(index: Index, language: str, look: str) -> Figure | None:
    """Points with both intervals; the lines are the means, so that what is important and low stands at the lower right."""
    shown = [one for one in drivers(index) if one.reading and one.reading.shown]
    if not shown:
        return None
    colours = theme.tokens(look)
    xs, ys = [one.effect["value"] for one in shown], [one.reading.value for one in shown if one.reading]
    across, up = sum(xs) / len(xs), sum(ys) / len(ys)
    return {
        "data": [_points(shown, language, colours)],
        "layout": layout(
            look,
            margin={"l": 44, "r": 12, "t": 8, "b": 40},
            shapes=[_line(colours, x=across), _line(colours, y=up)],
            annotations=[_corner(t("voice.map.first", language), colours)],
            xaxis={
                **_axis(t("voice.map.x", language), colours),
                "range": [min(0, *_lows(shown)) - 0.03, max(_highs(shown)) + 0.2],
            },
            yaxis=_axis(t("voice.map.y", language), colours),
        ),
    }


def _axis(title: str, colours: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": {"text": title, "font": {"size": 12, "color": colours["ink2"]}},
        "fixedrange": True,
        "zeroline": False,
        "nticks": 6,
    }


def _corner(text: str, colours: Mapping[str, str]) -> dict[str, Any]:
    return {
        "x": 1,
        "y": 0,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "right",
        "yanchor": "bottom",
        "showarrow": False,
        "text": text,
        "font": {"size": 12, "color": colours["ink2"]},
    }


def _lows(shown: list[Driver]) -> list[float]:
    return [one.effect["low"] if one.effect["low"] is not None else one.effect["value"] for one in shown]


def _highs(shown: list[Driver]) -> list[float]:
    return [one.effect["high"] if one.effect["high"] is not None else one.effect["value"] for one in shown]


def name_sides(xs: list[float], ys: list[float]) -> list[str]:
    """Where each name stands: above its point, below where the name of a point just above would be covered."""
    near = [NEAR * (max(found) - min(found)) for found in (xs, ys)]

    def crowded(i: int) -> bool:
        others = [j for j in range(len(xs)) if j != i and abs(xs[j] - xs[i]) <= near[0]]
        return any((0, i) < (ys[j] - ys[i], j) <= (near[1], len(xs)) for j in others)

    return ["bottom right" if crowded(i) else "top right" for i in range(len(xs))]


def _points(shown: list[Driver], language: str, colours: Mapping[str, str]) -> dict[str, Any]:
    made = [one.reading for one in shown if one.reading]
    proven = [bool(one.effect["proven"]) for one in shown]
    thin = {"type": "data", "symmetric": False, "color": colours["lastyear"], "thickness": 1.2, "width": 0}
    values = [one.effect["value"] for one in shown]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": values,
        "y": [round(r.value, 3) for r in made],
        "error_x": {
            **thin,
            "array": [h - v for h, v in zip(_highs(shown), values, strict=True)],
            "arrayminus": [v - low for v, low in zip(values, _lows(shown), strict=True)],
        },
        "error_y": {**thin, "array": [r.high - r.value for r in made], "arrayminus": [r.value - r.low for r in made]},
        "text": [one.names[language] for one in shown],
        "textposition": name_sides(values, [r.value for r in made]),
        "textfont": {"size": 13, "color": colours["ink"]},
        "hovertext": [_words(one, language) for one in shown],
        "hoverinfo": "text",
        "marker": {
            "size": 11,
            "color": [colours["accent"] if sure else colours["paper"] for sure in proven],
            "line": {"width": 1.5, "color": [colours["accent"] if sure else colours["lastyear"] for sure in proven]},
        },
    }


def _words(one: Driver, language: str) -> str:
    reading = one.reading
    assert reading is not None  # noqa: S101  only shown ones are drawn
    return t(
        "voice.map.hover",
        language,
        name=one.names[language],
        effect=plain(one.effect["value"], 2),
        value=plain(reading.value),
        half=plain(reading.half),
        n=plain(reading.n, 0),
    )


def _line(colours: Mapping[str, str], x: float | None = None, y: float | None = None) -> dict[str, Any]:
    upright = {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"}
    place = upright if x is not None else {"y0": y, "y1": y, "x0": 0, "x1": 1, "xref": "paper"}
    return {"type": "line", **place, "line": {"color": colours["line2"], "width": 1, "dash": "dot"}, "layer": "below"}

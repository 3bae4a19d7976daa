"""The trend: scores of the last periods with their interval, and the same periods a year before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import theme
from dashboard.figures.numbers import plain
from dashboard.pages.overview import aimed, outlook, watched
from dashboard.pages.overview.figures import Figure, layout
from dashboard.pages.overview.model import TrendPoint, View
from dashboard.texts import t
from etl.domain.period import Period


def trend(view: View, language: str, look: str) -> Figure:
    """Scores of the last periods with their interval and the year before, labelled at the line's end."""
    points = [point for point in view.trend if point.reading and point.reading.shown]
    colours = theme.tokens(look)
    low, high = trend_range(view.trend)
    places = {point.period: i for i, point in enumerate(view.trend)}
    runs = _runs(view.trend)
    data = [_band(run, places, colours) for run in runs if len(run) > 1]
    data += [_year_before(view.trend, colours), _actual(view.trend, colours, language)]
    expected = view.expected.get(view.outcome.code)
    if expected and points and points[-1].period == view.comparison.period:
        data += outlook.box(expected, places[points[-1].period], colours, language)
        low, high = min(low, math.floor(expected.low)), max(high, math.ceil(expected.high))
    if points:
        data += aimed.rule(view.aims.get(view.outcome.code), colours, places[points[-1].period])
    data += watched.marks(view, look, language)
    notes = _end_labels(view, points, places, colours, language, (high - low) * (0.12 if view.comparison.complete else 0.26))
    tick_places, tick_texts = ticks(view.trend, language)
    return {
        "data": data,
        "layout": layout(
            look, margin={"l": 34, "r": 112, "t": 8, "b": 38}, annotations=notes, hovermode="x",
            xaxis={"range": [-0.6, len(view.trend) - 0.4], "tickvals": tick_places, "ticktext": tick_texts, "fixedrange": True,
                   "showgrid": False, "zeroline": False, "ticks": "outside", "ticklen": 3},
            yaxis={"range": [low, high], "fixedrange": True, "zeroline": False, "dtick": _step(high - low)},
            **({"yaxis2": {"overlaying": "y", "range": [0, 100], "visible": False, "fixedrange": True}} if view.declared else {}),
        ),
    }  # fmt: skip


def trend_range(points: Sequence[TrendPoint]) -> tuple[float, float]:
    """Whole numbers around what is drawn; a marked cut axis, never from zero."""
    shown = [r for point in points for r in (point.reading, point.last_year) if r and r.shown]
    if not shown:
        return 0.0, 100.0
    values = [r.value for r in shown]
    spread = max(max(values) - min(values), 2.0)
    low = max(min(r.low for r in shown), min(values) - spread)
    high = min(max(r.high for r in shown), max(values) + spread)
    return float(math.floor(low)), float(math.ceil(high))


def _step(span: float) -> int:
    """Whole points between two lines of the axis, at most six of them."""
    return next((step for step in (1, 2, 5, 10) if span / step <= 6), 20)


def _runs(points: Sequence[TrendPoint]) -> list[list[TrendPoint]]:
    """Stretches without a gap."""
    runs: list[list[TrendPoint]] = [[]]
    for point in points:
        if point.reading and point.reading.shown:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return runs


def _band(run: Sequence[TrendPoint], places: Mapping[Period, int], colours: Mapping[str, str]) -> dict[str, Any]:
    there = [(places[point.period], point.reading.high) for point in run if point.reading]
    back = [(places[point.period], point.reading.low) for point in reversed(run) if point.reading]
    return {
        "type": "scatter", "mode": "lines", "x": [x for x, _ in there + back], "y": [round(y, 3) for _, y in there + back],
        "fill": "toself", "fillcolor": colours["band"], "line": {"width": 0}, "hoverinfo": "skip",
    }  # fmt: skip


def _year_before(points: Sequence[TrendPoint], colours: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": list(range(len(points))),
        "y": [round(p.last_year.value, 3) if p.last_year and p.last_year.shown else None for p in points],
        "line": {"color": colours["lastyear"], "width": 1.6}, "hoverinfo": "skip", "connectgaps": False,
    }  # fmt: skip


def _actual(points: Sequence[TrendPoint], colours: Mapping[str, str], language: str) -> dict[str, Any]:
    last = len(points) - 1
    return {
        "type": "scatter", "mode": "lines+markers", "x": list(range(len(points))), "connectgaps": False,
        "y": [round(p.reading.value, 3) if p.reading and p.reading.shown else None for p in points],
        "line": {"color": colours["ink"], "width": 2},
        "marker": {"size": [8 if i == last else 4 for i in range(len(points))], "color": colours["ink"],
                   "line": {"width": [1.5 if i == last else 0 for i in range(len(points))], "color": colours["paper"]}},
        "text": [_trend_hover(point, language) for point in points], "hoverinfo": "text",
    }  # fmt: skip


def _trend_hover(point: TrendPoint, language: str) -> str:
    reading, year = point.reading, point.last_year
    if reading is None or not reading.shown:
        return ""
    lines = [f"<b>{point.period.label(language)}</b>", f"{plain(reading.value)} ±{plain(reading.half)} · n {plain(reading.n, 0)}"]
    if year and year.shown:
        lines.append(t("overview.trend.last_year", language, value=plain(year.value)))
    return "<br>".join(lines)


def _end_labels(
    view: View, points: Sequence[TrendPoint], places: Mapping[Period, int], colours: Mapping[str, str], language: str,
    apart: float,
) -> list[dict[str, Any]]:  # fmt: skip
    """Direct labels at the ends of both lines, kept from touching."""
    if not points or points[-1].reading is None:
        return []
    end, year = points[-1], points[-1].last_year
    heights = [end.reading.value, year.value if year and year.shown else None]
    if heights[1] is not None and abs(heights[0] - heights[1]) < apart:
        heights[1] = heights[0] + apart * (1 if heights[1] >= heights[0] else -1)
    texts = [
        f"<b>{t('overview.trend.actual', language, value=plain(end.reading.value), half=plain(end.reading.half))}</b>",
        t("overview.trend.last_year", language, value=plain(year.value)) if year and year.shown else "",
    ]
    if not view.comparison.complete:
        expected = view.expected.get(view.outcome.code)
        texts[0] += f"<br>{outlook.short(expected, language) if expected else t('overview.trend.running', language)}"
    inks = (colours["ink"], colours["ink2"])
    return [
        {"x": places[end.period], "y": height, "text": text, "showarrow": False, "xanchor": "left", "xshift": 9, "align": "left",
         "font": {"size": 12, "color": ink}}
        for text, height, ink in zip(texts, heights, inks, strict=True) if text and height is not None
    ]  # fmt: skip


def ticks(points: Sequence[TrendPoint], language: str) -> tuple[list[int], list[str]]:
    """Where the axis is labelled: about nine periods, the year below the first of each."""
    step = max(round(len(points) / 8), 1)
    if points and points[0].period.kind == "m":
        step = 3
    shown = [i for i in range(len(points)) if (len(points) - 1 - i) % step == 0]
    texts, year = [], None
    for i in shown:
        period = points[i].period
        label, of = short_label(period, language)
        texts.append(f"{label}<br>{of}" if of != year else label)
        year = of
    return shown, texts


def short_label(period: Period, language: str) -> tuple[str, str]:
    """A period on an axis, and its year."""
    if period.kind == "y":
        return period.code(), ""
    if period.kind == "d":
        return period.code()[5:], period.code()[:4]
    year, _, rest = period.code().partition("-")
    if period.kind == "m":
        full = period.label(language)
        return (full[5:], full[:5]) if language == "zh" else (full[:3], year)
    return rest, year

"""Why an alert fired: readings beside what was expected, and below them the statistic and its limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import theme
from dashboard.alerts import wording
from dashboard.alerts.reads import Alert
from dashboard.texts import t

Figure = dict[str, Any]
TICKS = 3  # periods named below, as many as a phone has room for
ENDS = {"y": {"value": ("reading", "accent"), "expected": ("expected", "ink2")},
        "y2": {"s": ("s", "ink"), "limit_s": ("limit", "fire")}}  # axis -> column -> name, colour  # fmt: skip
CLOSE, APART = 0.2, 7  # names nearer than so much of the axis stand so many px up and down
CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}


def series(alert: Alert, language: str, look: str) -> Figure:
    """The series with what was expected (dashed), S with its limit (dotted); the periods since the fall began are marked."""
    colours, points, row = theme.tokens(look), alert.points, alert.row
    at = [wording.period_code(row, point["start"]) for point in points]
    return {
        "data": [*_readings(at, points, row, colours, language), *_statistic(at, points, colours, language)],
        "layout": {
            "template": theme.plotly_template(look), "showlegend": False, "dragmode": False, "hovermode": "x unified",
            "margin": {"l": 44, "r": 56, "t": 8, "b": 24},
            "xaxis": {"type": "category", "fixedrange": True, "tickvals": at[:: -max(1, -(-len(at) // TICKS))], "tickangle": 0,
                      "anchor": "y2"},
            "yaxis": {"domain": [0.44, 1], "fixedrange": True, "nticks": 5, "zeroline": False},
            "yaxis2": {"domain": [0, 0.36], "fixedrange": True, "nticks": 4, "zeroline": True},
            "shapes": _since(at, points, row, colours), "annotations": _ends(at, points, colours, language),
        },
    }  # fmt: skip


def _readings(
    at: Sequence[str], points: Sequence[Mapping[str, Any]], row: Mapping[str, Any], colours: Mapping[str, str], language: str
) -> list[Figure]:
    decimals = f".{wording.decimals(row)}f"
    line = {"type": "scatter", "x": list(at), "connectgaps": False}
    name = t("alerts.chart.reading", language)
    return [
        {**line, "y": [point["expected"] for point in points], "mode": "lines", "name": t("alerts.chart.expected", language),
         "line": {"color": colours["ink2"], "width": 1.4, "dash": "dash"}, "hovertemplate": f"%{{y:{decimals}}}"},
        {**line, "y": [point["value"] for point in points], "mode": "lines+markers", "name": name,
         "line": {"color": colours["accent"], "width": 2},
         "marker": {"size": 6, "color": [colours["accent"] if point["tested"] else colours["paper"] for point in points],
                    "line": {"color": colours["accent"], "width": 1.4}}, "hovertemplate": f"%{{y:{decimals}}}"},
    ]  # fmt: skip


def _statistic(at: Sequence[str], points: Sequence[Mapping[str, Any]], colours: Mapping[str, str], language: str) -> list[Figure]:
    line = {"type": "scatter", "x": list(at), "yaxis": "y2", "connectgaps": False, "hovertemplate": "%{y:.2f}"}
    return [
        {**line, "y": [point["limit_s"] for point in points], "mode": "lines", "name": t("alerts.chart.limit", language),
         "line": {"color": colours["fire"], "width": 1.2, "dash": "dot"}},
        {**line, "y": [point["s"] for point in points], "mode": "lines+markers", "name": t("alerts.chart.s", language),
         "line": {"color": colours["ink"], "width": 1.4}, "marker": {"size": 4}},
    ]  # fmt: skip


def _since(
    at: Sequence[str], points: Sequence[Mapping[str, Any]], row: Mapping[str, Any], colours: Mapping[str, str]
) -> list[Figure]:
    """The periods since the fall most likely began, shaded."""
    inside = [place for place, point in enumerate(points) if row["since"] is not None and point["start"] >= row["since"]]
    if not inside:
        return []
    return [{"type": "rect", "xref": "x", "yref": "paper", "x0": inside[0] - 0.5, "x1": inside[-1] + 0.5, "y0": 0, "y1": 1,
             "fillcolor": colours["band"], "opacity": 0.5, "line": {"width": 0}, "layer": "below"}]  # fmt: skip


def _ends(at: Sequence[str], points: Sequence[Mapping[str, Any]], colours: Mapping[str, str], language: str) -> list[Figure]:
    """Names at the lines' ends instead of a legend; two that would lie on one another stand apart."""
    found = []
    for axis, named in ENDS.items():
        ends = {key: _last(points, key) for key in named}
        known = [value for value in ends.values() if value is not None]
        span = [point[key] for point in points for key in named if point[key] is not None]
        close = len(known) == 2 and abs(known[0] - known[1]) < CLOSE * (max(span) - min(span))
        for key, value in ends.items():
            if value is not None:
                name, tone = named[key]
                apart = 0 if not close else APART if value == max(known) else -APART
                found.append({"x": at[-1], "y": value, "xref": "x", "yref": axis, "xanchor": "left", "xshift": 8, "yshift": apart,
                              "showarrow": False, "text": t(f"alerts.chart.{name}", language),
                              "font": {"size": 11, "color": colours[tone]}})  # fmt: skip
    return found


def _last(points: Sequence[Mapping[str, Any]], key: str) -> float | None:
    return next((point[key] for point in reversed(points) if point[key] is not None), None)

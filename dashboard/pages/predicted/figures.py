"""The calibration curve: of customers with a probability like this, how many turned out dissatisfied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import theme
from dashboard.texts import t

Figure = dict[str, Any]
CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}


def calibration(curve: Sequence[Mapping[str, float]], language: str, look: str) -> Figure:
    """Said against observed by tenths of unseen customers, with 95 % intervals; on the line what is said is so."""
    colours = theme.tokens(look)
    said, seen = [100 * point["predicted"] for point in curve], [100 * point["observed"] for point in curve]
    low, high = ([100 * point[end] for point in curve] for end in ("low", "high"))
    most = 5 * (int(max([*high, *said], default=95) // 5) + 1)
    line = {"type": "scatter", "mode": "lines", "x": [0, most], "y": [0, most], "hoverinfo": "skip",
            "line": {"color": colours["ink2"], "width": 1, "dash": "dot"}}  # fmt: skip
    points = {
        "type": "scatter", "mode": "markers", "x": said, "y": seen, "marker": {"color": colours["accent"], "size": 8},
        "error_y": {"type": "data", "symmetric": False, "array": [b - a for a, b in zip(seen, high, strict=True)],
                    "arrayminus": [a - b for a, b in zip(seen, low, strict=True)], "color": colours["accent"], "thickness": 1.4,
                    "width": 3},
        "customdata": [[point["n"]] for point in curve],
        "hovertemplate": t("predicted.hover", language),
    }  # fmt: skip
    axis = {"range": [0, most], "fixedrange": True, "ticksuffix": "%", "nticks": 6}
    return {
        "data": [line, points],
        "layout": {
            "template": theme.plotly_template(look), "showlegend": False, "dragmode": False, "hovermode": "closest",
            "margin": {"l": 44, "r": 12, "t": 8, "b": 40},
            "xaxis": {**axis, "title": {"text": t("predicted.said", language), "font": {"size": 12}}},
            "yaxis": {**axis, "title": {"text": t("predicted.observed", language), "font": {"size": 12}}},
        },
    }  # fmt: skip

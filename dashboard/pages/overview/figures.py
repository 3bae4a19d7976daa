"""What the overview's charts share: an empty chart that says why, and the layout."""

from __future__ import annotations

import textwrap
from typing import Any

from dashboard import theme

LINE_ZH, LINE_EN = 18, 36  # characters a line of an empty chart

Figure = dict[str, Any]
CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}


def empty(look: str, message: str, language: str = "zh") -> Figure:
    """A chart with nothing to draw says why."""
    note = {"text": wrapped(message, language), "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False,
            "font": {"size": 13, "color": theme.tokens(look)["ink2"]}}  # fmt: skip
    hidden = {"visible": False, "fixedrange": True}
    return {"data": [], "layout": {**layout(look), "xaxis": hidden, "yaxis": dict(hidden), "annotations": [note]}}


def wrapped(message: str, language: str) -> str:
    """Broken into lines a narrow chart can hold; Chinese breaks anywhere."""
    if language != "zh":
        return "<br>".join(textwrap.wrap(message, LINE_EN))
    lines = max(-(-len(message) // LINE_ZH), 1)
    length = max(-(-len(message) // lines), 1)  # even lines: no full stop alone on the last
    return "<br>".join(message[start : start + length] for start in range(0, len(message), length))


def layout(look: str, **more: Any) -> dict[str, Any]:
    return {
        "template": theme.plotly_template(look), "showlegend": False, "dragmode": False, "hovermode": "closest",
        "margin": {"l": 8, "r": 8, "t": 4, "b": 4}, **more,
    }  # fmt: skip

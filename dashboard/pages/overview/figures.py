"""What the overview's charts share: an empty chart that says why, and the layout."""

from __future__ import annotations

from typing import Any

from dashboard import theme

Figure = dict[str, Any]
CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}


def empty(look: str, message: str) -> Figure:
    """A chart with nothing to draw says why."""
    note = {"text": message, "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False,
            "font": {"size": 13, "color": theme.tokens(look)["ink2"]}}  # fmt: skip
    hidden = {"visible": False, "fixedrange": True}
    return {"data": [], "layout": {**layout(look), "xaxis": hidden, "yaxis": dict(hidden), "annotations": [note]}}


def layout(look: str, **more: Any) -> dict[str, Any]:
    return {
        "template": theme.plotly_template(look), "showlegend": False, "dragmode": False, "hovermode": "closest",
        "margin": {"l": 8, "r": 8, "t": 4, "b": 4}, **more,
    }  # fmt: skip

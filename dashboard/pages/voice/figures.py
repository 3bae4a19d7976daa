"""What the voice page's charts share: an empty chart that says why, the layout, whiskers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import theme
from etl.domain.reading import Reading

Figure = dict[str, Any]
CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}
HIDDEN_AXIS = {"visible": False, "fixedrange": True}


def layout(look: str, **more: Any) -> dict[str, Any]:
    return {
        "template": theme.plotly_template(look),
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        **more,
    }


def empty(look: str, message: str) -> Figure:
    """A chart with nothing to draw says why."""
    note = {
        "text": message,
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "font": {"size": 13, "color": theme.tokens(look)["ink2"]},
    }
    return {"data": [], "layout": {**layout(look), "xaxis": HIDDEN_AXIS, "yaxis": dict(HIDDEN_AXIS), "annotations": [note]}}


def whiskers(made: Sequence[Reading], colour: str, axis: str) -> dict[str, Any]:
    """Interval bars around each reading's value."""
    return {
        f"error_{axis}": {
            "type": "data",
            "symmetric": False,
            "array": [round(r.high - r.value, 3) for r in made],
            "arrayminus": [round(r.value - r.low, 3) for r in made],
            "color": colour,
            "thickness": 1.4,
            "width": 3,
        }
    }

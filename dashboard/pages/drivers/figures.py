"""What the page's charts share."""

from __future__ import annotations

from typing import Any

from dashboard import theme

Figure = dict[str, Any]
CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}


def layout(look: str, **more: Any) -> dict[str, Any]:
    return {
        "template": theme.plotly_template(look), "showlegend": False, "dragmode": False, "hovermode": "closest",
        "margin": {"l": 8, "r": 8, "t": 4, "b": 4}, **more,
    }  # fmt: skip


def title(text: str) -> dict[str, Any]:
    """What an axis measures."""
    return {"text": text, "font": {"size": 11}, "standoff": 6}


def rule(colour: str, dash: str = "solid", **ends: Any) -> dict[str, Any]:
    """A thin line of a chart."""
    return {"type": "line", "line": {"width": 1, "color": colour, "dash": dash}, "layer": "below", **ends}

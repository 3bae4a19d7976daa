"""The trend of an alert as a PNG: mail clients drop SVG, and load nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import typst

from dashboard.snapshot import chart
from dashboard.snapshot.typeset import fonts_folder
from dashboard.theme import tokens
from etl.domain.period import containing

WIDTH, HEIGHT = 290.0, 104.0  # in its own units; a mail shows it nearly twice as wide, so that it is read on a phone too
RESOLUTION = 350  # pixels an inch: twice the size shown, for sharp screens
LEAST_POINTS = 3
MOST_POINTS = 26
_PAGE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg")"""


def trend(points: Sequence[Mapping[str, Any]], kind: str, decimals: int) -> bytes | None:
    """Readings (solid) and what was expected (dashed) of the last periods; ``None`` where there are too few to draw.

    ``points`` have ``start``, ``value`` and ``expected``; ``kind`` is the letter of their period.
    """
    shown = points[-MOST_POINTS:]
    if sum(point["value"] is not None for point in shown) < LEAST_POINTS:
        return None
    nothing = [None] * len(shown)
    drawing = chart.trend(
        [_label(kind, point) for point in shown], [point["value"] for point in shown], nothing, nothing, tokens("light"),
        target=[point["expected"] for point in shown], decimals=decimals, width=WIDTH, height=HEIGHT,
    )  # fmt: skip
    return png(drawing)


def png(svg: str) -> bytes:
    """An SVG as a PNG, with our own fonts."""
    made = typst.compile(
        _PAGE, format="png", ppi=RESOLUTION, sys_inputs={"svg": svg}, font_paths=[str(fonts_folder())], ignore_system_fonts=True
    )
    return bytes(made[0] if isinstance(made, list) else made)


def _label(kind: str, point: Mapping[str, Any]) -> str:
    code = containing(kind, point["start"]).code()
    return code if kind != "d" else code[5:]

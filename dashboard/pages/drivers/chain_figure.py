"""The chain as a drawing: process indicators, the perceptions they provenly go with, and the outcome; a line is as wide as it
weighs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import theme
from dashboard.figures.numbers import plain
from dashboard.pages.drivers import wording
from dashboard.pages.drivers.figures import Figure, layout
from dashboard.pages.drivers.model import Driver, View
from dashboard.texts import t

MOST = 7  # boxes a column
ROW, LEAST_HEIGHT = 46, 190  # px
LEFT, MIDDLE, RIGHT = (0.0, 0.29), (0.40, 0.67), (0.79, 1.0)  # columns, of the width
BOX = 0.38  # half a box's height, of a row
THINNEST, THICKEST = 1.0, 8.0  # px
STEPS = 24  # of a curve


def columns(view: View) -> tuple[list[Driver], list[Driver]]:
    """Process indicators and perceptions that are drawn: proven, the heaviest first."""
    perceptions = [one for one in view.perceptions if one.effect.proven and one.effect.slope > 0][:MOST]
    codes = {one.indicator.code for one in perceptions}
    linked = [one for one in view.processes
              if (one.effect.proven and one.effect.slope > 0) or any(code in codes for code, _ in one.via)]  # fmt: skip
    linked.sort(key=lambda one: (not one.effect.proven, -abs(one.effect.weight[0])))
    return _beside(linked[:MOST], perceptions), perceptions


def _beside(processes: Sequence[Driver], perceptions: Sequence[Driver]) -> list[Driver]:
    """Process indicators in the order of what they lead to, so that lines cross little; direct ones last."""
    place = {one.indicator.code: at for at, one in enumerate(perceptions)}

    def key(one: Driver) -> float:
        at = [place[code] for code, _ in one.via if code in place]
        return sum(at) / len(at) if at else len(perceptions)

    return sorted(processes, key=key)


def height(view: View) -> int:
    """Pixels the drawing needs."""
    return max(ROW * _rows(*columns(view)) + 34, LEAST_HEIGHT)


def _direct(processes: Sequence[Driver], perceptions: Sequence[Driver]) -> list[Driver]:
    """Process indicators that go with the outcome past the perceptions drawn."""
    codes = {one.indicator.code for one in perceptions}
    return [one for one in processes if not any(code in codes for code, _ in one.via)]


def _rows(processes: Sequence[Driver], perceptions: Sequence[Driver]) -> int:
    """Rows of the drawing: those that go past the perceptions have the last ones to themselves."""
    direct = len(_direct(processes, perceptions))
    return max(len(processes) - direct, len(perceptions), 1 if direct else 2) + direct


def chain(view: View, language: str, look: str) -> Figure:
    """Boxes with reading and gap; lines with the weight of one typical difference."""
    processes, perceptions = columns(view)
    rows, direct = _rows(processes, perceptions), _direct(processes, perceptions)
    upper = rows - len(direct)
    left, middle = _places([one for one in processes if one not in direct], upper), _places(perceptions, upper)
    left.update({one.indicator.code: float(upper + at) for at, one in enumerate(direct)})
    centre, colours = (rows - 1) / 2, theme.tokens(look)
    boxes = [_box(LEFT, left[one.indicator.code], colours) for one in processes]
    boxes += [_box(MIDDLE, middle[one.indicator.code], colours) for one in perceptions]
    boxes.append(_box(RIGHT, centre, colours, strong=True))
    lines = _lines(processes, perceptions, left, middle, centre, language, colours)
    notes = [note for column, places, drivers in ((LEFT, left, processes), (MIDDLE, middle, perceptions)) for one in drivers
             for note in _texts(column, places[one.indicator.code], one, language, colours)]  # fmt: skip
    notes += _outcome(view, centre, language, colours) + _heads(language, colours)
    return {
        "data": lines,
        "layout": layout(
            look, margin={"l": 2, "r": 2, "t": 22, "b": 4}, shapes=boxes, annotations=notes,
            xaxis={"range": [0, 1], "visible": False, "fixedrange": True},
            yaxis={"range": [rows - 0.5, -0.5], "visible": False, "fixedrange": True},
        ),
    }  # fmt: skip


def _places(drivers: Sequence[Driver], rows: int) -> dict[str, float]:
    """Rows spread over the height."""
    step = rows / max(len(drivers), 1)
    return {one.indicator.code: (at + 0.5) * step - 0.5 for at, one in enumerate(drivers)}


def _box(column: tuple[float, float], y: float, colours: dict[str, str], strong: bool = False) -> dict[str, Any]:
    line = {"width": 1.4 if strong else 1, "color": colours["ink"] if strong else colours["line2"]}
    return {"type": "rect", "x0": column[0], "x1": column[1], "y0": y - BOX, "y1": y + BOX, "line": line,
            "fillcolor": colours["paper"], "layer": "below"}  # fmt: skip


def _lines(processes: Sequence[Driver], perceptions: Sequence[Driver], left: dict[str, float], middle: dict[str, float],
           centre: float, language: str, colours: dict[str, str]) -> list[dict[str, Any]]:  # fmt: skip
    """Process → perception and perception → outcome solid, process → outcome past the perceptions dashed."""
    spread = {one.indicator.code: one.effect.slope for one in perceptions}
    found = []
    for one in processes:
        through = [(code, effect) for code, effect in one.via if code in middle]
        for code, effect in through:
            weight = effect.slope * one.effect.spread * spread[code]
            words = f"{one.indicator.names[language]} → {_name(perceptions, code, language)}<br>{wording.slope(effect, language)}"
            found.append((LEFT[1], left[one.indicator.code], MIDDLE[0], middle[code], weight, "solid", words))
        if not through:
            words = f"{one.indicator.names[language]}<br>{wording.slope(one.effect, language)}"
            found.append((LEFT[1], left[one.indicator.code], RIGHT[0], centre, one.effect.weight[0], "dash", words))
    for one in perceptions:
        words = f"{one.indicator.names[language]}<br>{wording.slope(one.effect, language)}"
        found.append((MIDDLE[1], middle[one.indicator.code], RIGHT[0], centre, one.effect.weight[0], "solid", words))
    widest = max((abs(one[4]) for one in found), default=1.0)
    return [_curve(*one, widest, colours) for one in found] or [{"type": "scatter", "x": [], "y": []}]


def _name(drivers: Sequence[Driver], code: str, language: str) -> str:
    return next(one.indicator.names[language] for one in drivers if one.indicator.code == code)


def _curve(x0: float, y0: float, x1: float, y1: float, weight: float, dash: str, words: str, widest: float,
           colours: dict[str, str]) -> dict[str, Any]:  # fmt: skip
    """An S from one box to the next, level while it passes the perceptions; hovering on it tells its weight."""
    at = [step / STEPS for step in range(STEPS + 1)]
    before, x0 = ([x0], MIDDLE[1]) if dash == "dash" else ([], x0)
    width = THINNEST + (THICKEST - THINNEST) * abs(weight) / max(widest, 1e-9)
    return {
        "type": "scatter", "mode": "lines", "x": before + [round(x0 + (x1 - x0) * s, 4) for s in at],
        "y": [y0] * len(before) + [round(y0 + (y1 - y0) * s * s * (3 - 2 * s), 4) for s in at], "opacity": 0.55,
        "line": {"color": colours["accent"], "width": round(width, 1), "dash": dash}, "hoverinfo": "text", "text": words,
    }  # fmt: skip


def _texts(column: tuple[float, float], y: float, one: Driver, language: str, colours: dict[str, str]) -> list[dict[str, Any]]:
    """Name and weight; reading and gap below."""
    ink = {1: colours["good"], -1: colours["bad"]}.get(one.judged, colours["ink2"])
    gap = wording.difference(one.gap, one.indicator, language) if one.gap is not None else ""
    second = wording.standing(one.here, one.indicator, language)
    goes = one.effect.proven and one.effect.slope > 0  # others are drawn for the perceptions they go with
    weight = plain(one.effect.weight[0], 2) if goes else "·"
    return [
        _note(column[0] + 0.008, y - 0.16, one.indicator.shorts[language], "left", colours["ink"], 12, goes),
        _note(column[1] - 0.006, y - 0.16, weight, "right", colours["ink"], 12, goes),
        _note(column[0] + 0.008, y + 0.18, second, "left", colours["ink2"], 11),
        _note(column[1] - 0.006, y + 0.18, gap, "right", ink, 11),
    ]  # fmt: skip


def _outcome(view: View, y: float, language: str, colours: dict[str, str]) -> list[dict[str, Any]]:
    x = RIGHT[0] + 0.008
    return [_note(x, y - 0.16, view.outcome.names[language], "left", colours["ink"], 12, True),
            _note(x, y + 0.18, wording.standing(view.here, view.outcome, language), "left", colours["ink2"], 11)]  # fmt: skip


def _heads(language: str, colours: dict[str, str]) -> list[dict[str, Any]]:
    heads = ((LEFT, "process"), (MIDDLE, "perception"), (RIGHT, "outcome"))
    return [{**_note(column[0], 1, t(f"drivers.kind.{kind}", language), "left", colours["ink2"], 11), "yref": "paper",
             "yanchor": "bottom"} for column, kind in heads]  # fmt: skip


def _note(
    x: float, y: float, text: str, anchor: str, ink: str, size: int, bold: bool = False
) -> dict[str, Any]:
    return {
        "x": x, "y": y, "text": f"<b>{text}</b>" if bold else text, "showarrow": False, "xanchor": anchor,
        "yanchor": "middle", "font": {"size": size, "color": ink},
    }  # fmt: skip

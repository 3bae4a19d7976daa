"""Who must deliver how many points: outlined what is asked, solid what came of it, step by step up to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import theme
from dashboard.figures.numbers import signed
from dashboard.pages.targets.model import View
from dashboard.pages.targets.wording import shortfalls
from dashboard.texts import t

CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}
MOST = 8  # bars; the rest are one
HEIGHT = 210
BAR = 0.62  # width, of a place
SEEN = 0.005  # points that show at two decimals


@dataclass(frozen=True)
class Part:
    """A bar: points it is to bring, and what of them came (``None``: nothing is known yet)."""

    name: str
    asked: float
    done: float | None


def by_line(view: View, language: str) -> list[Part]:
    """The processes of the card by line: what their lifts go with, on the plan's slopes."""
    found: dict[str, list[tuple[float, float | None]]] = {}
    for one, slope in view.serving:
        target = view.target(view.at.area_id if view.at else None, one)
        if target is None:
            continue
        row = target.attained
        done = None if row is None else slope.slope * one.direction * (row["actual"] - row["baseline"])
        found.setdefault(one.lines[language], []).append((slope.slope * target.lift(one.direction), done))
    return [Part(name, sum(asked for asked, _ in parts), _sum([done for _, done in parts])) for name, parts in found.items()]


def by_member(view: View, language: str) -> list[Part]:
    """The members of the area in hand: their share of its lift, the largest first."""
    if view.indicator is None:
        return []
    rows = [(one, view.target(one.area_id, view.indicator)) for one in view.members]
    total, way, parts = sum(target.weight for _, target in rows if target), view.indicator.direction, []
    for one, target in rows:
        if target is not None and total > 0:
            share, row = target.weight / total, target.attained
            done = None if row is None else share * way * (row["actual"] - row["baseline"])
            parts.append(Part(one.names[language], share * target.lift(way), done))
    parts.sort(key=lambda part: -part.asked)
    rest = parts[MOST:]
    more = [
        Part(t("targets.others", language, n=len(rest)), sum(part.asked for part in rest), _sum([part.done for part in rest]))
    ]
    return parts[:MOST] + (more if rest else [])


def by_gap(view: View, language: str) -> list[Part]:
    """The members by what they still lack of what is due by now, as points of the area's own figure; the most first."""
    rows = [Part(one.names[language], gap, None) for one, gap, _ in shortfalls(view)]
    rest = rows[MOST:]
    more = [Part(t("targets.others", language, n=len(rest)), sum(part.asked for part in rest), None)] if rest else []
    return rows[:MOST] + more


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def waterfall(parts: Sequence[Part], whole: float, actual: float | None, language: str, look: str) -> dict[str, Any]:
    """Steps up to ``whole`` points; beside it what the area itself gained (``actual``)."""
    colours, missing = theme.tokens(look), whole - sum(part.asked for part in parts)
    steps = list(parts)
    if parts and abs(missing) >= SEEN:
        steps.append(Part(t("targets.uncovered" if missing > 0 else "targets.spare", language), missing, None))
    base = [sum(part.asked for part in steps[:at]) for at in range(len(steps))]
    done = [part.done or 0.0 for part in steps]
    outline = _outlined(steps, base, whole, language, colours)
    solid = _solid(steps, base, actual, language, colours)
    tops = [whole, *(start + part.asked for start, part in zip(base, steps, strict=True)), actual or 0.0, 0.01]
    low = min([0.0, actual or 0.0, *(start + value for start, value in zip(base, done, strict=True))])
    axes = {
        "xaxis": {"fixedrange": True, "tickangle": 0, "automargin": True},
        "yaxis": {"fixedrange": True, "range": [low * 1.2, max(tops) * 1.22], "nticks": 5, "zeroline": True},
    }
    margin = {"l": 34, "r": 8, "t": 16, "b": 40}
    plain = {"template": theme.plotly_template(look), "showlegend": False, "dragmode": False, "barmode": "overlay"}
    return {"data": [outline, solid], "layout": {**plain, "margin": margin, **axes}}


def _outlined(
    steps: Sequence[Part], base: Sequence[float], whole: float, language: str, colours: dict[str, str]
) -> dict[str, Any]:
    """What is asked, by step and in all."""
    asked = [*(part.asked for part in steps), whole]
    return {
        "type": "bar", "x": [*(part.name for part in steps), t("targets.target", language)], "y": asked, "base": [*base, 0.0],
        "marker": {"color": "rgba(0,0,0,0)", "line": {"color": colours["ink"], "width": 1.2}}, "width": BAR,
        "text": [signed(value, 2) for value in asked], "textposition": "outside", "cliponaxis": False, "hoverinfo": "x+text",
    }  # fmt: skip


def _solid(
    steps: Sequence[Part], base: Sequence[float], actual: float | None, language: str, colours: dict[str, str]
) -> dict[str, Any]:
    """What came of each step, and of the area itself."""
    own = [] if actual is None else [actual]
    names = [*(part.name for part in steps), *([t("targets.actual", language)] if own else [])]
    values = [part.done for part in steps]
    return {
        "type": "bar", "x": names, "y": [*(value or 0.0 for value in values), *own], "base": [*base, *(0.0 for _ in own)],
        "marker": {"color": colours["ink2"]}, "width": BAR, "hoverinfo": "x+text", "cliponaxis": False,
        "text": ["" if value is None else signed(value, 2) for value in [*values, *own]],
        "textposition": [*("none" for _ in steps), *("outside" for _ in own)],
    }  # fmt: skip

"""Who must deliver how many points: outlined what is asked, solid what came of it, step by step up to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import theme
from dashboard.figures.numbers import signed
from dashboard.pages.targets.model import View
from dashboard.texts import t

CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}
MOST = 8  # bars; the rest are one
HEIGHT = 210


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


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def waterfall(parts: Sequence[Part], whole: float, actual: float | None, language: str, look: str) -> dict[str, Any]:
    """Steps up to ``whole`` points; beside it what the area itself gained (``actual``)."""
    colours, at, base, asked, done, rest = theme.tokens(look), 0.0, [], [], [], []
    for part in parts:
        base.append(at)
        asked.append(part.asked)
        done.append(part.done)
        at += part.asked
    missing = whole - at
    names = [part.name for part in parts]
    if parts and abs(missing) >= 0.005:
        names, base, asked, done = (
            [*names, t("targets.uncovered" if missing > 0 else "targets.spare", language)],
            [*base, at],
            [*asked, missing],
            [*done, None],
        )
    rest = [t("targets.target", language), *([t("targets.actual", language)] if actual is not None else [])]
    outline = {
        "type": "bar",
        "x": [*names, rest[0]],
        "y": [*asked, whole],
        "base": [*base, 0.0],
        "marker": {"color": "rgba(0,0,0,0)", "line": {"color": colours["ink"], "width": 1.2}},
        "text": [signed(value, 2) for value in [*asked, whole]],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "x+text",
        "width": 0.62,
    }
    solid = {
        "type": "bar",
        "x": [*names, *rest[1:]],
        "y": [value or 0.0 for value in done] + [actual] * len(rest[1:]),
        "base": [*base, *[0.0] * len(rest[1:])],
        "marker": {"color": colours["ink2"]},
        "width": 0.62,
        "text": ["" if value is None else signed(value, 2) for value in done] + [signed(actual, 2)] * len(rest[1:]),
        "hoverinfo": "x+text",
        "textposition": ["none"] * len(names) + ["outside"] * len(rest[1:]),
    }
    top, low = max([whole, at, actual or 0.0, 0.01]), min([0.0, actual or 0.0, *(value or 0.0 for value in done)])
    return {
        "data": [outline, solid],
        "layout": {
            "template": theme.plotly_template(look),
            "showlegend": False,
            "dragmode": False,
            "barmode": "overlay",
            "margin": {"l": 34, "r": 8, "t": 16, "b": 40},
            "xaxis": {"fixedrange": True, "tickangle": 0, "automargin": True},
            "yaxis": {"fixedrange": True, "range": [low * 1.2, top * 1.22], "nticks": 5, "zeroline": True},
        },
    }

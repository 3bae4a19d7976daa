"""Expectation minus perceived quality over time: above the line more was expected than got."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import theme
from dashboard.figures.numbers import plain, signed
from dashboard.pages.voice.figures import Figure, layout
from dashboard.pages.voice.model import Index, Point
from dashboard.texts import t
from etl.domain.period import Period
from etl.domain.reading import Reading

LABEL_SHARE = 0.1  # of the height drawn, that a label needs


def over_time(index: Index, language: str, look: str) -> Figure | None:
    """The chosen business with its interval, the other one and the area above lighter."""
    mine = [(at, point.by_business[index.business]) for at, point in enumerate(index.trend)]
    shown = [(at, reading) for at, reading in mine if reading and reading.shown]
    if not shown:
        return None
    colours = theme.tokens(look)
    apart = LABEL_SHARE * (max(r.high for _, r in shown) - min(r.low for _, r in shown))
    others = [name for name in index.businesses if name != index.business]
    lines = [
        *((name, [point.by_business[name] for point in index.trend], colours["bad"], "dot") for name in others),
        ("above", [point.above for point in index.trend], colours["lastyear"], "solid"),
    ]
    data = [
        _band(shown, colours),
        *(_line(made, index.trend, colour, dash, language) for _, made, colour, dash in lines),
        _line([reading for _, reading in mine], index.trend, colours["ink"], "solid", language, 2.2),
    ]
    return {
        "data": data,
        "layout": layout(
            look,
            hovermode="x",
            margin={"l": 40, "r": 118, "t": 8, "b": 38},
            annotations=_ends([(index.business, [r for _, r in mine], colours["ink"], ""), *lines], apart, language),
            xaxis=_axis([point.period for point in index.trend], language),
            yaxis={"fixedrange": True, "zeroline": True, "zerolinecolor": colours["ink2"], "zerolinewidth": 1, "nticks": 6},
        ),
    }


def _band(shown: Sequence[tuple[int, Reading]], colours: Mapping[str, str]) -> dict[str, Any]:
    there, back = [(at, r.high) for at, r in shown], [(at, r.low) for at, r in reversed(shown)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for x, _ in there + back],
        "y": [round(y, 3) for _, y in there + back],
        "fill": "toself",
        "fillcolor": colours["band"],
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _line(
    made: Sequence[Reading | None], points: Sequence[Point], colour: str, dash: str, language: str, width: float = 1.5
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(len(made))),
        "connectgaps": False,
        "y": [round(r.value, 3) if r and r.shown else None for r in made],
        "line": {"color": colour, "width": width, "dash": dash},
        "marker": {"size": 4, "color": colour},
        "text": [_hover(point.period, r, language) for point, r in zip(points, made, strict=True)],
        "hoverinfo": "text",
    }


def _hover(period: Period, reading: Reading | None, language: str) -> str:
    if reading is None or not reading.shown:
        return ""
    window = "" if reading.window == 1 else f" · {t('voice.window', language, n=reading.window)}"
    return f"{period.label(language)}: {signed(reading.value)} ±{plain(reading.half)} · n {plain(reading.n, 0)}{window}"


def _ends(lines: Sequence[tuple[str, Sequence[Reading | None], str, str]], apart: float, language: str) -> list[dict[str, Any]]:
    """What a line is, at its end; ``apart`` keeps the labels from touching."""
    ends = [
        (name, at, made[at], colour)
        for name, made, colour, _ in lines
        for at in [max((i for i, r in enumerate(made) if r and r.shown), default=-1)]
        if at >= 0
    ]
    out: list[dict[str, Any]] = []
    for name, at, reading, colour in sorted(ends, key=lambda one: one[2].value if one[2] else 0.0):
        assert reading is not None  # noqa: S101  chosen above
        height = max(reading.value, out[-1]["y"] + apart) if out else reading.value
        text = f"{t(f'voice.line.{name}', language)} {signed(reading.value)}"
        out.append({"x": at, "y": height, "text": text, "showarrow": False, "xanchor": "left", "xshift": 8,
                    "font": {"size": 12, "color": colour}})  # fmt: skip
    return out


def _axis(periods: Sequence[Period], language: str) -> dict[str, Any]:
    """About seven labels, the year below the first of each."""
    step = max(math.ceil(len(periods) / 7), 1)
    shown = [at for at in range(len(periods)) if (len(periods) - 1 - at) % step == 0]
    texts, year = [], ""
    for at in shown:
        label, of = _short(periods[at], language)
        texts.append(f"{label}<br>{of}" if of != year else label)
        year = of
    return {"tickvals": shown, "ticktext": texts, "fixedrange": True, "showgrid": False, "zeroline": False,
            "range": [-0.5, len(periods) - 0.5], "tickangle": 0}  # fmt: skip


def _short(period: Period, language: str) -> tuple[str, str]:
    """A period on the axis, and its year."""
    if period.kind == "y":
        return period.code(), ""
    if period.kind == "m":
        full = period.label(language)
        return (full[5:], full[:5]) if language == "zh" else (full[:3], period.code()[:4])
    year, _, rest = period.code().partition("-")
    return rest, year

"""Small charts as SVG for print and mail, in the theme's colours, from plain numbers.

Every function gives one ``<svg>`` as text; sizes are in points. ``None`` stands where there is no reading: a line breaks there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from statistics import median

from dashboard.figures.numbers import signed
from dashboard.figures.tiles import Cell, centre, corners

FONT = "Noto Sans CJK SC"
LARGEST_TILE = 27.0  # from a hexagon's centre to its corner
SMALLEST_NAME, LARGEST_NAME = 3.0, 8.5
MORE_SIZE = 0.8  # of the third line, to the name's
THREE_LINES = 0.41  # of a hexagon's side: the size in which as many fit
Values = Sequence[float | None]


@dataclass(frozen=True)
class Tile:
    """One area of a tile map: its cell, short name, second line, colours of ground and ink, and ``more``, a small third line."""

    cell: Cell
    name: str
    value: str
    fill: str
    ink: str
    quiet: bool = False
    more: str = ""


def spark(values: Values, colours: Mapping[str, str], width: float = 70, height: float = 18) -> str:
    """A line without axes; the last reading a dot."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return _svg(width, height, [])
    low, high = _span(known, 1.0)
    place = _Scale(len(values), low, high, 2, width - 3, height - 3, 3)
    parts = [_path(run, colours["ink2"], 1) for run in _runs(values, place)]
    last = max(at for at, value in enumerate(values) if value is not None)
    parts.append(_dot(place.x(last), place.y(values[last] or 0), 1.8, colours["accent"]))
    return _svg(width, height, parts)


def trend(
    labels: Sequence[str], values: Values, low: Values, high: Values, colours: Mapping[str, str], *, year: Values = (),
    target: Values = (), bounds: tuple[float, float] | None = None, least: float = 0.5, decimals: int = 1, width: float = 500,
    height: float = 130,
) -> str:  # fmt: skip
    """A score over time, its interval a band, last year lighter, the target dashed; a cut axis of at least ``least`` holding
    ``bounds``, so no bars."""
    known = [value for value in (*values, *low, *high, *year, *target) if value is not None]
    if not known:
        return _svg(width, height, [])
    ticks = _ticks(*_span([*known, *(bounds or ())], least))
    place = _Scale(len(labels), ticks[0], ticks[-1], 26, width - 34, height - 16, 6)
    parts = [
        part for tick in ticks for part in _gridline(place, tick, width, colours, decimals if ticks[1] - ticks[0] < 1 else 0)
    ]
    parts += [_band(run, colours["band"]) for run in _bands(low, high, place)]
    parts += [_path(run, colours["lastyear"], 1) for run in _runs(year, place)]
    parts += [_path(run, colours["target"], 1, dash="4 3") for run in _runs(target, place)]
    parts += [_path(run, colours["accent"], 1.6) for run in _runs(values, place)]
    parts += [_dot(place.x(at), place.y(value), 1.8, colours["accent"]) for at, value in enumerate(values) if value is not None]
    step = max(1, ceil(len(labels) / max(1, width / 62)))
    parts += [_text(place.x(at), height - 3, labels[at], colours["ink2"], anchor="middle")
              for at in range(len(labels) - 1, -1, -step)]  # fmt: skip
    if values and values[-1] is not None:  # an earlier reading would be taken for the last one
        at = place.x(len(values) - 1) + 5, place.y(values[-1]) + 3
        parts.append(_text(*at, f"{values[-1]:.{decimals}f}", colours["ink"], bold=True))
    return _svg(width, height, parts)


def whisker(
    value: float,
    low: float,
    high: float,
    bounds: tuple[float, float],
    colours: Mapping[str, str],
    quiet: bool,
    mean: float | None = None,
) -> str:
    """A dot with its interval on a scale shared by a table's rows; a tick where the whole lies."""
    width, height = 92.0, 10.0
    place = _Scale(2, bounds[0], bounds[1], 0, width, height, 0)
    across = [min(max((each - bounds[0]) / (bounds[1] - bounds[0]), 0), 1) * (width - 6) + 3 for each in (value, low, high)]
    tone = colours["ink2"] if quiet else colours["accent"]
    parts = [_line(across[1], height / 2, across[2], height / 2, colours["line2"] if quiet else tone, 1)]
    if mean is not None:
        at = min(max((mean - bounds[0]) / (bounds[1] - bounds[0]), 0), 1) * (width - 6) + 3
        parts.insert(0, _line(at, 0, at, height, colours["line2"], 0.7))
    parts.append(_dot(across[0], height / 2, 2.1, colours["paper"] if quiet else tone, stroke=tone))
    return _svg(width, place.bottom, parts)


def bars(rows: Sequence[tuple[str, float, str]], colours: Mapping[str, str], decimals: int = 1, width: float = 240) -> str:
    """Signed bars from zero, one a row: name, value, state (``up``, ``down`` or ``same``)."""
    step, left = 15.0, 92.0
    reach = max((abs(value) for _, value, _ in rows), default=1) or 1
    middle, half = left + (width - left) / 2, (width - left) / 2 - 24
    parts = [_line(middle, 0, middle, step * len(rows), colours["line2"], 0.8)]
    for at, (name, value, state) in enumerate(rows):
        y, end = at * step + step / 2, middle + value / reach * half
        tone = {"up": colours["good"], "down": colours["bad"]}.get(state, colours["flat"])
        parts.append(_text(left - 6, y + 3, name, colours["ink"], anchor="end"))
        parts.append(
            f'<rect x="{min(middle, end):.1f}" y="{y - 4:.1f}" width="{abs(end - middle):.1f}" height="8" fill="{tone}"/>'
        )
        away, anchor = (3, "start") if value >= 0 else (-3, "end")
        parts.append(_text(end + away, y + 3, signed(value, decimals), colours["ink"], anchor=anchor))
    return _svg(width, step * max(len(rows), 1), parts)


def tile_map(tiles: Sequence[Tile], colours: Mapping[str, str], width: float = 250, height: float = 220) -> str:
    """Hexagons, each as near its place as the others let it; names and values where they fit."""
    if not tiles:
        return _svg(width, height, [])
    points = [corner for tile in tiles for corner in corners(tile.cell, 1.0)]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    scale = min(width / (right - left), height / (high - low), LARGEST_TILE)
    usual = min(LARGEST_NAME, median(_fitting(tile, scale) for tile in tiles))  # longer names are smaller, shorter ones no larger
    parts = []
    for tile in tiles:
        outline = " ".join(f"{(x - left) * scale:.1f},{(high - y) * scale:.1f}" for x, y in corners(tile.cell))
        x, y = centre(tile.cell)
        x, y = (x - left) * scale, (high - y) * scale
        parts.append(f'<polygon points="{outline}" fill="{tile.fill}"/>')
        size = min(usual, _fitting(tile, scale))
        if size >= SMALLEST_NAME:
            parts += _said(tile, x, y, size)
    return _svg((right - left) * scale, (high - low) * scale, parts)


def _said(tile: Tile, x: float, y: float, size: float) -> Iterable[str]:
    """The lines of a tile around its middle."""
    up = MORE_SIZE * size / 2 if tile.more else 0.0
    yield _text(x, y - up - (0.5 if tile.value else -size / 3), tile.name, tile.ink, size, anchor="middle")
    if tile.value:
        yield _text(x, y - up + size, tile.value, tile.ink, size, anchor="middle", bold=not tile.quiet)
    if tile.more:
        yield _text(x, y + up + size, tile.more, tile.ink, MORE_SIZE * size, anchor="middle")


def _fitting(tile: Tile, scale: float) -> float:
    """The size in which a tile's name fits across it, and its lines above one another."""
    return min(1.45 * scale / max(_width(tile.name), 2.2), THREE_LINES * scale if tile.more else scale)


@dataclass(frozen=True)
class _Scale:
    """Places on a chart: periods from left to right, values from low at ``bottom`` to high at ``top``."""

    count: int
    low: float
    high: float
    left: float
    right: float
    bottom: float
    top: float

    def x(self, at: float) -> float:
        return self.left + (self.right - self.left) * (at + 0.5) / max(self.count, 1)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)


def _span(known: Sequence[float], least: float) -> tuple[float, float]:
    low, high = min(known), max(known)
    if high - low < least:
        middle = (low + high) / 2
        return middle - least / 2, middle + least / 2
    return low, high


def _ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round numbers that hold ``low`` and ``high`` between them."""
    raw = (high - low) / wanted
    unit = 10 ** floor(log10(raw))
    step = unit * next(factor for factor in (1, 2, 5, 10) if factor * unit >= raw)
    first, last = floor(low / step), ceil(high / step)
    return [at * step for at in range(first, max(last, first + 1) + 1)]


def _gridline(place: _Scale, tick: float, width: float, colours: Mapping[str, str], decimals: int) -> Iterable[str]:
    y = place.y(tick)
    yield _line(place.left, y, width - 30, y, colours["line"], 0.6)
    yield _text(place.left - 4, y + 3, f"{tick:.{decimals}f}", colours["ink2"], anchor="end")


def _runs(values: Values, place: _Scale) -> list[list[tuple[float, float]]]:
    """The stretches of a series without a gap, as points."""
    runs: list[list[tuple[float, float]]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((place.x(at), place.y(value)))
    return [run for run in runs if len(run) > 1]


def _bands(low: Values, high: Values, place: _Scale) -> list[list[tuple[float, float]]]:
    """The stretches of an interval without a gap, as closed outlines."""
    known = [lower is not None and upper is not None for lower, upper in zip(low, high, strict=True)]
    lower = _runs([each if here else None for each, here in zip(low, known, strict=True)], place)
    upper = _runs([each if here else None for each, here in zip(high, known, strict=True)], place)
    return [up + down[::-1] for up, down in zip(upper, lower, strict=True)]


def _path(points: Sequence[tuple[float, float]], colour: str, width: float, dash: str = "") -> str:
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return (
        f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="{width}"'
        + (f' stroke-dasharray="{dash}"' if dash else "")
        + "/>"
    )


def _band(points: Sequence[tuple[float, float]], colour: str) -> str:
    return '<path d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + f'Z" fill="{colour}"/>'


def _dot(x: float, y: float, radius: float, fill: str, stroke: str = "") -> str:
    edge = f' stroke="{stroke}" stroke-width="1"' if stroke else ""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}"{edge}/>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, colour: str, size: float = 7.5, *, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="{size:.1f}" fill="{colour}" '
            f'text-anchor="{anchor}"{weight}>{escape(text)}</text>')  # fmt: skip


def width_of(svg: str) -> float:
    """The width a picture was drawn for."""
    return float(svg.split('width="', 1)[1].split('"', 1)[0])


def _width(text: str) -> float:
    """Of a text in its own height: Chinese characters are square, others half as wide."""
    return sum(1.0 if ord(character) > 0x2E80 else 0.56 for character in text)


def _svg(width: float, height: float, parts: Iterable[str]) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.1f} {height:.1f}">{"".join(parts)}</svg>')  # fmt: skip

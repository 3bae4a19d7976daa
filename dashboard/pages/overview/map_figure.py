"""The members of an area on a map: the operator's boundaries where given, otherwise tiles made from centroids."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashboard import theme
from dashboard.figures.numbers import plain, signed
from dashboard.figures.tiles import ASPECT, centre, corners, hex_cells
from dashboard.pages.overview import wording
from dashboard.pages.overview.figures import Figure, layout
from dashboard.pages.overview.model import Member, View
from dashboard.texts import t

# Differences to the area's mean, in points: the bins of the map and their colour tokens, best first.
BINS = ((3.0, "p3"), (1.5, "p2"), (0.5, "p1"), (-0.5, "z0"), (-1.5, "n1"), (-3.0, "n2"), (-math.inf, "n3"))
BESIDE_LEGEND = 30  # tiles; more of them take the legend's room as well
WIDE = (1.7, 2.1)  # width to height of a map that has the whole panel
VALUES_UP_TO = 64  # tiles; more of them have room for names only

LEAST_ACROSS = 8.0  # tiles' units

Ring = list[tuple[float, float]]
Point = tuple[float, float]


ALERT_WIDTH = 2.5  # px, of the outline of an area with open alerts


class Label(NamedTuple):
    """What stands on a shape, as far as it has room."""

    name: str
    value: str
    bold: bool


def bin_of(gap: float) -> str:
    """The colour token's ending for a difference; edges belong to the outer bin on both sides."""
    for edge, name in BINS[:3]:
        if gap >= edge:
            return name
    return "z0" if gap > -0.5 else "n1" if gap > -1.5 else "n2" if gap > -3.0 else "n3"


def drawn(members: Sequence[Member]) -> list[Member]:
    """The members a map shows: the unknown one has no place."""
    return [member for member in members if member.known]


def has_boundaries(members: Sequence[Member]) -> bool:
    return bool(members) and all(member.boundary for member in members)


def area_map(view: View, language: str, look: str) -> Figure:
    """The members coloured by their difference to the area: the operator's boundaries, or tiles from centroids."""
    members = sorted(drawn(view.members), key=lambda member: member.key)
    shapes, places = _boundaries(members) if has_boundaries(members) else _tiles(members)
    colours = theme.tokens(look)
    data = [
        _shape(member, rings, colours, _hover(member, view.members_period.kind, language))
        for member, rings in zip(members, shapes, strict=True)
    ]  # fmt: skip
    labels = [_label(member, len(members), language) for member in members]
    data.append(_labels(labels, places, [_ink(member, colours) for member in members]))
    across, down = extent(shapes, 0 if has_boundaries(members) else LEAST_ACROSS)
    axis = {"visible": False, "fixedrange": True}
    return {
        "data": data,
        "layout": layout(
            look, margin={"l": 0, "r": 0, "t": 2, "b": 2}, meta=_meta(members, shapes, labels),
            xaxis={**axis, "range": across, "constrain": "domain"},
            yaxis={**axis, "range": down, "scaleanchor": "x", "constrain": "domain"},
        ),
    }  # fmt: skip


def extent(shapes: Sequence[Sequence[Ring]], least: float) -> tuple[list[float], list[float]]:
    """What the axes show: all shapes with a seam around; at least ``least`` wide, so that three tiles do not fill a wall."""
    out = []
    for axis in (0, 1):
        values = [point[axis] for rings in shapes for ring in rings for point in ring]
        middle, half = (min(values) + max(values)) / 2, max((max(values) - min(values)) * 0.51, least / 2)
        out.append([round(middle - half, 4), round(middle + half, 4)])
    return out[0], out[1]


def _tiles(members: Sequence[Member]) -> tuple[list[list[Ring]], list[Point]]:
    shape = WIDE if len(members) > BESIDE_LEGEND else ASPECT
    cells = hex_cells({member.key: member.place for member in members}, shape)
    return [[corners(cells[m.key])] for m in members], [centre(cells[m.key]) for m in members]


def _boundaries(members: Sequence[Member]) -> tuple[list[list[Ring]], list[Point]]:
    """Longitude shrunk by the cosine of the mean latitude, so that shapes keep theirs."""
    raw = [rings_of(member.boundary or {}) for member in members]
    latitudes = [y for rings in raw for ring in rings for _, y in ring]
    squeeze = math.cos(math.radians(sum(latitudes) / len(latitudes)))
    shapes = [[[(x * squeeze, y) for x, y in ring] for ring in rings] for rings in raw]
    places = [
        (member.place[0] * squeeze, member.place[1]) if member.place else _middle(rings[0])
        for member, rings in zip(members, shapes, strict=True)
    ]
    return shapes, places


def rings_of(geometry: Mapping[str, Any]) -> list[Ring]:
    """The rings of a GeoJSON Polygon or MultiPolygon as (longitude, latitude)."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(float(x), float(y)) for x, y, *_ in ring] for part in parts for ring in part]


def _middle(ring: Ring) -> Point:
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def _shape(member: Member, rings: Sequence[Ring], colours: Mapping[str, str], hover: str) -> dict[str, Any]:
    """One filled outline; its rings are parted by gaps."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in rings:
        xs += [*([None] if xs else []), *(round(x, 4) for x, _ in ring)]
        ys += [*([None] if ys else []), *(round(y, 4) for _, y in ring)]
    trace = {
        "type": "scatter", "mode": "lines", "x": xs, "y": ys, "fill": "toself", "hoveron": "fills", "text": hover,
        "hoverinfo": "text", "name": member.key, "line": {"width": 1, "color": colours["paper"]},
    }  # fmt: skip
    if member.alerts:
        trace["line"] = {"width": ALERT_WIDTH, "color": colours["ink"]}
    if member.gap is not None and member.reading and member.reading.ranked:
        return {**trace, "fillcolor": colours[f"d-{bin_of(member.gap)}"]}
    if member.reading is None:
        return {**trace, "fillcolor": colours["hatch1"], "line": {"width": 1, "color": colours["line2"], "dash": "dot"}}
    pattern = {"shape": "/", "size": 6, "solidity": 0.35, "bgcolor": colours["hatch1"], "fgcolor": colours["hatch2"]}
    return {**trace, "fillcolor": colours["hatch1"], "fillpattern": pattern}


def _meta(members: Sequence[Member], shapes: Sequence[Sequence[Ring]], labels: Sequence[Label]) -> dict[str, Any]:
    """What the browser needs to go down by a click and to fit each label into its shape (see assets/overview.js)."""
    sizes = [_size(rings) for rings in shapes]
    return {
        "codes": [m.key if m.open else None for m in members],
        "labels": [label._asdict() for label in labels],
        "sizes": sizes,
    }


def _size(rings: Sequence[Ring]) -> list[float]:
    """Width and height of a shape, in the axes' units."""
    points = [point for ring in rings for point in ring]
    return [round(max(p[axis] for p in points) - min(p[axis] for p in points), 4) for axis in (0, 1)]


def _label(member: Member, count: int, language: str) -> Label:
    """Name and difference; the hatch alone says "too few" where tiles are many."""
    ranked = bool(member.gap is not None and member.reading and member.reading.ranked)
    few = t("overview.map.few_tile", language) if member.reading and count <= BESIDE_LEGEND else ""
    value = signed(member.gap) if ranked else few
    bold = bool(ranked and member.against and member.against.proven)
    return Label(wording.bare_name(member.names, language), value if count <= VALUES_UP_TO else "", bold)


def _ink(member: Member, colours: Mapping[str, str]) -> str:
    ranked = member.gap is not None and member.reading and member.reading.ranked
    return colours[f"on-{bin_of(member.gap)}"] if ranked and member.gap is not None else colours["on-few"]


def _labels(labels: Sequence[Label], places: Sequence[Point], inks: Sequence[str]) -> dict[str, Any]:
    """Names and differences in the middle of each area, in an ink readable on its colour."""
    texts = [f"{label.name}<br>{label.value}" if label.value else label.name for label in labels]
    size = 12 if len(labels) <= BESIDE_LEGEND else 10
    return {
        "type": "scatter", "mode": "text", "x": [round(x, 4) for x, _ in places], "y": [round(y, 4) for _, y in places],
        "text": [f"<b>{text}</b>" if label.bold else text for text, label in zip(texts, labels, strict=True)],
        "textfont": {"size": size, "color": list(inks)}, "hoverinfo": "skip",
    }  # fmt: skip


def _hover(member: Member, kind: str, language: str) -> str:
    name, reading = f"<b>{member.names[language]}</b>", member.reading
    state = wording.member_words(member, kind, language)
    if reading is None or not reading.shown:
        return f"{name}<br>{state}" + (f" (n={reading.n})" if reading else "")
    lines = [
        f"{name}  {plain(reading.value)} ±{plain(reading.half)}",
        f"{t('overview.gap', language)} {signed(member.gap)} · {state}",
        f"n {plain(reading.n, 0)} · {t('overview.effective', language, n=plain(reading.n_eff, 0))}",
    ]
    if member.alerts:
        lines.append(t("overview.watched.open", language, n=member.alerts))
    if member.change:
        lines.insert(2, f"{t('overview.change', language)} {signed(member.change.value)}")
    return "<br>".join(lines)

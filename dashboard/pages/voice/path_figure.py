"""The path diagram: constructs as boxes with their index, paths as arrows with coefficient and bootstrap interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import theme
from dashboard.figures.numbers import plain, signed
from dashboard.pages.voice.figures import HIDDEN_AXIS, Figure, layout
from dashboard.pages.voice.model import Index, IndexCard
from dashboard.texts import t

# Where the seven constructs stand (x to the right, y upwards, 0-1), so that no arrow runs through a box.
PLACES = {
    "image": (0.10, 0.91), "expectation": (0.10, 0.50), "quality": (0.36, 0.09), "value": (0.63, 0.09),
    "satisfaction": (0.66, 0.53), "complaints": (0.90, 0.09), "loyalty": (0.90, 0.91),
}  # fmt: skip
HALF_WIDTH, HALF_HEIGHT = 0.085, 0.075  # of a box
LABEL_AT = 0.5  # of the way, unless two labels would meet
LABELS_AT = {
    ("image", "satisfaction"): 0.42, ("expectation", "value"): 0.30, ("quality", "satisfaction"): 0.62,
    ("value", "satisfaction"): 0.45, ("expectation", "quality"): 0.62,
}  # fmt: skip
THINNEST, THICKEST = 1.2, 5.0  # px, by the coefficient
Spot = tuple[float, float]


def paths(index: Index, language: str, look: str) -> Figure:
    """Solid and as wide as the coefficient where it is proven; thin and dashed where its interval holds nothing-at-all."""
    assert index.vintage is not None  # noqa: S101  the view draws no diagram without
    colours = theme.tokens(look)
    spots = places(index.vintage.model.codes, index.vintage.model.paths)
    told = index.vintage.estimates["paths"]
    strongest = max((abs(path["value"]) for path in told), default=1.0)
    data = [_arrow(path, spots, colours, strongest) for path in told]
    data.append(_points(told, spots, index, language))
    notes = [_label(path, spots, colours) for path in told]
    boxes = [_box(spots[card.code], colours, card.code == "satisfaction") for card in index.cards]
    notes += [_name(card, spots[card.code], index, colours, language) for card in index.cards]
    return {
        "data": data,
        "layout": layout(
            look,
            annotations=notes,
            shapes=boxes,
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
            xaxis={**HIDDEN_AXIS, "range": [0, 1]},
            yaxis={**HIDDEN_AXIS, "range": [0, 1]},
        ),
    }


def places(codes: Sequence[str], arrows: Sequence[tuple[str, str]]) -> dict[str, Spot]:
    """Where each construct stands: as drawn for the seven, else in columns by how many steps lead to it."""
    if set(codes) <= set(PLACES):
        return {code: PLACES[code] for code in codes}
    depth = dict.fromkeys(codes, 0)
    for _ in codes:
        for cause, effect in arrows:
            depth[effect] = max(depth[effect], depth[cause] + 1)
    columns = max(depth.values()) + 1
    out = {}
    for at in range(columns):
        column = [code for code in codes if depth[code] == at]
        for row, code in enumerate(column):
            out[code] = (0.1 + 0.8 * at / max(columns - 1, 1), 0.9 - 0.8 * (row + 0.5) / len(column))
    return out


def _edge(at: Spot, towards: Spot) -> Spot:
    """Where the way from a box's middle towards a spot leaves the box."""
    dx, dy = towards[0] - at[0], towards[1] - at[1]
    share = min(HALF_WIDTH / abs(dx) if dx else 1e9, HALF_HEIGHT / abs(dy) if dy else 1e9)
    return at[0] + dx * share, at[1] + dy * share


def _ends(path: Mapping[str, Any], spots: Mapping[str, Spot]) -> tuple[Spot, Spot]:
    first, last = spots[path["from"]], spots[path["to"]]
    return _edge(first, last), _edge(last, first)


def _label_spot(path: Mapping[str, Any], spots: Mapping[str, Spot]) -> Spot:
    (x0, y0), (x1, y1) = _ends(path, spots)
    share = LABELS_AT.get((path["from"], path["to"]), LABEL_AT)
    return x0 + (x1 - x0) * share, y0 + (y1 - y0) * share


def proven(path: Mapping[str, Any]) -> bool:
    """Whether the bootstrap interval leaves nothing-at-all out."""
    return bool(path["proven"])


def _arrow(path: Mapping[str, Any], spots: Mapping[str, Spot], colours: Mapping[str, str], strongest: float) -> dict[str, Any]:
    (x0, y0), (x1, y1) = _ends(path, spots)
    width = THINNEST + (THICKEST - THINNEST) * abs(path["value"]) / strongest if proven(path) else THINNEST
    colour = (colours["accent"] if path["value"] > 0 else colours["bad"]) if proven(path) else colours["lastyear"]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [x0, x1],
        "y": [y0, y1],
        "hoverinfo": "skip",
        "line": {"color": colour, "width": round(width, 2), "dash": "solid" if proven(path) else "dash"},
        "marker": {"symbol": ["circle", "arrow"], "size": [0, 9 + width], "angleref": "previous", "color": colour,
                   "opacity": 1, "line": {"width": 0}},
    }


def _points(told: Sequence[Mapping[str, Any]], spots: Mapping[str, Spot], index: Index, language: str) -> dict[str, Any]:
    """Unseen points under the labels, for what is said of a path when it is pointed at."""
    at = [_label_spot(path, spots) for path in told]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _ in at],
        "y": [y for _, y in at],
        "hoverinfo": "text",
        "text": [path_words(path, index, language) for path in told],
        "marker": {"size": 28, "opacity": 0},
    }


def path_words(path: Mapping[str, Any], index: Index, language: str) -> str:
    """``Image → Loyalty: 0.20 (0.12 – 0.27)``, and whether it is proven."""
    names = {card.code: card.names[language] for card in index.cards}
    words = t("voice.path.proven" if proven(path) else "voice.path.unproven", language)
    return f"<b>{names[path['from']]} → {names[path['to']]}</b><br>{coefficient(path)}<br>{words}"


def coefficient(path: Mapping[str, Any]) -> str:
    """The value and its interval."""
    if path["low"] is None:
        return signed(path["value"], 2)
    return f"{signed(path['value'], 2)} ({plain(path['low'], 2)} – {plain(path['high'], 2)})"


def _label(path: Mapping[str, Any], spots: Mapping[str, Spot], colours: Mapping[str, str]) -> dict[str, Any]:
    x, y = _label_spot(path, spots)
    interval = "" if path["low"] is None else f"<br>{plain(path['low'], 2)} – {plain(path['high'], 2)}"
    value = f"<b>{plain(path['value'], 2)}</b>" if proven(path) else plain(path["value"], 2)
    return {
        "x": x,
        "y": y,
        "text": value + interval,
        "showarrow": False,
        "bgcolor": colours["paper"],
        "borderpad": 1,
        "font": {"size": 12, "color": colours["ink" if proven(path) else "ink2"]},
    }


def _box(at: Spot, colours: Mapping[str, str], outlined: bool) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": at[0] - HALF_WIDTH,
        "x1": at[0] + HALF_WIDTH,
        "y0": at[1] - HALF_HEIGHT,
        "y1": at[1] + HALF_HEIGHT,
        "line": {"color": colours["accent" if outlined else "line2"], "width": 1.5 if outlined else 1},
        "fillcolor": colours["canvas"],
        "layer": "above",
    }


def _name(card: IndexCard, at: Spot, index: Index, colours: Mapping[str, str], language: str) -> dict[str, Any]:
    """The construct, its index in the area, and how much of it the paths explain."""
    assert index.vintage is not None  # noqa: S101  as above
    reading, r2 = card.reading, index.vintage.estimates["r2"].get(card.code)
    value = plain(reading.value) if reading and reading.shown else t("voice.few_short", language)
    below = f"R² {plain(r2, 2)}" if r2 is not None else ""
    text = f"<b>{card.names[language]}</b><br>{value}" + (f" · {below}" if below else "")
    return {"x": at[0], "y": at[1], "text": text, "showarrow": False, "font": {"size": 13, "color": colours["ink"]}}

"""A schematic tile map: one hexagon an area, none overlapping, each as near its centroid as the grid allows.

Flat-topped hexagons on axial coordinates (column q, row r); unit: the distance from a hexagon's centre to its corner.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

CROWDING = 0.55  # 0 keeps distances as they lie, 1 spreads the areas evenly; between, crowded cities find room
ROOM = 1.25  # cells offered for each area inside the outline
ASPECT = (0.7, 1.7)  # width to height the outline is kept within
MARGIN = 1.5  # how far around the outline cells are offered, in roots of the number of areas

Point = tuple[float, float]
Cell = tuple[int, int]


def hex_cells(centroids: Mapping[str, Point | None], aspect: tuple[float, float] = ASPECT) -> dict[str, Cell]:
    """Code → (q, r) for every area; deterministic, whatever the order given.

    ``centroids`` are (longitude, latitude) in degrees; areas without one take free cells below the others.
    ``aspect`` bounds width to height: a wide panel may ask for a wider map than the land is.
    """
    placed = sorted(code for code, point in centroids.items() if point is not None)
    cells: dict[str, Cell] = {}
    if placed:
        wanted = _even_out(np.array([centroids[code] for code in placed], float), aspect)
        offered = _offer(wanted)
        centres = np.array([centre(cell) for cell in offered])
        cost = ((wanted[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
        _, chosen = linear_sum_assignment(cost)
        cells = {code: offered[column] for code, column in zip(placed, chosen, strict=True)}
    return cells | _below(cells, sorted(code for code, point in centroids.items() if point is None))


def centre(cell: Cell) -> Point:
    """Where a cell's centre lies (x to the right, y upwards)."""
    q, r = cell
    return 1.5 * q, -math.sqrt(3) * (r + q / 2)


def corners(cell: Cell, size: float = 0.96) -> list[Point]:
    """The closed outline of a cell, ``size`` < 1 leaving a seam between neighbours."""
    x, y = centre(cell)
    turns = [math.radians(60 * k) for k in range(7)]
    return [(x + size * math.cos(t), y + size * math.sin(t)) for t in turns]


def _even_out(points: NDArray[np.float64], allowed: tuple[float, float]) -> NDArray[np.float64]:
    """Longitude and latitude → the plane, crowded parts spread out, sized to hold one hexagon a point."""
    flat = points * [math.cos(math.radians(float(points[:, 1].mean()))), 1.0]
    span = np.maximum(flat.max(axis=0) - flat.min(axis=0), 1e-9)
    aspect = float(np.clip(span[0] / span[1], *allowed)) if len(points) > 1 else 1.0
    unit = (flat - flat.min(axis=0)) / span
    even = np.column_stack([_rank(unit[:, axis]) for axis in (0, 1)])
    area = len(points) * ROOM * 1.5 * math.sqrt(3)
    height = math.sqrt(area / aspect)
    return ((1 - CROWDING) * unit + CROWDING * even) * [height * aspect, height]


def _rank(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each value's place among the others on 0-1, equal values sharing theirs."""
    ordered, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    if len(ordered) == 1:
        return np.full(len(values), 0.5)
    middle = np.cumsum(counts) - (counts + 1) / 2
    return (middle / (len(values) - 1))[inverse]


def _offer(wanted: NDArray[np.float64]) -> list[Cell]:
    """Cells over the outline and a margin, in a fixed order."""
    around = MARGIN * math.sqrt(len(wanted))  # enough even when all areas lie on one spot
    low, high = wanted.min(axis=0) - around, wanted.max(axis=0) + around
    columns = range(math.floor(low[0] / 1.5), math.ceil(high[0] / 1.5) + 1)
    cells = []
    for q in columns:
        top, bottom = (-edge / math.sqrt(3) - q / 2 for edge in (high[1], low[1]))
        cells += [(q, r) for r in range(math.floor(top), math.ceil(bottom) + 1)]
    return cells


def _below(cells: Mapping[str, Cell], codes: list[str]) -> dict[str, Cell]:
    """Cells in a row under the map for areas nobody knows the place of."""
    columns = [q for q, _ in cells.values()] or [0]
    left, width = min(columns), max(max(columns) - min(columns) + 1, math.ceil(math.sqrt(len(codes) or 1)))
    lowest = max((r + (q - left) / 2 for q, r in cells.values()), default=-1.0)
    out = {}
    for i, code in enumerate(codes):
        q = left + i % width
        out[code] = (q, math.ceil(lowest) + 1 + i // width - (q - left) // 2)
    return out

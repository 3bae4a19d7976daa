"""Rows to areas: each of a feed's lookups in turn, and the unknown member for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import polars as pl
import sqlalchemy as sa

from etl.domain.area import LEAF, Level
from etl.sources.declaration import Feed, Lookup
from etl.sources.header import normal
from etl.sources.rows import LOOKUP, Rows
from etl.steps.reference import Reference
from etl.steps.tree import Tree, close_added, node_frame, parent_frame, read_tree, take_declared, take_nodes

EARTH_KM = 6371.0


@dataclass
class Found:
    """What a lookup found: an area a row (null when none), whether the row said anything, and whether too many fit."""

    area: pl.Series
    given: pl.Series
    ambiguous: pl.Series


class Placer:
    """Finds the areas of a feed's rows; remembers the tree, and adds areas where the feed says so."""

    def __init__(self, connection: sa.Connection, feed: Feed, reference: Reference, settle: Callable[[], None]) -> None:
        self.connection, self.feed, self.settle = connection, feed, settle
        self.tree, self.aliases = take_declared(connection, feed, reference.tree), reference.aliases
        self.grown = self.tree is not reference.tree
        self.unplaced = 0
        self.root = self.tree.root(feed.place.under)

    def place(self, rows: Rows, dated_by: str | None) -> Rows:
        """The same rows with ``node`` (the area found) and ``area_id`` (the leaf their facts hang on)."""
        found = self._look(rows.frame)
        rows, node = self._settle(rows, found)
        leaf = node.replace_strict(self.tree.leaf, default=None, return_dtype=pl.Int32)
        rows = Rows(rows.frame.with_columns(node.alias("node"), leaf.alias("area_id")), rows.bad, rows.faults, rows.read)
        return self._refuse_dead(rows, dated_by) if dated_by else rows

    def finish(self) -> None:
        """Close the tree when areas were added."""
        if self.grown:
            close_added(self.connection)

    def _look(self, frame: pl.DataFrame) -> Found:
        nothing = pl.Series([None], dtype=pl.Int32).new_from_index(0, frame.height)
        never = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        found = Found(nothing, never, never)
        for at, lookup in enumerate(self.feed.place.lookups):
            columns = [frame[f"{LOOKUP}{at}:{place}"] for place in range(len(lookup.columns))]
            one = _WAYS[lookup.by](self, lookup, columns)
            found = Found(found.area.fill_null(one.area), found.given | one.given, found.ambiguous | one.ambiguous)
        return found

    def _settle(self, rows: Rows, found: Found) -> tuple[Rows, pl.Series]:
        """Rows whose area was not found: refused, or counted by the unknown member, as the feed says."""
        place, label = self.feed.place, self._label()
        absent = found.area.is_null()
        said = self._said(rows.frame) if absent.any() else None
        rows = rows.refuse(absent & found.ambiguous, label, said, "area_ambiguous")
        if place.blank == "reject":
            rows = rows.refuse(absent & ~found.given, label, None, "area_blank")
        if place.not_found == "reject":
            rows = rows.refuse(absent & found.given & ~found.ambiguous, label, said, "area_unknown")
        self.unplaced += int((absent & ~rows.bad).sum())
        return rows, found.area.fill_null(self.root)

    def _label(self) -> str:
        lookups = self.feed.place.lookups
        return lookups[0].columns[0].source.label() if lookups else ""

    def _said(self, frame: pl.DataFrame) -> pl.Series | None:
        names = [name for name in frame.columns if name.startswith(LOOKUP)]
        if not names:
            return None
        texts = [pl.col(name).cast(pl.String) for name in names]
        return frame.select(pl.concat_str(texts, separator=" / ", ignore_nulls=True)).to_series()

    def _refuse_dead(self, rows: Rows, dated_by: str) -> Rows:
        dated = self.tree.dated
        if dated.is_empty():
            return rows
        day = rows.frame[dated_by].cast(pl.Date)
        ids = dated["area_id"]
        if not rows.frame["area_id"].unique().is_in(ids.to_list()).any():
            return rows
        begins = rows.frame["area_id"].replace_strict(ids, dated["valid_from"], default=None, return_dtype=pl.Date)
        ends = rows.frame["area_id"].replace_strict(ids, dated["valid_to"], default=None, return_dtype=pl.Date)
        dead = (day < begins).fill_null(False) | (day >= ends).fill_null(False)
        dead = dead & ~rows.bad
        return rows.refuse(dead, self._label(), self._said(rows.frame) if dead.any() else None, "area_not_alive")

    # ---- areas that are not there yet ---------------------------------------------------------------------------

    def grow(self, nodes: list[dict[str, Any]], parents: list[dict[str, Any]]) -> None:
        """Add areas to the tree."""
        if nodes:
            self.settle()
            take_nodes(self.connection, node_frame(nodes), parent_frame(parents))
            self.tree = read_tree(self.connection)
            self.grown = True

    def node(self, area_id: int) -> dict[str, Any]:
        """The area's row."""
        return self.tree.nodes.row(by_predicate=pl.col("area_id") == area_id, named=True)


def _by_code(placer: Placer, lookup: Lookup, columns: list[pl.Series]) -> Found:
    text = reduce(pl.Series.fill_null, columns[1:], columns[0])
    area = text.replace_strict(placer.tree.by_code, default=None, return_dtype=pl.Int32)
    return Found(area, text.is_not_null(), pl.repeat(False, len(text), dtype=pl.Boolean, eager=True))


def _by_name(placer: Placer, lookup: Lookup, columns: list[pl.Series]) -> Found:
    text = reduce(pl.Series.fill_null, columns[1:], columns[0])
    known = _names(placer, lookup)
    said = text.drop_nulls().unique().to_list()
    if lookup.create:
        _create_named(placer, lookup, [name for name in said if normal(name) not in known])
        known = _names(placer, lookup)
    one = {name: next(iter(known[normal(name)])) for name in said if len(known.get(normal(name), ())) == 1}
    many = [name for name in said if len(known.get(normal(name), ())) > 1]
    area = text.replace_strict(one, default=None, return_dtype=pl.Int32) if one else _none(len(text))
    return Found(area, text.is_not_null(), text.is_in(many).fill_null(False))


def _names(placer: Placer, lookup: Lookup) -> dict[str, set[int]]:
    """Normal name → the areas that bear it, below the feed's root and on the lookup's levels."""
    within = placer.tree.below(placer.root)
    known: dict[str, set[int]] = {}
    for area_id, level, kind, zh, en in placer.tree.nodes.select("area_id", "level", "kind", "name_zh", "name_en").iter_rows():
        if kind != "unknown" and area_id in within and (not lookup.levels or level in lookup.levels):
            for name in (zh, en):
                known.setdefault(normal(name), set()).add(area_id)
    for alias, areas in placer.aliases.items():
        known.setdefault(normal(alias), set()).update(within.intersection(areas))
    return known


def _create_named(placer: Placer, lookup: Lookup, names: list[str]) -> None:
    root = str(placer.node(placer.root)["code"])
    nodes = [_new(f"{root}/{name}", lookup.levels[0], lookup.kind, name) for name in sorted(names)]
    placer.grow(nodes, [{"code": node["code"], "level": node["level"], "parent": root} for node in nodes])


def _new(code: str, level: int, kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "level": level, "kind": kind, "name_zh": name, "name_en": name, **more}


def _by_path(placer: Placer, lookup: Lookup, columns: list[pl.Series]) -> Found:
    """The deepest area of the path that is known: a wrong last name counts in the unknown member above it."""
    frame = pl.DataFrame({str(at): column for at, column in enumerate(columns)})
    paths = frame.unique().rows()
    if lookup.create:
        _create_paths(placer, lookup, paths)
    known = _children(placer.tree)
    walked = {path: _walk(known, placer.root, path) for path in paths}
    found = pl.DataFrame({**{name: pl.Series([p[at] for p in walked], dtype=pl.String) for at, name in enumerate(frame.columns)},
                          "area": pl.Series(list(walked.values()), dtype=pl.Int32)})  # fmt: skip
    area = frame.join(found, on=frame.columns, how="left", nulls_equal=True, maintain_order="left")["area"]
    return Found(area, columns[0].is_not_null(), pl.repeat(False, len(area), dtype=pl.Boolean, eager=True))


def _children(tree: Tree) -> dict[tuple[int, str], int]:
    """(Parent, normal name) → child; the unknown members left out."""
    children: dict[tuple[int, str], int] = {}
    for area_id, parent, kind, zh, en in tree.nodes.select("area_id", "parent_id", "kind", "name_zh", "name_en").iter_rows():
        if kind != "unknown" and parent is not None:
            children.setdefault((parent, normal(zh)), area_id)
            children.setdefault((parent, normal(en)), area_id)
    return children


def _walk(children: dict[tuple[int, str], int], root: int, path: tuple[str | None, ...]) -> int | None:
    at = root
    for name in path:
        step = children.get((at, normal(name))) if name is not None else None
        if step is None:
            break
        at = step
    return None if at == root else at


def _create_paths(placer: Placer, lookup: Lookup, paths: list[tuple[str | None, ...]]) -> None:
    root = str(placer.node(placer.root)["code"])
    children = _children(placer.tree)
    nodes: dict[str, dict[str, Any]] = {}
    parents: list[dict[str, Any]] = []
    for path in sorted(paths, key=str):
        code, at = root, placer.root
        for name, level in zip(path, lookup.levels, strict=True):
            if name is None:
                break
            known = children.get((at, normal(name)))
            above, code = code, str(placer.node(known)["code"]) if known else f"{code}/{normal(name)}"
            at = known or -1
            if known is None and code not in nodes:
                nodes[code] = _new(code, level, lookup.kind, name)
                parents.append({"code": code, "level": level, "parent": above})
    placer.grow(list(nodes.values()), parents)


def _by_point(placer: Placer, lookup: Lookup, columns: list[pl.Series]) -> Found:
    """The grid whose centroid lies in the point's cell."""
    frame = pl.DataFrame({"x": _cell(columns[0], lookup.cell), "y": _cell(columns[1], lookup.cell)})
    given = frame["x"].is_not_null() & frame["y"].is_not_null()
    known = _cells(placer, lookup)
    if lookup.create:
        said = frame.filter(given).unique()
        _create_cells(placer, lookup, said.join(known, on=["x", "y"], how="anti"))
        known = _cells(placer, lookup)
    area = frame.join(known, on=["x", "y"], how="left", maintain_order="left")["area_id"]
    return Found(area, given, pl.repeat(False, len(area), dtype=pl.Boolean, eager=True))


def _cell(degrees: pl.Series, size: float) -> pl.Series:
    return (degrees / size).floor().cast(pl.Int64)


def _cells(placer: Placer, lookup: Lookup) -> pl.DataFrame:
    nodes = placer.tree.nodes
    grids = nodes.filter((pl.col("level") == int(LEAF)) & pl.col("lon").is_not_null() & pl.col("lat").is_not_null())
    grids = grids.filter(pl.col("area_id").is_in(list(placer.tree.below(placer.root))))
    cells = grids.select(_cell(grids["lon"], lookup.cell).alias("x"), _cell(grids["lat"], lookup.cell).alias("y"), "area_id")
    return cells.unique(["x", "y"], keep="first", maintain_order=True)


def _create_cells(placer: Placer, lookup: Lookup, cells: pl.DataFrame) -> None:
    """New grids under the nearest known place, none where the nearest is too far."""
    above = Level(LEAF - 1)
    known = placer.tree.nodes.filter((pl.col("level") == int(above)) & pl.col("lon").is_not_null() & pl.col("lat").is_not_null())
    known = known.filter(pl.col("area_id").is_in(list(placer.tree.below(placer.root))))
    if cells.is_empty() or known.is_empty():
        return
    lon, lat = ((cells[axis].to_numpy() + 0.5) * lookup.cell for axis in "xy")
    from scipy.spatial import cKDTree  # only feeds placed by their coordinates need it

    chord, nearest = cKDTree(_on_sphere(known["lon"].to_numpy(), known["lat"].to_numpy())).query(_on_sphere(lon, lat))
    near = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1)) <= lookup.max_km
    codes = known["code"].to_list()
    nodes, parents = [], []
    found = zip(cells["x"], cells["y"], lon.tolist(), lat.tolist(), nearest.tolist(), near.tolist(), strict=True)
    for x, y, east, north, place, close in found:
        if close:
            code = f"{codes[place]}@{x}:{y}"
            nodes.append(_new(code, LEAF, lookup.kind, f"{north:.3f}, {east:.3f}", lon=east, lat=north))
            parents.append({"code": code, "level": int(LEAF), "parent": codes[place]})
    placer.grow(nodes, parents)


def _on_sphere(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack((np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)))


def _none(rows: int) -> pl.Series:
    return pl.Series([None], dtype=pl.Int32).new_from_index(0, rows)


_WAYS: dict[str, Callable[[Placer, Lookup, list[pl.Series]], Found]] = {
    "code": _by_code, "name": _by_name, "path": _by_path, "point": _by_point,
}  # fmt: skip

"""An areas file into the tree: nodes with their dated parents, or a column of names for each level."""

from __future__ import annotations

from datetime import date
from statistics import fmean

import polars as pl
import sqlalchemy as sa

import sql
from etl.domain.area import parse_level, unknown_code
from etl.sources.declaration import Feed
from etl.sources.header import normal
from etl.sources.rows import PATH, Rows
from etl.steps.tree import PARENT, Tree, close_tree, node_frame, parent_frame, read_tree, take_declared, take_nodes

ALWAYS = date(1900, 1, 1)


def take_areas(connection: sa.Connection, feed: Feed, rows: Rows, file_id: int) -> tuple[Rows, int]:
    """Bring the rows of a whole areas file into the tree; the rows with their faults, and how many were repeats."""
    tree = take_declared(connection, feed, read_tree(connection))
    if feed.path:
        nodes, parents, repeats = _from_paths(feed, rows.good(), tree)
    else:
        rows = _check(feed, rows, tree)
        nodes, parents, repeats = _from_rows(feed, rows.good())
    since = take_nodes(connection, nodes, parents)
    close_tree(connection)
    if since is not None:
        sql.execute(connection, "etl/load_touched_by_tree", file_id=file_id, since=since)
    return rows, repeats


# ---- a row a node and parent ----------------------------------------------------------------------------------------


def _check(feed: Feed, rows: Rows, tree: Tree) -> Rows:
    """Levels known; parents there, and on a higher level."""
    frame = rows.frame
    levels = {word: level for word in frame["level"].drop_nulls().unique() if (level := _level(word)) is not None}
    number = frame["level"].replace_strict(levels, default=None, return_dtype=pl.Int16) if levels else _null(frame)
    rows = Rows(frame.with_columns(number.alias("level_number")), rows.bad, rows.faults, rows.read)
    rows = rows.refuse(number.is_null() & frame["level"].is_not_null(), _label(feed, "level"), frame["level"], "level_unknown")
    while True:  # a node whose parent was refused is refused too
        before = int(rows.bad.sum())
        rows = _check_parents(feed, rows, tree)
        if int(rows.bad.sum()) == before:
            return rows


def _check_parents(feed: Feed, rows: Rows, tree: Tree) -> Rows:
    frame = rows.frame
    known = {**tree.levels, **dict(rows.good().select("code", "level_number").iter_rows())}
    above = frame["parent"].replace_strict(known, default=None, return_dtype=pl.Int16) if known else _null(frame)
    unknown = frame["parent"].is_not_null() & above.is_null() & ~rows.bad
    rows = rows.refuse(unknown, _label(feed, "parent"), frame["parent"], "parent_unknown")
    wrong = (above >= frame["level_number"]).fill_null(False) & ~rows.bad
    return rows.refuse(wrong, _label(feed, "parent"), frame["parent"], "parent_level", "parent < child")


def _from_rows(feed: Feed, good: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    good = good.with_columns(pl.col("level_number").alias("level"))
    once = good.unique(["code", "parent", "valid_from"], keep="first", maintain_order=True)
    nodes = once.group_by("code", maintain_order=True).agg(
        pl.col("level").last(), pl.col("kind").last(), pl.col("name_zh").last(),
        pl.col("name_en").fill_null(pl.col("name_zh")).last(), pl.col("lon").last(), pl.col("lat").last(), pl.col("urban").last(),
        pl.when(pl.col("valid_from").is_null().any()).then(None).otherwise(pl.col("valid_from").min()).alias("valid_from"),
        pl.when(pl.col("valid_to").is_null().any()).then(None).otherwise(pl.col("valid_to").max()).alias("valid_to"),
    )  # fmt: skip
    parent = pl.col("parent").fill_null(pl.lit(feed.place.under, dtype=pl.String))
    parents = once.with_columns(parent).filter(pl.col("parent").is_not_null())
    nodes = nodes.with_columns(pl.lit(None, dtype=pl.String).alias("sort_key"))
    return nodes, parents.select(*PARENT), good.height - once.height


def _level(word: str) -> int | None:
    try:
        return int(parse_level(word))
    except ValueError:
        return None


def _label(feed: Feed, field: str) -> str:
    column = feed.column(field)
    return column.source.label() if column else field


def _null(frame: pl.DataFrame) -> pl.Series:
    return pl.Series([None], dtype=pl.Int16).new_from_index(0, frame.height)


# ---- a column of names for each level ------------------------------------------------------------------------------


def _from_paths(feed: Feed, good: pl.DataFrame, tree: Tree) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Nodes from rows that name an area on each level; a blank name in between is the unknown member there.

    A row's coordinates are those of its last name; an area above lies in the middle of what is named below it.
    """
    root = next(code for code, area_id in tree.by_code.items() if area_id == tree.root(feed.place.under))
    nodes: dict[str, dict[str, object]] = {}
    parents: dict[str, dict[str, object]] = {}
    points: dict[str, list[tuple[float, float]]] = {}
    repeats = 0
    columns = [good[PATH + column.target] for column in feed.path]
    for lon, lat, *path in zip(good["lon"], good["lat"], *columns, strict=True):
        code, new, passed = root, False, []
        for name, column in zip(path, feed.path, strict=True):
            above = code
            code = f"{code}/{normal(name)}" if name is not None else unknown_code(code)
            if name is not None and code not in nodes:
                level, new = int(column.target), True
                nodes[code] = {"code": code, "level": level, "kind": "administrative", "name_zh": name, "name_en": name}
                parents[code] = {"code": code, "level": level, "parent": above}
            passed.append(code)
        if new and lon is not None and lat is not None:
            for code in passed:
                points.setdefault(code, []).append((lon, lat))
        repeats += not new
    for code in nodes.keys() & points.keys():
        nodes[code]["lon"], nodes[code]["lat"] = map(fmean, zip(*points[code], strict=True))
    return node_frame(list(nodes.values())), parent_frame(list(parents.values())), repeats

"""The tree as loads see it, and the way new areas come into it: with their unknown members, level by level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl
import sqlalchemy as sa

import sql
from etl.domain.area import LEAF, UNKNOWN_EN, UNKNOWN_SUFFIX, UNKNOWN_ZH, Level
from etl.sources.declaration import Feed
from etl.sources.faults import RefusedFile
from etl.steps.copying import copy_frame, read_frame

LAST = "zzzz"  # unknown members are sorted behind all names

NODE = {"code": pl.String, "level": pl.Int16, "kind": pl.String, "name_zh": pl.String, "name_en": pl.String,
        "sort_key": pl.String, "lon": pl.Float64, "lat": pl.Float64, "urban": pl.Boolean, "valid_from": pl.Date,
        "valid_to": pl.Date}  # fmt: skip
PARENT = {"code": pl.String, "level": pl.Int16, "parent": pl.String, "valid_from": pl.Date, "valid_to": pl.Date,
          "change": pl.String, "from_code": pl.String}  # fmt: skip
_TREE = {"area_id": pl.Int32, "code": pl.String, "level": pl.Int16, "kind": pl.String, "name_zh": pl.String,
         "name_en": pl.String, "lon": pl.Float64, "lat": pl.Float64, "parent_id": pl.Int32, "valid_from": pl.Date,
         "valid_to": pl.Date}  # fmt: skip


@dataclass(frozen=True)
class Tree:
    """Every area with its latest parent (``nodes``: one row an area; open dates are null)."""

    nodes: pl.DataFrame

    @cached_property
    def by_code(self) -> dict[str, int]:
        return dict(self.nodes.select("code", "area_id").iter_rows())

    @cached_property
    def levels(self) -> dict[str, int]:
        """Code → level."""
        return dict(self.nodes.select("code", "level").iter_rows())

    @cached_property
    def leaf(self) -> dict[int, int]:
        """Area → the leaf its facts hang on: itself, or its unknown members' leaf."""
        found = {}
        for area_id, code, level in self.nodes.select("area_id", "code", "level").iter_rows():
            leaf_code = code + UNKNOWN_SUFFIX * (LEAF - level)
            if (leaf := self.by_code.get(leaf_code)) is not None:
                found[area_id] = leaf
        return found

    @cached_property
    def dated(self) -> pl.DataFrame:
        """The areas with a beginning or an end."""
        return self.nodes.filter(pl.col("valid_from").is_not_null() | pl.col("valid_to").is_not_null())

    def root(self, under: str | None) -> int:
        """The area ``under``, or the tree's one top; :class:`RefusedFile` when there is none."""
        if under is not None and under in self.by_code:
            return self.by_code[under]
        tops = self.nodes.filter(pl.col("parent_id").is_null())["area_id"].to_list() if under is None else []
        if len(tops) == 1:
            return int(tops[0])
        raise RefusedFile(
            "tree",
            f"区域树中没有 {under or '唯一的顶层区域'}，请先载入区域文件，或在 place.under 中指定",
            f"the tree has no {under or 'single top area'}; load the areas first, or name the area in place.under",
        )

    def below(self, area_id: int) -> set[int]:
        """An area and everything under it."""
        children: dict[int, list[int]] = {}
        for child, parent in self.nodes.select("area_id", "parent_id").iter_rows():
            children.setdefault(parent, []).append(child)
        found, waiting = set(), [area_id]
        while waiting:
            one = waiting.pop()
            found.add(one)
            waiting += children.get(one, [])
        return found


def read_tree(connection: sa.Connection) -> Tree:
    """The tree as it now is."""
    return Tree(read_frame(connection, "etl/load_area_tree", _TREE))


def sort_key(name: str) -> str:
    """What a Chinese name is sorted by: its pinyin."""
    from pypinyin import lazy_pinyin  # its dictionary takes long to read, and only new names need it

    return " ".join(lazy_pinyin(name))


def take_nodes(connection: sa.Connection, nodes: pl.DataFrame, parents: pl.DataFrame) -> date | None:
    """Bring areas (columns of :data:`NODE`) and their dated parents (:data:`PARENT`) into the tree.

    The closure is left to :func:`close_tree`. Returns the first day on which the known tree differs, ``None`` when
    only new areas came.
    """
    sql.execute(connection, "etl/load_lock", feed_id="the tree")
    for table in ("etl/load_areas_arriving", "etl/load_parents_arriving"):
        sql.execute(connection, table)
    connection.exec_driver_sql("TRUNCATE arriving_area, arriving_parent")
    keys = pl.Series("sort_key", [sort_key(name) for name in nodes["name_zh"]], dtype=pl.String)
    copy_frame(connection, "arriving_area", nodes.with_columns(keys).select(*NODE))
    copy_frame(connection, "arriving_parent", parents.select(*PARENT))
    changed = [_take_level(connection, level) for level in sorted(set(nodes["level"]) | set(Level))]
    sql.execute(connection, "etl/load_changes_taken")
    return min((day for day in changed if day is not None), default=None)


def _take_level(connection: sa.Connection, level: int) -> date | None:
    sql.execute(connection, "etl/load_areas_taken", level=level)
    found = sql.one(connection, "etl/load_parents_forgotten", level=level)
    sql.execute(connection, "etl/load_parents_taken", level=level)
    if level < LEAF:
        names = {"name_zh": UNKNOWN_ZH, "name_en": UNKNOWN_EN, "sort_key": LAST}
        sql.execute(connection, "etl/load_unknown_members", level=level, suffix=UNKNOWN_SUFFIX, **names)
        sql.execute(connection, "etl/load_unknown_parents", level=level, suffix=UNKNOWN_SUFFIX)
        sql.execute(connection, "etl/load_unknown_redated", level=level, suffix=UNKNOWN_SUFFIX)
    return found["since"] if found else None


def take_declared(connection: sa.Connection, feed: Feed, tree: Tree) -> Tree:
    """The tree with the areas ``feed`` itself declares; ``tree`` as it is when they are all there."""
    missing = [node for node in feed.place.nodes if node.code not in tree.by_code]
    if not missing:
        return tree
    nodes = [{"code": n.code, "level": n.level, "kind": n.kind, "name_zh": n.name_zh, "name_en": n.name_en} for n in missing]
    parents = [{"code": n.code, "level": n.level, "parent": n.parent} for n in missing if n.parent]
    take_nodes(connection, node_frame(nodes), parent_frame(parents))
    return read_tree(connection)


def close_tree(connection: sa.Connection) -> None:
    """Bring the closure and every user's reach up to the tree."""
    sql.execute(connection, "etl/load_closure")


def close_added(connection: sa.Connection) -> None:
    """The same, where areas were only added: much less to do."""
    sql.execute(connection, "etl/load_closure_added")
    sql.execute(connection, "etl/load_reach")


def node_frame(nodes: list[dict[str, Any]]) -> pl.DataFrame:
    """Nodes as a frame of the columns of :data:`NODE`, absent ones null."""
    return _complete(nodes, NODE)


def parent_frame(parents: list[dict[str, Any]]) -> pl.DataFrame:
    """Parents as a frame of the columns of :data:`PARENT`, absent ones null."""
    return _complete(parents, PARENT)


def _complete(rows: list[dict[str, Any]], schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series([row.get(name) for row in rows], dtype=kind) for name, kind in schema.items()})


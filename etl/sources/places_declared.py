"""The part of a feed file that says how rows find their area."""

from __future__ import annotations

from etl.domain.area import Level, parse_level
from etl.sources.columns import numbers, one
from etl.sources.declaration import Column, Lookup, Node, Place
from etl.sources.kinds import AREA_KINDS, Field
from etl.sources.table import Table

WAYS = ("code", "name", "path", "point")


def place(table: Table) -> Place:
    """``[place]``: the lookups in their order, the root they stay under, and what becomes of the rest."""
    found = Place(
        lookups=tuple(_lookup(entry) for entry in table.tables("lookup")), under=table.take("under", str),
        not_found=table.word("not_found", ("unknown", "reject"), "unknown"),
        blank=table.word("blank", ("unknown", "reject"), "unknown"),
        nodes=tuple(_node(entry) for entry in table.tables("nodes")),
    )  # fmt: skip
    table.done()
    if found.under is None and any(lookup.create or lookup.by in ("path", "point") for lookup in found.lookups):
        raise table.wrong("under is missing: below which area are paths, points and new areas?")
    return found


def path(tables: list[Table]) -> tuple[Column, ...]:
    """``[[path]]`` of an areas feed: a name a level, top first; the column's target is the level's number."""
    return tuple(one(entry, str(int(_level(entry))), Field("path")) for entry in tables)


def _lookup(table: Table) -> Lookup:
    table.need("by")
    by = table.word("by", WAYS)
    create = bool(table.take("create", bool, False))
    levels = tuple(_parse(table, word) for word in table.words("levels"))
    lookup = Lookup(
        by, _point(table) if by == "point" else _names(table), levels=tuple(map(int, levels)), create=create,
        kind=table.word("kind", AREA_KINDS, "administrative"), cell=float(table.number("cell", 0.05)),
        max_km=float(table.number("max_km", 100.0)),
    )  # fmt: skip
    table.done()
    wanted = len(lookup.columns) if by == "path" or (by == "name" and create) else None
    if wanted is not None and len(levels) != wanted:
        raise table.wrong(f"levels must name a level for each of the {wanted} columns")
    return lookup


def _names(table: Table) -> tuple[Column, ...]:
    entries = table.tables("columns")
    if not entries:
        raise table.wrong("columns is missing: where does the area stand?")
    return tuple(one(entry, "area", Field("area")) for entry in entries)


def _point(table: Table) -> tuple[Column, ...]:
    found = (*numbers(table, "lon", "lon"), *numbers(table, "lat", "lat"))
    if len(found) != 2:
        raise table.wrong("a point needs lon and lat")
    return found


def _node(table: Table) -> Node:
    node = Node(
        table.need("code"), int(_level(table)), table.word("kind", AREA_KINDS, "administrative"),
        table.need("name_zh"), table.need("name_en"), table.take("parent", str),
    )  # fmt: skip
    table.done()
    return node


def _level(table: Table) -> Level:
    return _parse(table, table.need("level"))


def _parse(table: Table, word: str) -> Level:
    try:
        return parse_level(word)
    except ValueError as error:
        raise table.wrong(str(error)) from None

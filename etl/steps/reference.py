"""What rows refer to, read once for many files: the tree, touchpoints, indicators and brands."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import sqlalchemy as sa

import sql
from etl.sources.declaration import Feed
from etl.sources.shape import Known
from etl.steps.copying import read_frame
from etl.steps.tree import Tree, read_tree

_FACTS = {"survey": "answer", "process": "process"}


@dataclass(frozen=True)
class Reference:
    """The store's areas, their aliases, touchpoints, indicators and brands as of ``version``."""

    version: str
    tree: Tree
    aliases: dict[str, list[int]]
    touchpoints: dict[str, int]
    indicators: pl.DataFrame
    brands: tuple[str, ...]

    def known(self, feed: Feed) -> Known:
        """What a feed's rows may name."""
        facts = self.indicators.filter(pl.col("fact") == _FACTS.get(feed.kind.name, ""))
        return Known(dict(facts.select("code", "indicator_id").iter_rows()), dict(facts.select("code", "factor").iter_rows()),
                     self.touchpoints)  # fmt: skip


class References:
    """The reference, read again only when the store's differs."""

    def __init__(self) -> None:
        self._kept: Reference | None = None

    def current(self, connection: sa.Connection) -> Reference:
        """The reference as this transaction sees it."""
        found = sql.one(connection, "etl/load_reference_version")
        version = str(found["version"]) if found else ""
        if self._kept is None or self._kept.version != version:
            self._kept = _read(connection, version)
        return self._kept


def _read(connection: sa.Connection, version: str) -> Reference:
    aliases: dict[str, list[int]] = {}
    for row in sql.rows(connection, "etl/load_area_aliases"):
        aliases.setdefault(row["alias"], []).append(row["area_id"])
    touchpoints = read_frame(connection, "etl/load_touchpoints", {"touchpoint_id": pl.Int32, "code": pl.String})
    indicators = pl.DataFrame(
        [tuple(row.values()) for row in sql.rows(connection, "etl/load_indicators")], orient="row",
        schema={"indicator_id": pl.Int16, "code": pl.String, "fact": pl.String, "factor": pl.Float64},
    )  # fmt: skip
    brands = tuple(row["brand"] for row in sql.rows(connection, "etl/load_brands"))
    return Reference(version, read_tree(connection), aliases, dict(touchpoints.select("code", "touchpoint_id").iter_rows()),
                     indicators, brands)  # fmt: skip

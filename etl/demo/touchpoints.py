"""Touchpoints of the demonstration: 3,660 halls, a hotline team a city, an engineer team a company, and the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.demo.tree import HALLS, Tree

APP = "APP-01"
OPENED, CLOSED = "2025-06-01", "2025-12-01"  # some halls opened and some closed in between
KINDS_OF_HALL = ("营业厅", "第二营业厅", "第三营业厅", "服务站", "合作厅", "便民点")
FIELDS = ("code", "kind", "name_zh", "name_en", "area_code", "lon", "lat", "valid_from", "valid_to")


@dataclass
class Touchpoints:
    """``halls``: the code of each leaf's first hall (of the leaf it came from); teams by county and by city."""

    rows: list[dict[str, Any]]
    halls: NDArray[np.str_]
    engineers: NDArray[np.str_]  # by county
    hotlines: NDArray[np.str_]  # by county: its city's team

    def of(
        self, leaf: NDArray[np.int64], county: NDArray[np.int64], channel: NDArray[np.str_], rng: np.random.Generator
    ) -> pl.Series:
        """The touchpoint's code behind each contact; null where the channel is none."""
        out = np.select([channel == "hall", channel == "hotline", channel == "app", channel == "engineer"],
                        [self.halls[leaf], self.hotlines[county], APP, self.engineers[county]], "")  # fmt: skip
        return pl.Series("touchpoint_code", out).replace("", None)


def touchpoints(tree: Tree) -> Touchpoints:
    """All touchpoints. Halls of grids that change stand under the company, so that they outlive the grid."""
    rows = [*_halls(tree), *_teams(tree)]
    first = {row["leaf"]: row["code"] for row in reversed(rows) if row["kind"] == "hall"}
    return Touchpoints([{name: row[name] for name in FIELDS} for row in rows], np.array([first[int(i)] for i in tree.origin]),
                       np.array([f"E-{code}" for code in tree.county_codes]),
                       np.array([f"R-{tree.city_codes[city]}" for city in tree.city_of]))  # fmt: skip


def _halls(tree: Tree) -> list[dict[str, Any]]:
    """One hall a grid, the others where most people live a hall."""
    places = {row["code"]: row for row in reversed(tree.rows)}
    grids = np.flatnonzero(tree.alive(0))
    size, halls = tree.residents[grids, 0], np.ones(len(grids), int)
    for _ in range(HALLS - len(grids)):
        halls[np.argmax(size / halls)] += 1
    changed = set(tree.changed.tolist())
    return [_hall(tree, places[tree.leaf_codes[leaf]], leaf, number, leaf in changed)
            for leaf, count in zip(grids.tolist(), halls, strict=True) for number in range(count)]  # fmt: skip


def _hall(tree: Tree, place: dict[str, Any], leaf: int, number: int, changing: bool) -> dict[str, Any]:
    stem_zh, stem_en = place["name_zh"].removesuffix("网格"), place["name_en"].replace(" Grid", "").strip()
    rank = leaf * 7 + number
    return {
        "leaf": leaf, "code": f"H-{place['code']}-{number + 1}", "kind": "hall",
        "name_zh": stem_zh + KINDS_OF_HALL[min(number, len(KINDS_OF_HALL) - 1)], "name_en": f"{stem_en} Hall {number + 1}",
        "area_code": tree.county_codes[tree.county_of[leaf, 0]] if changing else place["code"],
        "lon": round(place["lon"] + 0.002 * number, 4), "lat": round(place["lat"] - 0.001 * number, 4),
        "valid_from": OPENED if number and rank % 9 == 0 else None, "valid_to": CLOSED if number and rank % 11 == 0 else None,
    }  # fmt: skip


def _teams(tree: Tree) -> list[dict[str, Any]]:
    places = {row["code"]: row for row in tree.rows}
    wanted = [(f"R-{code}", "hotline", code, "热线班组", "Hotline Team") for code in tree.city_codes]
    wanted += [(f"E-{code}", "engineer", code, "装维班组", "Engineer Team") for code in tree.county_codes]
    wanted.append((APP, "app", tree.province, "掌上营业厅 App", "App"))
    return [{"code": code, "kind": kind, "name_zh": places[area]["name_zh"] + zh, "name_en": f"{places[area]['name_en']} {en}",
             "area_code": area, "lon": places[area]["lon"], "lat": places[area]["lat"], "valid_from": None, "valid_to": None,
             } for code, kind, area, zh, en in wanted]  # fmt: skip

"""The demonstration's dated tree: places as they are, grids split, merged and moved over time, and touchpoints."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.demo.dates import Dates

PLACES = Path(__file__).parent / "places.csv.gz"
SPLITS, MERGES, MOVES = 12, 12, 4  # each split with a merge on the same day: the number of grids stays
SPLIT_SHARE = 0.55  # of the residents, to the first part
HALLS = 3660
LASTING = ("440106001-1",)  # grids that never change: a demonstration user is at home there
AREA_FIELDS = ("code", "level", "kind", "name_zh", "name_en", "parent_code", "lon", "lat", "urban",
               "valid_from", "valid_to", "change", "from_code")  # fmt: skip


@dataclass
class Tree:
    """Leaves are all grids there ever were. ``county_of`` and ``residents`` are [leaf, month]; -1 / 0 where not alive."""

    province: str
    city_codes: list[str]
    county_codes: list[str]
    county_names: list[str]
    city_of: NDArray[np.int64]  # by county
    leaf_codes: list[str]
    leaf_names: list[str]
    origin: NDArray[np.int64]  # the leaf a leaf was cut from, itself otherwise
    urban: NDArray[np.bool_]
    county_of: NDArray[np.int64]
    residents: NDArray[np.float64]
    rows: list[dict[str, Any]]  # of areas.csv
    changes: list[dict[str, Any]]
    changed: NDArray[np.int64]  # leaves a change touches

    @property
    def counties(self) -> int:
        return len(self.county_codes)

    def alive(self, month: int) -> NDArray[np.bool_]:
        """The leaves that exist in the month."""
        return self.county_of[:, month] >= 0


def read_places() -> pl.DataFrame:
    """The package's places: code, level, kind, names, parent, lon, lat, urban (grids), residents (grids)."""
    with gzip.open(PLACES, "rb") as stream:
        return pl.read_csv(stream.read(), schema_overrides={"code": pl.String, "parent": pl.String, "urban": pl.Int64})


def tree(dates: Dates, rng: np.random.Generator) -> Tree:
    """The tree over the calendar's months, its changes drawn by ``rng``; every change is on the first of a month."""
    places = read_places()
    counties, grids = places.filter(level="county"), places.filter(level="grid")
    cities = places.filter(level="city")["code"].to_list()
    county_codes = counties["code"].to_list()
    at, months = {code: i for i, code in enumerate(county_codes)}, len(dates.months)
    county = np.array([at[code] for code in grids["parent"]])
    out = Tree(
        places.filter(level="province")["code"][0], cities, county_codes, counties["name_zh"].to_list(),
        np.array([cities.index(code) for code in counties["parent"]]), grids["code"].to_list(), grids["name_zh"].to_list(),
        np.arange(len(grids)), grids["urban"].to_numpy() == 1, np.repeat(county[:, None], months, axis=1),
        np.repeat(grids["residents"].to_numpy().astype(float)[:, None], months, axis=1), _rows(places), [], np.array([], int),
    )  # fmt: skip
    _change(out, dates, rng)
    return out


def _rows(places: pl.DataFrame) -> list[dict[str, Any]]:
    frame = places.rename({"parent": "parent_code"}).with_columns(
        pl.col("urban").replace_strict({1: "urban", 0: "rural"}, default=None, return_dtype=pl.String),
        *(pl.lit(None, pl.String).alias(name) for name in ("valid_from", "valid_to", "change", "from_code")),
    )
    return frame.select(AREA_FIELDS).to_dicts()


def _change(out: Tree, dates: Dates, rng: np.random.Generator) -> None:
    """Plan the changes: big grids split, a neighbour merged into the grid before it, grids moved within their city."""
    size = out.residents[:, 0]
    months = rng.integers(4, len(dates.months) - 2, SPLITS + MOVES)
    lasting = [out.leaf_codes.index(code) for code in LASTING]
    big = rng.choice(np.setdiff1d(np.argsort(-size)[:600], lasting), SPLITS, replace=False)
    used = {*big.tolist(), *lasting}
    pairs = [(i, i - 1) for i in rng.permutation(np.arange(1, len(size)))
             if out.county_of[i, 0] == out.county_of[i - 1, 0] and size[i] < np.median(size)]  # fmt: skip
    for leaf, month in zip(big, months, strict=False):
        _split(out, dates, int(leaf), int(month))
    done = 0
    for gone, stays in pairs:
        if done == MERGES:
            break
        if not {gone, stays} & used:
            used |= {gone, stays}
            _merge(out, dates, int(gone), int(stays), int(months[done]))
            done += 1
    movable = [i for i in rng.permutation(len(size)).tolist() if i not in used and _elsewhere(out, i).size]
    for number, leaf in enumerate(movable[:MOVES]):
        used.add(leaf)
        _move(out, dates, leaf, int(rng.choice(_elsewhere(out, leaf))), int(months[SPLITS + number]))
    out.changed = np.array(sorted(used - set(lasting) | set(range(len(size), len(out.leaf_codes)))))


def _elsewhere(out: Tree, leaf: int) -> NDArray[np.int64]:
    """The other counties of the leaf's city."""
    county = out.county_of[leaf, 0]
    return np.flatnonzero((out.city_of == out.city_of[county]) & (np.arange(out.counties) != county))


def _note(out: Tree, kind: str, day: str, sources: list[int], targets: list[int], **more: str) -> None:
    codes = out.leaf_codes
    out.changes.append({"kind": kind, "day": day, "from": [codes[i] for i in sources], "to": [codes[i] for i in targets], **more})


def _split(out: Tree, dates: Dates, leaf: int, month: int) -> None:
    row, day = next(r for r in out.rows if r["code"] == out.leaf_codes[leaf]), dates.months[month].isoformat()
    row["valid_to"], first = day, len(out.leaf_codes)
    for letter, zh, share, east in (("A", "东", SPLIT_SHARE, 0.006), ("B", "西", 1 - SPLIT_SHARE, -0.006)):
        name = row["name_zh"].removesuffix("网格") + f"{zh}网格"
        out.rows.append({**row, "code": row["code"] + letter, "kind": "organisation", "name_zh": name,
                         "name_en": f"{row['name_en']} {letter}", "lon": round(row["lon"] + east, 4), "valid_from": day,
                         "valid_to": None, "change": "split", "from_code": row["code"]})  # fmt: skip
        _add_leaf(out, leaf, row["code"] + letter, name, share, month)
    out.residents[leaf, month:], out.county_of[leaf, month:] = 0, -1
    _note(out, "split", day, [leaf], [first, first + 1])


def _add_leaf(out: Tree, source: int, code: str, name: str, share: float, month: int) -> None:
    residents, county = out.residents[source] * share, out.county_of[source].copy()
    residents[:month], county[:month] = 0, -1
    out.leaf_codes.append(code)
    out.leaf_names.append(name)
    out.origin, out.urban = np.append(out.origin, source), np.append(out.urban, out.urban[source])
    out.residents, out.county_of = np.vstack([out.residents, residents]), np.vstack([out.county_of, county])


def _again(out: Tree, leaf: int, day: str, **changes: Any) -> None:
    """End the leaf's row on the day and begin another of the same node."""
    row = next(r for r in out.rows if r["code"] == out.leaf_codes[leaf] and r["valid_to"] is None)
    row["valid_to"] = day
    out.rows.append({**row, "valid_from": day, "valid_to": None, **changes})


def _merge(out: Tree, dates: Dates, gone: int, stays: int, month: int) -> None:
    day = dates.months[month].isoformat()
    next(r for r in out.rows if r["code"] == out.leaf_codes[gone])["valid_to"] = day
    _again(out, stays, day, change="merge", from_code=out.leaf_codes[gone])
    out.residents[stays, month:] += out.residents[gone, month:]
    out.residents[gone, month:], out.county_of[gone, month:] = 0, -1
    _note(out, "merge", day, [gone], [stays])


def _move(out: Tree, dates: Dates, leaf: int, to: int, month: int) -> None:
    day, before = dates.months[month].isoformat(), out.county_codes[out.county_of[leaf, 0]]
    _again(out, leaf, day, parent_code=out.county_codes[to], change="move", from_code=out.leaf_codes[leaf])
    out.county_of[leaf, month:] = to
    _note(out, "move", day, [leaf], [leaf], parent_before=before, parent_after=out.county_codes[to])


def areas_frame(out: Tree) -> pl.DataFrame:
    """The rows of areas.csv, parents before children; ``valid_to`` is the first day no longer valid."""
    return pl.DataFrame(out.rows, schema_overrides={"code": pl.String, "parent_code": pl.String}, infer_schema_length=None)

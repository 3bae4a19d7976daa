"""The Indian ratings worked out from their source files by pandas alone: no feed, no tree, no table of ours.

What the feed declares is written here a second time and differently: cells by exact decimal division, the nearest place by
trying every place, scores from a table, areas named by their path.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

KEY = ["area", "period", "cut", "start", "value"]
COUNTS = ["n", *(f"c{raw}" for raw in range(11))]
SUMS = ["sw", "sw2", "swx", "swx2", "mean"]
TOP, UNKNOWN = "IN", "?"
DEEPEST = {"all": {"d": 3, "w": 3, "m": 4, "q": 4, "y": 4}, "mode": {"m": 3, "q": 3, "y": 4}}  # a grid is level 4
OTHERS = {"m": 3, "q": 3, "y": 3}
SAME = {"mode": "scene", "business": "mobile", "segment": "unknown", "stage": "unknown", "channel": "unknown",
        "urban": "unknown", "touchpoint": "none"}  # fmt: skip
OWN = "RJio"
SCORE = {1: 0.0, 2: 25.0, 3: 50.0, 4: 75.0, 5: 100.0}
STATES = {"Delhi": "NCT", "NCT of Delhi": "NCT", "Puducherry": "Pondicherry", "Jammu and Kashmir": "Kashmir",
          "Andaman and Nicobar": "Andaman and Nicobar Islands",
          "Dadra and Nagar Haveli and Daman and Diu": "Dadra and Nagar Haveli"}  # fmt: skip
COLUMNS = ["operator", "where", "network", "rating", "call", "lat", "lon", "state"]  # in this order under all three headers
CELL, RADIUS_KM, FARTHEST_KM = Decimal("0.05"), 6371.0, 100.0
_MONTH = re.compile(r"(January|February|March|April|May|June|July|August|September|October|November|December)")


def ratings(folder: Path) -> pd.DataFrame:
    """Every rating with its month and leaf (``level0`` … ``level4``: the path down to each level)."""
    found = pd.concat(
        [_month(path) for path in sorted(folder.glob("*.csv")) if not path.name.startswith("geonames")], ignore_index=True
    )
    places = pd.read_csv(folder / "geonames_places_IN.csv", dtype=str, keep_default_na=False).drop_duplicates(
        ["admin1", "admin2", "name"]
    )
    leaves = pd.DataFrame(_leaves(found, places), columns=["province", "city", "county", "grid"], index=found.index)
    found["level0"] = TOP
    for level, name in enumerate(leaves.columns, 1):
        found[f"level{level}"] = found[f"level{level - 1}"] + "|" + leaves[name]
    return found


def _month(path: Path) -> pd.DataFrame:
    rows = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    rows.columns = pd.Index(COLUMNS)
    month, year = _MONTH.search(path.name), re.search(r"20\d\d", path.name)
    assert month and year, path.name
    return rows.assign(file=path.name, day=pd.Timestamp(f"1 {month[0]} {year[0]}") + pd.offsets.MonthEnd(1))


# ---- where a rating belongs --------------------------------------------------------------------------------------------


def _leaves(rows: pd.DataFrame, places: pd.DataFrame) -> np.ndarray:
    """Province, city, county and grid of each rating: by its point, else by its state, else nowhere known."""
    states = {folded(name) for name in places["admin1"]}
    said = rows["state"].str.strip().replace(STATES).map(folded)
    leaf = np.full((len(rows), 4), UNKNOWN, dtype=object)
    leaf[:, 0] = said.where(said.isin(states), UNKNOWN)
    lon, lat = pd.to_numeric(rows["lon"]), pd.to_numeric(rows["lat"])
    inside = (lon.between(68, 98) & lat.between(6, 38)).to_numpy()
    cells = pd.DataFrame({axis: rows.loc[inside, axis].map(_cell) for axis in ("lon", "lat")})
    distinct = cells.drop_duplicates()
    nearest, km = _nearest(distinct.to_numpy(), places[["lon", "lat"]].astype(float).to_numpy())
    chosen = places.iloc[nearest]
    grids = pd.DataFrame({
        "lon": distinct["lon"].to_numpy(), "lat": distinct["lat"].to_numpy(), "km": km,
        **{column: chosen[column].map(folded).replace("", UNKNOWN).to_numpy() for column in ("admin1", "admin2", "name")},
    })  # fmt: skip
    placed = cells.reset_index(names="row").merge(grids[grids["km"] <= FARTHEST_KM], on=["lon", "lat"])
    placed["grid"] = grid_name(placed["lon"], placed["lat"])
    leaf[placed["row"].to_numpy()] = placed[["admin1", "admin2", "name", "grid"]].to_numpy()
    return leaf


def folded(name: str) -> str:
    """A name as names are compared."""
    return " ".join(name.split()).casefold()


def grid_name(x: pd.Series, y: pd.Series) -> pd.Series:
    """A grid by the number of its cell eastwards and northwards."""
    return x.astype(int).astype(str) + ":" + y.astype(int).astype(str)


def _cell(degrees: str) -> int:
    return int(Decimal(degrees) // CELL)


def _nearest(cells: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The place nearest to the middle of each cell, and how far it is: every place is tried (haversine)."""
    east, north = np.radians(places).T
    at, far = np.empty(len(cells), dtype=int), np.empty(len(cells))
    for place, (x, y) in enumerate(np.radians((cells + 0.5) * float(CELL))):
        half = np.sin((north - y) / 2) ** 2 + np.cos(north) * np.cos(y) * np.sin((east - x) / 2) ** 2
        at[place] = half.argmin()
        far[place] = 2 * RADIUS_KM * np.arcsin(np.sqrt(half.min()))
    return at, far


# ---- figures -----------------------------------------------------------------------------------------------------------


def cells(rows: pd.DataFrame) -> pd.DataFrame:
    """Every figure the roll-ups should hold, by :data:`KEY`; each rating weighs 1, for no subscriber count is known."""
    facts = pd.DataFrame({
        **{f"level{level}": rows[f"level{level}"] for level in range(5)}, "day": rows["day"], "brand": rows["operator"].str.lower(),
        "generation": rows["network"].str.lower().replace("na", "unknown"), "own": rows["operator"] == OWN, "raw": rows["rating"].astype(int),
    })  # fmt: skip
    facts["brand"] = facts["brand"].mask(facts["own"], "own")
    counted = facts.groupby(list(facts.columns), as_index=False).size()
    parts = [part for cut in ("all", "brand", "generation", *SAME) for part in _by_cut(counted, cut)]
    found = pd.concat(parts).set_index(KEY)
    found = found.groupby([*KEY, "raw"])["size"].sum().unstack("raw", fill_value=0).reindex(columns=range(11), fill_value=0)
    return _figures(found)


def _by_cut(counted: pd.DataFrame, cut: str) -> list[pd.DataFrame]:
    part = counted if cut == "brand" else counted[counted["own"]]
    value = part[cut] if cut in ("brand", "generation") else SAME.get(cut, "")
    return [
        pd.DataFrame({"area": part[f"level{level}"], "period": period, "cut": cut, "start": _start(part["day"], period), "value": value,
                      "raw": part["raw"], "size": part["size"]})
        for period, deepest in DEEPEST.get(cut, OTHERS).items() for level in range(deepest + 1)
    ]  # fmt: skip


def _start(days: pd.Series, period: str) -> pd.Series:
    if period == "d":
        return days
    if period == "w":
        return days - pd.to_timedelta(days.dt.day_of_week, "D")
    month = {"m": days.dt.month, "q": (days.dt.month - 1) // 3 * 3 + 1, "y": 1}[period]
    return pd.to_datetime(pd.DataFrame({"year": days.dt.year, "month": month, "day": 1}))


def _figures(found: pd.DataFrame) -> pd.DataFrame:
    score = np.array([SCORE.get(raw, np.nan) for raw in range(11)])
    used = ~np.isnan(score)
    sums = found.to_numpy()[:, used]
    n = found.sum(axis=1)
    swx = sums @ score[used]
    figures = {
        "n": n,
        **{f"c{raw}": found[raw] for raw in range(11)},
        "sw": n,
        "sw2": n,
        "swx": swx,
        "swx2": sums @ score[used] ** 2,
    }
    return pd.DataFrame({**figures, "mean": swx / n}, index=found.index)


# ---- what the store says -----------------------------------------------------------------------------------------------


def area_paths(store: sa.Engine) -> pd.DataFrame:
    """The areas below the country as the recomputation names them: area_id, parent_id, level, path; unknown members are ``?``."""
    query = """SELECT a.area_id, a.level, a.kind, a.name_en, a.code, a.lon, a.lat, p.parent_id FROM area a
        LEFT JOIN area_parent p USING (area_id) WHERE a.code = 'IN' OR a.code LIKE 'IN/%' OR a.code LIKE 'IN-%' ORDER BY a.level"""
    with store.connect() as connection:
        areas = pd.read_sql(sa.text(query), connection)
    paths: dict[int, str] = {}
    for one in areas.itertuples():
        grid = one.level == 4 and one.kind != "unknown"
        name = f"{round(one.lon / 0.05 - 0.5)}:{round(one.lat / 0.05 - 0.5)}" if grid else folded(one.name_en)
        paths[one.area_id] = TOP if one.code == TOP else f"{paths[one.parent_id]}|{UNKNOWN if one.kind == 'unknown' else name}"
    return areas.assign(path=areas["area_id"].map(paths))


def published(store: sa.Engine, areas: pd.DataFrame) -> pd.DataFrame:
    """The current roll-up rows of the country by :data:`KEY`, with the area's id."""
    query = """SELECT r.*, i.code AS indicator FROM score_rollup r JOIN indicator i USING (indicator_id)
        WHERE last_pub = 2147483647 AND area_id = ANY(:areas)"""
    with store.connect() as connection:
        rows = pd.read_sql(sa.text(query), connection, params={"areas": areas["area_id"].tolist()})
    assert set(rows["indicator"]) == {"voice"}
    counts = pd.DataFrame(rows["counts"].tolist(), columns=[f"c{raw}" for raw in range(11)], index=rows.index)
    rows = pd.concat([rows, counts], axis=1).merge(areas[["area_id", "path"]].rename(columns={"path": "area"}), on="area_id")
    rows = rows.assign(start=pd.to_datetime(rows["start"]), mean=rows["swx"] / rows["sw"])
    return rows.set_index(KEY)[[*COUNTS, *SUMS]].sort_index()


def unequal(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Cells that stand on one side only, whose counts differ at all, or whose sums differ by more than 1e-9 of themselves."""
    both = ours.add_suffix("_ours").join(theirs, how="outer")
    wrong = pd.Series(False, index=both.index)
    for name in COUNTS:
        wrong |= both[f"{name}_ours"].ne(both[name])
    for name in SUMS:
        wrong |= ~np.isclose(both[f"{name}_ours"].astype(float), both[name].astype(float), rtol=1e-9, atol=1e-9)
    return both[wrong]

"""The written truth: what a perfect survey of everybody would have said, and what was planted.

``truth.json`` holds the events and effects; ``means.parquet`` a row an area, brand, indicator and month with the true mean
(0-100, of the answers as they are given, in the population's mix of segments and the usual mix of modes) and ``usual``,
the same without any event; ``segments.parquet`` the same by customer segment for province and cities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.demo.chain import (
    BUSINESSES,
    ITEM,
    ITEMS,
    OUTCOMES,
    PERCEPTION_EFFECTS,
    PROCESSES,
    REPAIR_EFFECT,
    SEGMENTS,
    USUALLY_RESOLVED,
    answered_by,
    total_effect,
)
from etl.demo.dates import Dates
from etl.demo.events import Fall, members
from etl.demo.expectation import expected, table
from etl.demo.tree import Tree
from etl.demo.world import World, county_by_week, resolved_share
from etl.domain.area import Level

Floats = NDArray[Any]  # whole numbers of subscribers as well


@dataclass(frozen=True)
class Scene:
    """What the truth is computed from."""

    tree: Tree
    dates: Dates
    world: World
    subscribers: NDArray[np.int64]  # [leaf, month, business, segment]
    resolved: NDArray[np.float32]  # [leaf, week]
    usually_resolved: NDArray[np.float32]

    @classmethod
    def of(cls, tree: Tree, dates: Dates, world: World, subscribers: NDArray[np.int64]) -> Scene:
        county = county_by_week(tree, dates)
        return cls(tree, dates, world, subscribers, resolved_share(world.process["complaint_resolution"], county),
                   resolved_share(world.usual_resolution, county))  # fmt: skip

    def expected(self, item: str, business: int, segment: int, *, usual: bool = False, tariff: bool = True,
                 leaves: Any = slice(None), weeks: Any = slice(None)) -> NDArray[np.float32]:  # fmt: skip
        """Expected scores [leaf, week] of our customers of one kind; ``usual`` without any event, ``tariff`` with its change."""
        source = self.world.usual if usual else self.world.latent
        latent = source[ITEM[item], leaves, weeks]
        if tariff and not usual:
            latent = latent + self.world.segment_shift[ITEM[item], segment, weeks].astype(np.float32)
        share = (self.usually_resolved if usual else self.resolved)[leaves, weeks]
        return looked_up(item, latent, business, segment, self.tree.urban[leaves], share)


def looked_up(
    item: str, latent: Floats, business: int, segment: int, urban: NDArray[np.bool_], resolved: Floats
) -> NDArray[np.float32]:
    """Expected scores for latent means [leaf, week]; complaint handling mixes the resolved and the others."""
    out = np.empty(latent.shape, np.float32)
    for town in (False, True):
        values, where = table(item, int(town), business, segment), urban == town
        if item == "complaint_handling":
            share, mean = resolved[where], latent[where]
            good = expected(values, mean + REPAIR_EFFECT * (1 - USUALLY_RESOLVED))
            out[where] = share * good + (1 - share) * expected(values, mean - REPAIR_EFFECT * USUALLY_RESOLVED)
        else:
            out[where] = expected(values, latent[where])
    return out


def means(scene: Scene) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables means and segments."""
    shares, frames, segments = scene.dates.week_shares().astype(np.float32), [], []
    for item in ITEMS:
        own, usual, weight = (np.zeros(scene.subscribers.shape[:2]) for _ in range(3))
        for business in answered_by(item):
            for segment in range(len(SEGMENTS)):
                count = scene.subscribers[:, :, business, segment]
                now = scene.expected(item, business, segment) @ shares * count
                segments.append(_segment_rows(scene, item, business, segment, now, count))
                own, weight = own + now, weight + count
                usual = usual + scene.expected(item, business, segment, usual=True) @ shares * count
        frames.append(_rows(scene, item, "own", own, usual, weight, Level.GRID))
        rival = _rival(scene, item, shares)
        frames.append(_rows(scene, item, "rival", rival * weight, rival * weight, weight, Level.COUNTY))
    by_segment = (
        pl.concat(segments).group_by(["code", "indicator", "segment", "month"]).agg(pl.sum("total"), pl.sum("subscribers"))
    )
    by_segment = by_segment.select(
        "code", "indicator", "segment", "month", "subscribers", mean=pl.col("total") / pl.col("subscribers")
    )
    return pl.concat(frames), by_segment.sort("code", "indicator", "segment", "month")


def _rival(scene: Scene, item: str, shares: Floats) -> Floats:
    """The rival's expected scores [leaf, month]; its customers are like ours in kind."""
    subscribers, total = scene.subscribers.sum(axis=1), np.zeros(scene.subscribers.shape[:2])
    weight = subscribers[:, answered_by(item), :].sum(axis=(1, 2))[:, None]
    for business in answered_by(item):
        for segment in range(len(SEGMENTS)):
            usual = np.full(scene.world.rival.shape[1:], USUALLY_RESOLVED, np.float32)
            score = looked_up(item, scene.world.rival[ITEM[item]], business, segment, scene.tree.urban, usual)
            total += score @ shares * subscribers[:, business, segment][:, None]
    return np.asarray(total / np.maximum(weight, 1))


def _sums(scene: Scene, values: Floats, level: Level) -> Floats:
    """Leaf values [leaf, month] summed over the areas of a level, by the tree of the month."""
    tree = scene.tree
    if level == Level.GRID:
        return values
    out = np.zeros((tree.counties, values.shape[1]))
    for month in range(values.shape[1]):
        alive = tree.alive(month)
        out[:, month] = np.bincount(tree.county_of[alive, month], values[alive, month], tree.counties)
    if level == Level.COUNTY:
        return out
    cities = np.zeros((len(tree.city_codes), values.shape[1]))
    np.add.at(cities, tree.city_of, out)
    return cities if level == Level.CITY else cities.sum(axis=0, keepdims=True)


def _codes(tree: Tree, level: Level) -> list[str]:
    return {Level.GRID: tree.leaf_codes, Level.COUNTY: tree.county_codes, Level.CITY: tree.city_codes}.get(level, [tree.province])


def _rows(scene: Scene, item: str, brand: str, total: Floats, usual: Floats, weight: Floats, deepest: Level) -> pl.DataFrame:
    frames = []
    for level in range(Level.PROVINCE, deepest + 1):
        weights = _sums(scene, weight, Level(level))
        area, month = np.nonzero(weights > 0)
        frames.append(pl.DataFrame({
            "level": np.full(len(area), int(level), np.int8), "code": np.array(_codes(scene.tree, Level(level)))[area],
            "month": np.array(scene.dates.months, "datetime64[D]")[month],
            "mean": (_sums(scene, total, Level(level))[area, month] / weights[area, month]).astype(np.float32),
            "usual": (_sums(scene, usual, Level(level))[area, month] / weights[area, month]).astype(np.float32),
            "subscribers": weights[area, month].astype(np.int64),
        }))  # fmt: skip
    return pl.concat(frames).with_columns(indicator=pl.lit(item), brand=pl.lit(brand))


def _segment_rows(scene: Scene, item: str, business: int, segment: int, total: Floats, weight: Floats) -> pl.DataFrame:
    frames = []
    for level in (Level.PROVINCE, Level.CITY):
        sums, weights = _sums(scene, total, level), _sums(scene, weight, level)
        area, month = np.indices(sums.shape).reshape(2, -1)
        frames.append(pl.DataFrame({"code": np.array(_codes(scene.tree, level))[area], "total": sums.ravel(),
                                    "month": np.array(scene.dates.months, "datetime64[D]")[month],
                                    "subscribers": weights.ravel()}))  # fmt: skip
    return pl.concat(frames).with_columns(indicator=pl.lit(item), segment=pl.lit(SEGMENTS[segment]))


def realised(scene: Scene, fall: Fall, item: str) -> float:
    """The change of an outcome of the fall's area while it lasts, by the events but the tariff change."""
    leaves, weeks = members(scene.tree, scene.dates, fall), slice(fall.start, fall.end)
    counts = scene.subscribers[leaves, scene.dates.month_of_week()[fall.start]]
    total = weight = 0.0
    for business in answered_by(item):
        for segment in range(len(SEGMENTS)):
            now = scene.expected(item, business, segment, tariff=False, leaves=leaves, weeks=weeks)
            change = now - scene.expected(item, business, segment, usual=True, leaves=leaves, weeks=weeks)
            total += float(change.mean(axis=1) @ counts[:, business, segment])
            weight += counts[:, business, segment].sum()
    return total / weight


def effects(scene: Scene) -> list[dict[str, Any]]:
    """Each process indicator's true effect on perceptions and outcomes, and each perception's on outcomes."""
    slope, out = {item: _slope(scene, item) for item in ITEMS}, []
    for spec in PROCESSES:
        for item in ITEMS:
            effect = total_effect(spec.code, item)
            if effect:
                out.append({"cause": spec.code, "on": item, "lag_weeks": spec.lag, "latent_per_unit": round(effect, 6),
                            "score_per_unit": round(effect * slope[item], 6)})  # fmt: skip
    for (perception, outcome), effect in PERCEPTION_EFFECTS.items():
        out.append({"cause": perception, "on": outcome, "lag_weeks": 0, "latent_per_unit": effect,
                    "score_per_unit": round(effect * slope[outcome] / slope[perception], 6)})  # fmt: skip
    return out


def _slope(scene: Scene, item: str, step: float = 1.0) -> float:
    """Points of the expected score per point of the latent mean, province-wide, in the last week."""
    return _difference(scene, item, -step / 2, step / 2) / step


def _difference(scene: Scene, item: str, low: float, high: float) -> float:
    business, latent = answered_by(item)[0], scene.world.usual[ITEM[item], :, -1]
    weight = scene.subscribers[:, -1, business, 0]
    change = np.zeros(latent.shape)
    for urban in (False, True):
        values, where = table(item, int(urban), business, 0), scene.tree.urban == urban
        change[where] = expected(values, latent[where] + high) - expected(values, latent[where] + low)
    return float(np.average(change, weights=weight))


def repair(scene: Scene) -> dict[str, float]:
    """The true effect of a complaint resolved on the complainant's verdict on its handling."""
    low, high = -REPAIR_EFFECT * USUALLY_RESOLVED, REPAIR_EFFECT * (1 - USUALLY_RESOLVED)
    return {"latent": REPAIR_EFFECT, "score": round(_difference(scene, "complaint_handling", low, high), 4)}


def fall_sizes(scene: Scene, fall: Fall) -> dict[str, Any]:
    """The realised size of a fall, and of the other outcomes it took along."""
    others = {item: round(realised(scene, fall, item), 2) for item in OUTCOMES if item != fall.item} if fall.network else {}
    return {"realised_points": round(-realised(scene, fall, fall.item), 3),
            "also": {item: size for item, size in others.items() if size <= -0.5}}  # fmt: skip


def vocabulary() -> dict[str, list[str]]:
    return {"items": list(ITEMS), "businesses": list(BUSINESSES), "segments": list(SEGMENTS)}

"""Do intervals hold what they promise? The demonstration's survey is drawn again and again, weighed and estimated by the
product's own functions, and every estimate compared with the written truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from etl.demo import survey, truth
from etl.demo.chain import BUSINESSES, ITEM, OUTCOMES, SEGMENTS
from etl.demo.dates import dates
from etl.demo.generate import STREAMS, draw_scene
from etl.demo.truth import Scene
from etl.domain.area import Level
from etl.domain.area_estimates import AreaEstimates, Kin, Sums, estimate_areas
from etl.domain.estimate import HIDDEN_BELOW, UNRANKED_BELOW
from etl.domain.reading import WINDOWS
from etl.domain.weight import respondent_weights

Floats = NDArray[np.float64]
Tell = Callable[[str], None]
MOST_RAW = 10


@dataclass(frozen=True)
class Places:
    """Areas by number: province, cities, counties, leaves, and last the counties' unknown members."""

    kin: Kin
    leaves: int  # the number of the first leaf
    unknown: int  # of the first unknown member

    @classmethod
    def of(cls, scene: Scene) -> Places:
        tree, months = scene.tree, len(scene.dates.months)
        cities, counties, leaves = len(tree.city_codes), tree.counties, len(tree.leaf_codes)
        level = np.repeat([int(each) for each in (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.GRID, Level.GRID)],
                          [1, cities, counties, leaves, counties])  # fmt: skip
        first = 1 + cities + counties
        parent = np.full((len(level), months), -1, np.int64)
        parent[1 : 1 + cities] = 0
        parent[1 + cities : first] = 1 + np.asarray(tree.city_of)[:, None]
        parent[first : first + leaves] = np.where(tree.county_of >= 0, 1 + cities + tree.county_of, -1)
        parent[first + leaves :] = 1 + cities + np.arange(counties)[:, None]
        ranked = np.ones(parent.shape, bool)
        ranked[first + leaves :] = False
        return cls(Kin(level, _nearest(parent), ranked), first, first + leaves)


def _nearest(parent: NDArray[np.int64]) -> NDArray[np.int64]:
    """A leaf not yet or no longer alive stays where it first or last was."""
    out = parent.copy()
    for month in range(1, out.shape[1]):
        out[1:, month] = np.where(out[1:, month] < 0, out[1:, month - 1], out[1:, month])
    for month in range(out.shape[1] - 2, -1, -1):
        out[1:, month] = np.where(out[1:, month] < 0, out[1:, month + 1], out[1:, month])
    return out


def sampled(scene: Scene, scale: str, seed: int, drawing: int) -> list[Sums]:
    """Sums of each outcome [area, month] of one drawing of the survey."""
    places, months = Places.of(scene), len(scene.dates.months)
    plan = survey.survey_plan(scene, scale, np.random.default_rng([seed, STREAMS["plan"]]))
    parts = np.zeros((len(OUTCOMES), 5, len(places.kin.level), months))
    for month in range(months):
        rng = np.random.default_rng([seed, STREAMS["survey"], month, drawing])
        leaf, weight, score = _answers(scene, places, plan, month, rng)
        for number in range(len(OUTCOMES)):
            asked = np.isfinite(score[number])
            x, w, at = score[number, asked], weight[asked], leaf[asked]
            for part, values in enumerate((np.ones(len(x)), w, w * w, w * x, w * x * x)):
                parts[number, part, :, month] = np.bincount(at, values, parts.shape[2])
    for level in (Level.GRID, Level.COUNTY, Level.CITY):
        climb(parts, places.kin, level)
    return [Sums(*one) for one in parts]


def climb(parts: Floats, kin: Kin, level: int) -> None:
    """Add the areas of a level to their parents of the month."""
    rows = np.flatnonzero(kin.level == level)
    for month in range(parts.shape[3]):
        here = parts[:, :, rows, month].reshape(-1, len(rows))
        for flat, total in zip(here, parts[..., month].reshape(-1, parts.shape[2]), strict=True):
            total += np.bincount(kin.parent[rows, month], flat, len(total))


def _answers(
    scene: Scene, places: Places, plan: survey.SurveyPlan, month: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Our customers' answers of a month: place, weight and scores [outcome, response], NaN where not asked."""
    drawn = survey.draw(scene, plan, month, rng)
    raw = survey.discretise(survey.latent_scores(scene, drawn, month, rng)).astype(float)
    asked = survey.was_asked(drawn, rng)
    score = np.where(asked, (raw - 1) / (MOST_RAW - 1) * 100, np.nan)[[ITEM[item] for item in OUTCOMES]]
    county = scene.tree.county_of[drawn.leaf, month]
    unplaced = rng.random(len(drawn)) < survey.ONLY_COUNTY_KNOWN
    place = np.where(unplaced, places.unknown + county, places.leaves + drawn.leaf)
    weight = weights(scene, month, county[drawn.own], drawn.business[drawn.own], drawn.segment[drawn.own])
    return place[drawn.own], weight, score[:, drawn.own]


def weights(scene: Scene, month: int, county: NDArray, business: NDArray, segment: NDArray) -> Floats:
    """The product's weights: a weight each county, business and segment."""
    shape = (scene.tree.counties, len(BUSINESSES), len(SEGMENTS))
    answered = np.bincount(np.ravel_multi_index((county, business, segment), shape), minlength=int(np.prod(shape)))
    alive = scene.tree.alive(month)
    subscribers = np.zeros(shape)
    np.add.at(subscribers, scene.tree.county_of[alive, month], scene.subscribers[alive, month])
    counties, businesses, segments = (each.ravel() for each in np.indices(shape))
    cells = pd.DataFrame({
        "county": counties, "city": np.asarray(scene.tree.city_of)[counties], "province": 0, "business": businesses.astype(str),
        "segment": segments.astype(str), "n": answered, "subscribers": subscribers.ravel().astype(int),
    })  # fmt: skip
    made = respondent_weights(cells).to_numpy()
    return made[np.ravel_multi_index((county, business, segment), shape)]


def true_sums(scene: Scene, places: Places) -> tuple[Floats, Floats, Floats]:
    """The true means [outcome, area, month], those without any event, both NaN of the unknown members, and the subscribers
    they are of."""
    tree, dates = scene.tree, scene.dates
    codes = [tree.province, *tree.city_codes, *tree.county_codes, *tree.leaf_codes]
    own = truth.means(scene)[0].filter(pl.col("brand") == "own", pl.col("indicator").is_in(OUTCOMES))
    numbers = {"indicator": OUTCOMES, "code": codes, "month": dates.months}
    where = tuple(own[name].replace_strict(list(known), range(len(known))).to_numpy() for name, known in numbers.items())
    shape = (len(OUTCOMES), len(places.kin.level), len(dates.months))
    value, usual, weight = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape)
    value[where], usual[where], weight[where] = (own[name].to_numpy() for name in ("mean", "usual", "subscribers"))
    return value, usual, weight


def window_truth(value: Floats, weight: Floats, window: NDArray[np.int64]) -> Floats:
    """The true mean [area, month] over each area's window that ends with the month."""
    total, base = np.nan_to_num(value) * weight, weight
    out = np.full(value.shape, np.nan)
    for length in np.unique(window[window > 0]):
        one = Sums(base, base, base, total, total).over(int(length), 0)
        out = np.where(window == length, one.mean, out)
    return np.asarray(out)


@dataclass(frozen=True)
class Tally:
    """Of one level and kind of interval."""

    level: int
    kind: str
    intervals: int
    covered: int
    half: float  # the sum of half widths
    error: float  # the sum of squared errors
    bias: float  # the sum of errors

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.level, self.kind, self.intervals + other.intervals, self.covered + other.covered,
            self.half + other.half, self.error + other.error, self.bias + other.bias,
        )  # fmt: skip

    def record(self) -> dict[str, Any]:
        """Coverage in %, mean half width, mean squared error and mean error in points."""
        count = max(self.intervals, 1)
        return {"level": Level(self.level).name_in("en"), "interval": self.kind, "intervals": self.intervals,
                "coverage": round(100 * self.covered / count, 2), "half_width": round(self.half / count, 3),
                "mse": round(self.error / count, 3), "bias": round(self.bias / count, 3)}  # fmt: skip


def tallies(made: AreaEstimates, true: Floats, kin: Kin) -> Iterator[Tally]:
    """What is displayed (direct at n_eff ≥ 30, shrunken at 5 to 30), all direct and all shrunken values, level by level."""
    effective = made.direct.n_eff
    shown = (made.n >= HIDDEN_BELOW) & (effective >= HIDDEN_BELOW)
    grey = shown & (effective < UNRANKED_BELOW)
    half = made.shrunken_half
    direct, shrunken = made.direct, (made.shrunken, made.shrunken - half, made.shrunken + half)
    plain = direct.value, direct.low, direct.high
    displayed = tuple(np.where(grey, one, other) for one, other in zip(shrunken, plain, strict=True))
    for level in (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.GRID):
        for kind, (value, low, high) in (("displayed", displayed), ("direct", plain), ("shrunken", shrunken)):
            at = shown & np.isfinite(true) & (kin.level == level)[:, None]
            error, inside = (value - true)[at], ((low <= true) & (true <= high))[at]
            yield Tally(int(level), kind, int(at.sum()), int(inside.sum()), float((high - low)[at].sum()) / 2,
                        float((error**2).sum()), float(error.sum()))  # fmt: skip


def measure(seeds: Sequence[int], scale: str, drawings: int, until: date, tell: Tell | None = None) -> list[Tally]:
    """Tallies over all seeds (each another operator, with another truth) and drawings of its survey.

    ``until`` is the last day of the last of the 24 months; no month is half over.
    """
    found: dict[tuple[int, str], Tally] = {}
    for seed in seeds:
        scene = draw_scene(dates(until), seed)
        places = Places.of(scene)
        value, _, weight = true_sums(scene, places)
        for drawing in range(drawings):
            if tell:
                tell(f"seed {seed}, drawing {drawing + 1} of {drawings}")
            for number, sums in enumerate(sampled(scene, scale, seed, drawing)):
                made = estimate_areas(sums, places.kin, WINDOWS["m"])
                for one in tallies(made, window_truth(value[number], weight[number], made.window), places.kin):
                    key = one.level, one.kind
                    found[key] = found[key] + one if key in found else one
    return list(found.values())

"""The demonstration's satisfaction index survey: seven constructs with a written truth behind the answers to their items.

Each month some of our customers are asked the 24 items by telephone. A customer's constructs follow the paths below exactly
(all of mean 0 and variance 1); where a grid's latent overall satisfaction moves, its customers' perceived quality moves along.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.demo.chain import BUSINESSES, ITEM, LEVEL, MODES, SCORE_SD, SEGMENTS, SHARE_5G
from etl.demo.survey import CUSTOMERS, HOURS, SEGMENT_RATES, Drawn, SurveyPlan, late, week_of_days
from etl.demo.truth import Scene
from etl.domain import pls

RESPONDENTS = {"small": 170, "full": 1_700}  # a month and business, all ours
MODE = MODES.index("phone")
SIZES = {"image": 5, "expectation": 3, "quality": 7, "value": 2, "satisfaction": 3, "complaints": 1, "loyalty": 3}
PANEL_ITEMS = tuple(f"tcsi_{code}_{i + 1}" for code, size in SIZES.items() for i in range(size))
# Standardised effects by business; what is left of each construct's variance is its own.
PATHS: dict[str, dict[tuple[str, str], float]] = {
    "mobile": {
        ("image", "expectation"): 0.52, ("image", "satisfaction"): 0.16, ("image", "loyalty"): 0.20,
        ("expectation", "quality"): 0.48, ("expectation", "value"): 0.02, ("expectation", "satisfaction"): 0.08,
        ("quality", "value"): 0.58, ("quality", "satisfaction"): 0.46, ("value", "satisfaction"): 0.24,
        ("satisfaction", "complaints"): 0.50, ("satisfaction", "loyalty"): 0.46, ("complaints", "loyalty"): 0.10,
    },
    "broadband": {
        ("image", "expectation"): 0.45, ("image", "satisfaction"): 0.12, ("image", "loyalty"): 0.14,
        ("expectation", "quality"): 0.42, ("expectation", "value"): 0.06, ("expectation", "satisfaction"): 0.02,
        ("quality", "value"): 0.50, ("quality", "satisfaction"): 0.56, ("value", "satisfaction"): 0.18,
        ("satisfaction", "complaints"): 0.56, ("satisfaction", "loyalty"): 0.50, ("complaints", "loyalty"): 0.16,
    },
}  # fmt: skip
LOADINGS = {"image": 0.80, "expectation": 0.78, "quality": 0.82, "value": 0.90, "satisfaction": 0.87, "complaints": 1.0,
            "loyalty": 0.82}  # fmt: skip
MEANS = {"image": 8.0, "expectation": 8.2, "quality": 7.7, "value": 7.1, "satisfaction": 7.7, "complaints": 7.4, "loyalty": 7.3}
STEPS = (0.2, -0.2, 0.0, 0.3, -0.3, 0.1, -0.1)  # of the items' means around their construct's
ITEM_SD = 1.6
UNANSWERED = 0.02
AREA_STRENGTH = 1.5  # sd of perceived quality per sd of the grid's overall satisfaction
OVERALL = ("mobile_overall", "broadband_overall")


def draw(scene: Scene, plan: SurveyPlan, month: int, rng: np.random.Generator) -> Drawn:
    """Who is asked in the month, in the same proportions as for the other surveys."""
    days, county = scene.dates.day_weights(month), scene.tree.county_of[:, month]
    base = scene.subscribers[:, month] * plan.county_rate[county][:, None, None] * np.array(SEGMENT_RATES)
    wanted = RESPONDENTS[plan.scale] * len(days) / 30.4
    counts = rng.poisson(base * (wanted / base.sum(axis=(0, 2)))[None, :, None])
    flat = rng.permutation(np.repeat(np.arange(counts.size), counts.ravel()))
    leaf, business, segment = np.unravel_index(flat, counts.shape)
    size = len(flat)
    five_g = rng.random(size) < SHARE_5G[scene.tree.urban[leaf].astype(int), segment]
    day = rng.choice(len(days), size, p=days)
    keep = ~late(scene, month, leaf, day)
    ours = np.ones(size, bool)
    full = Drawn(leaf, business, segment, ours, np.full(size, MODE), np.full(size, -1), five_g, day, ours)
    return Drawn(**{name: values[keep] for name, values in vars(full).items()})


def together(first: Drawn, second: Drawn) -> Drawn:
    """The responses of both."""
    return Drawn(**{name: np.concatenate([values, vars(second)[name]]) for name, values in vars(first).items()})


def frame(scene: Scene, drawn: Drawn, month: int, rng: np.random.Generator) -> pl.DataFrame:
    """The rows of the month's file, in order of time."""
    size, tree = len(drawn), scene.tree
    seconds = drawn.day * 86_400 + rng.choice(24, size, p=HOURS / HOURS.sum()) * 3600 + rng.integers(0, 3600, size)
    raw = _raw(scene, drawn, month, rng)
    answers = pl.DataFrame(np.where(rng.random(raw.shape) < UNANSWERED, np.nan, raw), schema=list(PANEL_ITEMS), nan_to_null=True)
    head = pl.DataFrame({
        "answered_at": (np.datetime64(scene.dates.months[month], "s") + seconds).astype("datetime64[ms]"),
        "area_code": np.array(tree.leaf_codes)[drawn.leaf], "brand": np.full(size, "own"), "mode": np.full(size, MODES[MODE]),
        "business": np.array(BUSINESSES)[drawn.business], "segment": np.array(SEGMENTS)[drawn.segment],
        "generation": np.where(drawn.business == 1, "fixed", np.where(drawn.five_g, "5g", "4g")),
        "customer": "K" + pl.Series(rng.integers(0, CUSTOMERS, size)).cast(pl.String).str.zfill(9),
    })  # fmt: skip
    out = head.hstack(answers.cast(pl.Int8)).sort("answered_at")
    number = pl.format("T{}{}", pl.lit(f"{scene.dates.months[month]:%Y%m}"), pl.int_range(pl.len()).cast(pl.String).str.zfill(6))
    return out.select(number.alias("response_id"), pl.all())


def _raw(scene: Scene, drawn: Drawn, month: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Answers 1-10 [response, item]."""
    week = week_of_days(scene, month)[drawn.day]
    overall = np.array([ITEM[name] for name in OVERALL])[drawn.business]
    moved = AREA_STRENGTH * (scene.world.latent[overall, drawn.leaf, week] - LEVEL[overall]) / SCORE_SD
    latent = np.empty((len(drawn), len(SIZES)))
    for business, name in enumerate(BUSINESSES):
        ours = drawn.business == business
        latent[ours] = _constructs(PATHS[name], moved[ours], rng)
    columns = []
    for at, (code, size) in enumerate(SIZES.items()):
        own = np.sqrt(1 - LOADINGS[code] ** 2)
        for step in STEPS[:size]:
            answered = LOADINGS[code] * latent[:, at] + own * rng.standard_normal(len(drawn))
            columns.append(MEANS[code] + step + ITEM_SD * answered)
    return np.clip(np.rint(np.stack(columns, axis=1)), 1, 10)


def _constructs(paths: dict[tuple[str, str], float], moved: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """[response, construct] along the paths; ``moved`` is the part of perceived quality that the place explains."""
    codes, correlations = list(SIZES), construct_correlations(paths)
    out = np.zeros((len(moved), len(codes)))
    for at, code in enumerate(codes):
        effects = np.array([paths.get((cause, code), 0.0) for cause in codes])
        own = 1 - effects @ correlations @ effects
        if code == "quality" and len(moved):
            out[:, at], own = moved, max(own - moved.var(), 0.1)
        out[:, at] += out @ effects + np.sqrt(own) * rng.standard_normal(len(moved))
    return out


def construct_correlations(paths: dict[tuple[str, str], float]) -> NDArray[np.float64]:
    """[construct construct] that the paths imply."""
    codes, out = list(SIZES), np.eye(len(SIZES))
    for at, code in enumerate(codes):
        effects = np.array([paths.get((cause, code), 0.0) for cause in codes[:at]])
        out[at, :at] = out[:at, at] = out[:at, :at] @ effects
    return out


def truth() -> dict[str, Any]:
    """The written effects by business, and what PLS finds of them in endless answers: smaller, for items measure with error."""
    codes, told = list(SIZES), {}
    blocks = np.repeat(np.eye(len(codes), dtype=bool), list(SIZES.values()), axis=0)
    loading = np.repeat(list(LOADINGS.values()), list(SIZES.values()))
    for business, paths in PATHS.items():
        arrows = np.array([[(cause, effect) in paths for effect in codes] for cause in codes])
        items = np.outer(loading, loading) * (blocks @ construct_correlations(paths) @ blocks.T)
        np.fill_diagonal(items, 1.0)
        found = pls.fit(items, blocks, arrows, "path").paths
        told[business] = [
            {"from": cause, "to": effect, "effect": value, "pls": round(float(found[codes.index(cause), codes.index(effect)]), 6)}
            for (cause, effect), value in paths.items()
        ]  # fmt: skip
    return {"paths": told, "loadings": LOADINGS, "item_means": MEANS}

"""Survey answers of the demonstration, a month at a time, and the invitations behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.demo.chain import (
    BUSINESSES,
    GENERATION_EFFECTS,
    GENERATION_ITEMS,
    ITEM,
    ITEMS,
    MODE_EFFECTS,
    MODE_SHARES,
    MODES,
    MOOD,
    OUTCOMES,
    OWN_SD,
    REPAIR_EFFECT,
    SCENE_ITEMS,
    SCENES,
    SEGMENT_EFFECTS,
    SEGMENTS,
    SHARE_5G,
    SHARED_SD,
    USUALLY_RESOLVED,
    answered_by,
    asked,
    loadings,
    own_noise,
)
from etl.demo.events import BRAND_FACTOR, LATE_DAYS, SHIFTED_MODES
from etl.demo.expectation import discretise
from etl.demo.touchpoints import Touchpoints
from etl.demo.truth import Scene
from etl.demo.wording import verbatims

ANSWERS_A_MONTH = {"small": 8_000, "full": 86_000}  # responses, both brands
RIVAL_SHARE = 0.17
BUSINESS_RATES = (1.0, 2.1)  # broadband customers are asked more often
SEGMENT_RATES = (1.0, 0.75, 1.3)
COUNTY_RATE_SD = 0.15
ONLY_COUNTY_KNOWN = 0.01  # answers that name the county, not the grid
HOURS = np.array([1, 1, 0, 0, 0, 1, 2, 5, 9, 12, 12, 9, 8, 9, 10, 10, 10, 9, 9, 10, 10, 8, 4, 2], float)
STAGES = ("pre", "sale", "after")
STAGE_SHARES = (0.15, 0.25, 0.60)
SCENE_CHANNELS = np.array(["hall", "hotline", "app", "hotline", "hall", "hotline", "app", "engineer"])  # by business and scene
RESPONSE_RATES = {"scene": 0.22, "sms": 0.06, "phone": 0.31, "internet": 0.11}
BATCH_DAYS = (1, 8, 15, 22)  # of the month: invitations go out in four batches
CUSTOMERS = 9_000_000


@dataclass
class Drawn:
    """Who answered in a month: one entry a response in every array."""

    leaf: NDArray[np.int64]
    business: NDArray[np.int64]
    segment: NDArray[np.int64]
    own: NDArray[np.bool_]
    mode: NDArray[np.int64]
    scene: NDArray[np.int64]  # -1 outside the scene mode
    five_g: NDArray[np.bool_]
    day: NDArray[np.int64]  # of the month, from 0
    resolved: NDArray[np.bool_]  # of those asked about their complaint

    def __len__(self) -> int:
        return len(self.leaf)


@dataclass(frozen=True)
class SurveyPlan:
    """What holds for all months: response rates by county, and the size, so many times what the scale has."""

    scale: str
    county_rate: NDArray[np.float64]
    times: float = 1.0


def survey_plan(scene: Scene, scale: str, rng: np.random.Generator, times: float = 1.0) -> SurveyPlan:
    """Draw the counties' response rates."""
    return SurveyPlan(scale, np.exp(COUNTY_RATE_SD * rng.standard_normal(scene.tree.counties)), times)


def _counts(scene: Scene, plan: SurveyPlan, month: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of responses [leaf, business, segment], ours and the rival's."""
    events, county = scene.world.events, scene.tree.county_of[:, month]
    subscribers = scene.subscribers[:, month] * np.array(BUSINESS_RATES)[:, None]
    base = subscribers * plan.county_rate[county][:, None, None] * np.array(SEGMENT_RATES)
    part = len(scene.dates.days(month)) / 30.4
    wanted = ANSWERS_A_MONTH[plan.scale] * plan.times * part
    own = base * (wanted * (1 - RIVAL_SHARE) / base.sum())
    rival = subscribers * (wanted * RIVAL_SHARE / subscribers.sum())
    if month >= events.brand_month:
        rival = rival * np.where(np.isin(county, events.brand_counties), BRAND_FACTOR, 1.0)[:, None, None]
    return rng.poisson(own), rng.poisson(rival)


def _modes(scene: Scene, leaf: NDArray[np.int64], month: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A mode for each response; shifted where the mode-mix shift is planted."""
    draw = rng.random(len(leaf))
    mode = np.searchsorted(np.cumsum(MODE_SHARES), draw)
    if month >= scene.world.events.mode_month:
        hit = np.isin(scene.tree.county_of[leaf, month], scene.world.events.mode_counties)
        mode = np.where(hit, np.searchsorted(np.cumsum(SHIFTED_MODES), draw), mode)
    return np.minimum(mode, len(MODES) - 1)


def draw(scene: Scene, plan: SurveyPlan, month: int, rng: np.random.Generator) -> Drawn:
    """Who answers in the month; late counties' last days have not come."""
    ours, theirs = _counts(scene, plan, month, rng)
    flat = np.repeat(np.arange(2 * ours.size), np.concatenate([ours.ravel(), theirs.ravel()]))
    flat = rng.permutation(flat)
    leaf, business, segment = np.unravel_index(flat % ours.size, ours.shape)
    size, days = len(flat), scene.dates.day_weights(month)
    mode = _modes(scene, leaf, month, rng)
    scenes = np.where(mode == 0, rng.choice(len(SCENES), size, p=SCENES), -1)
    five_g = rng.random(size) < SHARE_5G[scene.tree.urban[leaf].astype(int), segment]
    day = rng.choice(len(days), size, p=days)
    week = week_of_days(scene, month)[day]
    resolved = rng.random(size) < scene.resolved[leaf, week]
    own = flat < ours.size
    drawn = Drawn(
        leaf, business, segment, own, mode, scenes, five_g, day, np.where(own, resolved, rng.random(size) < USUALLY_RESOLVED)
    )
    return _take(drawn, ~late(scene, month, leaf, day))


def _take(drawn: Drawn, keep: NDArray[np.bool_]) -> Drawn:
    return Drawn(**{name: values[keep] for name, values in vars(drawn).items()})


def late(scene: Scene, month: int, leaf: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Rows the late counties have not delivered: those of the last days of all."""
    if month < len(scene.dates.months) - 1:
        return np.zeros(len(leaf), bool)
    last = day >= len(scene.dates.days(month)) - LATE_DAYS
    return last & np.isin(scene.tree.county_of[leaf, month], scene.world.events.late_counties)


def week_of_days(scene: Scene, month: int) -> NDArray[np.int64]:
    """The week of each day of the month."""
    return np.array([scene.dates.week_of(day) for day in scene.dates.days(month)])


def latent_scores(scene: Scene, drawn: Drawn, month: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """[item, response]: each customer's latent score on every item, asked or not."""
    week = week_of_days(scene, month)[drawn.day]
    out = np.where(drawn.own, scene.world.latent[:, drawn.leaf, week], scene.world.rival[:, drawn.leaf, week])
    shift = scene.world.segment_shift[:, drawn.segment, week]
    out += np.where(drawn.own, shift, 0).astype(np.float32)
    out += (MODE_EFFECTS[drawn.mode] + SEGMENT_EFFECTS[drawn.segment]).astype(np.float32)
    generation = np.where(drawn.business == 1, 0.0, np.where(drawn.five_g, GENERATION_EFFECTS["5g"], GENERATION_EFFECTS["4g"]))
    for item in GENERATION_ITEMS:
        out[ITEM[item]] += generation.astype(np.float32)
    out[ITEM["complaint_handling"]] += (REPAIR_EFFECT * (drawn.resolved - USUALLY_RESOLVED)).astype(np.float32)
    return out + _noise(len(drawn), rng)


def _noise(size: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """[item, response]: what the customers differ by; perceptions pass theirs on to the outcomes."""
    mood = rng.standard_normal(size, dtype=np.float32)
    perceived = np.float32(SHARED_SD) * mood + np.float32(OWN_SD) * rng.standard_normal(
        (len(ITEMS) - len(OUTCOMES), size), np.float32
    )
    own = own_noise()[:, None].astype(np.float32) * rng.standard_normal((len(OUTCOMES), size), dtype=np.float32)
    outcome = loadings().astype(np.float32) @ perceived + MOOD[:, None].astype(np.float32) * mood + own
    return np.vstack([outcome, perceived])


def was_asked(drawn: Drawn, rng: np.random.Generator) -> NDArray[np.bool_]:
    """[item, response]: whether the item was asked."""
    chances = asked()[drawn.mode].T
    out = rng.random(chances.shape, dtype=np.float32) < chances
    for number, item in enumerate(SCENE_ITEMS):
        out[ITEM[item]] = np.where(drawn.mode == 0, drawn.scene == number, out[ITEM[item]])
    for item, at in ITEM.items():
        out[at] &= np.isin(drawn.business, answered_by(item))
    return out


def frame(
    scene: Scene, drawn: Drawn, month: int, points: Touchpoints, customers: pl.Series, rng: np.random.Generator
) -> pl.DataFrame:
    """The rows of the month's survey files (all modes), in order of time."""
    size, tree = len(drawn), scene.tree
    seconds = drawn.day * 86_400 + rng.choice(24, size, p=HOURS / HOURS.sum()) * 3600 + rng.integers(0, 3600, size)
    raw = discretise(latent_scores(scene, drawn, month, rng))
    put = was_asked(drawn, rng)
    channel = np.where(drawn.scene >= 0, SCENE_CHANNELS[drawn.business * 4 + drawn.scene], "none")
    area = np.where(rng.random(size) < ONLY_COUNTY_KNOWN, np.array(tree.county_codes)[tree.county_of[drawn.leaf, month]],
                    np.array(tree.leaf_codes)[drawn.leaf])  # fmt: skip
    head = pl.DataFrame({
        "answered_at": (np.datetime64(scene.dates.months[month], "s") + seconds).astype("datetime64[ms]"), "area_code": area,
        "touchpoint_code": points.of(drawn.leaf, tree.county_of[drawn.leaf, month], channel, rng),
        "brand": np.where(drawn.own, "own", "rival"), "mode": np.array(MODES)[drawn.mode],
        "business": np.array(BUSINESSES)[drawn.business], "segment": np.array(SEGMENTS)[drawn.segment],
        "generation": np.where(drawn.business == 1, "fixed", np.where(drawn.five_g, "5g", "4g")),
        "stage": rng.choice(STAGES, size, p=STAGE_SHARES), "channel": channel, "customer": customers,
    })  # fmt: skip
    answers = pl.DataFrame(raw.T, schema=list(ITEMS)).select(
        pl.when(pl.Series(put[at])).then(pl.col(item)).alias(item) for item, at in ITEM.items()
    )
    out = head.hstack(answers).hstack(verbatims(raw, put, drawn.resolved, rng)).sort("answered_at")
    number = pl.format("S{}{}", pl.lit(f"{scene.dates.months[month]:%Y%m}"), pl.int_range(pl.len()).cast(pl.String).str.zfill(7))
    return out.select(number.alias("response_id"), pl.all())


def customers(drawn: Drawn, county: NDArray[np.int64], pool: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    """A customer number a response. Who is asked about a complaint is, where there is one, a complainant of the county
    whose complaint ended the same way; ``pool``: county, resolved, customer."""
    plain = pl.Series(rng.integers(0, CUSTOMERS, len(drawn))).cast(pl.String).str.zfill(9)
    if not pool.height:
        return ("K" + plain).alias("customer")
    lists = pool.group_by("county", "resolved", maintain_order=True).agg("customer")
    wanted = pl.DataFrame({"county": county, "resolved": drawn.resolved, "draw": rng.integers(0, 1 << 30, len(drawn)),
                           "asks": (drawn.scene == 3) & drawn.own, "plain": "K" + plain})  # fmt: skip
    found = wanted.join(lists, on=["county", "resolved"], how="left", maintain_order="left")
    picked = pl.col("customer").list.get(pl.col("draw") % pl.col("customer").list.len(), null_on_oob=True)
    return found.select(pl.when("asks").then(pl.coalesce(picked, "plain")).otherwise("plain").alias("customer"))["customer"]


def invitations(scene: Scene, drawn: Drawn, month: int, rng: np.random.Generator) -> pl.DataFrame:
    """The month's invitations by batch, county, brand, mode and business; their answered sum to the responses."""
    batch = np.searchsorted(np.array(BATCH_DAYS), drawn.day + 1, side="right") - 1
    first = np.datetime64(scene.dates.months[month], "D")
    rows = pl.DataFrame({
        "day": first + np.array(BATCH_DAYS)[batch] - 1,
        "area_code": np.array(scene.tree.county_codes)[scene.tree.county_of[drawn.leaf, month]],
        "brand": np.where(drawn.own, "own", "rival"), "mode": np.array(MODES)[drawn.mode],
        "business": np.array(BUSINESSES)[drawn.business],
    })  # fmt: skip
    counted = rows.group_by(rows.columns).agg(pl.len().cast(pl.Int64).alias("answered")).sort(rows.columns)
    rate = np.array([RESPONSE_RATES[mode] for mode in counted["mode"]]) * rng.uniform(0.85, 1.15, counted.height)
    answered = counted["answered"].to_numpy()
    unanswered = rng.poisson(answered * (1 / rate - 1))
    return counted.select(rows.columns).with_columns(asked=pl.Series(answered + unanswered), answered=counted["answered"])

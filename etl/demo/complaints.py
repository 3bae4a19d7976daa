"""Complaints of the demonstration, a month at a time; what is not resolved comes again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.demo.chain import ITEM, SEGMENTS, SHARE_5G
from etl.demo.events import LOOP_REPEAT
from etl.demo.survey import CUSTOMERS, HOURS, late, week_of_days
from etl.demo.touchpoints import Touchpoints
from etl.demo.truth import Scene
from etl.demo.wording import complaint_texts, replies, topics

A_MONTH = {"small": 3_500, "full": 18_000}  # first complaints; repeats come on top
NETWORK_BOOST = 0.25  # more network complaints a point the network's verdict has fallen
TARIFF_BOOST, TARIFF_BOOST_MONTHS = 1.6, 3
REPEATS, REPEAT_DAYS = (0.22, 0.03), 29  # the chance of a repeat: unresolved, resolved; within so many days
MOST_REPEATS = 0.65
CHANNELS, CHANNEL_SHARES = ("hotline", "app", "hall", "none"), (0.62, 0.20, 0.13, 0.05)
STAGES, STAGE_SHARES = ("pre", "sale", "after"), (0.06, 0.14, 0.80)
CALLED_BACK, RATED = 0.7, 0.6  # of the closed; of those called back
RATINGS = (3.2, 8.4)  # usual rating: unresolved, resolved
RATING_SD = 1.6


@dataclass
class Pending:
    """Complaints to come: those that repeat in a later month. One entry a complaint in every array."""

    leaf: NDArray[np.int64] = field(default_factory=lambda: np.array([], int))
    topic: NDArray[np.int64] = field(default_factory=lambda: np.array([], int))
    segment: NDArray[np.int64] = field(default_factory=lambda: np.array([], int))
    customer: NDArray[np.int64] = field(default_factory=lambda: np.array([], int))
    opened: NDArray[np.int64] = field(default_factory=lambda: np.array([], int))  # seconds since 1970

    def take(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Pending:
        return Pending(**{name: values[keep] for name, values in vars(self).items()})

    def add(self, other: Pending) -> Pending:
        return Pending(**{name: np.concatenate([values, getattr(other, name)]) for name, values in vars(self).items()})


@dataclass(frozen=True)
class Month:
    """A month's complaints: the rows of its file, who may be asked about them, and the repeats still to come."""

    frame: pl.DataFrame
    pool: pl.DataFrame  # county, resolved, customer, business, network, opened
    pending: Pending


def month_of(scene: Scene, scale: str, month: int, pending: Pending, points: Touchpoints, rng: np.random.Generator) -> Month:
    """Draw a month's complaints and add the repeats ``pending`` for it."""
    first = _epoch(scene, month)
    end = first + len(scene.dates.days(month)) * 86_400
    cases, come_again = _first(scene, scale, month, rng), pending.take(pending.opened < end)
    later = pending.take(pending.opened >= end)
    come_again = come_again.take(scene.tree.alive(month)[come_again.leaf])
    repeated = np.zeros(len(cases.leaf), bool)
    while len(come_again.leaf):  # repeats may repeat within the month
        more = _repeats(scene, month, come_again, rng)
        cases, repeated = cases.add(come_again), np.concatenate([repeated, np.ones(len(come_again.leaf), bool)])
        come_again, later = more.take(more.opened < end), later.add(more.take(more.opened >= end))
    fresh = _repeats(scene, month, cases.take(~repeated), rng)
    soon = fresh.take(fresh.opened < end)
    cases, repeated = cases.add(soon), np.concatenate([repeated, np.ones(len(soon.leaf), bool)])
    frame, pool = _rows(scene, month, cases, repeated, points, rng)
    return Month(frame, pool, later.add(fresh.take(fresh.opened >= end)))


def _epoch(scene: Scene, month: int) -> int:
    return int(np.datetime64(scene.dates.months[month], "s").astype(np.int64))


def _first(scene: Scene, scale: str, month: int, rng: np.random.Generator) -> Pending:
    """Complaints that are nobody's repeat."""
    kinds, subscribers = topics(), scene.subscribers[:, month]
    wanted = np.stack([subscribers[:, int(kind.business == "broadband")].sum(axis=1) * kind.weight
                       / subscribers[:, int(kind.business == "broadband")].sum() for kind in kinds], axis=1)  # fmt: skip
    wanted *= A_MONTH[scale] * len(scene.dates.days(month)) / 30.4 / wanted.sum()
    counts = rng.poisson(wanted * _boost(scene, month))
    leaf, topic = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
    size, days = len(leaf), scene.dates.day_weights(month)
    broadband = np.array([kind.business == "broadband" for kind in kinds])[topic].astype(int)
    shares = subscribers[leaf, broadband].cumsum(axis=1) / subscribers[leaf, broadband].sum(axis=1, keepdims=True)
    segment = (rng.random(size)[:, None] > shares).sum(axis=1)
    seconds = rng.choice(len(days), size, p=days) * 86_400 + rng.choice(24, size, p=HOURS / HOURS.sum()) * 3600
    opened = _epoch(scene, month) + seconds + rng.integers(0, 3600, size)
    return Pending(leaf, topic, segment, rng.integers(0, CUSTOMERS, size), opened)


def _boost(scene: Scene, month: int) -> NDArray[np.float64]:
    """[leaf, topic]: more complaints where the network has got worse, and about tariffs after the change."""
    at = ITEM["mobile_network"]
    fallen = (scene.world.usual[at] - scene.world.latent[at]) @ scene.dates.week_shares()[:, month]
    network = 1 + NETWORK_BOOST * np.maximum(fallen, 0)
    tariff = TARIFF_BOOST if 0 <= month - scene.world.events.tariff_month < TARIFF_BOOST_MONTHS else 1.0
    return np.stack([network if kind.network else np.full(len(fallen), tariff if kind.line == "tariff" else 1.0)
                     for kind in topics()], axis=1)  # fmt: skip


def _weeks(scene: Scene, month: int, opened: NDArray[np.int64]) -> NDArray[np.int64]:
    return week_of_days(scene, month)[(opened - _epoch(scene, month)) // 86_400]


def _resolved(scene: Scene, month: int, cases: Pending) -> NDArray[np.bool_]:
    """Whether each complaint is resolved: settled by who complains and when, so that every reader agrees."""
    county = scene.tree.county_of[cases.leaf, month]
    share = scene.world.process["complaint_resolution"][county, _weeks(scene, month, cases.opened)] / 100
    mixed = (cases.customer * 2_654_435_761 + cases.opened * 40_503) % 1_000_003
    return mixed / 1_000_003 < share


def _repeats(scene: Scene, month: int, cases: Pending, rng: np.random.Generator) -> Pending:
    """The repeats these complaints lead to, within thirty days; more of them in a failing loop."""
    resolved, county = _resolved(scene, month, cases), scene.tree.county_of[cases.leaf, month]
    week, chance = _weeks(scene, month, cases.opened), np.where(_resolved(scene, month, cases), REPEATS[1], REPEATS[0])
    for loop in scene.world.events.loops:
        inside = (county == loop.county) & (week >= loop.start) & (week < loop.end) & ~resolved
        chance = np.where(inside, np.minimum(chance * LOOP_REPEAT, MOST_REPEATS), chance)
    again = cases.take(rng.random(len(chance)) < chance)
    again.opened = again.opened + rng.integers(2 * 86_400, REPEAT_DAYS * 86_400, len(again.opened))
    until = int(np.datetime64(scene.dates.until + timedelta(days=1), "s").astype(np.int64))
    return again.take(again.opened < until)


def _rows(scene: Scene, month: int, cases: Pending, repeated: NDArray[np.bool_], points: Touchpoints,
          rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    order = np.argsort(cases.opened, kind="stable")
    cases, repeated = cases.take(order), repeated[order]
    keep = ~late(scene, month, cases.leaf, (cases.opened - _epoch(scene, month)) // 86_400)
    cases, repeated = cases.take(keep), repeated[keep]
    size, county = len(cases.leaf), scene.tree.county_of[cases.leaf, month]
    resolved, channel = _resolved(scene, month, cases), rng.choice(CHANNELS, size, p=CHANNEL_SHARES)
    due, closed = _closing(scene, month, cases, rng)
    shut = closed < np.datetime64(scene.dates.until + timedelta(days=1), "s").astype(np.int64)
    frame = pl.DataFrame({
        "number": pl.int_range(size, eager=True), **_when(cases.opened, due, np.where(shut, closed, -1)),
        "area_code": np.array(scene.tree.leaf_codes)[cases.leaf], "touchpoint_code": points.of(cases.leaf, county, channel, rng),
        **_kinds(scene, cases, channel, rng), "status": np.where(shut, "closed", "open"), **_verdicts(resolved, shut, rng),
        "customer": "K" + pl.Series(cases.customer).cast(pl.String).str.zfill(9), "work_order": pl.int_range(size, eager=True),
        "text": complaint_texts(cases.topic, repeated, rng),
        "reply": replies(cases.topic, resolved, rng).set(pl.Series(~shut), None),
    }).with_columns(_number("T", scene, month, "number"), pl.when(pl.col("channel") == "hotline").then(
        _number("W", scene, month, "work_order")).alias("work_order"))  # fmt: skip
    network = np.array([kind.network for kind in topics()])[cases.topic]
    pool = pl.DataFrame({"county": county, "resolved": resolved, "customer": frame["customer"], "business": frame["business"],
                         "network": network, "opened": frame["opened_at"]})  # fmt: skip
    return frame, pool.filter(pl.Series(shut))


def _number(letter: str, scene: Scene, month: int, column: str) -> pl.Expr:
    prefix = f"{letter}{scene.dates.months[month]:%Y%m}"
    return (pl.lit(prefix) + pl.col(column).cast(pl.String).str.zfill(6)).alias(column)


def _closing(scene: Scene, month: int, cases: Pending, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """When each complaint is due and when it is closed (seconds since 1970)."""
    county, size = scene.tree.county_of[cases.leaf, month], len(cases.leaf)
    share = scene.world.process["complaint_timeliness"][county, _weeks(scene, month, cases.opened)] / 100
    limit = np.array([kind.hours for kind in topics()])[cases.topic] * 3600
    taken = np.where(rng.random(size) < share, rng.beta(2, 2.5, size), 1.02 + rng.exponential(0.8, size))
    return cases.opened + limit, cases.opened + (limit * taken).astype(np.int64)


def _when(opened: NDArray[np.int64], due: NDArray[np.int64], closed: NDArray[np.int64]) -> dict[str, pl.Series]:
    times = {"opened_at": opened, "due_at": due, "closed_at": closed}
    out = {name: pl.Series(values.astype("datetime64[s]").astype("datetime64[ms]")) for name, values in times.items()}
    return {**out, "closed_at": out["closed_at"].set(pl.Series(closed < 0), None)}


def _kinds(scene: Scene, cases: Pending, channel: NDArray[np.str_], rng: np.random.Generator) -> dict[str, NDArray[np.str_]]:
    kinds, size = topics(), len(cases.leaf)
    business = np.array([kind.business for kind in kinds])[cases.topic]
    five_g = rng.random(size) < SHARE_5G[scene.tree.urban[cases.leaf].astype(int), cases.segment]
    return {
        "brand": np.full(size, "own"), "business": business, "segment": np.array(SEGMENTS)[cases.segment],
        "generation": np.where(business == "broadband", "fixed", np.where(five_g, "5g", "4g")),
        "stage": rng.choice(STAGES, size, p=STAGE_SHARES), "channel": channel,
        "topic1": np.array([kind.topic1 for kind in kinds])[cases.topic],
        "topic2": np.array([kind.topic2 for kind in kinds])[cases.topic],
    }  # fmt: skip


def _verdicts(resolved: NDArray[np.bool_], shut: NDArray[np.bool_], rng: np.random.Generator) -> dict[str, pl.Series]:
    """What the customer said when called back: resolved (1/0, blank when not asked) and a rating 1-10."""
    size = len(resolved)
    called = shut & (rng.random(size) < CALLED_BACK)
    rated = called & (rng.random(size) < RATED)
    rating = np.clip(np.rint(np.where(resolved, RATINGS[1], RATINGS[0]) + RATING_SD * rng.standard_normal(size)), 1, 10)
    return {"resolved": pl.Series(resolved.astype(np.int8)).set(pl.Series(~called), None),
            "rating": pl.Series(rating.astype(np.int8)).set(pl.Series(~rated), None)}  # fmt: skip

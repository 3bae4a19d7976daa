"""Weekly rules: process indicators out of their limits, surges of complaints. The last whole week is judged against its past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from etl.domain.alert_rule import AlertRule, sigmas
from etl.domain.area import Level
from etl.domain.episode import State
from etl.domain.lives import CODE, JUDGED, NOTHING, Codes, live
from etl.domain.period import Period
from etl.domain.weekly import Against, above_expected, out_of_limits
from etl.steps.detection.book import Book, Stood
from etl.steps.detection.reads import Ratios, Scene
from etl.steps.detection.sight import Figures, Sight

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HISTORY, LEAST = 26, 13  # weeks
SURGE_HISTORY, LARGE = 52, 1000.0
LEAST_SURGE = 26  # weeks: of fewer nothing is expected
LEAST_CASES = 5.0
FRESH = {"complaint": 0, "process": 1}  # days before the week's end that a county's data may end


def watch_process(scene: Scene, weeks: Sequence[Period], ratios: dict[int, Ratios], rule: AlertRule, book: Book) -> None:
    """Process indicators outside their own limits, on the bad side."""
    for indicator, row in scene.indicators.items():
        if indicator in ratios and rule.speaks_of(row["code"], row["kind"]) and len(weeks) > LEAST:
            _judge_process(scene, weeks, ratios[indicator], rule, book, indicator)


def _judge_process(scene: Scene, weeks: Sequence[Period], ratio: Ratios, rule: AlertRule, book: Book, indicator: int) -> None:
    row, stood = scene.indicators[indicator], book.stood(indicator)
    value, direction = ratio.value(row["factor"]), float(row["direction"])
    until = _baselines(stood, weeks)
    parts = np.full((3, len(until)), np.nan)
    for end in np.unique(until):
        mine = until == end
        past = value[mine, max(0, end - int(rule.number("history", HISTORY))) : end]
        seen = out_of_limits(past, value[mine, -1], direction, rule.number("sigmas", 3.0), int(rule.number("least", LEAST)))
        parts[:, mine] = seen.expected, seen.limit, seen.s
    seen = Against(*parts)
    nothing = np.full(len(until), np.nan)
    figures = Figures(value[:, -1], nothing, nothing, ratio.n[:, -1], ratio.denominator[:, -1], seen.expected,
                      value[:, -1] - seen.expected, seen.s)  # fmt: skip
    signal = np.nan_to_num(seen.s) < -rule.number("sigmas", 3.0)
    _take(scene, weeks, rule, book, indicator, stood, seen, figures, signal, [weeks[end].start for end in until])


def _baselines(stood: Stood, weeks: Sequence[Period]) -> NDArray[np.int64]:
    """[area]: the number of the week after its baseline: the last one, or of a series that is not at rest, as it was."""
    starts, last = {week.start: number for number, week in enumerate(weeks)}, len(weeks) - 1
    kept = np.array([starts.get(day, last) if day else last for day in stood.chart_from])
    return np.where(stood.lives.settled | (kept < LEAST), last, kept)


def watch_surges(scene: Scene, weeks: Sequence[Period], ratios: dict[int, Ratios], rule: AlertRule, book: Book) -> None:
    """Complaints above what the weeks before lead one to expect, with the subscribers as an offset."""
    for indicator, row in scene.indicators.items():
        if indicator in ratios and rule.speaks_of(row["code"], row["kind"]) and len(weeks) > LEAST_SURGE:
            _judge_surge(scene, weeks, ratios[indicator], rule, book, indicator)


def _judge_surge(scene: Scene, weeks: Sequence[Period], ratio: Ratios, rule: AlertRule, book: Book, indicator: int) -> None:
    span = slice(max(0, len(weeks) - 1 - int(rule.number("history", SURGE_HISTORY))), len(weeks))
    tail, parts = rule.tails(scene.tree.levels), np.full((3, len(scene.tree.ids)), np.nan)
    for one in np.unique(tail[tail > 0]):
        mine = tail == one
        seen = above_expected(ratio.numerator[mine, span], ratio.denominator[mine, span], float(one), rule.number("large", LARGE))
        parts[:, mine] = seen.expected, seen.limit, seen.s
    seen, now = Against(*parts), ratio.numerator[:, -1]
    nothing = np.full(len(now), np.nan)
    figures = Figures(now, nothing, nothing, now, ratio.denominator[:, -1], seen.expected, now - seen.expected, seen.s)
    enough = ratio.numerator[:, -4:].sum(axis=1) >= rule.number("least", LEAST_CASES)
    with np.errstate(divide="ignore"):
        signal = enough & (tail > 0) & (np.nan_to_num(seen.s) < -sigmas(tail))
    _take(scene, weeks, rule, book, indicator, book.stood(indicator), seen, figures, signal, [weeks[-1].start] * len(now))


def _take(
    scene: Scene, weeks: Sequence[Period], rule: AlertRule, book: Book, indicator: int, stood: Stood, seen: Against,
    figures: Figures, signal: Bools, chart_from: list[date],
) -> None:  # fmt: skip
    week = weeks[-1]
    watched = scene.watched(rule, week.end)
    unjudged = _unjudged(scene, indicator, seen, week, watched)
    again = np.full(len(watched), stood.start == week.start)
    lives, told = live(stood.lives, seen.s, signal & (unjudged == JUDGED), unjudged, rule.hold, again)
    limit = seen.limit
    book.take(Sight(
        indicator, week.start, watched, np.where(watched, told, NOTHING), lives.state, figures, np.zeros(len(watched), bool),
        lambda area: week.start, lambda area: {"limit": float(limit[area])} if np.isfinite(limit[area]) else {},
    ))  # fmt: skip
    known = watched & (np.isfinite(figures.value) | ~lives.settled)
    book.stands(
        indicator, week.start, lives, known, chart_from=np.array(chart_from, "datetime64[D]"), baseline=seen.expected, s=seen.s
    )


def _unjudged(scene: Scene, indicator: int, seen: Against, week: Period, watched: Bools) -> Codes:
    """Counties whose data do not reach the week's end have no data for it; what has no past is too few."""
    fact = scene.indicators[indicator]["fact"]
    reached = week.end - timedelta(days=FRESH[fact])
    county = scene.tree.levels == Level.COUNTY
    late = county & np.array([scene.late.get((int(area), fact), date.min) < reached for area in scene.tree.ids], bool)
    return np.select([~watched | late, ~np.isfinite(seen.s)], [CODE[State.NO_DATA], CODE[State.TOO_FEW]], JUDGED).astype(np.int8)

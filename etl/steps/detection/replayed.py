"""Every rule in force held against the whole published past, period by period as it came: what each would have told.

Rules of which the store keeps no past (a target's chance, a late feed, a threshold) are held against the present alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.alert_rule import AlertRule
from etl.domain.area import Level
from etl.domain.detect import BASELINE_PERIODS
from etl.domain.gates import USUAL_VOLUME
from etl.domain.period import Period, containing
from etl.domain.told_alert import ToldAlert
from etl.steps.detection.beside import Surroundings
from etl.steps.detection.falls import watch_falls
from etl.steps.detection.flags import watch_ranks, watch_targets, watch_thresholds
from etl.steps.detection.quality import watch_feeds, watch_quality
from etl.steps.detection.reads import Scene, Survey, read_ratios
from etl.steps.detection.unwritten import Unwritten
from etl.steps.detection.weekly import HISTORY, SURGE_HISTORY, watch_process, watch_surges

MOST_WEEKS = 208
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Replayed:
    """One rule, the periods it was held against, and what it would have told of (opened, or worse); ``past``: false where it saw
    the present alone."""

    rule: AlertRule
    past: bool
    periods: Sequence[Period]
    told: Sequence[ToldAlert]


@dataclass(frozen=True)
class Past:
    """All rules over one store, and each area's parent today, by codes."""

    rules: Sequence[Replayed]
    parents: Mapping[str, str]


def replay(connection: sa.Connection, tell: Tell | None = None) -> Past | None:
    """Hold the rules against the current publication's past; ``None`` when nothing is published."""
    latest = sql.one(connection, "etl/latest_publication")
    if latest is None or latest["data_to"] is None:
        return None
    scene = Scene.read(connection, latest, datetime.now().astimezone())
    weeks, survey = scene.whole("w", MOST_WEEKS), Survey.of(scene)
    process = [indicator for indicator, row in scene.indicators.items() if row["kind"] == "process"]
    around = Surroundings(scene, survey, weeks, read_ratios(scene, weeks, process))
    codes = {row["area_id"]: row["code"] for row in sql.rows(connection, "etl/area_codes")}
    named = [codes[int(one)] for one in scene.tree.ids]
    found = []
    for rule in (AlertRule.of(row) for row in sql.rows(connection, "etl/alert_rules")):
        if rule.enabled:
            if tell:
                tell(rule.rule)
            found.append(_replayed(around, rule, named))
    above = scene.tree.kin([scene.data_to]).parent[:, 0]
    return Past(found, {named[area]: named[up] for area, up in enumerate(above.tolist()) if up >= 0})


def _replayed(around: Surroundings, rule: AlertRule, named: Sequence[str]) -> Replayed:
    book = Unwritten(around.scene, rule)
    past = rule.kind in _PAST
    periods = (_PAST if past else _PRESENT)[rule.kind](around, rule, book)
    levels, indicators = around.scene.tree.levels, around.scene.indicators
    told = [
        ToldAlert(named[one.area], Level(levels[one.area]), indicators[one.indicator]["code"] if one.indicator else "",
                  start, containing(rule.period if past else "d", start).end, worse)
        for one in book.noted
        for start, worse in ((one.opened, False), *((start, True) for start in one.worse))
    ]  # fmt: skip
    return Replayed(rule, past, periods, told)


def _falls(around: Surroundings, rule: AlertRule, book: Unwritten) -> Sequence[Period]:
    watch_falls(around.survey, rule, book)
    return around.survey.months[BASELINE_PERIODS:]


def _quality(around: Surroundings, rule: AlertRule, book: Unwritten) -> Sequence[Period]:
    watch_quality(around.survey, rule, book)
    return around.survey.months[USUAL_VOLUME:]


def _ranks(around: Surroundings, rule: AlertRule, book: Unwritten) -> Sequence[Period]:
    months, first = around.survey.months, int(rule.number("back", 3))
    for end in range(first + 1, len(months) + 1):
        watch_ranks(replace(around.survey, months=months[:end]), rule, book)
    return months[first:]


def _weekly(watch: Callable[..., None], history: int) -> Callable[[Surroundings, AlertRule, Unwritten], Sequence[Period]]:
    """Week by week, once as much lies behind as the rule looks back on."""

    def weekly(around: Surroundings, rule: AlertRule, book: Unwritten) -> Sequence[Period]:
        first = int(rule.number("history", history))
        for end in range(first + 1, len(around.weeks) + 1):
            known = {indicator: ratio.until(end) for indicator, ratio in around.ratios.items()}
            watch(around.scene, around.weeks[:end], known, rule, book)
        return around.weeks[first:]

    return weekly


def _now(watch: Callable[[Any, AlertRule, Unwritten], None], of_survey: bool) -> Callable[..., Sequence[Period]]:
    """The present alone."""

    def once(around: Surroundings, rule: AlertRule, book: Unwritten) -> Sequence[Period]:
        watch(around.survey if of_survey else around.scene, rule, book)
        return [containing("d", around.scene.data_to)]

    return once


_Watch = Callable[[Surroundings, AlertRule, Unwritten], Sequence[Period]]
_PAST: Mapping[str, _Watch] = {
    "fall": _falls, "quality": _quality, "rank": _ranks, "process": _weekly(watch_process, HISTORY),
    "surge": _weekly(watch_surges, SURGE_HISTORY),
}  # fmt: skip
_PRESENT: Mapping[str, _Watch] = {
    "target": _now(watch_targets, False), "feed": _now(watch_feeds, False), "threshold": _now(watch_thresholds, True),
}  # fmt: skip

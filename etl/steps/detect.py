"""Alerts of a publication: every rule in force is held against the published figures, once a publication, column-wise.

What was found is written as episodes and their events; nobody is told here. Run again on the same publication it finds the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.alert_rule import AlertRule
from etl.domain.falls import Watcher
from etl.steps.detection import beside
from etl.steps.detection.beside import Surroundings
from etl.steps.detection.book import Book
from etl.steps.detection.falls import watch_falls
from etl.steps.detection.flags import watch_ranks, watch_targets, watch_thresholds
from etl.steps.detection.quality import watch_feeds, watch_quality
from etl.steps.detection.reads import Scene, Survey, read_ratios
from etl.steps.detection.weekly import watch_process, watch_surges
from etl.steps.stages import Tell

ATTEMPTS = 4  # somebody may acknowledge an alert at this very moment
SERIALIZATION_FAILURE = "40001"
FEED = "feed"


def detect_due(target: sa.Engine) -> datetime | None:
    """When the latest publication was made, if no alerts were looked for in it yet."""
    with sql.begin(target) as connection:
        row = sql.one(connection, "etl/detect_due")
    return row["published_at"] if row else None


def feeds_due(target: sa.Engine) -> bool:
    """Whether an incident of a feed stands without its alert, or an alert of a feed without its incident."""
    with sql.begin(target) as connection:
        return sql.one(connection, "etl/detect_feeds_due") is not None


def detect(target: sa.Engine, now: datetime, tell: Tell | None = None, *, again: bool = False) -> dict[str, Any]:
    """Look for alerts in the latest publication, unless it was done (``again``: all the same); what came of it in numbers."""
    snapshot = target.execution_options(isolation_level="REPEATABLE READ")
    for attempt in range(ATTEMPTS):
        try:
            with sql.begin(snapshot) as connection:
                return _detect(connection, now, tell, again)
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != SERIALIZATION_FAILURE or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _detect(connection: sa.Connection, now: datetime, tell: Tell | None, again: bool) -> dict[str, Any]:
    due = sql.one(connection, "etl/detect_due")
    latest = due or sql.one(connection, "etl/latest_publication")
    if latest is None or latest["data_to"] is None:
        return {"publication": None}
    scene = Scene.read(connection, latest, now)
    rules = [AlertRule.of(row) for row in sql.rows(connection, "etl/alert_rules")]
    wanted = [rule for rule in rules if rule.enabled and (due or again or rule.kind == FEED)]
    counts: Counter[str] = Counter()
    around = _around(scene, wanted)
    for at, rule in enumerate(wanted):
        if tell:
            tell(at, len(wanted), rule.rule)
        book = Book(scene, rule)
        watchers = _watch(around, rule, book)
        counts.update(book.write())
        beside.write(around, book, watchers)
    sql.execute(connection, "etl/detect_made", p=scene.publication, now=now)
    return {"publication": scene.publication, **{name: counts[name] for name in ("opened", "worsened", "recovered")}}


def _around(scene: Scene, rules: Sequence[AlertRule]) -> Surroundings:
    """What the rules read; feeds alone read nothing."""
    weeks = scene.whole("w") if any(rule.kind != FEED for rule in rules) else []
    process = [indicator for indicator, row in scene.indicators.items() if row["kind"] == "process"]
    return Surroundings(scene, Survey.of(scene), weeks, read_ratios(scene, weeks, process))


def _watch(around: Surroundings, rule: AlertRule, book: Book) -> Mapping[int, Watcher]:
    """Fill the rule's book; of falls the watchers, whose charts are told beside them."""
    scene, survey = around.scene, around.survey
    if rule.kind == "fall":
        return watch_falls(survey, rule, book)
    if rule.kind in ("process", "surge"):
        (watch_process if rule.kind == "process" else watch_surges)(scene, around.weeks, around.ratios, rule, book)
    elif rule.kind in SURVEYED:
        SURVEYED[rule.kind](survey, rule, book)
    else:
        SCENIC[rule.kind](scene, rule, book)
    return {}


SURVEYED = {"quality": watch_quality, "threshold": watch_thresholds, "rank": watch_ranks}
SCENIC = {"target": watch_targets, FEED: watch_feeds}

"""A rule of falls or of data quality tried on the published past: what it would have told, month by month; of falls beside what
chance alone brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa

import sql
from etl.domain.alert_rule import AlertRule
from etl.domain.area import Level
from etl.domain.detect import BASELINE_PERIODS
from etl.domain.falls import Step, Watch, Watcher
from etl.domain.gates import USUAL_VOLUME
from etl.domain.lives import FIRED, RECOVERED
from etl.domain.rule_length import promised
from etl.steps.detection.falls import KINDS, watcher_of
from etl.steps.detection.quality import watch_quality
from etl.steps.detection.reads import Scene, Survey
from etl.steps.detection.unwritten import Unwritten

QUALITY = "quality"  # the kind of rule that watches the answers
ANSWERS = "answers"  # what its alerts are about: of no indicator


@dataclass(frozen=True)
class TriedEpisode:
    """An alert that would have been told: ``delay`` in months from its most likely beginning to its opening."""

    area: str
    indicator: str
    opened: date
    since: date | None
    delay: int | None
    size: float
    s: float
    closed: date | None


@dataclass(frozen=True)
class Tried:
    """What the rule would have done in so many months; by level: alerts a month, and false ones by design."""

    months: int
    episodes: list[TriedEpisode]
    levels: list[dict[str, Any]]


def tried(connection: sa.Connection, rule: AlertRule) -> Tried | None:
    """Replay all whole months of the current publication; ``None`` when no month lies behind those it is compared with."""
    latest = sql.one(connection, "etl/latest_publication")
    if latest is None or latest["data_to"] is None:
        return None
    survey = Survey.of(Scene.read(connection, latest, datetime.now().astimezone()))
    if rule.kind == QUALITY:
        return _tried_quality(survey, rule) if len(survey.months) > USUAL_VOLUME else None
    return _tried_falls(survey, rule) if len(survey.months) > BASELINE_PERIODS else None


def _tried_quality(survey: Survey, rule: AlertRule) -> Tried:
    notes = Unwritten(survey.scene, rule)
    watch_quality(survey, rule, notes)
    codes, tree, months = _codes(survey.scene.connection), survey.scene.tree, len(survey.months) - USUAL_VOLUME
    episodes = []
    for one in notes.noted:
        more = (one.figures["value"] or 0.0) - (one.figures["expected"] or 0.0)
        where = codes[int(tree.ids[one.area])]
        episodes.append(TriedEpisode(where, ANSWERS, one.opened, one.opened, 1, more, one.figures["s"] or 0.0, one.closed))
    told = np.bincount([int(tree.levels[one.area]) for one in notes.noted], minlength=len(Level))
    levels = [_row(level, int(told[level]), months) for level in Level if told[level]]
    return Tried(months, sorted(episodes, key=lambda one: (one.opened, one.area)), levels)


def _tried_falls(survey: Survey, rule: AlertRule) -> Tried:
    connection = survey.scene.connection
    episodes, codes = list[tuple[int, TriedEpisode]](), _codes(connection)
    watched = np.zeros(len(Level))
    for indicator, row in survey.scene.indicators.items():
        if row["kind"] in KINDS and rule.speaks_of(row["code"], row["kind"]) and survey.heard(indicator):
            watcher = watcher_of(survey, rule, indicator)
            steps = list(watcher.follow(Watch.fresh(len(watcher.watched)), BASELINE_PERIODS, len(survey.months) - 1))
            episodes += _episodes(survey, watcher, steps, row["code"], codes, row["direction"])
            for step in steps:
                at_rest = watcher.watched & (step.unjudged < 0) & step.watch.lives.settled
                watched += np.bincount(watcher.series.level[at_rest], minlength=len(Level))
    months = len(survey.months) - BASELINE_PERIODS
    told = {level: [one for at, one in episodes if at == level] for level in Level}
    levels = [_level(level, told[level], watched[level], months, rule) for level in Level if watched[level]]
    return Tried(months, [one for _, one in sorted(episodes, key=lambda each: each[1].opened)], levels)


def _codes(connection: sa.Connection) -> dict[int, str]:
    return {row["area_id"]: row["code"] for row in sql.rows(connection, "etl/area_codes")}


def _episodes(
    survey: Survey, watcher: Watcher, steps: list[Step], indicator: str, codes: dict[int, str], direction: int
) -> list[tuple[int, TriedEpisode]]:  # fmt: skip
    starts, found = [month.start for month in survey.months], []
    for number, step in enumerate(steps):
        for area in np.flatnonzero(step.told == FIRED):
            closed = next((later.at for later in steps[number + 1 :] if later.told[area] == RECOVERED), None)
            since = int(step.column.since[area])
            one = TriedEpisode(
                codes[int(survey.scene.tree.ids[area])], indicator, starts[step.at], starts[since] if since >= 0 else None,
                step.at - since + 1 if since >= 0 else None, float(step.column.fall[area]) * direction,
                float(step.column.s[area]), starts[closed] if closed is not None else None,
            )  # fmt: skip
            found.append((int(watcher.series.level[area]), one))
    return found


def _level(level: Level, episodes: list[TriedEpisode], watched: float, months: int, rule: AlertRule) -> dict[str, Any]:
    limit = rule.detector().limits.get(level)
    together = level == Level.GRID and rule.detector().false_share is not None
    delays = [one.delay for one in episodes if one.delay is not None]
    return {
        **_row(level, len(episodes), months), "series_months": int(watched),
        "by_chance_a_month": round(watched / promised(limit) / months, 2) if limit and not together else None,
        "median_months": float(np.median(delays)) if delays else None,
    }  # fmt: skip


def _row(level: Level, alerts: int, months: int) -> dict[str, Any]:
    return {"level": level.name_in("en"), "alerts": alerts, "a_month": round(alerts / months, 2)}

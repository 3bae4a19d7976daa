"""What each job of the schedule does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import sql
from etl import schedule
from etl.commands import posting, reporting, uploads
from etl.commands.console import Refused
from etl.commands.feeds import declared
from etl.commands.proposing import propose_for
from etl.commands.trying import try_rule
from etl.config import Settings
from etl.runner import Order, Work
from etl.sources.declaration import Feed
from etl.sources.faults import WrongFeed
from etl.steps import housekeeping, inbox
from etl.steps.attain import attain_due, judge
from etl.steps.detect import detect, detect_due, feeds_due
from etl.steps.drivers import drivers_due, estimate_drivers
from etl.steps.fast_lane import run_fast_lane
from etl.steps.fetch import fetch_feed, fetches
from etl.steps.filework import LoadResult
from etl.steps.forecast import forecast_due, foretell
from etl.steps.load import note_feeds
from etl.steps.notify import notify_due
from etl.steps.overdue import look_for_overdue
from etl.steps.predict import predict, predict_due
from etl.steps.premises import Premises
from etl.steps.publish import publish
from etl.steps.refusal import note_refusal
from etl.steps.stages import Tell

HOURLY, EVERY_TEN_MINUTES = "0 * * * *", "*/10 * * * *"


def works(settings: Settings) -> dict[str, Work]:
    """The work behind each name in :data:`etl.schedule.JOBS`."""
    return {
        "load": lambda order: load(order, settings),
        "publish": lambda order: publish_all(order.target, order.tell),
        "drivers": lambda order: estimate_drivers(order.target, order.tell),
        "forecast": lambda order: foretell(order.target, order.tell),
        "detect": lambda order: detect(order.target, order.moment(), order.tell),
        "attain": lambda order: judge(order.target, order.tell),
        "propose": propose_for,
        "predict": lambda order: predict(order.target, order.moment(), order.tell),
        "try-rule": try_rule,
        "notify": lambda order: posting.notify_all(order, settings),
        "deliver": lambda order: posting.deliver_all(order, settings),
        "check": lambda order: uploads.check(order, settings),
        "load-upload": lambda order: uploads.load(order, settings),
        **reporting.works(settings),
        "overdue": lambda order: overdue(order, settings),
        "housekeeping": lambda order: housekeeping.tidy(order.target, order.now.date(), Premises(settings.home)),
    }


def overdue(order: Order, settings: Settings) -> dict[str, Any]:
    """Note the declared feeds, so that the web knows those nothing came of yet, and look for the overdue ones."""
    feeds = declared(settings)
    note_feeds(order.target, feeds, order.moment)
    return {"overdue": look_for_overdue(order.target, feeds, order.now)}


def waiting(target: sa.Engine, settings: Settings, at: datetime) -> Iterator[schedule.Waiting]:
    """A run for every feed with finished files in the inbox, and for every source whose time has come; the tree first. Drivers
    are estimated once a complete month is published that they do not reach.

    Where the declarations cannot be read, a load of everything once an hour, whose failure says why.
    """
    if drivers_due(target):
        yield schedule.Waiting("drivers", planned=schedule.planned_before(HOURLY, at))
    published = forecast_due(target)
    if published is not None:  # once for each publication, whose minute names the run
        yield schedule.Waiting("forecast", planned=published.replace(second=0, microsecond=0))
    seen = detect_due(target)
    if seen is not None:
        yield schedule.Waiting("detect", planned=seen.replace(second=0, microsecond=0))
    elif feeds_due(target):
        yield schedule.Waiting("detect", planned=schedule.planned_before(EVERY_TEN_MINUTES, at))
    if notify_due(target, at):
        yield schedule.Waiting("notify")
    if posting.due(target, settings, at):
        yield schedule.Waiting("deliver")
    foretold = attain_due(target)
    if foretold is not None:  # once for each publication and each plan put in force on it
        yield schedule.Waiting("attain", planned=foretold)
    if predict_due(target):  # the first time at once, then as planned
        yield schedule.Waiting("predict", planned=schedule.planned_before(HOURLY, at))
    try:
        feeds = declared(settings) if settings.feeds.is_dir() and any(settings.feeds.glob("*.toml")) else []
    except (Refused, WrongFeed):
        yield schedule.Waiting("load", planned=schedule.planned_before(HOURLY, at))
        return
    settings.inbox.mkdir(parents=True, exist_ok=True)
    arrived = {feed.feed_id for feed, _ in inbox.due(target, feeds, settings.inbox)}
    for feed in feeds:
        if fetches(feed):
            yield schedule.Waiting(f"load:{feed.feed_id}", feed.kind.order, schedule.planned_before(feed.plan, at))
        elif feed.feed_id in arrived:
            yield schedule.Waiting(f"load:{feed.feed_id}", feed.kind.order)


def load(order: Order, settings: Settings) -> dict[str, Any]:
    """Load what waits for one feed (``load:FEED``) or for all: from the inbox or its source; then the fast lane.

    Files and rows by what became of them. A refused file opens an incident of its feed; a taken one closes it.
    """
    files: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    for result in _results(order, settings):
        files[result.state] += 1
        note_refusal(order.target, result, order.now)
        if result.state == "loaded":
            rows.update(read=result.read, accepted=result.accepted, rejected=result.rejected, duplicate=result.duplicate)
    return {"files": dict(files), **rows, "tasks": run_fast_lane(order.target, order.now)}


def _results(order: Order, settings: Settings) -> Iterator[LoadResult]:
    feeds, premises = declared(settings), Premises(settings.home)
    chosen = [feed for feed in feeds if order.subject in ("", feed.feed_id)]
    today, told = order.now.date(), _telling(order, chosen, settings)
    yield from inbox.take_inbox(
        order.target, feeds, premises, settings.secret, only=order.subject, today=today, progress=told,
        patient=order.asked_by is not None, due_only=order.asked_by is None, clock=order.moment,
    )  # fmt: skip
    for feed in filter(fetches, chosen):
        yield from fetch_feed(
            order.target, feed, premises, settings.secret, today=today, clock=order.moment,
            progress=lambda path, rows: order.tell(rows, 0, path.name),
        )  # fmt: skip


def _telling(order: Order, feeds: Sequence[Feed], settings: Settings) -> Callable[[Path, int], None]:
    """Files begun of files in all, with the rows of the one at hand."""
    found = inbox.waiting(feeds, settings.inbox) if order.asked_by else inbox.due(order.target, feeds, settings.inbox)
    names = [path.name for _, path in found]
    return lambda path, rows: order.tell(names.index(path.name) if path.name in names else 0, len(names), f"{path.name} {rows:,}")


def publish_all(target: sa.Engine, tell: Tell | None = None) -> dict[str, Any]:
    """Roll up what changed, check it and publish; the same names always.

    ``publication`` is ``None`` when nothing had changed; the others then speak of ``latest``, ``None`` when there is none.
    """
    done = publish(target, tell=tell)
    with sql.begin(target) as connection:
        latest = sql.one(connection, "etl/latest_publication") or {}
    return {
        "publication": done.publication_id, "latest": latest.get("publication_id"), "data_from": latest.get("data_from"),
        "data_to": latest.get("data_to"), "answers": latest.get("answers", 0), "cells_changed": done.cells_changed,
        "months": [month.isoformat()[:7] for month in done.months],
        "warnings": [{"check": one.check, "zh": one.zh, "en": one.en, "rows": len(one.rows)} for one in done.warnings],
    }  # fmt: skip

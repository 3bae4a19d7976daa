"""What each job of the schedule does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from etl.commands.feeds import declared
from etl.config import Settings
from etl.runner import Work
from etl.sources.declaration import Feed
from etl.steps import housekeeping, load
from etl.steps.publish import publish
from etl.steps.receive import sorted_inbox
from etl.steps.stages import Tell

Progress = Callable[[Path, int], None]


def works(settings: Settings) -> dict[str, Work]:
    """The work behind each name in :data:`etl.schedule.JOBS`."""
    return {
        "load": lambda order: load_inbox(order.target, settings, order.subject, tell=order.tell),
        "publish": lambda order: publish_all(order.target, order.tell),
        "housekeeping": lambda order: housekeeping.tidy(order.target, order.now.date()),
    }


def waiting(settings: Settings) -> Iterator[tuple[str, int]]:
    """``load:FEED`` for every feed with files in the inbox, and the rank by which the tree comes first."""
    settings.inbox.mkdir(parents=True, exist_ok=True)
    for feed in {feed.feed_id: feed for feed, _ in sorted_inbox(declared(settings), settings.inbox)}.values():
        yield f"load:{feed.feed_id}", feed.kind.order


def now() -> datetime:
    """The clock of everything that runs by the schedule."""
    return datetime.now().astimezone()


def load_inbox(target: sa.Engine, settings: Settings, feed_id: str = "", *, tell: Tell | None = None) -> dict[str, Any]:
    """Load every file of the inbox that a feed (``feed_id``: this one) claims: files and rows by what became of them."""
    settings.inbox.mkdir(parents=True, exist_ok=True)
    feeds = [feed for feed in declared(settings) if feed_id in ("", feed.feed_id)]
    files: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    for result in load.load_inbox(target, feeds, settings.inbox, settings.secret, progress=_telling(feeds, settings, tell)):
        files[result.state] += 1
        if result.state == "loaded":
            rows.update(read=result.read, accepted=result.accepted, rejected=result.rejected, duplicate=result.duplicate)
    return {"files": dict(files), **rows}


def _telling(feeds: list[Feed], settings: Settings, tell: Tell | None) -> Progress | None:
    """Files begun of files in all, with the rows of the one at hand."""
    if tell is None:
        return None
    names = [path.name for _, path in sorted_inbox(feeds, settings.inbox)]
    return lambda path, rows: tell(names.index(path.name) if path.name in names else 0, len(names), f"{path.name} {rows:,}")


def publish_all(target: sa.Engine, tell: Tell | None = None) -> dict[str, Any]:
    """Roll up what changed, check it and publish; an empty outcome tells that nothing had changed."""
    done = publish(target, tell=tell)
    if done.publication_id is None:
        return {"publication": None}
    return {
        "publication": done.publication_id, "data_from": done.data_from, "data_to": done.data_to, "answers": done.answers,
        "cells_changed": done.cells_changed, "months": [month.isoformat()[:7] for month in done.months],
        "warnings": [{"check": one.check, "zh": one.zh, "en": one.en, "rows": len(one.rows)} for one in done.warnings],
    }  # fmt: skip

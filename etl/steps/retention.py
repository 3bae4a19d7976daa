"""Files kept long enough go: whole months of the archive, and what was refused and nobody came back to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from etl.domain.period import parse
from etl.steps.premises import REASON, Premises


def forget_archived(premises: Premises, today: date, days: int) -> int:
    """Drop the archive's months whose last day is more than ``days`` ago; the number of files that went."""
    oldest, gone = today - timedelta(days=days), 0
    for feed in _folders(premises.archive):
        for month in _folders(feed):
            with suppress(ValueError):  # a folder that is none of ours
                if parse(month.name).end < oldest:
                    gone += sum(path.is_file() for path in month.rglob("*"))
                    shutil.rmtree(month)
    return gone


def forget_refused(premises: Premises, today: date, days: int) -> int:
    """Drop refused files set aside more than ``days`` ago, each with its reason; the number of files that went."""
    oldest, gone = today - timedelta(days=days), 0
    for path in sorted(premises.refused.rglob("*")) if premises.refused.is_dir() else ():
        if path.name.endswith(REASON) or not path.is_file() or _set_aside(path) >= oldest:
            continue
        path.unlink(missing_ok=True)
        path.with_name(path.name + REASON).unlink(missing_ok=True)
        gone += 1
    return gone


def _set_aside(path: Path) -> date:
    """The day a file was put where it is; its own time is its sender's."""
    found = path.stat()
    return datetime.fromtimestamp(max(found.st_ctime, found.st_mtime)).astimezone().date()


def _folders(place: Path) -> Iterator[Path]:
    return (path for path in sorted(place.iterdir()) if path.is_dir()) if place.is_dir() else iter(())

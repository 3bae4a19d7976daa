"""The watched inbox: finished files are loaded and leave it, for the archive or for the failed ones.

A file is moved after its load was committed. A crash in between leaves it in the inbox; the next run finds its bytes
loaded and moves it then. A refused file is tried again by itself when what it refers to has changed, unless a later
delivery has taken its place.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import sql
from etl.sources.declaration import Feed
from etl.sources.landing import unfinished
from etl.sources.origin import Folder
from etl.steps.filework import Clock, LoadResult
from etl.steps.load import load_file
from etl.steps.moving import Stamp, put_back, stamp_of
from etl.steps.premises import REASON, Premises, archive, forget_reason, set_aside
from etl.steps.receive import arrive, sorted_inbox
from etl.steps.reference import References

STAYING = "inbox:"  # before the name of a file that stays, among the marks of what a feed has taken
SETTLE_SECONDS = 10.0  # a file changed less long ago may still be being written

Progress = Callable[[Path, int], None]
Load = Callable[[Feed, Path], tuple[LoadResult, Stamp] | None]  # ``None``: the file is gone


def waiting(feeds: Sequence[Feed], folder: Path, now: float | None = None) -> list[tuple[Feed, Path]]:
    """The finished files of an inbox that a feed claims, in the order they are to be loaded."""
    now = time.time() if now is None else now
    return [(feed, path) for feed, path in sorted_inbox(feeds, folder) if _settled(path, now)]


def _let_settle(feeds: Sequence[Feed], folder: Path) -> None:
    """Wait until nobody has written to the claimed files for long enough, but no longer than that may take twice."""
    deadline = time.monotonic() + 2 * SETTLE_SECONDS
    while time.monotonic() < deadline:
        claimed = [path for _, path in sorted_inbox(feeds, folder) if not unfinished(path.name)]
        if all(_settled(path, time.time()) for path in claimed):
            return
        time.sleep(0.5)


def _settled(path: Path, now: float) -> bool:
    try:
        changed = path.stat().st_mtime
    except FileNotFoundError:
        return False  # another run has just moved it
    return abs(now - changed) >= SETTLE_SECONDS and not unfinished(path.name)


def due(target: sa.Engine, feeds: Sequence[Feed], folder: Path, now: float | None = None) -> list[tuple[Feed, Path]]:
    """Those of the waiting files with something to do: one a feed has had and that has to stay is done with."""
    found = waiting(feeds, folder, now)
    had = _had_before(target) if found else {}
    left = {(feed.feed_id, path.name) for feed, path in found if had.get((feed.feed_id, path.name)) != _mark(path)}
    stays = {path.name for feed, path in found if (feed.feed_id, path.name) in left}  # somebody is still to have it
    return [
        (feed, path) for feed, path in found
        if (feed.feed_id, path.name) in left or (_moves(feed) and path.name not in stays)
    ]  # fmt: skip


def take_inbox(
    target: sa.Engine, feeds: Sequence[Feed], premises: Premises, secret: str, *, only: str = "", move: bool = True,
    patient: bool = False, due_only: bool = False, today: date | None = None, now: float | None = None,
    clock: Clock | None = None, progress: Progress | None = None,
) -> Iterator[LoadResult]:  # fmt: skip
    """Load the finished files of the inbox (``only``: of that feed) and move each when it is done; one result a file.

    ``patient``: a person asks, so files that were put there just now are waited for. ``due_only``: files that were had
    before and stay are not looked into again. ``clock`` dates what is written; without it the store's does.

    ``feeds`` are all feeds: a file that several claim is moved when each has had it. With ``move`` false everything stays
    where it lies; a feed may say so for itself (``[source] archive = false``).
    """
    premises.inbox.mkdir(parents=True, exist_ok=True)
    put_back(premises.inbox)
    taken = [feed for feed in feeds if only in ("", feed.feed_id)]
    if patient:
        _let_settle(taken, premises.inbox)
    found = due(target, feeds, premises.inbox, now) if due_only else waiting(feeds, premises.inbox, now)
    inbox = _Inbox(target, feeds, premises, _loader(target, secret, today, clock, progress), today or date.today(), move)
    grown = yield from inbox.take((feed, path) for feed, path in found if feed in taken)
    _forget_gone(target, feeds, premises.inbox)
    for feed in feeds if grown else taken:
        if move and _moves(feed):
            yield from inbox.again(feed)


def _loader(target: sa.Engine, secret: str, today: date | None, clock: Clock | None, progress: Progress | None) -> Load:
    """What brings one file in; the references it looks up are read once for all."""
    references = References()

    def load(feed: Feed, path: Path) -> tuple[LoadResult, Stamp] | None:
        told = (lambda rows: progress(path, rows)) if progress else None
        manner = {"today": today, "progress": told, "references": references, "retry": False, "clock": clock}
        try:
            stamp = stamp_of(path)
            return load_file(target, feed, path, secret, **manner), stamp
        except FileNotFoundError:
            return None  # another run has just moved it, or its sender has replaced it

    return load


@dataclass(frozen=True)
class _Inbox:
    """What happens to files once they are loaded; ``day`` names the archive's month, ``move`` lets them leave."""

    target: sa.Engine
    feeds: Sequence[Feed]
    premises: Premises
    load: Load
    day: date
    move: bool

    def take(self, found: Iterable[tuple[Feed, Path]]) -> Generator[LoadResult, None, bool]:
        """Load what was found and let it go; whether the tree of areas grew, for which refused files may have waited."""
        grown = False
        for feed, path in found:
            loaded = self.load(feed, path)
            if loaded is not None:
                self._let_go(feed, path, *loaded)
                grown |= loaded[0].state == "loaded" and feed.kind.shapes_tree
                yield loaded[0]
        return grown

    def _let_go(self, feed: Feed, path: Path, result: LoadResult, stamp: Stamp) -> None:
        if self.move and _moves(feed) and _everyone_had(self.target, self.feeds, feed, path):
            _put_away(self.premises, feed, path, result, self.day, stamp)
        else:
            _remember(self.target, feed, path, result, stamp)

    def again(self, feed: Feed) -> Iterator[LoadResult]:
        """The feed's refused files once more; only those that are taken now are told of."""
        if not isinstance(feed.origin, Folder):
            return  # what was fetched is fetched again
        folder = self.premises.failed(feed)
        put_back(folder)
        for path in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.endswith(REASON)):
            loaded = None if unfinished(path.name) or _overtaken(self.target, feed, path) else self.load(feed, path)
            if loaded is None:
                continue
            result, stamp = loaded
            if result.state == "refused":
                set_aside(path, folder, result.reason_zh, result.reason_en)
            else:
                forget_reason(path)
                archive(path, self.premises.archived(feed, self.day), stamp)
                yield result


def _mark(path: Path) -> dict[str, int] | None:
    """What a file that stays is known by from one look to the next; cheaper than its bytes."""
    try:
        return _shown(stamp_of(path))
    except FileNotFoundError:
        return None


def _shown(stamp: Stamp) -> dict[str, int]:
    return {"inode": stamp.inode, "size": stamp.size, "changed": stamp.changed}


def _had_before(target: sa.Engine) -> dict[tuple[str, str], Any]:
    """Which files each feed has had, and needs not have again as long as nothing changes."""
    with sql.begin(target) as connection:
        rows = sql.rows(connection, "etl/inbox_marks")
    return {(row["feed_id"], row["name"]): row["mark"] for row in rows}


def _remember(target: sa.Engine, feed: Feed, path: Path, result: LoadResult, stamp: Stamp) -> None:
    mark = _mark(path)
    if mark is None or mark != _shown(stamp):
        return  # it is another already
    refused = result.state == "refused"
    with sql.begin(target) as connection:
        sql.execute(
            connection, "etl/source_mark_keep", feed_id=feed.feed_id, item=STAYING + path.name, mark=json.dumps(mark),
            state="refused" if refused else "taken", sha256=arrive(feed, path).sha256 if refused else None,
        )  # fmt: skip


def _forget_gone(target: sa.Engine, feeds: Sequence[Feed], folder: Path) -> None:
    there = sorted({STAYING + path.name for _, path in sorted_inbox(feeds, folder)})
    with sql.begin(target) as connection:
        sql.execute(connection, "etl/inbox_forget_marks", there=there)


def _moves(feed: Feed) -> bool:
    return not isinstance(feed.origin, Folder) or feed.origin.archive


def _put_away(premises: Premises, feed: Feed, path: Path, result: LoadResult, day: date, stamp: Stamp) -> None:
    if result.state == "refused":
        set_aside(path, premises.failed(feed), result.reason_zh, result.reason_en, stamp)
    else:
        archive(path, premises.archived(feed, day), stamp)


def _everyone_had(target: sa.Engine, feeds: Sequence[Feed], feed: Feed, path: Path) -> bool:
    """Whether every other feed that claims the file has taken or refused these bytes."""
    others = [other for other in feeds if other is not feed and other.match(path.name)]
    if not others:
        return True
    sha256 = arrive(feed, path).sha256
    with sql.begin(target) as connection:
        return all(_had(connection, other, sha256) for other in others)


def _had(connection: sa.Connection, feed: Feed, sha256: str) -> bool:
    known = sql.one(connection, "etl/load_known_file", feed_id=feed.feed_id, sha256=sha256)
    return bool(known or sql.one(connection, "etl/load_refused_before", feed_id=feed.feed_id, sha256=sha256))


def _overtaken(target: sa.Engine, feed: Feed, path: Path) -> bool:
    arrival = arrive(feed, path)
    with sql.begin(target) as connection:
        row = sql.one(connection, "etl/inbox_overtaken", feed_id=feed.feed_id, slot=arrival.slot, sha256=arrival.sha256)
    return bool(row and row["overtaken"])

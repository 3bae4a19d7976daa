"""Files into the store: each in one transaction, every row counted, every fault kept.

accepted + rejected + duplicate = read, always; the same bytes twice load once; a file that cannot be taken leaves
nothing but the word why.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import Any

import sqlalchemy as sa

import sql
from etl.sources.declaration import Feed
from etl.sources.faults import RefusedFile
from etl.steps.faultlog import FaultLog
from etl.steps.filework import Clock, FileWork, LoadResult, Manner, Progress
from etl.steps.loading import touch
from etl.steps.receive import Arrival, arrive, sorted_inbox
from etl.steps.reference import References
from etl.steps.replacing import replace_slot


def load_file(
    target: sa.Engine,
    feed: Feed,
    path: Path,
    secret: str,
    *,
    today: date | None = None,
    progress: Progress | None = None,
    references: References | None = None,
    retry: bool = True,
    within: str = "",
    clock: Clock | None = None,
) -> LoadResult:
    """Take a file into the store as ``feed`` declares it.

    ``secret`` keys the customers' hashes. :class:`~etl.sources.faults.WrongFeed` when the declaration names what the
    store does not have; a file that cannot be taken comes back as ``refused``, with the reason. ``references``, given to
    many loads in turn, saves reading the tree for each. Without ``retry`` a file that was refused is read again only
    when its feed, the areas or the touchpoints have changed. ``within`` is the folder below its source the file came out
    of, a part of its name. ``clock`` dates what is written, the store's own when there is none.
    """
    manner = Manner(secret, today or date.today(), references or References(), progress, clock)
    with sql.begin(target) as connection:
        # the file goes to the archive next: a server may be set to promise more than it has on its disk
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
        return _load(connection, feed, path, manner, retry, within)


def check_file(
    target: sa.Engine,
    feed: Feed,
    path: Path,
    secret: str = "",
    *,
    today: date | None = None,
    progress: Progress | None = None,
    within: str = "",
    found: Callable[[FaultLog], None] | None = None,
) -> LoadResult:
    """A dry run: what :func:`load_file` would accept and reject; the store stays as it is, but for partitions of
    months it had none of. ``found`` gets all its faults.
    """
    with target.connect() as connection, connection.begin() as transaction:
        arrival = arrive(feed, path, within)
        _note_feed(connection, feed)
        known = sql.one(connection, "etl/load_known_file", feed_id=feed.feed_id, sha256=arrival.sha256)
        if known:
            return _already(feed, arrival, known)
        manner = Manner(secret, today or date.today(), References(), progress)
        with closing(FaultLog()) as faults:
            try:
                result = _take(connection, feed, arrival, manner, faults, "checked")
            except _Refusal as refusal:
                result = refusal.result(feed, arrival, None)
            finally:
                transaction.rollback()
            if found:
                found(faults)
            return result


def load_inbox(
    target: sa.Engine,
    feeds: Sequence[Feed],
    folder: Path,
    secret: str,
    *,
    today: date | None = None,
    progress: Callable[[Path, int], None] | None = None,
    workers: int = 1,
) -> Iterator[LoadResult]:
    """Load every file of ``folder`` that a feed claims: areas first, then what hangs on them; one result a file.

    With more ``workers`` the files of different feeds are loaded side by side, those of one feed in their order.
    """
    references = References()

    def load(feed: Feed, path: Path) -> LoadResult:
        told = partial(progress, path) if progress else None
        return load_file(target, feed, path, secret, today=today, progress=told, references=references, retry=False)

    claimed = sorted_inbox(feeds, folder)
    alone = claimed if workers == 1 else [pair for pair in claimed if pair[0].kind.shapes_tree]
    yield from (load(feed, path) for feed, path in alone)
    yield from _side_by_side(load, claimed[len(alone) :], workers)


def _side_by_side(
    load: Callable[[Feed, Path], LoadResult], claimed: Sequence[tuple[Feed, Path]], workers: int
) -> Iterator[LoadResult]:
    """The results as they come; the biggest feed is begun first."""
    by_feed: dict[str, list[tuple[Feed, Path]]] = {}
    for feed, path in claimed:
        by_feed.setdefault(feed.feed_id, []).append((feed, path))
    results: SimpleQueue[LoadResult | None] = SimpleQueue()

    stopped = Event()

    def work(pairs: list[tuple[Feed, Path]]) -> None:
        try:
            for feed, path in pairs:
                if not stopped.is_set():
                    results.put(load(feed, path))
        finally:
            results.put(None)

    heavy_first = sorted(by_feed.values(), key=lambda pairs: -sum(path.stat().st_size for _, path in pairs))
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(work, pairs) for pairs in heavy_first]
        try:
            for _ in futures:
                yield from iter(results.get, None)
            for future in futures:
                future.result()
        finally:
            stopped.set()  # interrupted: the files under way end, no other begins


def rejects(target: sa.Engine, file_id: int) -> list[dict[str, Any]]:
    """The faults of a file: file, line, column_name, value, code, reason_zh, reason_en."""
    with sql.begin(target) as connection:
        return sql.rows(connection, "etl/list_rejected_rows", file_id=file_id)


def files(target: sa.Engine, feed_id: str | None = None, most: int | None = None) -> list[dict[str, Any]]:
    """Files received, newest first: file_id, feed, name, state, rows by what became of them, received_at, seconds …"""
    with sql.begin(target) as connection:
        return sql.rows(connection, "etl/list_files", feed_id=feed_id, most=most)


def received(target: sa.Engine, file_id: int) -> bool:
    """Whether there is such a file."""
    with sql.begin(target) as connection:
        return connection.scalar(sa.text("SELECT 1 FROM file WHERE file_id = :file_id"), {"file_id": file_id}) is not None


class _Refusal(Exception):
    """A file that is not taken, with what was found in it until then."""

    def __init__(self, cause: RefusedFile, read: int, faults: FaultLog) -> None:
        super().__init__(str(cause))
        self.cause, self.read, self.faults = cause, read, faults

    def result(self, feed: Feed, arrival: Arrival, file_id: int | None) -> LoadResult:
        return LoadResult(
            feed.feed_id, arrival.name, "refused", file_id, self.read, rejected=self.read, reason_zh=self.cause.reason_zh,
            reason_en=self.cause.reason_en, faults=tuple(self.faults.first), reasons=dict(self.faults.reasons),
        )  # fmt: skip


def _load(connection: sa.Connection, feed: Feed, path: Path, manner: Manner, retry: bool, within: str) -> LoadResult:
    sql.execute(connection, "etl/load_lock", feed_id=feed.feed_id)
    _note_feed(connection, feed, manner.moment())
    arrival, arrived = arrive(feed, path, within), manner.moment()
    known = sql.one(connection, "etl/load_known_file", feed_id=feed.feed_id, sha256=arrival.sha256)
    if known:
        return _already(feed, arrival, known)
    before = sql.one(connection, "etl/load_refused_before", feed_id=feed.feed_id, sha256=arrival.sha256)
    if before and not retry and not before["changed"]:
        return _still_refused(feed, arrival, before)
    sql.execute(connection, "etl/load_forget_refusal", feed_id=feed.feed_id, sha256=arrival.sha256)
    with closing(FaultLog()) as faults:
        try:
            with connection.begin_nested():
                return _take(connection, feed, arrival, manner, faults, "loaded")
        except _Refusal as refusal:
            return _refuse(connection, feed, arrival, refusal, before, arrived)


def note_feeds(target: sa.Engine, feeds: Sequence[Feed], clock: Clock | None = None) -> None:
    """Write the declarations down as they are now, before anything came of them."""
    for feed in feeds:  # each by itself: one that is being loaded is waited for, and holds up no other
        with sql.begin(target) as connection:
            _note_feed(connection, feed, clock() if clock else None)


def _note_feed(connection: sa.Connection, feed: Feed, now: datetime | None = None) -> None:
    declaration = json.dumps(tomllib.loads(feed.text), ensure_ascii=False, default=str)
    sql.execute(connection, "etl/load_feed", feed_id=feed.feed_id, kind=feed.kind.name, declaration=declaration, now=now)
    for brand in feed.brands:
        sql.execute(connection, "etl/load_add_brand", **brand)


def _already(feed: Feed, arrival: Arrival, known: dict[str, Any]) -> LoadResult:
    return LoadResult(
        feed.feed_id, arrival.name, "already", known["file_id"], known["read_rows"], known["accepted_rows"],
        known["rejected_rows"], known["duplicate_rows"], first_day=known["first_day"], last_day=known["last_day"],
        reason_zh=f"同样内容的文件 {known['name']} 已载入", reason_en=f"the same bytes were loaded as {known['name']}",
    )  # fmt: skip


def _still_refused(feed: Feed, arrival: Arrival, before: dict[str, Any]) -> LoadResult:
    return LoadResult(
        feed.feed_id, arrival.name, "refused", before["file_id"], before["read_rows"], rejected=before["read_rows"],
        reason_zh=before["reason_zh"], reason_en=before["reason_en"], refused_before=_when(before),
    )  # fmt: skip


def _when(before: dict[str, Any]) -> str:
    return f"{before['received_at']:%Y-%m-%d %H:%M:%S} {before['name']}"


def _refuse(
    connection: sa.Connection, feed: Feed, arrival: Arrival, refusal: _Refusal, before: dict[str, Any] | None,
    arrived: datetime | None,
) -> LoadResult:
    row = sql.one(
        connection, "etl/load_refused_file", feed_id=feed.feed_id, file_name=arrival.name, slot=arrival.slot,
        sha256=arrival.sha256, bytes=arrival.size, read_rows=refusal.read,
        reason_zh=refusal.cause.reason_zh, reason_en=refusal.cause.reason_en,
        file_id=before["file_id"] if before else None, now=arrived,
    )  # fmt: skip
    file_id = row["file_id"] if row else 0
    refusal.faults.write(connection, file_id)
    told = refusal.result(feed, arrival, file_id)
    return replace(told, refused_before=_when(before)) if before else told


def _take(connection: sa.Connection, feed: Feed, arrival: Arrival, manner: Manner, faults: FaultLog, state: str) -> LoadResult:
    replaced, months = replace_slot(connection, feed, arrival)
    row = sql.one(connection, "etl/load_new_file", feed_id=feed.feed_id, file_name=arrival.name, slot=arrival.slot,
                  sha256=arrival.sha256, bytes=arrival.size, now=manner.moment())  # fmt: skip
    assert row is not None  # noqa: S101  INSERT … RETURNING
    touch(connection, feed, row["file_id"], months)
    work = FileWork(connection, feed, arrival, row["file_id"], manner, faults)
    try:
        work.run()
    except RefusedFile as cause:
        arrival.stay()
        raise _Refusal(cause, work.tally.read, faults) from None
    arrival.stay()
    if state == "loaded":
        work.sink.join()
    return work.result(state, replaced)

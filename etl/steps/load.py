"""Files into the store: each in one transaction, every row counted, every fault kept.

accepted + rejected + duplicate = read, always; the same bytes twice load once; a file that cannot be taken leaves
nothing but the word why.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

import sql
from etl.sources.declaration import DAYS_AHEAD, Feed
from etl.sources.faults import Fault, RefusedFile
from etl.sources.header import locate
from etl.sources.reader import BATCH, open_sheet
from etl.sources.refer import check_indicators, check_references
from etl.sources.rows import Rows, type_rows
from etl.sources.shape import Known, Making, identify
from etl.sources.values import Context, default_window
from etl.steps.load_areas import take_areas
from etl.steps.loading import Sink, Tally, touch
from etl.steps.placing import Placer
from etl.steps.receive import Arrival, arrive, sorted_inbox
from etl.steps.replacing import replace_slot

Progress = Callable[[int], None]  # told the number of rows read so far


@dataclass(frozen=True)
class LoadResult:
    """What became of a file. ``state``: ``loaded``, ``already`` (the same bytes before), ``refused`` or ``checked``."""

    feed_id: str
    name: str
    state: str
    file_id: int | None = None
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicate: int = 0
    unplaced: int = 0
    first_day: date | None = None
    last_day: date | None = None
    reason_zh: str = ""
    reason_en: str = ""
    replaced: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    formats: dict[str, int] = field(default_factory=dict)  # "column format" → values read by it, where several may


def load_file(
    target: sa.Engine, feed: Feed, path: Path, secret: str, *, today: date | None = None, progress: Progress | None = None
) -> LoadResult:
    """Take a file into the store as ``feed`` declares it.

    ``secret`` keys the customers' hashes. :class:`~etl.sources.faults.WrongFeed` when the declaration names what the
    store does not have; a file that cannot be taken comes back as ``refused``, with the reason.
    """
    with sql.begin(target) as connection:
        return _load(connection, feed, path, secret, today or date.today(), progress)


def check_file(target: sa.Engine, feed: Feed, path: Path, secret: str = "", *, today: date | None = None) -> LoadResult:
    """A dry run: what :func:`load_file` would accept and reject; the store stays as it is."""
    with target.connect() as connection, connection.begin() as transaction:
        arrival = arrive(feed, path)
        _note_feed(connection, feed)
        try:
            return _take(connection, feed, arrival, secret, today or date.today(), None, "checked")
        except _Refusal as refusal:
            return refusal.result(feed, arrival, None)
        finally:
            transaction.rollback()


def load_inbox(
    target: sa.Engine,
    feeds: Sequence[Feed],
    folder: Path,
    secret: str,
    *,
    today: date | None = None,
    progress: Callable[[Path, int], None] | None = None,
) -> Iterator[LoadResult]:
    """Load every file of ``folder`` that a feed claims: areas first, then what hangs on them; one result a file."""
    for feed, path in sorted_inbox(feeds, folder):
        told = (lambda rows, path=path: progress(path, rows)) if progress else None
        yield load_file(target, feed, path, secret, today=today, progress=told)


def rejects(target: sa.Engine, file_id: int) -> list[dict[str, Any]]:
    """The faults of a file: file, line, column_name, value, code, reason_zh, reason_en."""
    with sql.begin(target) as connection:
        return sql.rows(connection, "etl/list_rejected_rows", file_id=file_id)


class _Refusal(Exception):
    """A file that is not taken, with what was found in it until then."""

    def __init__(self, cause: RefusedFile, read: int, faults: Sequence[Fault]) -> None:
        super().__init__(str(cause))
        self.cause, self.read, self.faults = cause, read, tuple(faults)

    def result(self, feed: Feed, arrival: Arrival, file_id: int | None) -> LoadResult:
        return LoadResult(
            feed.feed_id, arrival.name, "refused", file_id, self.read, rejected=self.read, reason_zh=self.cause.reason_zh,
            reason_en=self.cause.reason_en, faults=self.faults,
        )  # fmt: skip


def _load(
    connection: sa.Connection, feed: Feed, path: Path, secret: str, today: date, progress: Progress | None
) -> LoadResult:
    sql.execute(connection, "etl/load_lock", feed_id=feed.feed_id)
    _note_feed(connection, feed)
    arrival = arrive(feed, path)
    known = sql.one(connection, "etl/load_known_file", feed_id=feed.feed_id, sha256=arrival.sha256)
    if known:
        return _already(feed, arrival, known)
    sql.execute(connection, "etl/load_forget_refusal", feed_id=feed.feed_id, sha256=arrival.sha256)
    try:
        with connection.begin_nested():
            return _take(connection, feed, arrival, secret, today, progress, "loaded")
    except _Refusal as refusal:
        return _refuse(connection, feed, arrival, refusal)


def _note_feed(connection: sa.Connection, feed: Feed) -> None:
    declaration = json.dumps(tomllib.loads(feed.text), ensure_ascii=False, default=str)
    sql.execute(connection, "etl/load_feed", feed_id=feed.feed_id, kind=feed.kind.name, declaration=declaration)
    for brand in feed.brands:
        sql.execute(connection, "etl/load_add_brand", **brand)


def _already(feed: Feed, arrival: Arrival, known: dict[str, Any]) -> LoadResult:
    return LoadResult(
        feed.feed_id, arrival.name, "already", known["file_id"], known["read_rows"], known["accepted_rows"],
        known["rejected_rows"], known["duplicate_rows"], first_day=known["first_day"], last_day=known["last_day"],
        reason_zh=f"同样内容的文件 {known['name']} 已载入", reason_en=f"the same bytes were loaded as {known['name']}",
    )  # fmt: skip


def _refuse(connection: sa.Connection, feed: Feed, arrival: Arrival, refusal: _Refusal) -> LoadResult:
    row = sql.one(
        connection, "etl/load_refused_file", feed_id=feed.feed_id, file_name=arrival.name, slot=arrival.slot,
        sha256=arrival.sha256, bytes=arrival.size, read_rows=refusal.read,
        reason_zh=refusal.cause.reason_zh, reason_en=refusal.cause.reason_en,
    )  # fmt: skip
    file_id = row["file_id"] if row else 0
    _keep_faults(connection, file_id, refusal.faults)
    return refusal.result(feed, arrival, file_id)


def _take(
    connection: sa.Connection, feed: Feed, arrival: Arrival, secret: str, today: date, progress: Progress | None, state: str
) -> LoadResult:
    replaced = replace_slot(connection, feed, arrival)
    row = sql.one(connection, "etl/load_new_file", feed_id=feed.feed_id, file_name=arrival.name, slot=arrival.slot,
                  sha256=arrival.sha256, bytes=arrival.size)  # fmt: skip
    assert row is not None  # noqa: S101  INSERT … RETURNING
    work = _Work(connection, feed, arrival, row["file_id"], secret, today, progress)
    try:
        work.run()
    except RefusedFile as cause:
        raise _Refusal(cause, work.tally.read, work.faults) from None
    return work.result(state, replaced)


def _keep_faults(connection: sa.Connection, file_id: int, faults: Sequence[Fault]) -> None:
    """Write the faults down, those of one row numbered."""
    columns = ("file_id", "line", "fault", "column_name", "value", "code", "reason_zh", "reason_en")
    count: dict[int, int] = {}

    def records() -> Iterator[tuple[Any, ...]]:
        for one in faults:
            count[one.line] = count.get(one.line, 0) + 1
            yield file_id, one.line, count[one.line], one.column, one.value, one.code, one.reason_zh, one.reason_en

    sql.copy(connection, "rejected_row", columns, records())


class _Work:
    """One file on its way through: batches typed, placed, checked and written; areas are taken as a whole."""

    def __init__(
        self, connection: sa.Connection, feed: Feed, arrival: Arrival, file_id: int, secret: str, today: date,
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self.connection, self.feed, self.arrival, self.file_id = connection, feed, arrival, file_id
        self.progress = progress
        self.tally, self.faults = Tally(), list[Fault]()
        self.context = Context(arrival.groups, feed.form, default_window(feed.earliest, feed.latest, today, DAYS_AHEAD),
                               feed.kind.dated_by)  # fmt: skip
        self.known, self.brands = _known(connection, feed)
        check_indicators(feed, self.known)
        self.sink = Sink(connection, Making(feed, arrival.slot, file_id, secret, self.known), self.tally)

    def run(self) -> None:
        """Read the whole file; :class:`RefusedFile` when it is not to be taken."""
        if self.feed.kind.name == "areas":
            self._areas()
        else:
            self._facts()
        self._judge()
        self._close()

    def _typed(self) -> Iterator[Rows]:
        with open_sheet(self.arrival.path, self.feed.form, BATCH) as sheet:
            places = locate(self.feed, sheet)
            for batch in sheet.batches:
                rows = type_rows(self.feed, batch, places, self.context, self.tally.read)
                self.tally.read += rows.read
                yield rows
                if self.progress:
                    self.progress(self.tally.read)

    def _areas(self) -> None:
        parts = list(self._typed())
        if not parts:
            return
        whole = Rows(pl.concat([part.frame for part in parts]), pl.concat([part.bad for part in parts]),
                     [fault for part in parts for fault in part.faults], self.tally.read)  # fmt: skip
        whole, repeats = take_areas(self.connection, self.feed, whole, self.file_id)
        self._count(whole, repeats)

    def _facts(self) -> None:
        placer = Placer(self.connection, self.feed)
        dated_by = self.feed.kind.dated_by
        for rows in self._typed():
            rows = placer.place(check_references(self.feed, rows, self.known, self.brands), dated_by)
            self._count(rows, self._write(rows, dated_by))
        self._finish_staged()
        placer.finish()
        self.tally.unplaced = placer.unplaced

    def _write(self, rows: Rows, dated_by: str | None) -> int:
        good = identify(rows.good(), self.sink.making)
        if good.is_empty():
            return 0
        if self.feed.kind.name in _STAGED:
            sql.execute(self.connection, _STAGED[self.feed.kind.name][0])
            if not dated_by:
                return self._write_undated(good)
        return self.sink.take(good, dated_by or "")

    def _write_undated(self, good: pl.DataFrame) -> int:
        kept = good.filter(self.sink.seen.fresh(good["id"])) if self.feed.key else good
        self.sink.write(kept)
        return good.height - kept.height

    def _finish_staged(self) -> None:
        if self.feed.kind.name in _STAGED and self.tally.accepted:
            sql.execute(self.connection, _STAGED[self.feed.kind.name][1])

    def _count(self, rows: Rows, repeats: int) -> None:
        rejected = int(rows.bad.sum()) + rows.read - rows.frame.height
        self.tally.rejected += rejected
        self.tally.duplicate += repeats
        self.tally.accepted += rows.read - rejected - repeats
        self.faults += rows.faults

    def _judge(self) -> None:
        """A file with too many bad rows is not this feed's, or was written by a broken program."""
        tally, limit = self.tally, self.feed.max_bad_share
        if tally.read and tally.rejected / tally.read > limit:
            share = f"{tally.rejected / tally.read:.1%}"
            raise RefusedFile(
                "bad_share", f"{tally.read} 行中有 {tally.rejected} 行有错（{share}），超过上限 {limit:.1%}",
                f"{tally.rejected} of {tally.read} rows are bad ({share}), more than the feed allows ({limit:.1%})",
            )  # fmt: skip

    def _close(self) -> None:
        tally = self.tally
        _keep_faults(self.connection, self.file_id, self.faults)
        touch(self.connection, self.feed, self.file_id, tally.months)
        sql.execute(
            self.connection, "etl/load_close_file", file_id=self.file_id, read_rows=tally.read, accepted_rows=tally.accepted,
            rejected_rows=tally.rejected, duplicate_rows=tally.duplicate, first_day=tally.first_day, last_day=tally.last_day,
        )  # fmt: skip

    def result(self, state: str, replaced: Sequence[str]) -> LoadResult:
        tally = self.tally
        formats = {f"{column} {written}": rows for (column, written), rows in self.context.formats.items()}
        return LoadResult(
            self.feed.feed_id, self.arrival.name, state, self.file_id, tally.read, tally.accepted, tally.rejected,
            tally.duplicate, tally.unplaced, tally.first_day, tally.last_day, replaced=tuple(replaced),
            faults=tuple(self.faults), formats=formats,
        )  # fmt: skip


_STAGED = {
    "subscribers": ("etl/load_subscriber_arriving", "etl/load_subscriber_taken"),
    "touchpoints": ("etl/load_touchpoint_arriving", "etl/load_touchpoint_taken"),
}


_FACTS = {"survey": "answer", "process": "process"}


def _known(connection: sa.Connection, feed: Feed) -> tuple[Known, list[str]]:
    fact = _FACTS.get(feed.kind.name)
    indicators = [row for row in sql.rows(connection, "etl/load_indicators") if row["fact"] == fact]
    touchpoints = {row["code"]: row["touchpoint_id"] for row in sql.rows(connection, "etl/load_touchpoints")}
    known = Known({row["code"]: row["indicator_id"] for row in indicators},
                  {row["code"]: row["factor"] for row in indicators}, touchpoints)  # fmt: skip
    return known, [row["brand"] for row in sql.rows(connection, "etl/load_brands")]

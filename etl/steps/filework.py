"""One file on its way through: read in batches, typed, placed, checked and written; every row counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl
import sqlalchemy as sa

import sql
from etl.sources.declaration import DAYS_AHEAD, Feed
from etl.sources.faults import Fault, RefusedFile
from etl.sources.header import locate
from etl.sources.reader import BATCH, open_sheet
from etl.sources.refer import check_indicators, check_references
from etl.sources.rows import Rows, type_rows
from etl.sources.shape import Making, identify, shape
from etl.sources.values import Context, default_window
from etl.steps.ahead import ahead
from etl.steps.faultlog import FaultLog, Reason
from etl.steps.load_areas import take_areas
from etl.steps.loading import Sink, Tally, touch
from etl.steps.placing import Placer
from etl.steps.receive import Arrival
from etl.steps.reference import References
from etl.steps.staging import STAGED, take_staged

Clock = Callable[[], datetime]
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
    refused_before: str = ""  # when and under which name the same bytes were refused, if they were
    replaced: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()  # the first ones
    reasons: dict[Reason, int] = field(default_factory=dict)  # (column, code) → faults, all of them
    formats: dict[str, int] = field(default_factory=dict)  # "column format" → values read by it, where several may


@dataclass(frozen=True)
class Manner:
    """How files are loaded: the secret of the customers' hashes, the day it is, what rows refer to, who is told.

    ``clock`` dates what is written; without one the store's own clock does.
    """

    secret: str
    today: date
    references: References
    progress: Progress | None = None
    clock: Clock | None = None

    def moment(self) -> datetime | None:
        """What the clock shows now; ``None``: the store is to look at its own."""
        return self.clock() if self.clock else None


class FileWork:
    """One file on its way through: batches typed, placed, checked and written; areas are taken as a whole."""

    def __init__(
        self, connection: sa.Connection, feed: Feed, arrival: Arrival, file_id: int, manner: Manner, faults: FaultLog
    ) -> None:
        self.connection, self.feed, self.arrival, self.file_id, self.manner = connection, feed, arrival, file_id, manner
        self.tally, self.faults = Tally(), faults
        window = default_window(feed.earliest, feed.latest, manner.today, DAYS_AHEAD)
        self.context = Context(arrival.groups, feed.form, window, feed.kind.dated_by)
        self.reference = manner.references.current(connection)
        self.known = self.reference.known(feed)
        check_indicators(feed, self.known)
        self.sink = Sink(connection, Making(feed, arrival.slot, file_id, manner.secret, self.known), self.tally)
        self.staged: list[pl.DataFrame] = []

    def run(self) -> None:
        """Read the whole file; :class:`RefusedFile` when it is not to be taken."""
        with self.sink.courier:
            if self.feed.kind.name == "areas":
                self._areas()
            else:
                self._facts()
        self._judge()
        self._close()

    def _typed(self) -> Iterator[Rows]:
        for rows in ahead(self._read()):
            self.tally.read += rows.read
            yield rows
            if self.manner.progress:
                self.manner.progress(self.tally.read)

    def _read(self) -> Iterator[Rows]:
        """The batches of the file, typed; no word with the database here, for another thread runs it."""
        before = 0
        with open_sheet(self.arrival.path, self.feed.form, BATCH) as sheet:
            places = locate(self.feed, sheet)
            for batch in sheet.batches:
                rows = type_rows(self.feed, batch, places, self.context, before)
                before += rows.read
                yield rows

    def _areas(self) -> None:
        parts = list(self._typed())
        if not parts:
            return
        whole = Rows(pl.concat([part.frame for part in parts]), pl.concat([part.bad for part in parts]),
                     [fault for part in parts for fault in part.faults], self.tally.read)  # fmt: skip
        whole, repeats = take_areas(self.connection, self.feed, whole, self.file_id)
        self._count(whole, repeats)

    def _facts(self) -> None:
        placer = Placer(self.connection, self.feed, self.reference, self.sink.settle)
        dated_by = self.feed.kind.dated_by
        for rows in self._typed():
            rows = placer.place(check_references(self.feed, rows, self.known, self.reference.brands), dated_by)
            self._count(rows, self._write(rows, dated_by))
        self.sink.settle()
        repeats = take_staged(self.connection, self.feed.kind.name, self.staged)
        self.tally.duplicate += repeats
        self.tally.accepted -= repeats
        placer.finish()
        self.tally.unplaced = placer.unplaced

    def _write(self, rows: Rows, dated_by: str | None) -> int:
        good = identify(rows.good(), self.sink.making)
        if self.feed.kind.name in STAGED:
            return self._stage(good, dated_by)
        return self.sink.take(good, dated_by or "") if good.height else 0

    def _stage(self, good: pl.DataFrame, dated_by: str | None) -> int:
        kept = good.filter(self.sink.seen.fresh(good)) if self.feed.key else good
        if dated_by:
            self.tally.days(kept[dated_by])
        self.staged += [rows for rows in shape(kept, self.sink.making).values() if isinstance(rows, pl.DataFrame)]
        return good.height - kept.height

    def _count(self, rows: Rows, repeats: int) -> None:
        rejected = int(rows.bad.sum()) + rows.read - rows.frame.height
        self.tally.rejected += rejected
        self.tally.duplicate += repeats
        self.tally.accepted += rows.read - rejected - repeats
        self.faults.add(rows.faults)

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
        self.faults.write(self.connection, self.file_id)
        touch(self.connection, self.feed, self.file_id, tally.months)
        sql.execute(
            self.connection, "etl/load_close_file", file_id=self.file_id, read_rows=tally.read, accepted_rows=tally.accepted,
            rejected_rows=tally.rejected, duplicate_rows=tally.duplicate, first_day=tally.first_day, last_day=tally.last_day,
            now=self.manner.moment(),
        )  # fmt: skip

    def result(self, state: str, replaced: Sequence[str]) -> LoadResult:
        tally = self.tally
        formats = {f"{column} {written}": rows for (column, written), rows in self.context.formats.items()}
        return LoadResult(
            self.feed.feed_id, self.arrival.name, state, self.file_id, tally.read, tally.accepted, tally.rejected,
            tally.duplicate, tally.unplaced, tally.first_day, tally.last_day, replaced=tuple(replaced),
            faults=tuple(self.faults.first), reasons=dict(self.faults.reasons), formats=formats,
        )  # fmt: skip

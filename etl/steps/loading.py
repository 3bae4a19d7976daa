"""The state of one file being loaded: what it changed so far, and how its rows reach their tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl
import sqlalchemy as sa

import sql
from etl.domain.period import Period
from etl.sources.declaration import Feed
from etl.sources.keys import ID, Seen, hex_ids, ids_of
from etl.sources.shape import Making, shape
from etl.steps.copying import copy_frame
from etl.steps.courier import Courier, Rows


@dataclass(frozen=True)
class Store:
    """Where a kind's rows go: its tables, the head first; the statements that find its rows, and those that drop them."""

    tables: tuple[str, ...]
    id: str
    seen: str
    older: str
    unwanted: str
    drops: tuple[str, ...]
    fact: str | None


def _store(head: str, ids: str, id: str, fact: str | None, *more: str) -> Store:
    drops = tuple(f"etl/load_drop_{table}" for table in (*more, head))
    finds = (f"etl/load_seen_{ids}", f"etl/load_unwanted_older_{ids}", f"etl/load_unwanted_{ids}")
    return Store((head, *more), id, *finds, drops, fact)


STORES: Mapping[str, Store] = {
    "survey": _store("response", "responses", "response_id", "answer", "answer", "response_detail"),
    "invitations": _store("invitation", "invitations", "invitation_id", None),
    "complaint": _store("complaint", "complaints", "complaint_id", "complaint"),
    "process": _store("process_reading", "readings", "reading_id", "process"),
}
SUBSCRIBER_FACTS = ("answer", "complaint")  # they are the weights of the one and the base of the other


@dataclass
class Tally:
    """What happened to a file's rows, and which days they lie on."""

    read: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicate: int = 0
    unplaced: int = 0
    months: set[date] = field(default_factory=set)
    first_day: date | None = None
    last_day: date | None = None

    def days(self, days: pl.Series) -> None:
        """Count these days in."""
        if days.is_empty():
            return
        first, last = _ends(days)
        self.first_day = first if self.first_day is None else min(self.first_day, first)
        self.last_day = last if self.last_day is None else max(self.last_day, last)
        self.months |= set(days.dt.month_start().unique())


def _ends(days: pl.Series) -> tuple[date, date]:
    return days.min(), days.max()  # type: ignore[return-value]  # a series of dates, not empty


class Sink:
    """Takes shaped rows into the store, dropping or replacing those that came before.

    Rows travel while the next ones are made: :meth:`settle` before any other word with the database.
    """

    def __init__(self, connection: sa.Connection, making: Making, tally: Tally) -> None:
        self.connection, self.making, self.tally = connection, making, tally
        self.store = STORES.get(making.feed.kind.name)
        self.seen, self.opened, self.apart = Seen(), set[date](), set[date]()  # apart: months in tables not attached yet
        self.courier = Courier(connection)
        self.settle = self.courier.settle

    def take(self, frame: pl.DataFrame, dated_by: str) -> int:
        """Write identified rows (``dated_by`` names their day); the number that were duplicates."""
        days = frame[dated_by].cast(pl.Date)
        self.tally.days(days)
        self._open_months(set(days.dt.month_start().unique()) - self.opened)
        frame = frame.with_columns(days.alias("day"))
        kept = self._without_duplicates(frame) if self.making.feed.key else frame
        self.courier.send([pair for part in self._by_table(kept) for pair in part])
        return frame.height - kept.height

    def join(self) -> None:
        """All tables are in their places. Others wait from here to the commit: nothing else may come between."""
        self.settle()
        for month in sorted(self.apart):
            sql.execute(self.connection, "etl/load_join_month", month=month, file_id=self.making.file_id)
        self.apart.clear()

    def _by_table(self, frame: pl.DataFrame) -> Iterator[Iterable[tuple[str, Rows]]]:
        """The table and its rows; where months are still apart, each month's in tables of its own."""
        if not self.apart:
            yield shape(frame, self.making).items()
            return
        months = frame["day"].dt.month_start()
        for month in sorted(months.unique()):
            ending = f"_{month:%Y%m}_{self.making.file_id}" if month in self.apart else ""
            tables = shape(frame.filter(months == month), self.making)
            yield [(table + ending, rows) for table, rows in tables.items()]

    def _open_months(self, months: Iterable[date]) -> None:
        for month in sorted(months):
            self.settle()
            self.opened.add(month)
            if self._begin_apart(month):
                self.apart.add(month)
                continue
            self._make(month)
            if self.store and self.making.feed.key:
                self._remember(month)

    def _make(self, month: date) -> None:
        """The month's partitions, committed at once: who held them until the load's end would keep every other load waiting."""
        if self.store:
            with sql.begin(self.connection.engine) as other:
                sql.execute(other, "etl/load_open_month", month=month, tables=list(self.store.tables))

    def _begin_apart(self, month: date) -> bool:
        """Whether the month is filled apart: nobody's yet, and nothing of it is looked up before the end."""
        feed = self.making.feed
        if feed.kind.name != "survey" or feed.repeat != "keep":
            return False
        found = sql.one(self.connection, "etl/load_begin_apart", month=month, file_id=self.making.file_id)
        return bool(found and found["made"])

    def _remember(self, month: date) -> None:
        """The ids this feed's other files delivered for a month."""
        span = {"feed_id": self.making.feed.feed_id, "file_id": self.making.file_id, "first_day": month,
                "last_day": Period("m", month).end}  # fmt: skip
        other = sql.one(self.connection, "etl/load_overlapping_files", **span)
        if self.store is None or not other or not other["files"]:
            return
        one_by_one = {"yield_per": 1}  # a day's ids may be megabytes
        with self.connection.execute(sql.statement(self.store.seen), span, execution_options=one_by_one) as days:
            for (ids,) in days:
                self.seen.fresh(ids_of(ids))

    def _without_duplicates(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.making.feed.repeat == "keep" or self.store is None:
            return frame.filter(self.seen.fresh(frame))
        newest = frame.unique(ID, keep="last", maintain_order=True)
        again = newest.filter(~self.seen.fresh(newest))
        if again.height:
            self._replace(self.store, again)
        return newest

    def _replace(self, store: Store, again: pl.DataFrame) -> None:
        """Drop older versions of rows; those of this very file count as duplicates."""
        self.settle()
        start_unwanted(self.connection)
        sql.execute(self.connection, "etl/load_wanted")
        self.connection.exec_driver_sql("TRUNCATE wanted")
        copy_frame(self.connection, "wanted", pl.DataFrame({"id": hex_ids(again)}))
        first, last = min(self.opened), Period("m", max(self.opened)).end
        feed, file_id = self.making.feed, self.making.file_id
        older = sql.one(self.connection, store.older, feed_id=feed.feed_id, file_id=file_id, first_day=first, last_day=last)
        if older and older["days"]:
            self.tally.days(pl.Series(older["days"], dtype=pl.Date))
            drop_unwanted(self.connection, store, min(older["days"]), max(older["days"]))
            self.tally.duplicate += older["ours"]
            self.tally.accepted -= older["ours"]


def start_unwanted(connection: sa.Connection) -> None:
    """An empty list of rows that are to go."""
    sql.execute(connection, "etl/load_unwanted")
    connection.exec_driver_sql("TRUNCATE unwanted")


def drop_unwanted(connection: sa.Connection, store: Store, first: date, last: date) -> None:
    """Drop the listed rows of a kind from all its tables."""
    connection.exec_driver_sql("ANALYZE unwanted")
    for statement in store.drops:
        sql.execute(connection, statement, first_day=first, last_day=last)


def facts_of(feed: Feed) -> tuple[str, ...]:
    """The facts whose roll-ups a file of ``feed`` changes."""
    if feed.kind.name == "subscribers":
        return SUBSCRIBER_FACTS
    store = STORES.get(feed.kind.name)
    return (store.fact,) if store and store.fact else ()


def touch(connection: sa.Connection, feed: Feed, file_id: int, months: set[date]) -> None:
    """Mark the months a file changed, for the next roll-up."""
    for fact in facts_of(feed):
        sql.execute(connection, "etl/load_touched", fact=fact, file_id=file_id, months=sorted(months))

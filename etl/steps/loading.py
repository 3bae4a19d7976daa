"""The state of one file being loaded: what it changed so far, and how its rows reach their tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl
import sqlalchemy as sa

import sql
from etl.domain.period import Period
from etl.sources.declaration import Feed
from etl.sources.keys import Seen
from etl.sources.shape import Making, shape
from etl.steps.copying import copy_frame, read_frame


@dataclass(frozen=True)
class Store:
    """Where a kind's rows go: its head table, the statements that find its rows, and the tables dropped with them."""

    head: str
    id: str
    seen: str
    unwanted: str
    drops: tuple[str, ...]
    fact: str | None


STORES: Mapping[str, Store] = {
    "survey": Store("response", "response_id", "etl/load_seen_responses", "etl/load_unwanted_responses",
                    ("etl/load_drop_answer", "etl/load_drop_response_detail", "etl/load_drop_response"), "answer"),
    "invitations": Store("invitation", "invitation_id", "etl/load_seen_invitations", "etl/load_unwanted_invitations",
                         ("etl/load_drop_invitation",), None),
    "complaint": Store("complaint", "complaint_id", "etl/load_seen_complaints", "etl/load_unwanted_complaints",
                       ("etl/load_drop_complaint",), "complaint"),
    "process": Store("process_reading", "reading_id", "etl/load_seen_readings", "etl/load_unwanted_readings",
                     ("etl/load_drop_process_reading",), "process"),
}  # fmt: skip
SUBSCRIBER_FACTS = ("answer", "complaint")  # they are the weights of the one and the base of the other


_SEEN = {"area_id": pl.Int32, "day": pl.Date, "id": pl.String}


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

    def days(self, days: pl.Series) -> set[date]:
        """Count these days in; the months that are new."""
        if days.is_empty():
            return set()
        first, last = _ends(days)
        self.first_day = first if self.first_day is None else min(self.first_day, first)
        self.last_day = last if self.last_day is None else max(self.last_day, last)
        new = set(days.dt.month_start().unique()) - self.months
        self.months |= new
        return new


def _ends(days: pl.Series) -> tuple[date, date]:
    return days.min(), days.max()  # type: ignore[return-value]  # a series of dates, not empty


class Sink:
    """Takes shaped rows into the store, dropping or replacing those that came before."""

    def __init__(self, connection: sa.Connection, making: Making, tally: Tally) -> None:
        self.connection, self.making, self.tally = connection, making, tally
        self.store = STORES.get(making.feed.kind.name)
        self.seen = Seen()
        self.earlier: pl.DataFrame = _no_rows()  # rows a newer version replaces, where the feed updates

    def take(self, frame: pl.DataFrame, dated_by: str) -> int:
        """Write identified rows (``dated_by`` names their day); the number that were duplicates."""
        days = frame[dated_by].cast(pl.Date)
        self._open_months(self.tally.days(days))
        kept = self._without_duplicates(frame.with_columns(days.alias("day"))) if self.making.feed.key else frame
        self.write(kept)
        return frame.height - kept.height

    def write(self, frame: pl.DataFrame) -> None:
        """Write rows that are known to be new."""
        for table, rows in shape(frame, self.making).items():
            copy_frame(self.connection, table, rows)

    def _open_months(self, months: set[date]) -> None:
        for month in sorted(months):
            sql.execute(self.connection, "etl/load_partitions", month=month)
            if self.store and self.making.feed.key:
                self._remember(month)

    def _remember(self, month: date) -> None:
        """The ids this feed's other files delivered for a month."""
        span = {"feed_id": self.making.feed.feed_id, "file_id": self.making.file_id, "first_day": month,
                "last_day": Period("m", month).end}  # fmt: skip
        other = sql.one(self.connection, "etl/load_overlapping_files", **span)
        if self.store is None or not other or not other["files"]:
            return
        rows = read_frame(self.connection, self.store.seen, _SEEN, **span)
        if rows.height and self.making.feed.repeat == "keep":
            self.seen.fresh(rows["id"])
        elif rows.height:
            self.earlier = pl.concat([self.earlier, _earlier(rows)])

    def _without_duplicates(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.making.feed.repeat == "keep" or self.store is None:
            return frame.filter(self.seen.fresh(frame["id"]))
        newest = frame.unique("id", keep="last", maintain_order=True)
        self._replace(self.earlier.join(newest.select("id"), on="id", how="semi"))
        self.earlier = pl.concat([
            self.earlier.join(newest.select("id"), on="id", how="anti"), _earlier(newest, ours=True),
        ])  # fmt: skip
        return newest

    def _replace(self, old: pl.DataFrame) -> None:
        """Drop older versions of rows; those of this very file count as duplicates."""
        if self.store is None or old.is_empty():
            return
        start_unwanted(self.connection)
        copy_frame(self.connection, "unwanted", old.select("area_id", "day", "id"))
        self.tally.days(old["day"])
        drop_unwanted(self.connection, self.store, *_ends(old["day"]))
        replaced = int(old["ours"].sum())
        self.tally.duplicate += replaced
        self.tally.accepted -= replaced


def _no_rows() -> pl.DataFrame:
    return pl.DataFrame(schema={"area_id": pl.Int32, "day": pl.Date, "id": pl.String, "ours": pl.Boolean})


def _earlier(frame: pl.DataFrame, ours: bool = False) -> pl.DataFrame:
    plain = pl.col("id").str.replace_all("-", "", literal=True)
    return frame.select(pl.col("area_id").cast(pl.Int32), "day", plain, pl.lit(ours).alias("ours"))


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

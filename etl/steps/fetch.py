"""Sources beyond the inbox: what is new there lands as a file here and is loaded like any other.

The mark of what was taken moves on only after its load was committed. A crash before leaves the old mark: the next fetch
takes the same again, and the same bytes load once. A refusal leaves it too.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import sql
from etl.sources.credential import FetchError, Vault
from etl.sources.declaration import Feed
from etl.sources.from_api import fetch_api
from etl.sources.from_database import fetch_database
from etl.sources.from_files import Wanted, fetch_files
from etl.sources.landing import Landed
from etl.sources.origin import Api, Database, Files, Folder
from etl.sources.web import Sleep
from etl.steps.filework import Clock, LoadResult
from etl.steps.load import check_file, load_file
from etl.steps.premises import Premises, archive, forget_reason, set_aside
from etl.steps.receive import arrive
from etl.steps.reference import References

Progress = Callable[[Path, int], None]
Marks = Mapping[str, Mapping[str, Any]]  # item → mark

__all__ = ["FetchError", "fetch_feed", "fetches", "try_feed"]


def fetches(feed: Feed) -> bool:
    """Whether a feed's files are to be fetched, not put into the inbox."""
    return not isinstance(feed.origin, Folder)


def fetch_feed(
    target: sa.Engine,
    feed: Feed,
    premises: Premises,
    secret: str,
    *,
    environment: Mapping[str, str] | None = None,
    today: date | None = None,
    progress: Progress | None = None,
    sleep: Sleep = time.sleep,
    clock: Clock | None = None,
) -> Iterator[LoadResult]:
    """Fetch what is new at the feed's source and load it; one result a landed file, none when there is nothing new.

    :class:`FetchError` when the source cannot be read; what was loaded until then stays loaded. Nothing happens while
    another fetch of the feed is under way.
    """
    day, references = today or date.today(), References()
    with _alone(target, feed) as ours:
        folder = premises.landing(feed)
        for landed in _landings(target, feed, folder, environment, sleep) if ours else ():
            told = partial(progress, landed.path) if progress else None
            result = load_file(
                target, feed, landed.path, secret, today=today, progress=told, references=references, retry=False,
                within=landed.within, clock=clock,
            )  # fmt: skip
            refused = result.state == "refused"
            if not refused or not landed.onward:
                _keep(target, feed, landed, "refused" if refused else "taken")
            _put_away(feed, premises, landed, result, day)
            yield result
            if refused and landed.onward:
                return


def try_feed(
    target: sa.Engine, feed: Feed, secret: str = "", *, environment: Mapping[str, str] | None = None, sleep: Sleep = time.sleep
) -> LoadResult | None:
    """A dry run of a source: what its next file would bring (``None``: nothing new); nothing is kept, here or there."""
    with tempfile.TemporaryDirectory(prefix="manyi-fetch-") as folder:
        landings = _landings(target, feed, Path(folder), environment, sleep)
        try:
            landed = next(landings, None)
            return check_file(target, feed, landed.path, secret, within=landed.within) if landed else None
        finally:
            landings.close()


def _landings(
    target: sa.Engine, feed: Feed, folder: Path, environment: Mapping[str, str] | None, sleep: Sleep
) -> Generator[Landed, None, None]:
    vault, origin = Vault(os.environ if environment is None else environment), feed.origin
    for left in folder.iterdir():  # of a fetch that was killed
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    marks, settled = _marks(target, feed)
    if isinstance(origin, Files):
        yield from fetch_files(feed, origin, vault, folder, _wanted(marks, settled), time.time())
    elif isinstance(origin, Database):
        yield from fetch_database(feed, origin, vault, folder, marks)
    elif isinstance(origin, Api):
        yield from fetch_api(feed, origin, vault, folder, marks, sleep)


def _marks(target: sa.Engine, feed: Feed) -> tuple[Marks, frozenset[str]]:
    """The marks of a feed, and the items that need not be fetched again while their mark stays."""
    with sql.begin(target) as connection:
        rows = sql.rows(connection, "etl/source_marks", feed_id=feed.feed_id)
    return {row["item"]: row["mark"] for row in rows}, frozenset(row["item"] for row in rows if row["settled"])


def _wanted(marks: Marks, settled: frozenset[str]) -> Wanted:
    return lambda item, mark: item not in settled or marks[item] != json.loads(mark)


def _keep(target: sa.Engine, feed: Feed, landed: Landed, state: str) -> None:
    sha256 = arrive(feed, landed.path).sha256 if state == "refused" else None
    with sql.begin(target) as connection:
        sql.execute(
            connection,
            "etl/source_mark_keep",
            feed_id=feed.feed_id,
            item=landed.item,
            mark=landed.mark,
            state=state,
            sha256=sha256,
        )


def _put_away(feed: Feed, premises: Premises, landed: Landed, result: LoadResult, day: date) -> None:
    """A loaded file is dropped, for its source holds it, unless the feed keeps copies; a refused one is set aside."""
    failed = premises.failed(feed, landed.within)
    if result.state == "refused":
        set_aside(landed.path, failed, result.reason_zh, result.reason_en)
        return
    earlier = failed / landed.path.name
    forget_reason(earlier)
    earlier.unlink(missing_ok=True)
    if feed.origin.archive:
        archive(landed.path, premises.archived(feed, day, landed.within))
    else:
        landed.path.unlink()


@contextmanager
def _alone(target: sa.Engine, feed: Feed) -> Iterator[bool]:
    """Whether we are the only fetch of the feed; the lock ends with its connection, however we end."""
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        row = sql.one(connection, "etl/source_lock", feed_id=feed.feed_id)
        ours = bool(row and row["ours"])
        try:
            yield ours
        finally:
            if ours:
                sql.execute(connection, "etl/source_unlock", feed_id=feed.feed_id)

"""A table or query of another database: read on from a watermark in pages, or taken as a whole.

Each page is one short query, ordered by the watermark and the columns that tell rows apart, so nothing is held open at the
source while a page is loaded. Times with a zone are compared in UTC and written as the clocks of ``time_zone`` show them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from etl.sources.credential import FetchError, Vault
from etl.sources.declaration import Feed
from etl.sources.landing import Landed, sheet, texts
from etl.sources.origin import Database
from etl.sources.watermark import Mark, Window, below, fingerprint, mark_text, plain, read_mark

MARK, NULLS, WHOLE = "watermark", "rows without watermark", "whole"
CONNECT_SECONDS = 15
DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "mysql": "mysql+pymysql",
           "mariadb": "mariadb+pymysql", "oracle": "oracle+oracledb"}  # fmt: skip
CHUNK = 10_000  # rows in memory


def fetch_database(
    feed: Feed, database: Database, vault: Vault, folder: Path, kept: Mapping[str, Mapping[str, Any]]
) -> Iterator[Landed]:
    """What the table holds that was not taken: page after page, or the whole of it; each landed when it is asked for."""
    with _connected(database, vault) as connection:
        reading = _Reading(connection, database, feed.feed_id, folder)
        if database.watermark is None:
            yield reading.whole()
            return
        if database.nulls == "take":
            yield from reading.nulls(kept.get(NULLS))
        yield from reading.pages(read_mark(kept.get(MARK)))


class _Reading:
    """One reading of a table over one connection."""

    def __init__(self, connection: sa.Connection, database: Database, feed_id: str, folder: Path) -> None:
        self.connection, self.database, self.feed_id, self.folder = connection, database, feed_id, folder
        self.zone = ZoneInfo(database.time_zone)
        self.order: list[sa.ColumnClause[Any]] = [sa.column(name) for name in database.order]
        self.watermark: sa.ColumnClause[Any] = sa.column(database.watermark or "")
        self.source = _source(database, [*database.order, *([database.watermark] if database.watermark else [])])

    def whole(self, name: str = "", condition: sa.ColumnElement[bool] | None = None, item: str = WHOLE) -> Landed:
        """All rows (of a condition) in one file, streamed."""
        path = self.folder / f"{self.feed_id}{name}.csv"
        query = self._select().order_by(*self.order)
        found = self._run(query if condition is None else query.where(condition), stream=True)
        rows = 0
        with sheet(path, list(found.keys())) as writer:
            for part in found.partitions(CHUNK):
                rows += len(part)
                writer.writerows(texts(row, self.zone) for row in part)
        self._end()
        return Landed(path, item, json.dumps({"rows": rows}), onward=True)

    def nulls(self, kept: Mapping[str, Any] | None) -> Iterator[Landed]:
        """The rows without a watermark, as a whole each time; also when the last of them got one."""
        landed = self.whole("_null", self.watermark.is_(None), NULLS)
        if json.loads(landed.mark)["rows"] or (kept and kept["rows"]):
            yield landed
        else:
            landed.path.unlink()

    def pages(self, mark: Mark) -> Iterator[Landed]:
        """Page after page from the mark (less the overlap) to the end; files without a new row are left out."""
        window = Window(mark, self.database.overlap)
        condition: sa.ColumnElement[bool] = self.watermark.is_not(None)
        if mark.value is not None:
            condition = self.watermark >= below(mark.value, self.database.overlap)
        name, last, most = mark.label(), None, self.database.page + len(mark.seen)
        while True:
            path = self.folder / f"{self.feed_id}_{name}.csv"
            read, fresh, here = self._page(path, condition, window, most)
            if here is not None and here == last:
                raise FetchError(
                    "源表的分页没有前进", "the pages of the source do not go on; do the columns of order tell rows apart?"
                )
            if fresh:
                yield Landed(path, MARK, mark_text(window.mark()), onward=True)
            else:
                path.unlink()
            if read < most or here is None:
                return
            last, name, condition, most = here, _name(window.mark(), here), self._after(here), self.database.page

    def _page(
        self, path: Path, condition: sa.ColumnElement[bool], window: Window, most: int
    ) -> tuple[int, int, tuple[Any, ...] | None]:
        """Write a page: rows read, rows that are new, and where it ends."""
        query = self._select().where(condition).order_by(self.watermark, *self.order).limit(most)
        found = self._run(query, stream=True)
        names = list(found.keys())
        at = [_place(names, name) for name in (self.database.watermark or "", *self.database.order)]
        read, fresh, row = 0, 0, None
        with sheet(path, names) as writer:
            for row in (row for part in found.partitions(CHUNK) for row in part):
                cells = texts(row, self.zone)
                read += 1
                if window.fresh(plain(row[at[0]]), fingerprint(cells)):
                    fresh += 1
                    writer.writerow(cells)
        here = None if row is None else tuple(row[i] for i in at)
        self._end()
        return read, fresh, here

    def _after(self, here: Sequence[Any]) -> sa.ColumnElement[bool]:
        """Beyond a place in the order: the first column is greater, or equal and the next greater, and so on."""
        beyond: sa.ColumnElement[bool] = sa.false()
        for column, value in reversed(list(zip([self.watermark, *self.order], here, strict=True))):
            beyond = sa.or_(column > value, sa.and_(column == value, beyond))
        return sa.and_(self.watermark >= here[0], beyond)  # the first part lets an index be used

    def _select(self) -> sa.Select[Any]:
        return sa.select(sa.literal_column("*")).select_from(self.source)

    def _run(self, query: sa.Select[Any], stream: bool) -> sa.CursorResult[Any]:
        return self.connection.execution_options(stream_results=stream, yield_per=CHUNK).execute(query)

    def _end(self) -> None:
        """No transaction of ours stays open at the source while we load."""
        self.connection.rollback()


def _name(mark: Mark, here: Sequence[Any]) -> str:
    """A page's name by the mark it begins at, and by the row when the mark remembers none."""
    return mark.label() if mark.seen else f"{mark.label()}-{fingerprint([repr(tuple(here))]).hex()[:8]}"


def _place(names: Sequence[str], wanted: str) -> int:
    lowered = [name.lower() for name in names]
    try:
        return lowered.index(wanted.lower())
    except ValueError:
        raise FetchError(f"源表没有列 {wanted}", f"the source has no column {wanted}; it has: {', '.join(names)}") from None


def _source(database: Database, names: Sequence[str]) -> sa.FromClause:
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in names]
    if database.table is not None:
        return sa.table(database.table, *columns, schema=database.schema)
    query = (database.query or "").strip().rstrip(";").replace(":", "\\:")
    return sa.text(f"{query}\n").columns(*columns).subquery("source")  # a line of its own: it may end in a comment


@contextmanager
def _connected(database: Database, vault: Vault) -> Iterator[sa.Connection]:
    """A connection of its own that writes nothing; errors come without the address's password or a row's values."""
    try:
        engine = sa.create_engine(
            _address(database, vault), poolclass=NullPool, hide_parameters=True, connect_args=_timeouts(database, vault)
        )
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection = connection.execution_options(postgresql_readonly=True)
            yield connection
    except (FetchError, GeneratorExit):
        raise
    except ImportError as error:
        raise FetchError(
            f"缺少数据库驱动 {error.name}，请用 pip 安装",
            f"the database driver {error.name} is missing; pip install {error.name}",
        ) from None
    except sa.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise vault.failed("无法读取源数据库", "the source database cannot be read", cause) from None


def _address(database: Database, vault: Vault) -> sa.URL:
    try:
        url = sa.make_url(vault.reveal_url(database.url))
    except (sa.exc.ArgumentError, ValueError):  # its text may hold a password
        raise FetchError(
            "数据库地址无法识别", "the database's address cannot be read; write driver://user@host/database"
        ) from None
    vault.hide(url.password if isinstance(url.password, str) else None)
    password = vault.reveal(database.password)
    return url.set(drivername=DRIVERS.get(url.drivername, url.drivername), password=password or url.password)


def _timeouts(database: Database, vault: Vault) -> dict[str, Any]:
    kind = _address(database, vault).get_backend_name()
    return {"connect_timeout": CONNECT_SECONDS} if kind in ("postgresql", "mysql", "mariadb") else {}

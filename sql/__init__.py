"""The store: every statement, and the only door to Postgres.

A statement is one file under ``sql/queries``; its name is its path without the ending. Callers open a
transaction (:func:`begin` or :func:`scoped`) and pass the connection to :func:`frame`, :func:`rows`,
:func:`execute` or :func:`copy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "manyi"


def engine(url: str, *, pool_size: int = 5, application: str = "manyi") -> sa.Engine:
    """A pooled engine on ``url`` (``postgresql://…``), its search path set to the product's schema."""
    target = sa.make_url(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(
        target,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"options": f"-c search_path={SCHEMA},public -c timezone=Asia/Shanghai", "application_name": application},
    )


@cache
def statement(name: str) -> sa.TextClause:
    """The statement kept in ``sql/queries/<name>.sql``.

    Raises :class:`FileNotFoundError` when there is none.
    """
    return sa.text(files("sql").joinpath("queries", f"{name}.sql").read_text("utf-8"))


@contextmanager
def begin(target: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction, committed at the end and rolled back on an error."""
    with target.begin() as connection:
        yield connection


@contextmanager
def scoped(target: sa.Engine, user_id: int | None) -> Iterator[sa.Connection]:
    """One transaction that sees what ``user_id`` may see (row-level security); ``None`` sees no figure."""
    with target.begin() as connection:
        connection.execute(
            sa.text("SELECT set_config('manyi.user', :user, true)"),
            {"user": "" if user_id is None else str(int(user_id))},
        )
        yield connection


def execute(connection: sa.Connection, name: str, **params: Any) -> int:
    """Run a statement; the number of rows it touched."""
    return connection.execute(statement(name), params).rowcount


def rows(connection: sa.Connection, name: str, **params: Any) -> list[dict[str, Any]]:
    """A statement's rows as dictionaries."""
    result = connection.execute(statement(name), params)
    columns = tuple(result.keys())
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]  # half the time of mappings()


def one(connection: sa.Connection, name: str, **params: Any) -> dict[str, Any] | None:
    """A statement's first row, or ``None``."""
    row = connection.execute(statement(name), params).mappings().first()
    return None if row is None else dict(row)


def frame(connection: sa.Connection, name: str, **params: Any) -> pd.DataFrame:
    """A statement's rows as a frame, its columns named as selected (also when there is no row)."""
    import pandas as pd  # half a second that a command without a frame need not wait

    result = connection.execute(statement(name), params)
    found = [tuple(row) for row in result.fetchall()]  # pandas asks a row of SQLAlchemy's for more than it has, each in vain
    return pd.DataFrame(found, columns=list(result.keys()))


def copy(connection: sa.Connection, table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> int:
    """Stream ``records`` into ``table`` by COPY; the number of rows sent.

    ``table`` and ``columns`` are names from our own code, never a user's words.
    """
    names = ", ".join(columns)
    sent = 0
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as stream:
        for record in records:
            stream.write_row(record)
            sent += 1
    return sent


def copy_text(connection: sa.Connection, table: str, columns: Sequence[str], chunks: Iterable[bytes | memoryview]) -> None:
    """Stream ready CSV bytes (no header, empty unquoted = NULL) into ``table`` by COPY."""
    names = ", ".join(columns)
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as stream,
    ):
        for chunk in chunks:
            stream.write(chunk)


def copy_binary(connection: sa.Connection, table: str, columns: Sequence[str], chunks: Iterable[bytes]) -> None:
    """Stream the whole of a binary COPY (head, rows and tail) into ``table``."""
    names = ", ".join(columns)
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)") as stream,
    ):
        for chunk in chunks:
            stream.write(chunk)

"""A real Postgres for the whole run: the embedded one, or the server MANYI_TEST_DATABASE_URL names (``{worker}`` there: each its own)."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

import sql
from sql import embedded, migrate, roles
from tests.folders import open_folder

APP_PASSWORD = "for-this-test-run"
PATTERNS: dict[tuple[str, Callable[[sa.Engine], object] | None], str] = {}  # databases to copy, by server and what filled them


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The address of a server on which databases may be created."""
    given = os.environ.get("MANYI_TEST_DATABASE_URL")
    if given:
        yield given.replace("{worker}", os.environ.get("PYTEST_XDIST_WORKER", "main"))
        return
    with open_folder() as home:
        server = embedded.EmbeddedPostgres(home)
        url = server.start()
        _unhurried(url)
        yield url
        server.stop()


def _unhurried(url: str) -> None:
    """Hundreds of short-lived databases need not survive a power cut; they do survive every process that dies."""
    root = sql.engine(url)
    with root.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in ("fsync", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    root.dispose()


def create_database(server_url: str, filled: Callable[[sa.Engine], object] | None = None) -> sa.Engine:
    """A new migrated database with the dashboard's role, ``filled`` or empty: a copy of one that was made so once."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    key = (server_url, filled)
    if key not in PATTERNS:
        PATTERNS[key] = _make_pattern(server_url, filled)
    _run(server_url, f"CREATE DATABASE {name} TEMPLATE {PATTERNS[key]} STRATEGY FILE_COPY")
    owner = sql.engine(_address(server_url, name))
    roles.ensure_app_role(owner, APP_PASSWORD)  # the role is the server's: another test may have given it another password
    return owner


def _make_pattern(server_url: str, filled: Callable[[sa.Engine], object] | None) -> str:
    name = f"pattern_{uuid.uuid4().hex[:12]}"
    empty = PATTERNS.get((server_url, None))
    _run(server_url, f"CREATE DATABASE {name}" + (f" TEMPLATE {empty} STRATEGY FILE_COPY" if empty else ""))
    owner = sql.engine(_address(server_url, name))
    try:
        migrate.upgrade(owner)
        roles.ensure_app_role(owner, APP_PASSWORD)
        if filled is not None:
            filled(owner)
    finally:
        owner.dispose()  # a database somebody is connected to cannot be copied
    return name


def _run(server_url: str, statement: str) -> None:
    root = sql.engine(server_url)
    with root.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)
    root.dispose()


def _address(server_url: str, database: str) -> str:
    return sa.make_url(server_url).set(database=database).render_as_string(hide_password=False)


@pytest.fixture
def store(server_url: str) -> Iterator[sa.Engine]:
    """An empty migrated database, for one test."""
    owner = create_database(server_url)
    yield owner
    owner.dispose()


def app_engine(owner: sa.Engine) -> sa.Engine:
    """The same database as the dashboard's role sees it."""
    url = owner.url.set(username=roles.APP_ROLE, password=APP_PASSWORD)
    return sql.engine(url.render_as_string(hide_password=False))

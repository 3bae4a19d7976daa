"""A real Postgres for the whole run: the embedded one, or the server MANYI_TEST_DATABASE_URL names."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import sql
from sql import embedded, migrate, roles
from tests.folders import open_folder

APP_PASSWORD = "for-this-test-run"


TOGETHER = ("demonstration", "etl/demo")  # folders whose tests share one expensive beginning


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several workers (``-n``) a file's tests stay in one of them, and so do those of a folder above."""
    root = Path(__file__).parent
    for item in items:
        inside = item.path.relative_to(root).as_posix()
        group = next((folder for folder in TOGETHER if inside.startswith(folder + "/")), inside)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The address of a server on which databases may be created."""
    given = os.environ.get("MANYI_TEST_DATABASE_URL")
    if given:
        yield given
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


def create_database(server_url: str) -> sa.Engine:
    """A new migrated database with the dashboard's role: a copy of the one the migrations were run on."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    root = sql.engine(server_url)
    with root.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        pattern = "pattern_" + hashlib.sha256(repr(migrate.migrations()).encode()).hexdigest()[:12]
        connection.exec_driver_sql("SELECT pg_advisory_lock(hashtext('pattern'))")  # other processes may make it at this moment
        if not connection.scalar(sa.text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": pattern}):
            _make_pattern(connection, server_url, pattern)
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {pattern} STRATEGY FILE_COPY")
    root.dispose()
    owner = sql.engine(_address(server_url, name))
    roles.ensure_app_role(owner, APP_PASSWORD)  # the role is the server's: another test may have given it another password
    return owner


def _make_pattern(connection: sa.Connection, server_url: str, pattern: str) -> None:
    making = f"making_{uuid.uuid4().hex[:12]}"
    connection.exec_driver_sql(f"CREATE DATABASE {making}")
    owner = sql.engine(_address(server_url, making))
    try:
        migrate.upgrade(owner)
    finally:
        owner.dispose()  # a database somebody is connected to cannot be renamed or copied
    connection.exec_driver_sql(f"ALTER DATABASE {making} RENAME TO {pattern}")


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

"""Servers started once a module, and stores that already hold what the answers refer to."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import sql
from tests.conftest import create_database
from tests.etl.fetch import sample, servers
from tests.folders import open_folder

NewStore = Callable[[], sa.Engine]


def database(server_url: str, name: str) -> sa.Engine:
    """An engine on a database of the tests' server."""
    return sql.engine(sa.make_url(server_url).set(database=name).render_as_string(hide_password=False))


def make_database(server_url: str, more: str = "") -> str:
    """A new database; its name."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    root = sql.engine(server_url)
    with root.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} {more}")
    root.dispose()
    return name


@pytest.fixture(scope="package")
def prepared(server_url: str) -> str:
    """The name of a database with the areas, touchpoints and subscribers."""
    store = create_database(server_url)
    with open_folder() as folder:
        sample.prepare(store, folder)
    store.dispose()
    return str(store.url.database)


@pytest.fixture
def new_store(server_url: str, prepared: str) -> Iterator[NewStore]:
    """Makes stores that are copies of the prepared one."""
    made: list[sa.Engine] = []

    def new() -> sa.Engine:
        made.append(database(server_url, make_database(server_url, f"TEMPLATE {prepared}")))
        return made[-1]

    yield new
    for engine in made:
        engine.dispose()


@pytest.fixture
def store(new_store: NewStore) -> sa.Engine:
    """A prepared store, for one test."""
    return new_store()


@pytest.fixture
def home() -> Iterator[Path]:
    """An installation's home."""
    with open_folder() as folder:
        yield folder


@pytest.fixture
def elsewhere(server_url: str) -> Iterator[sa.Engine]:
    """Another operator's database."""
    engine = database(server_url, make_database(server_url))
    yield engine
    engine.dispose()


@pytest.fixture
def api() -> Iterator[servers.Interface]:
    """A JSON interface."""
    with servers.interface() as served:
        yield served


@pytest.fixture(scope="package")
def bucket() -> Iterator[servers.S3]:
    """An S3-compatible store."""
    with servers.s3() as served:
        yield served


@pytest.fixture(scope="package")
def sftp() -> Iterator[servers.Sftp]:
    """An SFTP server."""
    servers.sshd_or_skip()
    with servers.sftp() as served:
        yield served

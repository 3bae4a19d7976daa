"""The embedded server of one bench: the product's settings, a migrated store, nothing left at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

import sql
from sql import migrate
from sql.embedded import EmbeddedPostgres
from tests.folders import open_folder


@contextmanager
def own_server() -> Iterator[tuple[EmbeddedPostgres, sa.Engine]]:
    """The server and its store; both and their folder go when the block ends."""
    with open_folder() as home:
        server = EmbeddedPostgres(home)
        store = sql.engine(server.start())
        try:
            migrate.upgrade(store)
            yield server, store
        finally:
            store.dispose()
            server.stop()

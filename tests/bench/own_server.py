"""The embedded server of one bench: the product's settings, a migrated store, nothing left at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import sqlalchemy as sa

import sql
from sql import migrate
from sql.embedded import EmbeddedPostgres
from tests.folders import open_folder


@contextmanager
def own_server(kept: Path | None = None) -> Iterator[tuple[EmbeddedPostgres, sa.Engine]]:
    """The server and its store; it stops when the block ends, and its folder goes unless it is to be ``kept``."""
    with open_folder() if kept is None else nullcontext(kept) as home:
        server = EmbeddedPostgres(home)
        store = sql.engine(server.start())
        try:
            migrate.upgrade(store)
            yield server, store
        finally:
            store.dispose()
            server.stop()

"""The real records loaded once for all modules that read them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.conftest import create_database
from tests.etl.feeds.records import FOLDERS, load


@pytest.fixture(scope="package")
def records(server_url: str) -> Iterator[sa.Engine]:
    """One store with everything loaded."""
    store = create_database(server_url)
    results = load(store, *FOLDERS)
    assert {result.state for result in results} == {"loaded"}, [(r.name, r.reason_en) for r in results if r.state != "loaded"]
    yield store
    store.dispose()

"""Where the real records lie; tests that need them skip where they are not."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.sources.declaration import Feed
from etl.sources.parse import read_feeds
from etl.steps import define
from etl.steps.load import LoadResult, load_inbox

FOLDER = Path(os.environ.get("MANYI_REAL_DATA") or Path(__file__).parents[4] / "shared" / "data")

BEIJING, INDIA, COMCAST = "beijing_internet_survey", "india_call_ratings", "comcast_complaints"
GOVERNMENT, LTE = "government_messages", "lte_cell_kpi"
FOLDERS = (BEIJING, INDIA, COMCAST, GOVERNMENT, LTE)

needs_records = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the real records are not here ({FOLDER}); MANYI_REAL_DATA names their folder"
)


def record_feeds() -> list[Feed]:
    """The feeds of the real records, as shipped."""
    return read_feeds([Path(str(files("etl").joinpath("feeds", "records")))])


def load(store: sa.Engine, *folders: str) -> list[LoadResult]:
    """Load everything the feeds claim in some folders of the records."""
    define.define(store, define.shipped())
    return [result for folder in folders for result in load_inbox(store, record_feeds(), FOLDER / folder, "for tests only")]

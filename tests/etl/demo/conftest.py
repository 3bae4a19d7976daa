"""One small demonstration for all tests here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl
import pytest

from etl.demo.dates import dates
from etl.demo.generate import Truth, _scene, generate
from etl.demo.truth import Scene

UNTIL = date(2026, 11, 20)


@dataclass
class Written:
    """The files written and the truth about them."""

    folder: Path
    truth: Truth

    def read(self, pattern: str) -> pl.DataFrame:
        """All files of a pattern, every column as text."""
        frames = [pl.read_csv(path, infer_schema_length=0) for path in sorted(self.folder.glob(pattern))]
        return pl.concat(frames)

    def events(self, kind: str) -> list[dict]:
        return [event for event in self.truth.events if event["kind"] == kind]

    @cached_property
    def county(self) -> pl.DataFrame:
        """Each grid's company with its dates: area_code, county, since, till."""
        rows = self.read("areas.csv").filter(level="grid")
        return rows.select(area_code="code", county="parent_code", since=pl.col("valid_from").fill_null("1900-01-01"),
                           till=pl.col("valid_to").fill_null("9999-01-01"))  # fmt: skip

    @cached_property
    def survey(self) -> pl.DataFrame:
        """The good survey rows with ``county`` and ``month``."""
        rows = self.read("survey_*.csv").unique("response_id").filter(~pl.col("response_id").str.contains("X"))
        return self.placed(rows.with_columns(day=pl.col("answered_at").str.slice(0, 10)))

    def placed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with ``day`` get ``county`` (of that day) and ``month``."""
        found = rows.join(self.county, on="area_code", how="left").filter(
            pl.col("county").is_null() | ((pl.col("day") >= pl.col("since")) & (pl.col("day") < pl.col("till")))
        )
        return found.with_columns(county=pl.coalesce("county", "area_code"), month=pl.col("day").str.slice(0, 7))


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("demo")
    return Written(folder, generate(folder, until=UNTIL))


@pytest.fixture(scope="session")
def scene() -> Scene:
    return _scene(dates(UNTIL), 7)[0]

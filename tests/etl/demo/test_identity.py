"""Who among those who answered had complained: the dissatisfied more often, and nothing else changes."""

from __future__ import annotations

import polars as pl
import pytest

from etl.demo import identity
from tests.etl.demo.conftest import Written


@pytest.fixture(scope="module")
def joined(written: Written) -> pl.DataFrame:
    """Own answers of six months, and whether and how the same customer had complained in the 60 days before."""
    verdict = pl.coalesce("mobile_overall", "broadband_overall").cast(pl.Int64, strict=False)
    months = [month[:7] for month in written.truth.months[10:17]]
    answers = pl.concat(written.read(f"survey_*_{month}.csv") for month in months[1:]).filter(brand="own").select(
        "response_id", "customer", verdict=verdict, plain=pl.col("complaint_handling").is_null(),
        at=pl.col("answered_at").str.to_datetime(strict=False),
    )  # fmt: skip
    complaints = pl.concat(written.read(f"complaints_{month}.csv") for month in months).select(
        "customer", "resolved", opened=pl.col("opened_at").str.to_datetime(strict=False)
    )
    age = pl.col("at") - pl.col("opened")
    before = answers.join(complaints, on="customer").filter((age > pl.duration()) & (age <= pl.duration(days=identity.DAYS)))
    ended = before.group_by("response_id").agg(pl.col("resolved").cast(pl.Float64).mean())
    return answers.filter("plain").join(ended, on="response_id", how="left").with_columns(
        complained=pl.col("response_id").is_in(before["response_id"].implode())
    )


def test_the_dissatisfied_had_complained_more_often(joined: pl.DataFrame) -> None:
    bad, good = (joined.filter(where)["complained"].mean() for where in (pl.col("verdict") <= 6, pl.col("verdict") >= 9))
    assert bad > 2.5 * good > 0.02


def test_how_the_complaint_ended_has_no_part_in_it(joined: pl.DataFrame) -> None:
    told = joined.filter(pl.col("resolved").is_not_null())
    bad, good = (told.filter(where)["resolved"].mean() for where in (pl.col("verdict") <= 6, pl.col("verdict") >= 9))
    assert bad == pytest.approx(good, abs=0.08)

"""The demonstration's dated tree and touchpoints."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from etl.demo.dates import dates
from etl.demo.tree import read_places, tree
from tests.etl.demo.conftest import Written


def alive(rows: pl.DataFrame, day: str) -> pl.DataFrame:
    return rows.filter(pl.col("valid_from").fill_null("1900-01-01") <= day, pl.col("valid_to").fill_null("9999-01-01") > day)


@pytest.mark.parametrize("day", ["2024-11-01", "2025-07-15", "2026-04-01", "2026-11-20"])
def test_3159_areas_live_on_any_day_each_under_one_living_parent(written: Written, day: str) -> None:
    rows = alive(written.read("areas.csv"), day)
    assert dict(rows.group_by("level").len().iter_rows()) == {"province": 1, "city": 21, "county": 137, "grid": 3000}
    assert rows["code"].n_unique() == rows.height
    levels = dict(rows.select("code", "level").iter_rows())
    above = {"grid": "county", "county": "city", "city": "province"}
    assert all(levels[parent] == above[level] for level, parent in rows.filter(level=pl.col("level")).select("level", "parent_code").iter_rows()
               if level != "province")  # fmt: skip


def test_every_city_has_companies_and_dongguan_and_zhongshan_only_organisation_nodes(written: Written) -> None:
    counties = written.read("areas.csv").filter(level="county")
    by_city = dict(counties.group_by("parent_code").len().iter_rows())
    assert len(by_city) == 21
    kinds = dict(counties.group_by("kind").len().iter_rows())
    assert kinds == {"administrative": 122, "organisation": 15}
    assert set(counties.filter(pl.col("parent_code").is_in(["4419", "4420"]))["kind"]) == {"organisation"}


def test_grids_are_split_merged_and_moved(written: Written) -> None:
    rows = written.read("areas.csv")
    assert dict(rows.drop_nulls("change").group_by("change").len().iter_rows()) == {"split": 24, "merge": 12, "move": 4}
    codes = set(rows["code"])
    assert set(rows.drop_nulls("change")["from_code"]) <= codes
    for row in rows.filter(change="move").iter_rows(named=True):
        before = rows.filter(code=row["code"], valid_to=row["valid_from"])
        assert before.height == 1
        assert before["parent_code"][0] != row["parent_code"]


def test_3660_halls_and_the_other_teams_stand_under_areas(written: Written) -> None:
    points = written.read("touchpoints.csv")
    assert dict(points.group_by("kind").len().iter_rows()) == {"hall": 3660, "hotline": 21, "engineer": 137, "app": 1}
    assert points["code"].is_unique().all()
    assert set(points["area_code"]) <= set(written.read("areas.csv")["code"])
    used = set(written.survey["touchpoint_code"].drop_nulls()) | set(
        written.read("complaints_*.csv")["touchpoint_code"].drop_nulls()
    )
    assert used <= set(points["code"])


def test_names_are_complete_in_both_languages(written: Written) -> None:
    rows = written.read("areas.csv")
    assert rows.select(pl.col("name_zh", "name_en").is_null().sum()).row(0) == (0, 0)
    assert rows["name_en"].str.contains(r"^[\x20-\x7e]+$").all()


def test_town_and_country_are_what_the_places_say() -> None:
    places = {row["code"]: row["urban"] for row in read_places().filter(level="grid").iter_rows(named=True)}
    made = tree(dates(date(2026, 11, 22)), np.random.default_rng(1))
    assert 0.3 < made.urban.mean() < 0.8
    assert all(bool(places[made.leaf_codes[origin]]) == urban for origin, urban in zip(made.origin, made.urban, strict=True))

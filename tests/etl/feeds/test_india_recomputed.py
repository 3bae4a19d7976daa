"""Every rolled-up figure of the Indian ratings equals what pandas works out from the source files alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import pytest
import sqlalchemy as sa

import sql
from etl.steps.detect import detect
from etl.steps.publish import publish
from tests.etl.feeds import india
from tests.etl.feeds.records import FOLDER, needs_records
from tests.etl.feeds.sample import number

pytestmark = needs_records


@dataclass(frozen=True)
class Figures:
    """The ratings as read here, the country's areas, and the cells of both sides."""

    ratings: pd.DataFrame
    areas: pd.DataFrame
    ours: pd.DataFrame
    theirs: pd.DataFrame


@pytest.fixture(scope="module")
def figures(records: sa.Engine) -> Figures:
    publish(records)
    ratings = india.ratings(FOLDER / "india_call_ratings")
    areas = india.area_paths(records)
    return Figures(ratings, areas, india.cells(ratings), india.published(records, areas))


def test_the_tree_has_the_places_worked_out_from_the_gazetteer(figures: Figures) -> None:
    known = set(figures.areas["path"])
    assert len(known) == len(figures.areas), "two areas of one path"
    assert set(figures.ratings["level4"]) <= known
    grids = figures.areas[(figures.areas["level"] == 4) & (figures.areas["kind"] != "unknown")]
    assert set(grids["path"]) == set(figures.ratings.loc[~figures.ratings["level4"].str.endswith("|?"), "level4"])


def test_every_figure_at_every_level_equals_the_recomputation(figures: Figures) -> None:
    wrong = india.unequal(figures.ours, figures.theirs)
    assert wrong.empty, f"{len(wrong)} of {len(figures.ours)} cells differ:\n{wrong.head(10).to_string()}"
    assert len(figures.theirs) > 100_000
    level = figures.theirs.index.get_level_values("area").str.count(r"\|")
    deepest = pd.Series(level, index=figures.theirs.index).groupby(["cut", "period"]).max()
    assert deepest.to_dict() == {
        (cut, period): depth for cut in ("all", "brand", "generation", *india.SAME)
        for period, depth in india.DEEPEST.get(cut, india.OTHERS).items()
    }  # fmt: skip


def test_one_corrupted_figure_is_found(figures: Figures) -> None:
    place = len(figures.theirs) // 2
    for name in (*india.COUNTS, *india.SUMS):
        corrupted = figures.theirs.copy()
        column, was = corrupted.columns.get_loc(name), corrupted.iloc[place][name]
        corrupted[name] = corrupted[name].astype(float)
        corrupted.iloc[place, column] = was + 1e-6 * max(was, 1) if name in india.SUMS else was + 1
        assert list(india.unequal(figures.ours, corrupted).index) == [figures.theirs.index[place]], name


def test_ratings_without_a_place_count_in_the_parents(figures: Figures) -> None:
    """In the country, all; in a state, also those that only name it."""
    ratings = figures.ratings
    years = figures.theirs.xs(("y", "brand"), level=("period", "cut"))["n"].groupby("area").sum()
    assert years["IN"] == len(ratings) == 325_236
    nowhere = ratings["level1"] == "IN|?"
    assert 0 < years["IN|?"] == nowhere.sum()
    state = ratings["level1"] == "IN|maharashtra"
    only_named = ratings["level2"] == "IN|maharashtra|?"
    assert 0 < years["IN|maharashtra|?"] == only_named.sum() < years["IN|maharashtra"] == state.sum()


def test_parents_equal_their_children(figures: Figures) -> None:
    """Wherever children are kept, the unknown ones among them, they add up to the parent; and none has a parent without the figure."""
    rows = figures.theirs.reset_index()
    level = rows["area"].str.count(r"\|")
    deepest = [india.DEEPEST.get(cut, india.OTHERS)[period] for cut, period in zip(rows["cut"], rows["period"], strict=True)]
    parents = rows[level < deepest].set_index(india.KEY)
    children = rows[level > 0].assign(area=rows["area"].str.rpartition("|")[0])
    added = children.groupby(india.KEY)[[*india.COUNTS, "sw", "sw2", "swx", "swx2"]].sum()
    added["mean"] = added["swx"] / added["sw"]
    wrong = india.unequal(added, parents[added.columns])
    assert wrong.empty, wrong.head(10).to_string()


def test_the_country_reads_as_the_regulator_says(figures: Figures, records: sa.Engine) -> None:
    """Means of stars, from 0-100: 3.3169 in October 2020, 4.3918 in November, because Idea's raters came in crowds."""
    months = figures.theirs.xs(("IN", "m", "brand"), level=("area", "period", "cut"))
    whole = months.groupby("start")[["n", "swx"]].sum()
    stars = (1 + whole["swx"] / whole["n"] / 25).round(4)
    assert (whole["n"]["2020-10-01"], stars["2020-10-01"], whole["n"]["2020-11-01"], stars["2020-11-01"]) == (
        9734,
        3.3169,
        21167,
        4.3918,
    )
    idea = months.xs("idea", level="value")["n"]
    assert (idea["2020-10-01"], idea["2020-11-01"]) == (728, 10_024)
    assert number(records, "SELECT count(*) FROM rejected_row JOIN file USING (file_id) WHERE feed_id LIKE 'india%'") == 0


def test_the_flood_of_november_2020_is_a_matter_of_data_quality(figures: Figures, records: sa.Engine) -> None:
    """One operator goes from 728 ratings to 10,024, nearly all of five stars: an alert on the data, and no fall or rise is told."""
    with sql.begin(records) as connection:  # as it stood when that month had just ended
        connection.exec_driver_sql("UPDATE publication SET data_to = '2020-11-30', detected_at = NULL")
    detect(records, datetime(2020, 12, 3, tzinfo=UTC))
    with records.connect() as connection:
        rows = connection.execute(sa.text(
            "SELECT e.rule, e.detail, e.start FROM episode e JOIN area a USING (area_id) WHERE a.code = 'IN' AND e.closed_at IS NULL"))  # fmt: skip
        (one,) = rows.mappings()
    assert (one["rule"], str(one["start"])) == ("data_quality", "2020-11-01")
    assert (one["detail"]["cut"], one["detail"]["value"]) == ("brand", "idea"), one["detail"]
    assert one["detail"]["moved"] > 0.3

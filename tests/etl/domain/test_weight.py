"""Weights against numbers worked by hand, and what must hold for any counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.domain.weight import TRIM_HIGH, TRIM_LOW, _collapsed, respondent_weights

COLUMNS = ["province", "city", "county", "business", "segment", "n", "subscribers"]


def cells(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def test_a_full_cell_stands_for_its_own_subscribers() -> None:
    frame = cells(("P", "C", "A", "mobile", "public", 20, 2000), ("P", "C", "B", "mobile", "public", 40, 2400))
    assert respondent_weights(frame).tolist() == pytest.approx([100, 60])


def test_thin_segments_of_a_county_share_one_weight() -> None:
    frame = cells(
        ("P", "C", "A", "mobile", "public", 50, 5000),
        ("P", "C", "A", "mobile", "elderly", 7, 900),
        ("P", "C", "A", "mobile", "special", 5, 300),
    )
    assert respondent_weights(frame).tolist() == pytest.approx([100, 100, 100])  # (900 + 300) / (7 + 5)


def test_thin_counties_are_pooled_in_their_city_and_cities_in_the_province() -> None:
    frame = cells(
        ("P", "C", "A", "mobile", "public", 6, 900),
        ("P", "C", "B", "mobile", "public", 6, 300),
        ("P", "D", "E", "mobile", "public", 4, 500),
        ("P", "D", "F", "mobile", "public", 30, 3600),
    )
    assert _collapsed(frame).tolist() == pytest.approx([100, 100, 125, 120])  # E is alone, and taken as it is, on the last rung


def test_a_county_nobody_answered_in_is_spoken_for_by_its_thin_neighbours() -> None:
    frame = cells(("P", "C", "A", "mobile", "public", 5, 500), ("P", "C", "B", "mobile", "public", 0, 700),
                  ("P", "C", "D", "mobile", "public", 5, 300))  # fmt: skip
    weights = respondent_weights(frame)
    assert weights.iloc[[0, 2]].tolist() == pytest.approx([150, 150])
    assert np.isnan(weights.iloc[1])


def test_an_extreme_weight_is_trimmed_and_the_rest_raked_back() -> None:
    frame = cells(("P", "C", "A", "mobile", "public", 90, 900), ("P", "C", "B", "mobile", "public", 10, 1000))
    weights = respondent_weights(frame)  # untrimmed 10 and 100; the median respondent weighs 10, so 100 becomes 30: 900 + 300
    assert weights.tolist() == pytest.approx([10 * 1900 / 1200, 30 * 1900 / 1200])


def test_respondents_of_an_unknown_place_take_their_citys_average() -> None:
    frame = cells(("P", "C", "A", "mobile", "public", 20, 2000), ("P", "C", "A-?", "mobile", "public", 20, 0))
    assert respondent_weights(frame).tolist() == pytest.approx([50, 50])


def test_without_subscriber_counts_every_response_weighs_one() -> None:
    frame = cells(("P", "C", "A", "mobile", "public", 20, 0), ("P", "C", "B", "unknown", "unknown", 3, 0))
    assert respondent_weights(frame).tolist() == [1, 1]


@st.composite
def any_cells(draw: st.DrawFn) -> pd.DataFrame:
    rows = []
    for county in range(draw(st.integers(1, 6))):
        for business in ("mobile", "broadband"):
            for segment in ("public", "elderly"):
                n, subscribers = draw(st.integers(0, 40)), draw(st.integers(0, 5000))
                rows.append(("P", f"C{county % 2}", county, business, segment, n, subscribers))
    return cells(*rows)


@settings(max_examples=60, deadline=None)
@given(any_cells())
def test_weights_add_up_to_the_subscribers_and_stay_within_bounds(frame: pd.DataFrame) -> None:
    weight = respondent_weights(frame)
    answered = frame["n"] > 0
    assert (weight[answered] > 0).all() and weight[~answered].isna().all()
    for _, part in frame.assign(weight=weight)[answered].groupby("business"):
        subscribers = frame.loc[frame["business"] == part["business"].iloc[0], "subscribers"]
        if part["subscribers"].sum() == 0:  # nobody who answered is counted: the others' median, or one
            continue
        assert (part["n"] * part["weight"]).sum() == pytest.approx(subscribers.sum())
        repeated = np.sort(np.repeat(part["weight"], part["n"]))
        middle = repeated[(len(repeated) - 1) // 2]
        assert (part["weight"] >= TRIM_LOW * middle * (1 - 1e-9)).all()
        assert (part["weight"] <= TRIM_HIGH * middle * (1 + 1e-9)).all()

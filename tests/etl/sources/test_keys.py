"""Ids of rows and hashes of customers."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from etl.sources.keys import Seen, customer_hashes, key_ids, line_ids


def ids(*numbers: int) -> pl.Series:
    return pl.Series([f"{number:032x}" for number in numbers], dtype=pl.String)


@given(st.lists(st.lists(st.integers(0, 60), max_size=20), max_size=12))
def test_seen_tells_what_came_before(batches: list[list[int]]) -> None:
    seen, before = Seen(), set[int]()
    for batch in batches:
        expected = []
        for number in batch:
            expected.append(number not in before)
            before.add(number)
        assert seen.fresh(ids(*batch)).to_list() == expected


def test_ids_of_equal_low_halves_differ() -> None:
    seen = Seen()
    assert seen.fresh(ids(1, 1 + (1 << 64))).to_list() == [True, True]
    assert seen.fresh(ids(1 + (1 << 64), 1 + (2 << 64))).to_list() == [False, True]


def test_key_ids_part_their_columns_and_feeds() -> None:
    frame = pl.DataFrame({"a": ["x", "xy", None], "b": ["yz", "z", "q"]})
    assert key_ids("f", frame, ("a", "b")).n_unique() == 3
    assert key_ids("f", frame, ("a",))[0] != key_ids("g", frame, ("a",))[0]
    assert key_ids("f", frame, ("a", "b")).to_list() == key_ids("f", frame, ("a", "b")).to_list()


def test_line_ids_are_of_the_slot_line_and_part() -> None:
    frame = pl.DataFrame({"line": [2, 3]})
    every = [line_ids("f", slot, frame, part) for slot in ("a", "b") for part in (0, 1)]
    assert pl.concat(every).n_unique() == 8
    assert pl.concat(every).str.len_chars().unique().to_list() == [32]


def test_customers_hash_the_same_under_one_secret_only() -> None:
    customers = pl.Series(["13800000001", None, "13800000001", "13800000002"])
    one, other = customer_hashes(customers, "s"), customer_hashes(customers, "t")
    assert one[0] == one[2] != one[3]
    assert one[1] is None
    assert one[0] != other[0]
    assert "138" not in str(one[0]) or len(str(one[0])) == 34

"""Ids of rows and hashes of customers."""

from __future__ import annotations

import hashlib

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from etl.sources.keys import Seen, customer_hashes, hex_ids, ids_of, key_ids, line_ids


def ids(*numbers: int) -> pl.DataFrame:
    return ids_of(b"".join(number.to_bytes(16, "big") for number in numbers))


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
    assert key_ids("f", frame, ("a",)).row(0) != key_ids("g", frame, ("a",)).row(0)
    assert key_ids("f", frame, ("a", "b")).equals(key_ids("f", frame, ("a", "b")))


def test_ids_stay_what_they_are() -> None:
    """A store that was filled by an older program knows its rows again."""
    frame = pl.DataFrame({"line": [2], "a": ["x"], "b": [None]}, schema_overrides={"b": pl.String})
    assert hex_ids(key_ids("f", frame, ("a", "b"))) == [hashlib.blake2b(b"f\x1fx\x1f", digest_size=16).hexdigest()]
    assert hex_ids(line_ids("f", "s", frame, 3)) == [
        hashlib.blake2b(b"f\x1fs", digest_size=8).hexdigest() + f"{2 << 16 | 3:016x}"
    ]


def test_line_ids_are_of_the_slot_line_and_part() -> None:
    frame = pl.DataFrame({"line": [2, 3]})
    every = [line_ids("f", slot, frame, part) for slot in ("a", "b") for part in (0, 1)]
    assert pl.concat(every).n_unique() == 8
    assert {len(one) for one in hex_ids(pl.concat(every))} == {32}


def test_customers_hash_the_same_under_one_secret_only() -> None:
    customers = pl.Series(["13800000001", None, "13800000001", "13800000002"])
    one, other = customer_hashes(customers, "s"), customer_hashes(customers, "t")
    assert one[0] == one[2] != one[3]
    assert one[1] is None
    assert one[0] != other[0]
    assert "138" not in str(one[0]) or len(str(one[0])) == 34

"""Reading ahead changes neither order nor errors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from etl.steps.ahead import ahead


def numbers(last: int) -> Iterator[int]:
    yield from range(last)
    if last > 2:
        raise ValueError("no more than two")


def test_items_come_in_their_order() -> None:
    assert list(ahead(numbers(2))) == [0, 1]
    assert list(ahead(iter(()))) == []


def test_an_error_comes_where_its_item_would() -> None:
    got = []
    with pytest.raises(ValueError, match="no more than two"):
        for number in ahead(numbers(3)):
            got.append(number)
    assert got == [0, 1, 2]


def test_the_reader_may_stop_early() -> None:
    assert next(ahead(iter([1, 2, 3]))) == 1

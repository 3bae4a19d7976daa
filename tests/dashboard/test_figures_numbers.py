"""Numbers as they are written."""

from __future__ import annotations

import pytest

from dashboard.figures.numbers import arrow, chance, count, plain, signed


@pytest.mark.parametrize(
    ("value", "text"),
    [(82.44, "82.4"), (-1.26, "−1.3"), (-0.04, "0.0"), (1234.5, "1,234.5"), (None, "—"), (float("nan"), "—")],
)
def test_plain(value: float | None, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(("value", "text"), [(1.26, "+1.3"), (-1.26, "−1.3"), (0.04, "0.0"), (-0.04, "0.0"), (None, "—")])
def test_signed(value: float | None, text: str) -> None:
    assert signed(value) == text


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(3816, "3,816", "3,816"), (123456, "12.3万", "123k"), (2.5e8, "2.5亿", "250M"), (12_345, "1.2万", "12.3k")],
)
def test_count(value: float, zh: str, en: str) -> None:
    assert (count(value, "zh"), count(value, "en")) == (zh, en)


def test_before_the_end_nothing_is_impossible_or_certain() -> None:
    assert [chance(value) for value in (0.0, 0.004, 0.012, 0.5, 0.996, 1.0, None)] == ["< 1%", "< 1%", "1%", "50%", "> 99%", "> 99%", "—"]


def test_arrows_follow_what_is_written() -> None:
    assert [arrow(value) for value in (1.0, -1.0, 0.04, None)] == ["↑", "↓", "→", ""]

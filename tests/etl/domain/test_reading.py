"""Readings and what moved them, against figures worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from etl.domain.contribution import decompose
from etl.domain.estimate import Display
from etl.domain.period import Period
from etl.domain.reading import NOTHING, Sums, changes, lengthen, readings, versus_rest


def cell(*scores: float, weight: float = 1.0) -> Sums:
    return Sums(
        len(scores), weight * len(scores), weight**2 * len(scores),
        weight * sum(scores), weight * sum(x * x for x in scores),
    )  # fmt: skip


def test_a_reading_carries_its_interval() -> None:
    # mean 70, sd 11.547, n 4: half width 3.182446 * 11.547005 / 2 (t on 3 degrees of freedom)
    made = readings([cell(60, 80, 60, 80), None, NOTHING])
    assert made[1] is None and made[2] is None
    assert made[0] is not None
    assert (made[0].value, made[0].half) == (pytest.approx(70), pytest.approx(18.373863, abs=1e-5))
    assert made[0].display is Display.HIDDEN and not made[0].shown


def test_display_follows_the_effective_base() -> None:
    even = [50.0, 70.0]
    states = [r.display for r in readings([cell(*even * k) for k in (3, 20, 60)]) if r]
    assert states == [Display.SHRUNKEN, Display.INTERVAL, Display.NORMAL]


def test_a_change_is_proven_only_outside_its_interval() -> None:
    low, high = cell(*[60.0, 62.0] * 30), cell(*[70.0, 72.0] * 30)
    noisy = cell(*[20.0, 100.0] * 6)
    now, before = readings([low, low, noisy]), readings([high, noisy, high])
    fall, unsure, other = changes(now, before)
    assert fall is not None and fall.value == pytest.approx(-10) and fall.proven == -1
    assert unsure is not None and unsure.proven == 0
    assert other is not None and other.proven == 0


def test_no_change_is_told_of_a_hidden_or_lengthened_reading() -> None:
    good, thin = readings([cell(*[60.0, 62.0] * 30)]), readings([cell(60, 70)])
    longer = readings([cell(*[60.0, 62.0] * 30)], [3])
    assert changes(good, thin) == [None]
    assert changes(longer, good) == [None]


def test_a_part_is_compared_with_the_rest() -> None:
    part, rest = cell(*[60.0, 62.0] * 20), cell(*[80.0, 82.0] * 20)
    (against,) = versus_rest([part], part + rest)
    assert against is not None and against.value == pytest.approx(-20)


def test_the_window_is_lengthened_until_it_may_be_shown() -> None:
    october = Period("m", date(2026, 10, 1))
    series = {date(2026, month, 1): cell(60, 80, 70) for month in (8, 9, 10)}
    whole, window = lengthen(series, october)
    assert window == 3 and whole is not None and whole.n == 9
    enough, one = lengthen({october.start: cell(*[60.0] * 5)}, october)
    assert one == 1 and enough is not None
    assert lengthen({}, october) == (None, 1)


def test_contributions_add_up_with_the_mix() -> None:
    before = {"a": cell(*[80.0] * 50), "b": cell(*[60.0] * 50)}
    now = {"a": cell(*[80.0] * 25), "b": cell(*[64.0] * 75)}
    moved = decompose(now, before)
    assert moved is not None
    # 70 -> 68: b rose by 4 on a mean share of 0.625; the shift towards the lower part costs the rest
    assert moved.total == pytest.approx(-2)
    assert moved.within == {"a": pytest.approx(0), "b": pytest.approx(2.5)}
    assert moved.mix == pytest.approx(-4.5)


def test_a_part_that_came_or_went_is_mix() -> None:
    moved = decompose({"a": cell(70, 70), "c": cell(90, 90)}, {"a": cell(70, 70)})
    assert moved is not None and moved.within == {"a": pytest.approx(0)} and moved.mix == pytest.approx(10)
    assert decompose({}, {"a": cell(70)}) is None

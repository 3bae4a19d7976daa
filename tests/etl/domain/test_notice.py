"""Who hears of an alert, when, and what they know of it: the rules without a store."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from etl.domain.notice import Cadence, Happening, Known, Person, What, Wish, hearers, wanted, when
from etl.domain.posting import next_attempt

AT = datetime(2026, 11, 18, 21, 30)  # a Wednesday evening
FIRED = Happening(What.FIRED, 1, ("quality", "manager", "line"), line="network")


def people(*told: tuple[str, int] | tuple[str, int, str]) -> list[Person]:
    return [Person(at, one[0], one[1], one[2] if len(one) > 2 else None) for at, one in enumerate(told)]


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ([("manager", 0), ("manager", 1), ("manager", 2), ("quality", 3)], [0, 1, 3]),
        ([("grid", 0), ("analyst", 0), ("quality", 2)], [2]),
        ([("line", 2, "network"), ("line", 2, "tariff"), ("manager", 0)], [2, 0]),
        ([("manager", 2), ("manager", 3)], [0]),
        ([("line", 2, "network"), ("manager", 3)], [0, 1]),
        ([("admin", 0), ("steward", 0)], []),
    ],
)
def test_those_near_hear_of_it_and_somebody_answerable_always(given: list, chosen: list[int]) -> None:
    assert sorted(one.user_id for one in hearers(FIRED, people(*given))) == sorted(chosen)


@pytest.mark.parametrize(
    ("levels", "chosen"),
    [(1, [1, 4]), (2, [2]), (3, [3]), (4, [])],
)
def test_what_goes_up_is_told_one_level_higher_each_time_and_to_the_line_once(levels: int, chosen: list[int]) -> None:
    given = people(("manager", 0), ("manager", 1), ("quality", 2), ("manager", 3), ("line", 2, "network"), ("line", 2, "tariff"))
    gone_up = Happening(What.ESCALATED, 1, ("manager",), line="network", escalated=levels)
    assert sorted(one.user_id for one in hearers(gone_up, given)) == chosen


def test_an_end_goes_to_who_heard_and_a_worsening_to_them_too() -> None:
    given = people(("manager", 0), ("manager", 3), ("quality", 3))
    over, worse = (Happening(what, 1, ("manager",)) for what in (What.RECOVERED, What.WORSENED))
    assert [one.user_id for one in hearers(over, given, {1})] == [1] and hearers(over, given) == []
    assert [one.user_id for one in hearers(worse, given, {1})] == [0, 1]


def test_a_wish_for_fewer_levels_is_kept() -> None:
    given = [Person(1, "manager", 1, wish=Wish(below=0)), Person(2, "quality", 2)]
    assert [one.user_id for one in hearers(FIRED, given)] == [2]


QUIET = Wish(quiet=(time(21), time(7)))
DAY = Wish(quiet=(time(12), time(13)))


@pytest.mark.parametrize(
    ("what", "severity", "wish", "due"),
    [
        (What.FIRED, 1, Wish(), (18, 21, 30)),
        (What.FIRED, 2, Wish(), (19, 8, 0)),
        (What.FIRED, 3, Wish(), (23, 8, 0)),
        (What.FIRED, 2, Wish(digest_at=time(22)), (18, 22, 0)),
        (What.FIRED, 1, QUIET, (19, 7, 0)),
        (What.ESCALATED, 3, Wish(), (18, 21, 30)),
        (What.ESCALATED, 1, QUIET, (19, 7, 0)),
        (What.REMINDED, 1, Wish(), (19, 8, 0)),
        (What.STILL, 3, Wish(), (18, 21, 30)),
        (What.FIRED, 2, Wish(digest_at=time(12, 30), quiet=DAY.quiet), (19, 13, 0)),
    ],
)
def test_the_hour_is_the_readers(what: What, severity: int, wish: Wish, due: tuple[int, int, int]) -> None:
    found = when(what, severity, wish, AT)
    assert found is not None and (found[1].day, found[1].hour, found[1].minute) == due


def test_who_wants_nothing_of_small_matters_hears_nothing_of_them() -> None:
    wish = Wish(cadence=(Cadence.IMMEDIATE, Cadence.DAILY, Cadence.NEVER))
    assert when(What.FIRED, 3, wish, AT) is None and when(What.ESCALATED, 3, wish, AT) is not None


NEW, WAITS, TOLD, OVER = Known(), Known(opened=True), Known(opened=True, told=True), Known(opened=True, told=True, ended=True)


@pytest.mark.parametrize(
    ("what", "heard_by"),
    [
        (What.FIRED, {NEW}), (What.REOPENED, {NEW}), (What.WORSENED, {WAITS, TOLD}), (What.ESCALATED, {NEW, WAITS, TOLD}),
        (What.RECOVERED, {TOLD}), (What.REMINDED, {TOLD}), (What.STILL, {TOLD}),
    ],
)  # fmt: skip
def test_what_is_told_depends_on_what_was(what: What, heard_by: set[Known]) -> None:
    assert {known for known in (NEW, WAITS, TOLD, OVER) if wanted(what, known)} == heard_by


def test_a_letter_is_tried_for_three_days_and_no_longer() -> None:
    moment, tries = AT, 0
    while (following := next_attempt(tries + 1, AT, moment)) is not None:
        assert following > moment
        moment, tries = following, tries + 1
    assert (moment - AT).total_seconds() <= 72 * 3600 < (moment - AT).total_seconds() + 360 * 60 and tries == 16

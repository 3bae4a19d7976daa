"""Who is told what of an alert, and when, under a clock that is turned by hand."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.domain.episode import Life, Seen, Told, judged
from etl.steps.notify import notify_due
from tests.etl.notices.operator import Operator, planted


@pytest.fixture
def operator(store: sa.Engine) -> Operator:
    return planted(store)


NEAR = ["city", "county", "net", "quality"]  # of Tianhe: its manager, the city's, the quality department, the line that owns it


def readers(letters: list[tuple[str, str, list[str]]]) -> list[str]:
    return sorted(reader for reader, _, _ in letters)


def test_an_opening_is_told_once_to_those_whose_it_is(operator: Operator) -> None:
    operator.fall()
    told = operator.after(minutes=1)
    assert readers(told) == NEAR and {(kind, *what) for _, kind, what in told} == {("alert", "fired")}
    assert operator.after(minutes=1) == operator.after(hours=1) == []


def test_five_hundred_falls_are_one_letter_a_reader(operator: Operator) -> None:
    for _ in range(500):
        operator.fall()
    told = operator.after(minutes=1)
    assert readers(told) == NEAR and {len(what) for _, _, what in told} == {500}
    assert operator.run("SELECT count(*) FROM letter") == len(NEAR)


def test_what_comes_soon_after_a_letter_waits_for_the_next(operator: Operator) -> None:
    operator.fall()
    operator.after(minutes=1)
    operator.fall()
    assert operator.after(minutes=10) == []
    operator.fall()
    assert [what for _, _, what in operator.after(minutes=21)] == [["fired", "fired"]] * len(NEAR)


def test_severity_and_wishes_say_how_soon(operator: Operator) -> None:
    operator.prefer("county", important="immediate")
    operator.prefer("city", quiet_from=time(9), quiet_until=time(12))
    operator.fall(severity=2, rule="target_missed")
    assert operator.after(minutes=1) == [("county", "alert", ["fired"])]
    operator.fall(rule="target_missed")
    assert readers(operator.after(minutes=40)) == ["county", "net", "quality"], "the city's quiet hours"
    assert operator.after(hours=1.5) == [("city", "alert", ["fired"])]
    operator.fall(severity=3, rule="target_missed")
    assert sorted(operator.after(hours=22)) == [("city", "digest", ["fired"]), ("net", "digest", ["fired"]),
                                                ("quality", "digest", ["fired"])]  # fmt: skip
    assert operator.after(days=5) == []
    assert readers(operator.after(hours=22)) == NEAR, "weekly, on Monday"


def test_an_end_is_told_to_those_who_heard_of_the_beginning(operator: Operator) -> None:
    operator.prefer("city", urgent="daily")
    episode = operator.fall()
    operator.after(minutes=1)
    operator.person("new", "manager", "440106")
    operator.event(episode, "recovered")
    told = operator.after(hours=1)
    assert told and {(kind, *what) for _, kind, what in told} == {("recovered", "recovered")}
    assert readers(told) == ["county", "net", "quality"], "neither who came later nor who was not told yet"
    assert operator.after(days=2) == []


def test_an_end_is_not_told_where_the_beginning_never_arrived(operator: Operator) -> None:
    episode = operator.fall()
    operator.after(minutes=1)
    operator.run("UPDATE letter SET state = CASE address WHEN 'city@manyi.test' THEN 'bounced' ELSE 'sent' END")
    operator.event(episode, "recovered")
    assert readers(operator.after(hours=1)) == ["county", "net", "quality"]


def test_what_nobody_takes_on_goes_up_and_to_the_owning_line(operator: Operator) -> None:
    operator.fall(rule="fixed_threshold")  # told to quality and managers; 10 days until it goes up
    assert readers(operator.after(minutes=1)) == ["city", "county", "quality"]
    assert operator.after(days=8) == [], "a reminder waits for the digest of the next morning"
    assert {tuple(what) for _, _, what in operator.after(hours=22)} == {("reminded",)}
    up = operator.after(hours=28)
    assert sorted(up) == [("city", "alert", ["escalated"]), ("net", "alert", ["escalated"])]
    up = [one for one in operator.after(days=10, hours=1) if one[2] == ["escalated"] or "escalated" in one[2]]
    assert readers(up) == ["province", "quality"], "the province stands two levels up"
    assert not any("escalated" in what for _, _, what in operator.after(days=40)), "there is nobody above it"


def test_what_is_taken_on_is_neither_reminded_of_nor_goes_up(operator: Operator) -> None:
    episode = operator.fall()
    operator.after(minutes=1)
    operator.acknowledge(episode)
    assert operator.after(days=30) == []


def test_a_silence_ends_in_one_digest(operator: Operator) -> None:
    before = operator.fall()
    operator.after(minutes=1)
    operator.silence("4401", hours=48)
    operator.fall("440111")
    over = operator.fall("440111")
    operator.event(before, "worsened")
    assert operator.after(hours=24) == []
    operator.event(over, "recovered")
    told = operator.after(hours=25)
    by = {reader: (kind, what) for reader, kind, what in told}
    assert by["quality"] == by["city"] == ("digest", ["fired", "still", "worsened"]), "what is over is not told any more"
    assert by["county"] == ("digest", ["still", "worsened"]), "the other county is not its own"
    assert operator.after(hours=25) == []


def test_a_silence_holds_back_what_waits_already(operator: Operator) -> None:
    operator.prefer("county", quiet_from=time(9), quiet_until=time(12))
    operator.fall()
    operator.after(minutes=1)
    operator.silence("440106", hours=5)
    operator.silence("44", hours=30)
    assert operator.after(hours=3) == operator.after(hours=3) == [], "first by the one, then by the other"
    assert ("county", "digest", ["fired"]) in operator.after(hours=25)


def test_nobody_near_then_who_answers_above(operator: Operator) -> None:
    operator.run("DELETE FROM user_grant WHERE role IN ('quality', 'line')")
    operator.fall("440305")
    assert readers(operator.after(minutes=1)) == ["province"], "neither Nanshan nor Shenzhen has anybody"


def test_who_cannot_be_reached_and_what_may_not_be_seen_lapse_visibly(operator: Operator) -> None:
    operator.person("unreachable", "manager", "440106", email=None)
    operator.unseen = {operator.fall()}
    assert operator.after(minutes=1) == []
    lapsed = operator.run("SELECT jsonb_object_agg(login, lapsed) FROM notice JOIN app_user USING (user_id)")
    assert lapsed == {**dict.fromkeys(NEAR, "unseen"), "unreachable": "no_address"}


def test_one_letter_that_cannot_be_written_costs_nobody_else_his(operator: Operator) -> None:
    operator.fall()
    operator.stumbles = {"city"}
    with pytest.raises(RuntimeError, match="city"):
        operator.after(minutes=1)
    assert sorted(one.reader.login for one in operator.told) == ["county", "net", "quality"]
    operator.stumbles = set()
    operator.run("UPDATE app_user SET disabled = true WHERE login = 'quality'")
    assert readers(operator.after(minutes=1)) == ["city"], "it is written once it can be"


def test_a_closed_account_hears_nothing_and_holds_nothing_up(operator: Operator) -> None:
    operator.prefer("county", urgent="daily")
    operator.fall()
    operator.after(minutes=1)
    operator.run("UPDATE app_user SET disabled = true WHERE login = 'county'")
    assert operator.after(days=1) == [] and not notify_due(operator.store, operator.now)


STEPS = st.lists(
    st.tuples(st.sampled_from(["worsened", "recovered", "reopened", "escalated", "acknowledged", "silence", "nothing", "refuse"]),
              st.sampled_from([0.02, 0.6, 9, 30, 200])),
    max_size=7,
)  # fmt: skip


@given(steps=STEPS, severity=st.integers(1, 3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_tells_an_opening_twice_or_an_end_without_it(operator: Operator, steps: list, severity: int) -> None:
    episode = operator.fall(severity=severity)
    for what, hours in steps:
        if what == "silence":
            operator.silence("44", hours=20)
        elif what == "refuse":
            operator.run("UPDATE letter SET state = 'refused' WHERE state = 'queued'")
        elif what == "acknowledged":
            operator.acknowledge(episode)
        elif what != "nothing":
            operator.event(episode, what)
        operator.after(hours=hours)
    operator.after(days=15)
    heard: dict[str, list[str]] = {}
    for one in operator.told:
        heard.setdefault(one.reader.login, []).extend(
            str(what) for item in one.items if item.episode_id == episode for what in item.what
        )
    for whats in heard.values():
        opened = [what for what in whats if what in ("fired", "reopened")]
        assert len(opened) <= 1 and whats.count("recovered") <= 1
        if "recovered" in whats:
            assert whats.index("recovered") == len(whats) - 1 > 0, "an end is the last that is told, and never the first"


def test_two_hundred_swings_inside_the_band_are_one_letter(operator: Operator) -> None:
    life, episode = Life(), 0
    for swing in range(200):
        life, told = judged(life, Seen(s=-3.3 if swing % 2 == 0 else -0.9, signal=swing % 2 == 0))
        if told is Told.FIRED:
            episode = operator.fall()
            operator.acknowledge(episode)
        elif told is not None:
            operator.event(episode, str(told))
        if swing % 10 == 0:
            operator.after(days=3)
    assert [bundle.reader.login for bundle in operator.told].count("county") == 1


def test_the_clock_of_a_reader(operator: Operator) -> None:
    operator.prefer("county", urgent="daily", digest_at=time(18, 30), quiet_from=time(18), quiet_until=time(7))
    operator.fall()
    operator.after(minutes=1)
    due = operator.run("SELECT due_at FROM notice JOIN app_user USING (user_id) WHERE login = 'county'")
    assert due == operator.now.replace(hour=7, minute=0, second=0) + timedelta(days=1)

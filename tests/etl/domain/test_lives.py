"""Many lives at once live as each would alone; a period that is looked at twice counts once."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.domain.episode import Life, Seen, State, Told, acknowledge, judged
from etl.domain.lives import CODE, FIRED, JUDGED, NOTHING, STATES, TOLD, WORSENED, Lives, live

SEEN = st.tuples(
    st.floats(-8, 1), st.booleans(), st.sampled_from([None, None, State.NO_DATA, State.TOO_FEW, State.ERROR]), st.booleans()
)


def alone(life: Life, s: float, signal: bool, unjudged: State | None, hold: int) -> tuple[Life, Told | None]:
    return judged(life, Seen(s, signal, unjudged), hold)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(SEEN, min_size=3, max_size=3), max_size=25), st.integers(0, 2))
def test_side_by_side_as_alone(periods: list[list[tuple[float, bool, State | None, bool]]], hold: int) -> None:
    lives, single = Lives.fresh(3), [Life()] * 3
    for period in periods:
        for at, (*_, taken_on) in enumerate(period):
            if taken_on:
                single[at] = acknowledge(single[at])
                lives.acknowledged[at] = single[at].acknowledged
                lives.beneath[at], lives.state[at] = CODE[single[at].beneath], CODE[single[at].state]
        codes = np.array([JUDGED if why is None else CODE[why] for _, _, why, _ in period])
        lives, told = live(lives, np.array([p[0] for p in period]), np.array([p[1] for p in period]), codes, hold)
        for at, (s, signal, why, _) in enumerate(period):
            single[at], said = alone(single[at], s, signal, why, hold)
            assert (STATES[lives.state[at]], STATES[lives.beneath[at]]) == (single[at].state, single[at].beneath)
            assert (lives.told[at], lives.calm[at], lives.held[at]) == (single[at].told, single[at].calm, single[at].held)
            assert lives.acknowledged[at] == single[at].acknowledged
            assert (TOLD[told[at]] if told[at] != NOTHING else None) is said


def once(lives: Lives, s: float, signal: bool, unjudged: int = JUDGED, hold: int = 0, again: bool = False) -> tuple[Lives, int]:
    after, told = live(lives, np.array([s]), np.array([signal]), np.array([unjudged]), hold, np.array([again]))
    return after, int(told[0])


def test_a_period_calms_once() -> None:
    lives, _ = once(Lives.fresh(1), -4.0, True)
    lives, _ = once(lives, -0.5, False)
    lives, told = once(lives, -0.4, False, again=True)
    assert (STATES[lives.state[0]], lives.calm[0], told) == (State.RECOVERING, 1, NOTHING)


def test_more_of_a_period_may_still_raise_an_alert_or_make_it_worse() -> None:
    lives, told = once(Lives.fresh(1), -1.0, False)
    assert told == NOTHING
    lives, told = once(lives, -3.5, True, again=True)
    assert told == FIRED
    lives, told = once(lives, -3.4, False, again=True)  # and the fall is less bad than it looked: the alert stays
    assert told == NOTHING and lives.open[0]
    lives, told = once(lives, -4.6, True, again=True)
    assert told == WORSENED


def test_a_signal_held_back_needs_another_period_not_another_look() -> None:
    lives, _ = once(Lives.fresh(1), -4.0, True, hold=1)
    lives, told = once(lives, -4.0, True, hold=1, again=True)
    assert (STATES[lives.state[0]], told) == (State.PENDING, NOTHING)
    assert once(lives, -4.0, True, hold=1)[1] == FIRED


def test_what_was_silent_is_judged_when_its_data_come() -> None:
    lives, _ = once(Lives.fresh(1), np.nan, False, CODE[State.NO_DATA])
    lives, told = once(lives, -4.0, True, again=True)
    assert told == FIRED
    lives, _ = once(lives, np.nan, False, CODE[State.NO_DATA], again=True)
    assert STATES[lives.state[0]] is State.FIRING  # what was judged does not become unknown

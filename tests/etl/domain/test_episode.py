"""The life of an alert: its state table whole, and what no sequence may do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.domain.episode import OPEN, Life, Seen, State, Told, acknowledge, judged

FALL, DEEPER, BAND, CALM = Seen(-3.5, True), Seen(-4.6, True), Seen(-2.0), Seen(-0.5)
GONE, FEW, BROKEN = Seen(unjudged=State.NO_DATA), Seen(unjudged=State.TOO_FEW), Seen(unjudged=State.ERROR)
SEEN = {"fall": FALL, "deeper": DEEPER, "band": BAND, "calm": CALM, "gone": GONE, "few": FEW, "broken": BROKEN}
LIVES = {
    "ok": Life(),
    "pending": Life(State.PENDING, State.PENDING, held=1),
    "firing": Life(State.FIRING, State.FIRING, told=-3.5),
    "acknowledged": Life(State.ACKNOWLEDGED, State.ACKNOWLEDGED, told=-3.5, acknowledged=True),
    "recovering": Life(State.RECOVERING, State.RECOVERING, told=-3.5, calm=1),
    "taken on, recovering": Life(State.RECOVERING, State.RECOVERING, told=-3.5, calm=1, acknowledged=True),
    "firing, gone": Life(State.NO_DATA, State.FIRING, told=-3.5),
}
# every state against everything that can be seen, for a rule that holds one period: the state after, and what is told
TABLE = """
                      fall            deeper            band          calm            gone     few      broken
ok                    pending         pending           ok            ok              no_data  too_few  error
pending               firing!fired    firing!fired      ok            ok              no_data  too_few  error
firing                firing          firing!worsened   firing        recovering      no_data  too_few  error
acknowledged          acknowledged    acknowledged!worsened acknowledged recovering   no_data  too_few  error
recovering            firing          firing!worsened   firing        ok!recovered    no_data  too_few  error
taken_on,_recovering  acknowledged    acknowledged!worsened acknowledged ok!recovered no_data  too_few  error
firing,_gone          firing          firing!worsened   firing        recovering      no_data  too_few  error
"""


def cases() -> list[tuple[str, str, str, str]]:
    head, *rows = [line.split() for line in TABLE.strip().splitlines()]
    out = []
    for name, *cells in rows:
        for seen, cell in zip(head, cells, strict=True):
            state, _, told = cell.partition("!")
            out.append((name.replace("_", " "), seen, state, told))
    return out


@pytest.mark.parametrize(("before", "seen", "after", "told"), cases())
def test_the_state_table(before: str, seen: str, after: str, told: str) -> None:
    life, said = judged(LIVES[before], SEEN[seen], hold=1)
    assert (life.state, said or "") == (State(after), told)


def test_the_table_is_whole() -> None:
    assert {(before, seen) for before, seen, *_ in cases()} == {(b, s) for b in LIVES for s in SEEN}


def test_a_silent_area_goes_on_where_it_stood() -> None:
    life, _ = judged(LIVES["recovering"], GONE)
    assert life.open
    life, told = judged(life, CALM)
    assert told is Told.RECOVERED  # two judged calm periods on end, the silent one between them counts neither way
    life, _ = judged(LIVES["firing"], GONE)
    assert judged(life, FALL) == (LIVES["firing"], None)


def test_acknowledging() -> None:
    assert acknowledge(LIVES["firing"]).state is State.ACKNOWLEDGED
    assert acknowledge(Life()) == Life()
    silent = acknowledge(LIVES["firing, gone"])
    assert (silent.state, silent.beneath) == (State.NO_DATA, State.ACKNOWLEDGED)
    assert judged(LIVES["acknowledged"], CALM)[0].acknowledged
    closed, _ = judged(LIVES["taken on, recovering"], CALM)
    assert not closed.acknowledged


def test_oscillating_inside_the_band_tells_once() -> None:
    life, told = Life(), []
    for at in range(200):
        life, said = judged(life, FALL if at % 2 else CALM)
        told += [said] if said else []
    assert told == [Told.FIRED]


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(-8, 1), st.booleans(), st.sampled_from([None, None, None, State.NO_DATA, State.TOO_FEW, State.ERROR])
        ),
        max_size=60,
    ),
    st.integers(0, 2),
)
def test_fired_and_recovered_take_turns(sequence: list[tuple[float, bool, State | None]], hold: int) -> None:
    life, heard = Life(), False
    for s, acknowledged, unjudged in sequence:
        life = acknowledge(life) if acknowledged else life
        life, told = judged(life, Seen(s, s < -3, unjudged), hold)
        assert told is not Told.FIRED or not heard
        assert told not in (Told.RECOVERED, Told.WORSENED) or heard
        heard = (heard or told is Told.FIRED) and told is not Told.RECOVERED
        assert heard == life.open
        assert unjudged is None or life.state is unjudged
        assert life.state not in OPEN or life.open

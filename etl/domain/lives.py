"""Many lives at once: the state table of :mod:`etl.domain.episode` by columns, and what a period looked at twice counts.

A period counts once. When a later publication brings more of a period that was judged, it may still raise an alert or make one
worse; it neither calms an alert a second time nor takes one back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from etl.domain.episode import CALM_ABOVE, CALM_PERIODS, OPEN, UNJUDGED, WORSE_BY, State, Told

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]

STATES = tuple(State)
CODE = {state: np.int8(place) for place, state in enumerate(STATES)}
TOLD = tuple(Told)
NOTHING = np.int8(-1)
FIRED, WORSENED, RECOVERED = (np.int8(TOLD.index(one)) for one in (Told.FIRED, Told.WORSENED, Told.RECOVERED))
JUDGED = np.int8(-1)  # of ``unjudged``: there is a judgement
_OPEN, _UNJUDGED = [CODE[one] for one in OPEN], [CODE[one] for one in UNJUDGED]


@dataclass(frozen=True)
class Lives:
    """[series]: ``state`` and what NO_DATA, TOO_FEW or ERROR stand over (codes of :data:`STATES`); S when ``told`` last; how many
    ``calm`` periods, and how many signals ``held`` back so far; whether somebody took the open alert on."""

    state: Codes
    beneath: Codes
    told: Floats
    calm: NDArray[np.int64]
    held: NDArray[np.int64]
    acknowledged: Bools

    @classmethod
    def fresh(cls, count: int) -> Lives:
        ok, none = np.full(count, CODE[State.OK]), np.zeros(count, np.int64)
        return cls(ok, ok.copy(), np.zeros(count), none, none.copy(), np.zeros(count, bool))

    @property
    def open(self) -> Bools:
        """Whether an episode is open, seen or not."""
        return np.isin(self.beneath, _OPEN)

    @property
    def judged(self) -> Bools:
        return ~np.isin(self.state, _UNJUDGED)

    @property
    def settled(self) -> Bools:
        """Whether nothing is under way, so that a baseline may be made anew."""
        return self.beneath == CODE[State.OK]


def live(
    lives: Lives, s: Floats, signal: Bools, unjudged: Codes, hold: int = 0, again: Bools | None = None
) -> tuple[Lives, Codes]:
    """The lives after one period, and what is to be told of each (:data:`NOTHING` or a place in :data:`TOLD`).

    ``unjudged`` holds :data:`JUDGED` or the code of the state that says why there is no judgement. ``again``: this period was
    looked at before.
    """
    seen = unjudged == JUDGED
    if again is not None:
        counted = again & lives.judged
        seen = seen & (~counted | (signal & (lives.beneath != CODE[State.PENDING])))
        unjudged = np.where(counted, JUDGED, unjudged)  # what was judged does not become unknown
    opened, was_open = _of_closed(lives, s, signal, hold), lives.open
    goes_on = _of_open(lives, s, signal)
    after = Lives(*(np.where(seen, np.where(was_open, theirs, ours), old)
                    for theirs, ours, old in zip(_parts(goes_on[0]), _parts(opened[0]), _parts(lives), strict=True)))  # fmt: skip
    told = np.where(seen, np.where(was_open, goes_on[1], opened[1]), NOTHING).astype(np.int8)
    silent = unjudged != JUDGED
    state = np.where(seen, after.beneath, np.where(silent, unjudged, lives.state)).astype(np.int8)
    return replace(after, state=state), told


def _parts(lives: Lives) -> tuple[NDArray, ...]:
    return lives.state, lives.beneath, lives.told, lives.calm, lives.held, lives.acknowledged


def _of_closed(lives: Lives, s: Floats, signal: Bools, hold: int) -> tuple[Lives, Codes]:
    fresh = Lives.fresh(len(s))
    waits = signal & (lives.held < hold)
    fires = signal & ~waits
    beneath = np.select([waits, fires], [CODE[State.PENDING], CODE[State.FIRING]], CODE[State.OK]).astype(np.int8)
    made = replace(fresh, beneath=beneath, told=np.where(fires, s, 0.0), held=np.where(waits, lives.held + 1, 0))
    return made, np.where(fires, FIRED, NOTHING).astype(np.int8)


def _of_open(lives: Lives, s: Floats, signal: Bools) -> tuple[Lives, Codes]:
    calm = (s > CALM_ABOVE) & ~signal
    over = calm & (lives.calm + 1 >= CALM_PERIODS)
    worse = ~calm & (s <= lives.told - WORSE_BY)
    back = np.where(lives.acknowledged, CODE[State.ACKNOWLEDGED], CODE[State.FIRING])
    beneath = np.select([over, calm], [CODE[State.OK], CODE[State.RECOVERING]], back).astype(np.int8)
    made = Lives(
        beneath, beneath, np.where(over, 0.0, np.where(worse, s, lives.told)), np.where(calm & ~over, lives.calm + 1, 0),
        np.where(over, 0, lives.held), lives.acknowledged & ~over,
    )  # fmt: skip
    return made, np.select([over, worse], [RECOVERED, WORSENED], NOTHING).astype(np.int8)

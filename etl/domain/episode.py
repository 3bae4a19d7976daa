"""The life of an alert: opened once, told once, closed once.

OK → PENDING → FIRING → (ACKNOWLEDGED) → RECOVERING → OK; NO_DATA, TOO_FEW and ERROR stand over it while a series cannot be
judged and give it back as it was. A silent area has not recovered, and it does not calm down while it is silent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

CALM_ABOVE = -1.0  # S over this in ...
CALM_PERIODS = 2  # ... so many judged periods on end closes an episode
WORSE_BY = 1.0  # S lower by this than when last told is told again


class State(StrEnum):
    """Where a series stands."""

    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    RECOVERING = "recovering"
    NO_DATA = "no_data"
    TOO_FEW = "too_few"
    ERROR = "error"


class Told(StrEnum):
    """What is worth telling when a series is judged."""

    FIRED = "fired"
    WORSENED = "worsened"
    RECOVERED = "recovered"


UNJUDGED = (State.NO_DATA, State.TOO_FEW, State.ERROR)
OPEN = (State.FIRING, State.ACKNOWLEDGED, State.RECOVERING)


@dataclass(frozen=True)
class Seen:
    """One period of a series: its statistic (lower is worse), and whether a rule sees an alert in it.

    ``unjudged`` says why there is no judgement: no data, too few answers or an error.
    """

    s: float = 0.0
    signal: bool = False
    unjudged: State | None = None


@dataclass(frozen=True)
class Life:
    """A series between two periods. ``beneath`` is the state that NO_DATA, TOO_FEW or ERROR stand over.

    ``told`` is S when last told, ``calm`` and ``held`` count periods, ``acknowledged`` lasts as long as the episode.
    """

    state: State = State.OK
    beneath: State = State.OK
    told: float = 0.0
    calm: int = 0
    held: int = 0
    acknowledged: bool = False

    @property
    def open(self) -> bool:
        """Whether an episode is open, seen or not."""
        return self.beneath in OPEN


def judged(life: Life, seen: Seen, hold: int = 0) -> tuple[Life, Told | None]:
    """The life after one period, and what is to be told. A rule that must ``hold`` fires after so many further periods."""
    if seen.unjudged is not None:
        return replace(life, state=seen.unjudged), None
    after, told = _open(life, seen) if life.open else _closed(life, seen, hold)
    return replace(after, state=after.beneath), told


def acknowledge(life: Life) -> Life:
    """Somebody took it on; nothing changes where no episode is open."""
    if not life.open:
        return life
    beneath = State.ACKNOWLEDGED if life.beneath is State.FIRING else life.beneath
    return replace(life, acknowledged=True, beneath=beneath, state=life.state if life.state in UNJUDGED else beneath)


def _closed(life: Life, seen: Seen, hold: int) -> tuple[Life, Told | None]:
    if not seen.signal:
        return Life(), None
    if life.held < hold:
        return replace(life, beneath=State.PENDING, held=life.held + 1), None
    return Life(beneath=State.FIRING, told=seen.s), Told.FIRED


def _open(life: Life, seen: Seen) -> tuple[Life, Told | None]:
    if seen.s > CALM_ABOVE and not seen.signal:
        if life.calm + 1 >= CALM_PERIODS:
            return Life(), Told.RECOVERED
        return replace(life, beneath=State.RECOVERING, calm=life.calm + 1), None
    back = replace(life, beneath=State.ACKNOWLEDGED if life.acknowledged else State.FIRING, calm=0)
    if seen.s <= life.told - WORSE_BY:
        return replace(back, told=seen.s), Told.WORSENED
    return back, None

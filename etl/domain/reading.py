"""Readings: what a page may say about a score, made from the sums a roll-up carries.

A reading always comes with n, n_eff, interval and window; a change with its interval, so that "fell" is never said of
noise. Everything is vectorised: a page makes all its readings in one call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from etl.domain.estimate import HIDDEN_BELOW, Display, Estimate, display, mean_interval, welch_difference
from etl.domain.period import Period

# Before a score is hidden its window is lengthened: so many periods, by kind.
WINDOWS = {"d": (1, 7, 28), "w": (1, 4, 13, 26), "m": (1, 3, 6, 12), "q": (1, 2, 4), "y": (1,)}


@dataclass(frozen=True)
class Sums:
    """n, Σw, Σw², Σwx and Σwx² of the answers of one cell."""

    n: float
    sw: float
    sw2: float
    swx: float
    swx2: float

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(a + b for a, b in zip(self.parts, other.parts, strict=True)))

    def __sub__(self, other: Sums) -> Sums:
        return Sums(*(max(a - b, 0.0) for a, b in zip(self.parts, other.parts, strict=True)))

    @property
    def parts(self) -> tuple[float, ...]:
        return self.n, self.sw, self.sw2, self.swx, self.swx2


NOTHING = Sums(0, 0, 0, 0, 0)


class Sequenced(dict[date, Sums]):
    """Sums by first day, nil with their base where hidden. ``windows``: those of the lengthened windows that may be shown, by the
    first day of the last period and the length; summed up from the others, they would tell of hidden ones."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: dict[tuple[date, int], Sums] = {}


@dataclass(frozen=True)
class Reading:
    """A score on 0-100 with its 95 % interval; ``window`` counts the periods it was made from."""

    n: int
    n_eff: float
    value: float
    low: float
    high: float
    se: float
    display: Display
    window: int = 1

    @property
    def shown(self) -> bool:
        return self.display is not Display.HIDDEN

    @property
    def withheld(self) -> bool:
        """Hidden with enough answers of its own, for it would tell of smaller ones beside it."""
        return not self.shown and self.n >= HIDDEN_BELOW

    @property
    def ranked(self) -> bool:
        return self.display in (Display.INTERVAL, Display.NORMAL)

    @property
    def half(self) -> float:
        """Half the width of the t interval (before it is clipped to 0-100, the wider side)."""
        return max(self.high - self.value, self.value - self.low)


@dataclass(frozen=True)
class Change:
    """A difference of two readings with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def proven(self) -> int:
        """-1 or 1 when the interval excludes nothing-happened, else 0."""
        return 1 if self.low > 0 else -1 if self.high < 0 else 0


def readings(cells: Sequence[Sums | None], windows: Sequence[int] | None = None) -> list[Reading | None]:
    """One reading a cell, in order; ``None`` where nobody answered."""
    if not cells:
        return []
    table = np.array([(cell or NOTHING).parts for cell in cells], float)
    made = mean_interval(*table.T)
    return [
        None if cells[i] is None or table[i, 0] <= 0 else _reading(table[i, 0], made, i, windows[i] if windows else 1)
        for i in range(len(cells))
    ]


def _reading(n: float, made: Estimate, i: int, window: int) -> Reading:
    effective = float(made.n_eff[i])
    return Reading(
        int(n), effective, float(made.value[i]), float(made.low[i]), float(made.high[i]), float(made.se[i]),
        display(n, effective), window,
    )  # fmt: skip


def changes(now: Sequence[Reading | None], before: Sequence[Reading | None]) -> list[Change | None]:
    """Now minus before, pair by pair; ``None`` where either is hidden, absent or of a lengthened window."""
    pairs = list(zip(now, before, strict=True))
    keep = [i for i, (a, b) in enumerate(pairs) if _comparable(a) and _comparable(b)]
    out: list[Change | None] = [None] * len(pairs)
    if keep:
        first, second = (_stack([pairs[i][side] for i in keep]) for side in (0, 1))
        for i, *parts in zip(keep, *welch_difference(first, second), strict=True):
            out[i] = Change(*(float(part) for part in parts))
    return out


def _comparable(reading: Reading | None) -> bool:
    return reading is not None and reading.shown and reading.window == 1


def _stack(parts: Sequence[Reading | None]) -> Estimate:
    rows = [(r.value, r.low, r.high, r.n_eff, r.se) for r in parts if r is not None]
    return Estimate(*np.array(rows, float).T)


def versus_rest(parts: Sequence[Sums | None], whole: Sums) -> list[Change | None]:
    """Each part against the rest of the whole (which does not hold it, so the two are independent).

    The difference to the whole itself is smaller by the part's share; its sign and proof are the same.
    """
    rest = [None if part is None else whole - part for part in parts]
    made, others = readings(list(parts)), readings(rest)
    return changes(made, others)


def lengthen(series: Mapping[date, Sums], period: Period) -> tuple[Sums | None, int]:
    """The cell of ``period``, or of the shortest longer window ending with it that may be shown, and its length.

    The longest window is returned when none may be shown; ``None`` when nobody answered in any.
    """
    if isinstance(series, Sequenced):
        return _published(series, period)
    cell, used = series.get(period.start), 1
    for window in WINDOWS[period.kind]:
        found = [series[start] for start in (period.shift(-back).start for back in range(window)) if start in series]
        if found:
            cell, used = sum(found[1:], found[0]), window
            if _may_be_shown(cell):
                break
    return cell, used


def _published(series: Sequenced, period: Period) -> tuple[Sums | None, int]:
    cell = series.get(period.start)
    if cell is None or not _may_be_shown(cell):
        for window in WINDOWS[period.kind][1:]:
            longer = series.windows.get((period.start, window))
            if longer is not None and _may_be_shown(longer):
                return longer, window
    return cell, 1


def _may_be_shown(cell: Sums) -> bool:
    return display(cell.n, cell.sw**2 / cell.sw2 if cell.sw2 > 0 else 0.0) is not Display.HIDDEN

"""From charts to alerts: who signals by the limit of his level, where a fall is placed, and how episodes open and close."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from etl.domain.area import Level
from etl.domain.detect import BASELINE_PERIODS, LIMITS, MATERIAL, SINGLE, WEIGHT, Series, Traces
from etl.domain.episode import Life, Seen, State, Told, judged
from etl.domain.multiplicity import benjamini_hochberg
from etl.domain.run_length import resting_below

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ENOUGH = 30.0  # n_eff over the last ...
ENOUGH_OVER = 6  # ... periods; with fewer an area is too few to be judged
CARRIES = -1.25  # S of a child so low, and a fall that matters, beneath a parent that signals: it may be what pulls it down
HALVES = 0.5  # a further child is named where it takes away so much of what the others leave
MOST = 0.5  # of an area's children: where so many miss as it does, the miss is the area's own
FALSE_SHARE = 0.10  # of the grids that signal, at most, by design


@dataclass(frozen=True)
class Rule:
    """What makes a signal: S under the limit of the level or one z under ``single``, of a fall that matters.

    ``false_share``: grids are held together to this false discovery rate instead of a limit; ``None``: they have a limit too.
    ``hold``: so many further signals before an alert opens.
    """

    limits: Mapping[Level, float] = field(default_factory=lambda: dict(LIMITS))
    material: Mapping[Level, float] = field(default_factory=lambda: dict(MATERIAL))
    single: float = SINGLE
    false_share: float | None = FALSE_SHARE
    hold: int = 0


@dataclass
class Episode:
    """An alert from its opening to its closing; periods by number. ``placed`` names the areas that carry the fall."""

    area: int
    opened: int
    since: int
    fast: bool
    placed: tuple[int, ...]
    closed: int | None = None
    worst: float = 0.0
    told: list[tuple[int, Told]] = field(default_factory=list)


@dataclass(frozen=True)
class Watched:
    """[area, period]: the state of every series, who signalled, who had enough answers; and the episodes, oldest first."""

    state: NDArray[np.object_]
    signal: Bools
    enough: Bools
    episodes: list[Episode]


def watch(series: Series, traces: Traces, rule: Rule | None = None, first: int = BASELINE_PERIODS) -> Watched:
    """Signals, states and episodes of all series from period ``first`` on."""
    rule = rule or Rule()
    enough = had_enough(series)
    signal, fast = _signals(series, traces, rule, enough)
    signal[:, :first] = fast[:, :first] = False
    lives, open_now, episodes = [Life()] * series.level.size, {}, []
    state = np.full(series.value.shape, None, object)
    for at in range(first, series.value.shape[1]):
        for area in range(series.level.size):
            lives[area], told = judged(lives[area], _seen(traces, signal, enough, area, at), rule.hold)
            state[area, at] = lives[area].state
            if told is Told.FIRED:
                carried = carriers(series, traces, signal[:, at], rule, area, at)
                open_now[area] = Episode(area, at, int(traces.since[area, at]), bool(fast[area, at]), carried)
                episodes.append(open_now[area])
            if area in open_now:
                _note(open_now, area, at, float(traces.s[area, at]), told)
    return Watched(state, signal, enough, episodes)


def _note(open_now: dict[int, Episode], area: int, at: int, s: float, told: Told | None) -> None:
    episode = open_now[area]
    episode.worst = min(episode.worst, s) if np.isfinite(s) else episode.worst
    if told is not None:
        episode.told.append((at, told))
    if told is Told.RECOVERED:
        episode.closed = at
        del open_now[area]


def had_enough(series: Series) -> Bools:
    """[area, period]: whether the last periods brought answers enough to judge the area."""
    n = np.where(series.there, series.n_eff, 0.0)
    total = np.cumsum(n, axis=1)
    total[:, ENOUGH_OVER:] -= np.cumsum(n, axis=1)[:, :-ENOUGH_OVER]
    return np.asarray(total >= ENOUGH)


def _signals(series: Series, traces: Traces, rule: Rule, enough: Bools) -> tuple[Bools, Bools]:
    """Who signals, and who does by one period alone."""
    limit, least = (np.array([of.get(Level(one), np.inf) for one in series.level]) for of in (rule.limits, rule.material))
    matters = enough & (np.nan_to_num(traces.fall) <= -least[:, None])
    low = np.nan_to_num(traces.s) < -limit[:, None]
    grids = series.level == Level.GRID
    if rule.false_share is not None and grids.any():
        chance = np.where(enough[grids], resting_below(WEIGHT, traces.s[grids]), np.nan)
        low[grids] = np.stack([benjamini_hochberg(chance[:, at], rule.false_share) for at in range(chance.shape[1])], axis=1)
    fast = np.nan_to_num(traces.z) < -rule.single
    return matters & (low | fast), matters & fast & ~low


def _seen(traces: Traces, signal: Bools, enough: Bools, area: int, at: int) -> Seen:
    s = float(traces.s[area, at])
    if np.isnan(s):
        return Seen(unjudged=State.NO_DATA)
    return Seen(s, bool(signal[area, at])) if enough[area, at] else Seen(s, unjudged=State.TOO_FEW)


def carriers(
    series: Series, traces: Traces, signal: Bools, rule: Rule, area: int, at: int, below: Bools | None = None
) -> tuple[int, ...]:
    """Children that signal, and the fewest others, that explain an area's fall: without them it would not matter.
    Else the area itself.

    ``signal`` [area] in period ``at``; ``below``: of these areas instead of the children. What a child brings is its
    whole departure, its parent's share in it included.
    """
    least = np.array([rule.material.get(Level(one), np.inf) for one in series.level])
    low = (np.nan_to_num(traces.s[:, at]) < CARRIES) & (np.nan_to_num(traces.fall[:, at]) <= -least)
    falling = np.flatnonzero((series.parent == area if below is None else below) & (signal | low))
    if not falling.size:
        return (area,)
    n, run = np.nan_to_num(series.n_eff), slice(max(int(traces.since[area, at]), 0), at + 1)
    own = np.nan_to_num(traces.departure[area, run] - traces.movement[area, run])
    theirs = np.nan_to_num(traces.departure[falling, run] - traces.movement[area, run])
    parts = n[falling, run]
    brought, answers = (parts * theirs).sum(axis=1), parts.sum(axis=1)
    heaviest = np.lexsort((np.sign((n[area, run] * own).sum()) * -brought, ~signal[falling]))  # those that signal first
    rest = n[area, run].sum() - np.cumsum(answers[heaviest])
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(rest > 0, ((n[area, run] * own).sum() - np.cumsum(brought[heaviest])) / rest, 0.0)
    explained = np.flatnonzero(np.abs(left) < rule.material.get(Level(series.level[area]), np.inf))
    if not explained.size:
        return (area,)
    kept = max(int(explained[0]) + 1, int(signal[falling].sum()))
    while kept < len(left) and abs(left[kept]) < HALVES * abs(left[kept - 1]):
        kept += 1
    return tuple(sorted(int(child) for child in falling[heaviest[:kept]]))


@dataclass(frozen=True)
class Below:
    """[area]: how many children are judged, how many of them miss, and whether the area's own miss is part of its parent's."""

    judged: Ints
    missed: Ints
    part: Bools


def below(missed: Bools, judged: Bools, parent: Ints) -> Below:
    """Who misses what with whom; ``parent`` [area] by number, -1 for none.

    Where an area misses and most of its judged children do, theirs is part of it: a target too high everywhere is one alert.
    Where few of them do, each is told beside it.
    """
    has, up = parent >= 0, parent[parent >= 0]
    known, short = (np.bincount(up, mask[has], len(parent)).astype(np.int64) for mask in (judged, missed & judged))
    common = missed & (short >= MOST * known) & (short > 0)
    part = np.zeros(len(parent), bool)
    part[has] = missed[has] & common[up]
    return Below(known, short, part)

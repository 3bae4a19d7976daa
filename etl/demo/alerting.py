"""Are alerts worth having? The demonstration's past is drawn again and watched by the product's own rules, period by period; what
was told is held against what was planted, and false alarms against what the limits promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from etl.demo import coverage, survey, truth
from etl.demo.backtest import add_answers, answered
from etl.demo.chain import MODES, OUTCOMES
from etl.demo.coverage import Places
from etl.demo.dates import dates
from etl.demo.generate import STREAMS, draw_scene
from etl.demo.truth import Scene
from etl.domain.area import Level
from etl.domain.area_estimates import Sums
from etl.domain.charts import Charts, series_of
from etl.domain.detect import BASELINE_PERIODS
from etl.domain.falls import DEEP, Step, Watch, Watcher
from etl.domain.gates import Cut, closed_by, upper
from etl.domain.lives import FIRED, WORSENED
from etl.domain.watch import Rule

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Tell = Callable[[str], None]
LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.GRID)
FOUND_WITHIN = 4  # months
LEAST_POINTS = 3.0  # of a planted fall that has to be found
TRUE_FROM, NIL_UNDER = 1.0, 0.5  # points of true departure: an alarm is right from, a series in control under
RECENT = 6  # months an alarm may speak of
ARLS = {Level.PROVINCE: 370, Level.CITY: 370, Level.COUNTY: 1000, Level.GRID: 3000}  # design: months between false alarms
NO_LEAST = {level: 0.0 for level in Level}


@dataclass(frozen=True)
class Drawing:
    """One operator's survey: sums of each outcome [area, month], and the answers by mode [outcome, area, month, mode]."""

    places: Places
    sums: list[Sums]
    by_mode: NDArray[np.float64]
    effect: Floats  # true: what events did to each outcome, less the rest of the parent, [outcome, area, month]
    true: Floats  # the true mean, less that of the rest of the parent, likewise


def draw(scene: Scene, scale: str, seed: int, times: float = 1.0) -> Drawing:
    """Draw the survey of all complete months, with so many ``times`` the answers of the scale."""
    places, months = Places.of(scene), len(scene.dates.months)
    plan = survey.survey_plan(scene, scale, np.random.default_rng([seed, STREAMS["plan"]]), times)
    sums = np.zeros((len(OUTCOMES), 5, len(places.kin.level), months))
    modes = np.zeros((len(OUTCOMES), len(MODES), len(places.kin.level), months))
    for month in range(months):
        drawn = answered(scene, plan, month, np.random.default_rng([seed, STREAMS["survey"], month]))
        add_answers(sums, scene, places, month, drawn, 1.0)
        own = np.flatnonzero(drawn.drawn.own)
        county = 1 + len(scene.tree.city_codes) + scene.tree.county_of[drawn.drawn.leaf[own], month]
        for number, score in enumerate(drawn.score[:, own]):
            asked = np.isfinite(score)
            np.add.at(modes[number, :, :, month], (drawn.drawn.mode[own][asked], county[asked]), 1.0)
    for level in (Level.GRID, Level.COUNTY, Level.CITY):
        coverage.climb(sums, places.kin, level)
    for level in (Level.COUNTY, Level.CITY):
        coverage.climb(modes, places.kin, level)
    mean, usual, weight = coverage.true_sums(scene, places)
    effect, true = (_beyond(one, weight, places) for one in (mean - usual, mean))
    return Drawing(places, [Sums(*one) for one in sums], np.moveaxis(modes, 1, -1), effect, true)


def _beyond(value: Floats, weight: Floats, places: Places) -> Floats:
    """What every area has beyond the rest of its parent, [outcome, area, month]."""
    moved, heavy = np.nan_to_num(value), np.nan_to_num(weight)
    parent = places.kin.parent[:, -1]
    has, up = parent >= 0, parent[parent >= 0]
    rest = heavy[:, up] - heavy[:, has]
    with np.errstate(divide="ignore", invalid="ignore"):
        others = np.where(rest > 0, (heavy[:, up] * moved[:, up] - heavy[:, has] * moved[:, has]) / rest, 0.0)
    out = moved.copy()
    out[:, has] -= others
    return out


@dataclass(frozen=True)
class Tally:
    """Of one level: counts over outcomes, areas and months that were watched, and over the alarms."""

    months: float = 0.0  # of series in control and at rest
    passed: int = 0  # of these, first passages of the limit, whatever the size
    lower: int = 0  # of these, where the true mean had gone down all the same, though no event did it
    false: int = 0  # alerts told of series in control
    alerts: int = 0
    true: int = 0  # alerts told of series that truly departed
    families: int = 0  # of grids judged together: indicators and months
    false_shares: float = 0.0  # summed over them

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class Planted:
    """A planted fall: its size, the answers a month, and after how many months it was told (``None``: not within its months), by
    an alert that opened or by one open before that told it as worse. ``whole``: the data last as many months as it may take."""

    level: Level
    points: float
    answers: float
    whole: bool
    delay: int | None


@dataclass(frozen=True)
class Trial:
    """What came of the trial of all seeds."""

    tallies: Mapping[Level, Tally]
    planted: Sequence[Planted]


def trial(
    seeds: Sequence[int], scale: str, until: date, rule: Rule | None = None, tell: Tell | None = None, times: float = 1.0
) -> Trial:
    """Watch operators of ``seeds`` for the 12 months after the baseline; ``until`` is the last day of the last month.

    ``times``: so many times the answers of the scale, for counties larger than any of the demonstration's.
    """
    tallies, planted = dict.fromkeys(LEVELS, Tally()), list[Planted]()
    for seed in seeds:
        scene = draw_scene(dates(until), seed)
        if tell:
            tell(f"seed {seed}")
        drawing, rules = draw(scene, scale, seed, times), rule or Rule()
        for number in range(len(OUTCOMES)):
            watcher = _watcher(drawing, number, rules)
            bare = replace(watcher, rule=replace(rules, material=NO_LEAST))
            steps = list(watcher.follow(Watch.fresh(len(drawing.places.kin.level)), BASELINE_PERIODS, _last(watcher)))
            plain = list(bare.follow(Watch.fresh(len(drawing.places.kin.level)), BASELINE_PERIODS, _last(watcher)))
            for level, one in _tallied(drawing, number, steps, plain):
                tallies[level] += one
            planted += _found(scene, drawing, number, steps)
    return Trial(tallies, planted)


def _last(watcher: Watcher) -> int:
    return watcher.series.value.shape[1] - 1


def _watcher(drawing: Drawing, number: int, rule: Rule) -> Watcher:
    series = series_of(drawing.sums[number], drawing.places.kin)
    by_mode = drawing.by_mode[number][upper(series.level)]
    cuts = [Cut("mode", MODES, by_mode, np.full(by_mode.shape, np.nan))]
    closed = closed_by(drawing.sums[number].n, cuts, series.parent, series.level)
    return Watcher(Charts.of(series, 1.0, closed, DEEP), rule, closed, drawing.places.kin.ranked[:, -1])


def _tallied(drawing: Drawing, number: int, steps: Sequence[Step], plain: Sequence[Step]) -> Iterator[tuple[Level, Tally]]:
    """Alerts by level; the design speaks of series in control: no event moved them, neither now nor in their baseline."""
    effect, known = drawing.effect[number], drawing.places.kin.ranked
    away = effect[:, BASELINE_PERIODS:] - effect[:, :BASELINE_PERIODS].mean(axis=1, keepdims=True)
    at_first = np.abs(effect[:, :BASELINE_PERIODS]).max(axis=1, keepdims=True)
    worst_so_far = np.maximum.accumulate(np.abs(np.hstack([at_first, away])), axis=1)[:, 1:]
    for level in LEVELS:
        here, total = (drawing.places.kin.level == level) & known[:, -1], Tally()
        for step, bare in zip(steps, plain, strict=True):
            at = step.at - BASELINE_PERIODS
            nil = here & (worst_so_far[:, at] < NIL_UNDER)
            right = (away[:, max(0, at - RECENT) : at + 1] <= -TRUE_FROM).any(axis=1)
            told, first = (step.told == FIRED) & here, bare.told == FIRED
            at_rest = nil & (bare.unjudged < 0) & (bare.watch.lives.settled | first)
            together = step.signal & here
            share = float((together & nil).sum() / max(together.sum(), 1)) if level == Level.GRID else 0.0
            passed = nil & first
            lower = int((_gone_down(drawing.true[number], bare)[passed] <= -NIL_UNDER).sum())
            total += Tally(float(at_rest.sum()), int(passed.sum()), lower, int((told & nil).sum()), int(told.sum()),
                           int((told & right).sum()), int(level == Level.GRID), share)  # fmt: skip
        yield level, total


def _gone_down(true: Floats, step: Step) -> Floats:
    """[area]: how the true mean since the fall began departs from that of the first twelve months; of charts of these months."""
    since, months = np.maximum(step.column.since, BASELINE_PERIODS), np.arange(true.shape[1])
    run = (months >= since[:, None]) & (months <= step.at)
    return (true * run).sum(axis=1) / np.maximum(run.sum(axis=1), 1) - true[:, :BASELINE_PERIODS].mean(axis=1)


def _found(scene: Scene, drawing: Drawing, number: int, steps: Sequence[Step]) -> Iterator[Planted]:
    """The planted falls of one outcome that began while it was watched."""
    month_of, months = scene.dates.month_of_week(), len(scene.dates.months)
    first = 1 + len(scene.tree.city_codes)
    for fall in scene.world.events.falls:
        begins = int(month_of[fall.start])
        if fall.item != OUTCOMES[number] or begins < BASELINE_PERIODS:
            continue
        level = Level.COUNTY if fall.level == "county" else Level.GRID
        area = (first if level == Level.COUNTY else drawing.places.leaves) + fall.unit
        told = [step.at - begins for step in steps if step.told[area] in (FIRED, WORSENED) and step.at >= begins]
        within = [delay for delay in told if delay < FOUND_WITHIN]
        yield Planted(
            level, -truth.realised(scene, fall, fall.item), float(drawing.sums[number].n[area, :begins].mean()),
            begins + FOUND_WITHIN <= months, within[0] + 1 if within else None,
        )  # fmt: skip

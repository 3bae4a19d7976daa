"""Were forecasts worth making? The demonstration's past is drawn again, forecast from the days that were in, and held against the
figures that came out and against the written truth; beside it the naive forecast, that the last period comes again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from etl.demo import coverage, survey
from etl.demo.chain import ITEM, OUTCOMES
from etl.demo.coverage import Places
from etl.demo.dates import dates
from etl.demo.generate import STREAMS, draw_scene
from etl.demo.truth import Scene
from etl.domain.area import Level
from etl.domain.area_estimates import Kin, Sums
from etl.domain.forecast import LEVELS, SHOWN_FROM, Forecast, Now, Span, filtered, forecast
from etl.domain.period import Period, add_months, containing

Floats = NDArray[np.float64]
Tell = Callable[[str], None]
FIRST_ORIGIN = 12  # months of history before the first forecast
PARTS = (1 / 3, 2 / 3)  # of the running month that are in
QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)
KINDS = "mqy"
SUMS = 5


@dataclass(frozen=True)
class Tally:
    """Of one level, kind of period and share of its month that was in: counts and sums over the forecasts."""

    forecasts: int
    in80: int
    in95: int
    error: float  # squared
    naive_error: float
    pinball: float
    naive_pinball: float
    half: float  # of the 95 % intervals
    true80: int  # intervals of the true mean, months only
    true95: int
    truths: int

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    def record(self) -> dict[str, Any]:
        """Coverage in %, errors and losses in points."""
        n, truths = max(self.forecasts, 1), max(self.truths, 1)
        return {
            "forecasts": self.forecasts, "coverage80": round(100 * self.in80 / n, 2), "coverage95": round(100 * self.in95 / n, 2),
            "half_width95": round(self.half / n, 3), "rmse": round((self.error / n) ** 0.5, 3),
            "naive_rmse": round((self.naive_error / n) ** 0.5, 3), "pinball": round(self.pinball / n, 4),
            "naive_pinball": round(self.naive_pinball / n, 4),
            "truth_coverage80": round(100 * self.true80 / truths, 2) if self.truths else None,
            "truth_coverage95": round(100 * self.true95 / truths, 2) if self.truths else None,
        }  # fmt: skip


Key = tuple[int, str, float]


def months_drawn(scene: Scene, scale: str, seed: int, parts: Sequence[float], first: int) -> dict[float, list[Sums]]:
    """Sums of each outcome [area, month], of whole months (1.0) and of the days that were in at each of ``parts``."""
    places, months = Places.of(scene), len(scene.dates.months)
    plan = survey.survey_plan(scene, scale, np.random.default_rng([seed, STREAMS["plan"]]))
    found = {part: np.zeros((len(OUTCOMES), SUMS, len(places.kin.level), months)) for part in (1.0, *parts)}
    for month in range(months):
        rng = np.random.default_rng([seed, STREAMS["survey"], month])
        answers = answered(scene, plan, month, rng)
        for part, sums in found.items():
            if part == 1.0 or month >= first:
                add_answers(sums, scene, places, month, answers, part)
    for sums in found.values():
        for level in (Level.GRID, Level.COUNTY, Level.CITY):
            coverage.climb(sums, places.kin, level)
    return {part: [Sums(*one) for one in sums] for part, sums in found.items()}


@dataclass(frozen=True)
class Answered:
    """A month's responses, the scores of our customers' (0-100) and whether only the county is known."""

    drawn: survey.Drawn
    score: Floats  # [outcome, response], NaN where not asked
    unplaced: NDArray[np.bool_]


def answered(scene: Scene, plan: survey.SurveyPlan, month: int, rng: np.random.Generator) -> Answered:
    """Draw the answers of a month."""
    drawn = survey.draw(scene, plan, month, rng)
    raw = survey.discretise(survey.latent_scores(scene, drawn, month, rng)).astype(float)
    score = np.where(survey.was_asked(drawn, rng), (raw - 1) / 9 * 100, np.nan)[[ITEM[item] for item in OUTCOMES]]
    return Answered(drawn, score, rng.random(len(drawn)) < survey.ONLY_COUNTY_KNOWN)


def add_answers(sums: Floats, scene: Scene, places: Places, month: int, answered: Answered, part: float) -> None:
    """Add the answers of the first days of a month, weighed as if it were all there is."""
    drawn = answered.drawn
    keep = np.flatnonzero(drawn.own & (drawn.day < part * len(scene.dates.days(month))))
    county = scene.tree.county_of[drawn.leaf[keep], month]
    weight = coverage.weights(scene, month, county, drawn.business[keep], drawn.segment[keep])
    place = np.where(answered.unplaced[keep], places.unknown + county, places.leaves + drawn.leaf[keep])
    for number, score in enumerate(answered.score[:, keep]):
        asked = np.isfinite(score)
        x, w = score[asked], weight[asked]
        for at, values in enumerate((np.ones(len(x)), w, w * w, w * x, w * x * x)):
            sums[number, at, :, month] = np.bincount(place[asked], values, sums.shape[2])


def backtest(seeds: Sequence[int], scale: str, until: date, step: int = 2, tell: Tell | None = None) -> dict[Key, Tally]:
    """Tallies by level, kind of period and part of the month, over the seeds' operators and every ``step``-th month."""
    last = add_months(until.replace(day=1), 0)
    found: dict[Key, Tally] = {}
    for seed in seeds:
        scene = draw_scene(dates(date.fromordinal(last.toordinal() - 1)), seed)
        drawn = months_drawn(scene, scale, seed, PARTS, FIRST_ORIGIN)
        true, *_ = coverage.true_sums(scene, Places.of(scene))
        for origin in range(FIRST_ORIGIN, len(scene.dates.months), step):
            if tell:
                tell(f"seed {seed}, forecasts made in {scene.dates.months[origin]:%Y-%m}")
            for key, one in _at(scene, drawn, true, origin):
                found[key] = found[key] + one if key in found else one
    return found


def _at(scene: Scene, drawn: dict[float, list[Sums]], true: Floats, origin: int) -> Iterator[tuple[Key, Tally]]:
    kin, months = Places.of(scene).kin, scene.dates.months
    past = Kin(kin.level, kin.parent[:, : origin + 1], kin.ranked[:, : origin + 1])
    for part in PARTS:
        for number in range(len(OUTCOMES)):
            whole, some = drawn[1.0][number], drawn[part][number]
            sums = Sums(*(np.column_stack([a[:, :origin], b[:, origin]]) for a, b in zip(_all(whole), _all(some), strict=True)))
            now = filtered(sums, past, part)
            for kind in KINDS:
                period = containing(kind, months[origin])
                inside = [at for at, month in enumerate(months) if period.start <= month <= period.end]
                if months[0] > period.start or months[-1] < add_months(period.start, _length(kind) - 1):
                    continue  # its beginning or its end was not drawn
                span = Span(origin - inside[0], inside[-1] - origin)
                said = forecast(sums, now, span, part)
                truth = (now, true[number, :, origin]) if kind == "m" else None
                yield from _tallied(kin, whole, period, months, span, origin, said, truth, part)


def _all(sums: Sums) -> tuple[Floats, ...]:
    return sums.n, sums.sw, sums.sw2, sums.swx, sums.swx2


def _length(kind: str) -> int:
    return {"m": 1, "q": 3, "y": 12}[kind]


def _tallied(kin: Kin, whole: Sums, period: Period, months: Sequence[date], span: Span, origin: int, said: Forecast,
             truth: tuple[Now, Floats] | None, part: float) -> Iterator[tuple[Key, Tally]]:  # fmt: skip
    ends = origin + span.ahead
    figure = _window(whole, origin - span.done, ends + 1)
    before = origin - span.done - _length(period.kind)
    last = _window(whole, max(before, 0), origin - span.done) if origin - span.done else figure
    naive = Forecast(last.mean[:, 0], np.sqrt(2 * np.maximum(_spread(last), 0) / np.maximum(last.n_eff[:, 0], 1)))
    heard = _window(whole, origin - span.done, origin + 1).n_eff[:, 0] * _so_far(span, part)
    shown = (heard >= SHOWN_FROM) & kin.ranked[:, origin]
    shown &= np.isfinite(said.value) & (said.sd > 0) & np.isfinite(figure.mean[:, 0]) & np.isfinite(naive.value)
    for level in (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.GRID):
        at = shown & (kin.level == level)
        if at.any():
            yield (int(level), period.kind, round(part, 2)), _one(said, naive, figure.mean[:, 0], truth, at)


def _so_far(span: Span, part: float) -> float:
    return (span.done + part) / (span.done + 1)


def _window(sums: Sums, first: int, end: int) -> Sums:
    return Sums(*(values[:, first:end].sum(axis=1, keepdims=True) for values in _all(sums)))


def _spread(sums: Sums) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num((sums.swx2 / sums.sw - (sums.swx / sums.sw) ** 2)[:, 0])


def _one(said: Forecast, naive: Forecast, figure: Floats, truth: tuple[Now, Floats] | None, at: NDArray[np.bool_]) -> Tally:
    inside = {}
    for level in LEVELS:
        low, high = said.interval(level)
        inside[level] = int(((low <= figure) & (figure <= high))[at].sum())
    low, high = said.interval(LEVELS[1])
    covered = [0, 0, 0]
    if truth:
        now, true = truth
        good = at & np.isfinite(true)
        z = np.abs(true - now.month)[good] / np.sqrt(now.month_variance[good])
        covered = [*(int((z <= stats.norm.ppf(0.5 + level / 2)).sum()) for level in LEVELS), int(good.sum())]
    return Tally(
        int(at.sum()), inside[LEVELS[0]], inside[LEVELS[1]], float(((said.value - figure)[at] ** 2).sum()),
        float(((naive.value - figure)[at] ** 2).sum()), _pinball(said, figure, at), _pinball(naive, figure, at),
        float((high - low)[at].sum()) / 2, *covered,
    )  # fmt: skip


def _pinball(said: Forecast, figure: Floats, at: NDArray[np.bool_]) -> float:
    """The mean over :data:`QUANTILES` of the quantile loss, summed over the forecasts. Source: Koenker & Bassett (1978)."""
    total = 0.0
    for quantile in QUANTILES:
        error = (figure - (said.value + stats.norm.ppf(quantile) * said.sd))[at]
        total += float(np.maximum(quantile * error, (quantile - 1) * error).sum())
    return total / len(QUANTILES)

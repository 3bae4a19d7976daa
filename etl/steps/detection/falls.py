"""Falls of outcomes and perceptions: the charts of :mod:`etl.domain.falls` over the published months, and what they lead to."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from etl.domain.alert_rule import AlertRule
from etl.domain.charts import Charts, Column, series_of
from etl.domain.detect import BASELINE_PERIODS
from etl.domain.falls import DEEP, Step, Watch, Watcher
from etl.domain.lives import NOTHING
from etl.steps.detection.book import Book, Stood
from etl.steps.detection.reads import Survey
from etl.steps.detection.sight import Figures, Sight

KINDS = ("outcome", "perception")
KEPT = {"baseline": "value", "baseline_variance": "variance", "sigma2": "sigma2", "phi2": "phi2"}  # columns, parts of a baseline


def watch_falls(survey: Survey, rule: AlertRule, book: Book) -> dict[int, Watcher]:
    """Judge the months that are new, or whose figures are, of every indicator of the rule; the watchers of all of them."""
    found = {}
    for indicator, row in survey.scene.indicators.items():
        asked = row["kind"] in KINDS and rule.speaks_of(row["code"], row["kind"])
        if asked and len(survey.months) > BASELINE_PERIODS and survey.heard(indicator):
            found[indicator] = _watch(survey, rule, book, indicator)
    return found


def _watch(survey: Survey, rule: AlertRule, book: Book, indicator: int) -> Watcher:
    watcher = watcher_of(survey, rule, indicator)
    stood, starts = book.stood(indicator), [month.start for month in survey.months]
    watch, first, again = _resumed(stood, starts, watcher.charts)
    steps = list(watcher.follow(watch, first, len(starts) - 1, again))
    for step in steps:
        book.take(sight(survey, watcher, step, indicator))
    _stand(book, indicator, watcher, steps[-1], starts)
    return watcher


def watcher_of(survey: Survey, rule: AlertRule, indicator: int) -> Watcher:
    """The rule over the whole history of one indicator."""
    series, closed = series_of(survey.sums(indicator), survey.kin), survey.closed(indicator)
    held = closed.copy()
    held[:, -1] |= survey.incomplete
    charts = Charts.of(series, float(survey.scene.indicators[indicator]["direction"]), held, DEEP)
    watched = survey.scene.watched(rule, survey.months[-1].end) & series.there.any(axis=1)
    return Watcher(charts, rule.detector(), closed, watched)


def _resumed(stood: Stood, starts: list[date], charts: Charts) -> tuple[Watch, int, bool]:
    """Where to go on: how things stood, the first month to judge, and whether it was judged before."""
    fresh = Watch.fresh(len(stood.chart_from))
    if stood.start is None or stood.start not in starts or starts.index(stood.start) < BASELINE_PERIODS:
        return fresh, BASELINE_PERIODS, False
    begun = {starts[one.origin]: number for number, one in enumerate(charts.charts)}
    chart = np.array([begun.get(day, -1) if day else -1 for day in stood.chart_from])
    return Watch(stood.lives, chart), starts.index(stood.start), True


def sight(survey: Survey, watcher: Watcher, step: Step, indicator: int) -> Sight:
    """What one month showed."""
    series, starts = watcher.series, [month.start for month in survey.months]
    shown = np.isfinite(series.value[:, step.at])
    direction = survey.scene.indicators[indicator]["direction"]
    size = np.where(step.column.since >= 0, step.column.fall * direction, np.nan)
    figures = Figures.of(survey.sums(indicator), step.at, shown, step.column.expected, size, step.column.s)

    def since(area: int) -> date | None:
        began = int(step.column.since[area])
        return starts[began] if began >= 0 else None

    told = np.where(watcher.watched, step.told, NOTHING)
    return Sight(indicator, starts[step.at], watcher.watched, told, step.watch.lives.state, figures, step.fast, since)


def _stand(book: Book, indicator: int, watcher: Watcher, last: Step, starts: list[date]) -> None:
    charts, chart, column = watcher.charts.charts, last.watch.chart, last.column
    base = {name: _own(chart, [getattr(one.base, part) for one in charts]) for name, part in KEPT.items()}
    begun = np.array([starts[one.origin] for one in charts], "datetime64[D]")
    book.stands(
        indicator, starts[last.at], last.watch.lives, watcher.watched, chart_from=begun[chart], **base, **_statistics(column)
    )


def _own(chart: NDArray[np.int64], parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Each series' figure from its own chart."""
    return np.stack(parts)[chart, np.arange(len(chart))]


def _statistics(column: Column) -> dict[str, NDArray]:
    return {"e": column.e, "v": column.v, "t": np.maximum(column.t, 0), "s": column.s}

"""What stands beside an alert: its series period by period, and what goes with it. It goes with it; nothing here says causes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

import sql
from etl.domain.area import Level
from etl.domain.area_estimates import Sums
from etl.domain.carried import Carried, Stretch, carried
from etl.domain.detect import BASELINE_PERIODS
from etl.domain.estimate import HIDDEN_BELOW
from etl.domain.falls import Watcher
from etl.domain.gates import upper
from etl.domain.linked import too_small
from etl.domain.period import Period
from etl.domain.weekly import out_of_limits
from etl.steps.detection.book import Book
from etl.steps.detection.reads import Ratios, Scene, Survey
from etl.steps.detection.sight import Sight

MOST_CHILDREN, MOST_GRIDS, MOST_VALUES, MOST_PROCESSES = 6, 8, 4, 5
TOLD_CUTS = ("segment", "mode")
LEAD = timedelta(days=62)  # how long before a fall what moved before it may have begun
MOVED = 3.0  # standard deviations a process indicator's mean must have moved
PAST_WEEKS, LEAST_WEEKS = 26, 13
COMPLAINTS = "complaints_per_10k"
POINT_COLUMNS = ("episode_id", "start", "value", "n_eff", "expected", "s", "limit_s", "tested")
CAUSE_COLUMNS = ("episode_id", "place", "kind", "area_id", "indicator_id", "cut", "value", "event_id", "contribution", "low",
                 "high", "start", "detail")  # fmt: skip
Cause = Mapping[str, Any]


@dataclass(frozen=True)
class Surroundings:
    """What causes are looked for in."""

    scene: Scene
    survey: Survey
    weeks: Sequence[Period]
    ratios: Mapping[int, Ratios]


def write(around: Surroundings, book: Book, watchers: Mapping[int, Watcher]) -> None:
    """Write the points of open falls, and the causes of every alert that is new or worse."""
    connection, points, causes = around.scene.connection, list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for episode, sight, area, news in book.open_now():
        watcher = watchers.get(sight.indicator or 0)
        if watcher is not None:
            sql.execute(connection, "etl/episode_points_forget", episode=episode)
            points += _points(around, episode, watcher, sight, area)
        if news:
            sql.execute(connection, "etl/episode_causes_forget", episode=episode)
            found = _causes(around, watcher, sight, area)
            causes += [_row(episode, place, one) for place, one in enumerate(found)]
    sql.copy(connection, "episode_point", POINT_COLUMNS, points)
    sql.copy(connection, "episode_cause", CAUSE_COLUMNS, causes)


def _points(around: Surroundings, episode: int, watcher: Watcher, sight: Sight, area: int) -> Iterator[tuple[Any, ...]]:
    starts, series = [month.start for month in around.survey.months], watcher.series
    chart = _chart(watcher, starts, sight, area)
    limit = float(watcher.limits(chart.skewness)[area]) if series.level[area] < Level.GRID else np.inf
    for at in range(chart.origin - BASELINE_PERIODS, starts.index(sight.start) + 1):
        numbers = [series.value[area, at], series.n_eff[area, at] if series.there[area, at] else np.nan,
                   (chart.base.value + chart.traces.movement[:, at])[area] if at >= chart.origin else chart.base.value[area],
                   chart.traces.s[area, at]]  # fmt: skip
        tested = at >= chart.origin and bool(np.isfinite(chart.traces.z[area, at]))
        yield (episode, starts[at], *(_number(one) for one in [*numbers, -limit]), tested)


def _chart(watcher: Watcher, starts: list[date], sight: Sight, area: int) -> Any:
    """The chart the alert was seen on: the latest that knows its beginning as below what was usual."""
    charts, at = watcher.charts.charts, starts.index(sight.start)
    begun = sight.since(area)
    old = [one for one in charts if one.origin <= at and (begun is None or starts[one.origin] <= begun)]
    return old[-1] if old else charts[0]


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _row(episode: int, place: int, cause: Cause) -> tuple[Any, ...]:
    detail = json.dumps(dict(cause.get("detail", {})), ensure_ascii=False)
    return (episode, place, *(cause.get(name) for name in CAUSE_COLUMNS[2:-1]), detail)


def _causes(around: Surroundings, watcher: Watcher | None, sight: Sight, area: int) -> list[Cause]:
    found: list[Cause] = []
    if watcher is not None and sight.indicator is not None:
        stretches = _Stretches(around, watcher, sight, area)
        found += [*stretches.children(), *stretches.values(), *stretches.held()]
    if sight.indicator is not None:
        found += _moved(around, sight, area)
    return [*found, *_declared(around, sight, area)]


class _Stretches:
    """The year before an alert's chart began, and the months since the fall began."""

    def __init__(self, around: Surroundings, watcher: Watcher, sight: Sight, area: int) -> None:
        self.around, self.watcher, self.sight, self.area = around, watcher, sight, area
        starts = [month.start for month in around.survey.months]
        chart, began, at = _chart(watcher, starts, sight, area), sight.since(area) or sight.start, starts.index(sight.start)
        self.before = slice(chart.origin - BASELINE_PERIODS, chart.origin)
        self.now = slice(starts.index(began), at + 1)
        self.base, self.indicator = chart.base, int(sight.indicator or 0)
        self.direction = float(around.scene.indicators[self.indicator]["direction"])
        self.movement = float(np.nan_to_num(chart.traces.movement[area, self.now]).mean())

    def children(self) -> Iterator[Cause]:
        """Children, or a county's grids, that carry the fall."""
        series, sums = self.watcher.series, self.around.survey.sums(self.indicator)
        below = np.flatnonzero((series.parent == self.area) & self.around.scene.tree.known)
        if not below.size:
            return
        found = carried(
            _stretch(sums, below, self.before), _stretch(sums, below, self.now), self.base.sigma2[below], self.movement
        )
        enough = _answers(sums, below, self.now) & _answers(sums, below, self.before)
        grids = series.level[below[0]] == Level.GRID
        for part in found.strongest(self.direction, MOST_GRIDS if grids else MOST_CHILDREN):
            if enough[part]:
                area_id = int(self.around.scene.tree.ids[below[part]])
                yield {"kind": "grid" if grids else "child", "area_id": area_id, **_figures(found, part)}

    def values(self) -> Iterator[Cause]:
        """Segments and modes that carry it."""
        kept = upper(self.watcher.series.level)
        row = int(np.searchsorted(kept, self.area))
        if row >= len(kept) or kept[row] != self.area:
            return
        for cut in self.around.survey.cuts(self.indicator):
            if cut.name in TOLD_CUTS:
                n, mean = cut.told[row], np.nan_to_num(cut.mean[row])
                before, now = (
                    Stretch(n[s].sum(axis=0), (n * mean)[s].sum(axis=0), n[s].sum(axis=0)) for s in (self.before, self.now)
                )
                found = carried(before, now, np.full(len(cut.values), self.base.sigma2[self.area]), self.movement)
                for part in found.strongest(self.direction, MOST_VALUES):
                    if min(before.n_eff[part], now.n_eff[part]) >= HIDDEN_BELOW:
                        yield {"kind": "cut", "cut": cut.name, "value": cut.values[part], **_figures(found, part)}

    def held(self) -> Iterator[Cause]:
        """The change with the mix of modes held constant, where it can be told."""
        kept = upper(self.watcher.series.level)
        row = int(np.searchsorted(kept, self.area))
        if row >= len(kept) or kept[row] != self.area:
            return
        for cut in self.around.survey.cuts(self.indicator):
            if cut.name == "mode":
                n, mean = cut.told[row], np.nan_to_num(cut.mean[row])
                old, new = n[self.before].sum(axis=0), n[self.now].sum(axis=0)
                both = (old > 0) & (new > 0)
                if both.any():
                    was, now = (
                        (n * mean)[part].sum(axis=0)[both] / count[both] for part, count in ((self.before, old), (self.now, new))
                    )
                    share = old[both] / old[both].sum()
                    error = float(np.sqrt((share**2 * (1 / old[both] + 1 / new[both])).sum() * self.base.sigma2[self.area]))
                    held = float((share * (now - was)).sum())
                    yield {
                        "kind": "mix",
                        "cut": "mode",
                        "contribution": held,
                        "low": held - 1.96 * error,
                        "high": held + 1.96 * error,
                    }


def _stretch(sums: Sums, rows: NDArray[np.int64], part: slice) -> Stretch:
    sw, sw2, swx = (getattr(sums, name)[rows, part].sum(axis=1) for name in ("sw", "sw2", "swx"))
    return Stretch(sw, swx, np.divide(sw**2, sw2, out=np.zeros(len(rows)), where=sw2 > 0))


def _answers(sums: Sums, rows: NDArray[np.int64], part: slice) -> NDArray[np.bool_]:
    """Whether the mean over a stretch may be told: no month of it is so small that it is hidden by itself."""
    return ~too_small(*(getattr(sums, name)[rows, part] for name in ("n", "sw", "sw2"))).any(axis=1)


def _figures(found: Carried, part: int) -> dict[str, Any]:
    return {"contribution": float(found.contribution[part]), "low": float(found.low[part]), "high": float(found.high[part]),
            "detail": {"change": float(found.change[part])}}  # fmt: skip


def _moved(around: Surroundings, sight: Sight, area: int) -> Iterator[Cause]:
    """Process indicators of the area, and complaints, that turned worse from shortly before the alert's beginning on."""
    began = sight.since(area) or sight.start
    found = []
    for indicator, ratio in around.ratios.items():
        row = around.scene.indicators[indicator]
        if indicator != sight.indicator:
            moved = _turn(around, ratio.value(row["factor"])[area], float(row["direction"]), began, sight.start)
            if moved is not None:
                kind = "complaint" if row["code"] == COMPLAINTS else "process"
                found.append((moved[0], {"kind": kind, "indicator_id": indicator, "contribution": moved[1], "start": moved[2],
                                         "detail": {"sigmas": moved[0]}}))  # fmt: skip
    found.sort(key=lambda one: one[0])
    complaints = [cause for _, cause in found if cause["kind"] == "complaint"]
    yield from [*[cause for _, cause in found if cause["kind"] == "process"][:MOST_PROCESSES], *complaints]


def _turn(
    around: Surroundings, value: NDArray[np.float64], direction: float, began: date, until: date
) -> tuple[float, float, date] | None:
    """How far a weekly reading moved to the bad side, in standard deviations and in its unit, and the first week far out."""
    weeks = [week.start for week in around.weeks]
    since = next((at for at, week in enumerate(weeks) if week >= began - LEAD), None)
    if since is None or since < LEAST_WEEKS:
        return None
    past, after = value[None, max(0, since - PAST_WEEKS) : since], value[since:]
    there = np.isfinite(after)
    if not there.any():
        return None
    each = np.array([out_of_limits(past, np.array([one]), direction, MOVED, LEAST_WEEKS).s[0] for one in after])
    far = np.flatnonzero(np.nan_to_num(each) < -MOVED)
    if len(far) < 2:  # one week is weather
        return None
    usual = float(np.nanmean(past))
    return float(np.nanmean(each[far[0] :])), float(np.nanmean(after[far[0] :]) - usual), weeks[since + int(far[0])]


def _declared(around: Surroundings, sight: Sight, area: int) -> Iterator[Cause]:
    began = sight.since(area) or sight.start
    rows = sql.rows(around.scene.connection, "etl/declared_near", area=int(around.scene.tree.ids[area]), first=began - LEAD,
                    last=around.scene.data_to)  # fmt: skip
    for row in rows:
        yield {"kind": "event", "event_id": row["event_id"], "area_id": row["area_id"], "start": row["first_day"]}

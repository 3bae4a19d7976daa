"""What driver estimates read of a publication: areas, monthly sums of counties, sums of grids, and joined answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

import sql
from etl.domain.area import Level
from etl.domain.driver_areas import LAGS
from etl.domain.estimate import n_eff
from etl.domain.period import Period, containing

WINDOW_MONTHS = 24
JOIN_DAYS = 30  # a customer's own perceptions count this long before an answer
COVERED = 0.5  # share of cells with readings from which a driver counts as measured there

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """Complete months, the latest last; ``before`` are the months that lags look back to."""

    months: tuple[date, ...]
    before: tuple[date, ...]

    @property
    def last_day(self) -> date:
        return containing("m", self.months[-1]).end


def window(data_from: date, data_to: date) -> Window | None:
    """The last complete months that are published, :data:`WINDOW_MONTHS` at most; ``None`` without any."""
    last = containing("m", data_to)
    last = last if last.end <= data_to else last.previous
    months = [last.shift(-back) for back in range(WINDOW_MONTHS - 1, -1, -1)]
    kept = tuple(month.start for month in months if month.start >= containing("m", data_from).start)
    return Window(kept, tuple(Period("m", kept[0]).shift(-back).start for back in range(LAGS, 0, -1))) if kept else None


@dataclass(frozen=True)
class Areas:
    """Counties with the area above each, and grids with their county (by place in ``counties``) and whether they are urban."""

    counties: NDArray[np.int64]
    parents: NDArray[np.int64]
    grids: NDArray[np.int64]
    homes: NDArray[np.int64]
    urban: NDArray[np.bool_]


def areas(connection: sa.Connection, root: int, day: date) -> Areas:
    """The known areas of a tree on a day."""
    found = sql.frame(connection, "etl/drivers_areas", root=root, day=day, county=int(Level.COUNTY), grid=int(Level.GRID))
    counties = found[found["level"] == Level.COUNTY]
    ids = counties["area_id"].to_numpy(np.int64)
    grids = found[(found["level"] == Level.GRID) & found["parent_id"].isin(ids)]
    return Areas(ids, counties["parent_id"].to_numpy(np.int64), grids["area_id"].to_numpy(np.int64),
                 np.searchsorted(ids, grids["parent_id"].to_numpy(np.int64)), grids["urban"].to_numpy(bool))  # fmt: skip


@dataclass(frozen=True)
class Scores:
    """Mean and effective number of answers, ``[indicator, …]`` in the order asked; ``variance`` of one answer."""

    mean: Floats
    n_eff: Floats
    n: Floats
    variance: Floats


def scores(connection: sa.Connection, p: int, places: NDArray[np.int64], ids: Sequence[int], months: Sequence[date]) -> Scores:
    """``[indicator, place, month]`` of survey scores."""
    found = sql.frame(connection, "etl/drivers_scores", p=p, areas=places.tolist(), indicators=list(ids), first_month=months[0],
                      last_month=months[-1])  # fmt: skip
    return _scores(_put(found, places, ids, months))


def grid_scores(connection: sa.Connection, p: int, places: NDArray[np.int64], ids: Sequence[int], span: Window) -> Scores:
    """``[indicator, place]`` over the window."""
    found = sql.frame(connection, "etl/drivers_grid_scores", p=p, areas=places.tolist(), indicators=list(ids),
                      first_month=span.months[0], last_month=span.months[-1])  # fmt: skip
    return _scores(_put(found, places, ids, None))


def _scores(sums: Mapping[str, Floats]) -> Scores:
    n, sw, sw2, swx, swx2 = (np.nan_to_num(sums[name]) for name in ("n", "sw", "sw2", "swx", "swx2"))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = swx / sw
        inside = np.where(sw > 0, swx2 - swx**2 / np.where(sw > 0, sw, 1), 0.0)
    axes = tuple(range(1, n.ndim))
    cells = (sw > 0).sum(axis=axes)
    answers = n.sum(axis=axes)
    variance = inside.sum(axis=axes) / np.maximum(sw.sum(axis=axes), 1e-9) * answers / np.maximum(answers - cells, 1)
    return Scores(mean, np.minimum(n_eff(sw, sw2), n), n, variance)


def ratios(
    connection: sa.Connection, p: int, places: NDArray[np.int64], factors: Mapping[int, float], months: Sequence[date]
) -> Floats:
    """``[indicator, place, month]`` of readings; NaN where there is none."""
    found = sql.frame(connection, "etl/drivers_ratios", p=p, areas=places.tolist(), indicators=list(factors),
                      first_month=months[0], last_month=months[-1])  # fmt: skip
    return _readings(_put(found, places, list(factors), months), factors)


def grid_ratios(
    connection: sa.Connection, p: int, places: NDArray[np.int64], factors: Mapping[int, float], span: Window
) -> Floats:
    """``[indicator, place]`` over the window."""
    found = sql.frame(connection, "etl/drivers_grid_ratios", p=p, areas=places.tolist(), indicators=list(factors),
                      first_month=span.months[0], last_month=span.months[-1])  # fmt: skip
    return _readings(_put(found, places, list(factors), None), factors)


def _readings(sums: Mapping[str, Floats], factors: Mapping[int, float]) -> Floats:
    scale = np.array(list(factors.values())).reshape(-1, *[1] * (sums["numerator"].ndim - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        out = sums["numerator"] / sums["denominator"] * scale
    return np.where(np.isfinite(out), out, np.nan)


def _put(found: pd.DataFrame, places: NDArray[np.int64], ids: Sequence[int], months: Sequence[date] | None) -> dict[str, Floats]:
    """Columns of a frame as arrays by indicator, place and (where there is one) month."""
    order = np.argsort(places)
    at = [pd.Index(ids).get_indexer(found["indicator_id"]),
          order[np.searchsorted(places, found["area_id"].to_numpy(np.int64), sorter=order)]]  # fmt: skip
    shape = [len(ids), len(places)]
    if months is not None:
        at.append(pd.Index(months).get_indexer(found["start"]))
        shape.append(len(months))
    out = {}
    for name in found.columns.difference(["area_id", "indicator_id", "start"]):
        out[name] = np.full(shape, np.nan)
        out[name][tuple(at)] = found[name].to_numpy(float)
    return out


@dataclass(frozen=True)
class Answered:
    """A month's answers: ``values`` [response, item] (NaN: not asked), the county's place of each, and its traits as dummies."""

    values: Floats
    county: NDArray[np.int64]
    traits: Floats


def answers(connection: sa.Connection, root: int, counties: NDArray[np.int64], items: Sequence[int], span: Window
            ) -> Iterator[Answered]:  # fmt: skip
    """Month by month, each customer's answers beside what the same customer perceived in the :data:`JOIN_DAYS` before."""
    place = {int(one): at for at, one in enumerate(counties)}
    column = {one: at for at, one in enumerate(items)}
    for month in span.months:
        rows = connection.execute(
            sql.statement("etl/drivers_answers"),
            {"first_day": month, "last_day": containing("m", month).end, "days": JOIN_DAYS, "root": root,
             "county": int(Level.COUNTY)},
        ).all()  # fmt: skip
        kept = [row for row in rows if row.county in place]
        values = np.full((len(kept), len(items)), np.nan)
        for at, row in enumerate(kept):
            for item, score in zip(row.items, row.scores, strict=True):
                if item in column:
                    values[at, column[item]] = score
        traits = pd.DataFrame([(row.mode, row.business, row.segment, row.generation) for row in kept])
        dummies = pd.get_dummies(traits, drop_first=True).to_numpy(float) if len(kept) else np.zeros((0, 0))
        yield Answered(values, np.array([place[row.county] for row in kept], np.int64), dummies)



"""Scores out of the store to be judged, and what was judged into it; records laid out as in Postgres' binary COPY."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql
from etl.domain.period import Period

READ = {
    "shift": ">i4", "area": ">i4", "indicator": ">i4", "period": ">i4", "start": ">i4", "value": ">i4", "n": ">i4", "sw": ">f8",
    "sw2": ">f8", "swx": ">f8", "fresh": ">i4", "kept": ">i4",
}  # fmt: skip
LAYOUT = np.dtype(
    [("fields", ">i2"), *(part for name, kind in READ.items() for part in ((f"{name}_bytes", ">i4"), (name, kind)))]
)
PLAIN = np.dtype([(name, kind.replace(">", "<")) for name, kind in READ.items()])
HEAD, TAIL = 19, 2  # bytes around the records
WEEK = timedelta(days=6)


@dataclass(frozen=True)
class Judged:
    """Of an indicator: the cells hidden beside the small ones, and the spans besides calendar periods that may be shown."""

    hidden: NDArray[np.void]
    indicator: int
    area: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    sums: NDArray[np.float64]  # n, Σw, Σw², Σwx [sum, span]


def read(connection: sa.Connection, year: int, publication: int) -> NDArray[np.void]:
    """The cells of a year, with the weeks that lie in it in part and their days. Periods are letters' codes, starts ordinals;
    ``fresh``: written by this publication; ``kept``: hidden before, and to stay so."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    monday, sunday = first - timedelta(days=first.weekday()), last + WEEK - timedelta(days=last.weekday())
    bound = {"first": first, "last": last, "monday": monday, "sunday": sunday, "p": publication}
    query = str(
        sql.statement("etl/suppress_cells").bindparams(**bound).compile(
            dialect=connection.dialect, compile_kwargs={"literal_binds": True}
        )
    ).replace("%%", "%")  # fmt: skip
    content = bytearray()
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY ({query}\n) TO STDOUT (FORMAT binary)") as stream:
        for chunk in stream:
            content += chunk
    found = np.frombuffer(content, LAYOUT, offset=HEAD, count=(len(content) - HEAD - TAIL) // LAYOUT.itemsize)
    cells = np.empty(len(found), PLAIN)
    for name in READ:
        cells[name] = found[name]
    return cells


def spans(cells: NDArray[np.void]) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Kind, first and last day of each period there is, and which of them each cell is of."""
    code = cells["start"].astype(np.int64) * 256 + cells["period"]
    found, span = np.unique(code, return_inverse=True)
    periods = [Period(chr(one % 256), date.fromordinal(one // 256)) for one in found.tolist()]
    first, last = (np.array([getattr(period, end).toordinal() for period in periods], np.int64) for end in ("start", "end"))
    return tuple(period.kind for period in periods), first, last, span


def write(connection: sa.Connection, publication: int, year: int, data_to: date, judged: Iterable[Judged]) -> int:
    """Bring the store in line with what was judged; how many cells are hidden beside the small ones."""
    hidden = 0
    for one in judged:
        hidden += len(one.hidden)
        names = ("shift", "area", "indicator", "period", "start", "value")
        columns = [one.hidden[name].tolist() for name in names]
        sql.copy(connection, "suppress_hidden", ("shift", "area_id", "indicator_id", "period", "start", "value_id"), [
            (shift == 1, area, indicator, chr(period), date.fromordinal(start), value)
            for shift, area, indicator, period, start, value in zip(*columns, strict=True)
        ])  # fmt: skip
        sql.copy(connection, "suppress_window", ("area_id", "indicator_id", "first", "last", "n", "sw", "sw2", "swx"), [
            (area, one.indicator, date.fromordinal(first), date.fromordinal(last), int(n), *parts)
            for area, first, last, (n, *parts) in zip(
                one.area.tolist(), one.first.tolist(), one.last.tolist(), one.sums.T.tolist(), strict=True
            )
        ])  # fmt: skip
    connection.exec_driver_sql("ANALYZE suppress_hidden, suppress_window")
    for name in ("hidden_close", "hidden_insert"):
        sql.execute(connection, f"etl/suppress_{name}", p=publication, first=date(year, 1, 1), last=date(year, 12, 31))
    if data_to.year == year:
        bring_windows(connection, publication)
    connection.exec_driver_sql("ANALYZE suppressed")
    return hidden


def bring_windows(connection: sa.Connection, publication: int) -> None:
    """Bring the published spans in line with those gathered in ``suppress_window``."""
    connection.exec_driver_sql("ANALYZE suppress_window")
    for name in ("window_close", "window_insert"):
        sql.execute(connection, f"etl/suppress_{name}", p=publication)
    connection.exec_driver_sql("ANALYZE score_window")

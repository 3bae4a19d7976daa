"""Roll-ups of scores and ratios for every level, period and cut, from the facts of the months that changed.

The tree is dated, so sums climb over *places*: an area under one chain of ancestors. A moved grid has a place before and
a place after; each fact counts in the place of its day, and an area's figure is the sum of its places. All happens in
tables that vanish with the transaction; the published tables get only rows that read differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

import sql
from etl.domain.area import LEAF, Level
from etl.steps import define
from etl.steps.stages import Begin, quiet

CUTS = ("all", "brand", "mode", "business", "generation", "segment", "urban", "stage", "channel", "touchpoint")
KEY = ("area_id", "indicator_id", "period", "cut", "start", "value", "first_pub")  # of both roll-up tables
REPEAT_DAYS, REPEAT_HOURS = 30, 1  # a complaint repeats an earlier one of more than an hour and at most 30 days before
WORK_MEM = "256MB"  # for the hash tables of one GROUP BY
STAGES = ("facts", "cells", "levels", "quarters and years", "writing", "key")  # of each of the two, for who waits
SCORE_STAGES = tuple(f"scores: {one}" for one in STAGES)
RATIO_STAGES = (*(f"ratios: {one}" for one in STAGES), "ratios: subscribers")


@dataclass(frozen=True)
class Changed:
    """Rows closed and rows written in a roll-up table."""

    closed: int
    written: int

    @property
    def cells(self) -> int:
        return max(self.closed, self.written)


def prepare(connection: sa.Connection, *, everything: bool = False, months: Sequence[date] = ()) -> list[date]:
    """Lay out the tree, the months to write afresh and their periods; the months (none: nothing to do).

    ``everything`` takes all months that have facts; without it and without ``months`` given, those in ``touched``.
    """
    connection.exec_driver_sql(f"SET LOCAL work_mem = '{WORK_MEM}'")
    sql.execute(connection, "etl/rollup_workspace")
    if months:
        connection.execute(sa.text("INSERT INTO rollup_month SELECT unnest(CAST(:months AS date[]))"), {"months": list(months)})
    else:
        sql.execute(connection, "etl/rollup_months", everything=everything)
    months = [row[0] for row in connection.execute(sa.text("SELECT month FROM rollup_month ORDER BY month"))]
    _lay_out_tree(connection)
    _lay_out_periods(connection)
    return months


def _lay_out_tree(connection: sa.Connection) -> None:
    sql.execute(connection, "etl/rollup_leaf_chain", leaf=int(LEAF))
    sql.execute(connection, "etl/rollup_places")
    sql.execute(connection, "etl/rollup_leaf_place")
    sql.execute(connection, "etl/rollup_place_up", leaf=int(LEAF))
    _analyze(connection, "leaf_place", "place", "place_up")


def _lay_out_periods(connection: sa.Connection) -> None:
    shipped = define.shipped()["rollup_depth"]  # where the operator's table is empty
    periods, names, levels = ([row[key] for row in shipped] for key in ("period", "cut", "level"))
    sql.execute(connection, "etl/rollup_spans")
    sql.execute(connection, "etl/rollup_plan", cuts=list(CUTS), periods=periods, names=names, levels=levels)
    sql.execute(connection, "etl/rollup_span_days")
    sql.execute(connection, "etl/rollup_carried_spans")
    _analyze(connection, "rollup_month", "rollup_span", "rollup_plan", "span_day", "carried_span")


def roll_scores(connection: sa.Connection, publication: int, begin: Begin = quiet) -> Changed:
    """Scores of the prepared periods; the rows changed. ``begin`` hears of each of :data:`SCORE_STAGES`."""
    begin("scores: facts")
    sql.execute(connection, "etl/rollup_score_carry")
    read_answers(connection)
    _analyze(connection, "score_carry")
    _sum_up(connection, "score", begin)
    begin("scores: quarters and years")
    sql.execute(connection, "etl/rollup_score_areas")
    for period, finer in (("q", "m"), ("y", "q")):
        sql.execute(connection, "etl/rollup_score_coarse", period=period, finer=finer)
    return _write(connection, "score", publication, begin)


def roll_ratios(connection: sa.Connection, publication: int, begin: Begin = quiet) -> Changed:
    """Process readings and complaints of the prepared periods; the rows changed. ``begin`` hears of :data:`RATIO_STAGES`."""
    begin("ratios: facts")
    sql.execute(connection, "etl/rollup_ratio_carry")
    read_events(connection)
    _analyze(connection, "ratio_carry")
    _sum_up(connection, "ratio", begin)
    begin("ratios: quarters and years")
    sql.execute(connection, "etl/rollup_ratio_areas")
    for period, finer in (("q", "m"), ("y", "q")):
        sql.execute(connection, "etl/rollup_ratio_coarse", period=period, finer=finer)
    begin("ratios: subscribers")
    _count_subscribers(connection)
    sql.execute(connection, "etl/rollup_ratio_new")
    return _write(connection, "ratio", publication, begin)


def read_answers(connection: sa.Connection, *, everywhere: bool = True) -> None:
    """The answers of the prepared periods into ``scored`` (not ``everywhere``: of the leaves that have a place)."""
    days = _days(connection)
    connection.exec_driver_sql("TRUNCATE rollup_profile, rollup_value, profile_target, respondent, scored")
    sql.execute(connection, "etl/rollup_profiles_of_responses", **days, everywhere=everywhere)
    _aim(connection)
    sql.execute(connection, "etl/rollup_respondents", **days, county=int(Level.COUNTY))
    _analyze(connection, "respondent")
    sql.execute(connection, "etl/rollup_scored", **days)
    _analyze(connection, "scored")


def read_events(connection: sa.Connection, *, everywhere: bool = True) -> None:
    """The process readings and complaints of the prepared periods into ``measured``, as above."""
    days = _days(connection)
    repeats = {"repeat_days": REPEAT_DAYS, "repeat_hours": REPEAT_HOURS}
    connection.exec_driver_sql("TRUNCATE rollup_profile, rollup_value, profile_target, complaint_event, measured")
    sql.execute(connection, "etl/rollup_profiles_of_events", **days, everywhere=everywhere)
    _aim(connection)
    sql.execute(connection, "etl/rollup_readings", **days)
    sql.execute(connection, "etl/rollup_complaint_events", **days, **repeats, everywhere=everywhere)
    sql.execute(connection, "etl/rollup_complaints")
    _analyze(connection, "measured")


def read_subscribers(connection: sa.Connection) -> None:
    """The subscribers of leaves into ``subscriber_cell``, and how months count in the prepared periods."""
    connection.exec_driver_sql("TRUNCATE span_month, subscriber_cell")
    sql.execute(connection, "etl/rollup_span_months")
    sql.execute(connection, "etl/rollup_subscriber_leaves")


def _count_subscribers(connection: sa.Connection) -> None:
    read_subscribers(connection)
    for level in _upwards():
        sql.execute(connection, "etl/rollup_subscriber_climb", level=level)
    sql.execute(connection, "etl/rollup_subscriber_values")
    _analyze(connection, "span_month", "subscriber_cell", "rollup_value")
    sql.execute(connection, "etl/rollup_subscribers")
    _analyze(connection, "ratio_part")
    sql.execute(connection, "etl/rollup_subscribers_whole")


def _aim(connection: sa.Connection) -> None:
    """Number the values of the cuts, and say where each combination of them counts."""
    sql.execute(connection, "etl/rollup_values")
    _analyze(connection, "rollup_profile", "rollup_value")
    sql.execute(connection, "etl/rollup_profile_targets")
    _analyze(connection, "profile_target")


def _sum_up(connection: sa.Connection, figure: str, begin: Begin) -> None:
    begin(f"{figure}s: cells")
    starts = connection.execute(sa.text("SELECT DISTINCT period, depth FROM rollup_plan WHERE depth > coarse_to ORDER BY 1, 2"))
    for period, level in starts.all():
        sql.execute(connection, f"etl/rollup_{figure}_cells", period=period, level=level)
    begin(f"{figure}s: levels")
    for level in _upwards():
        _analyze(connection, f"{figure}_cell")
        sql.execute(connection, f"etl/rollup_{figure}_climb", level=level)


def _write(connection: sa.Connection, figure: str, publication: int, begin: Begin) -> Changed:
    begin(f"{figure}s: writing")
    _analyze(connection, f"{figure}_new")
    sql.execute(connection, f"etl/rollup_{figure}_unchanged")
    _analyze(connection, f"{figure}_same")
    closed = sql.execute(connection, f"etl/rollup_{figure}_close", p=publication)
    with _keyed_afterwards(connection, f"{figure}_rollup"):
        written = sql.execute(connection, f"etl/rollup_{figure}_insert", p=publication)
        begin(f"{figure}s: key")
    if written:
        _analyze(connection, f"{figure}_rollup")
    return Changed(closed, written)


@contextmanager
def _keyed_afterwards(connection: sa.Connection, table: str) -> Iterator[None]:
    """Fill an empty table without its key, which is cheaper to build at once; one with rows keeps it, for its readers.

    Dropping the key shuts the table to readers until the end; before the first publication there is nothing to read. A reader
    who looks just now is not waited for: two connections that each shut a table would wait for each other through it.
    """
    filled = connection.scalar(sa.select(sa.exists(sa.select(sa.literal(1)).select_from(sa.table(table)))))
    if filled or not _shut(connection, table):
        yield
        return
    connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
    yield
    connection.exec_driver_sql(f"SET LOCAL maintenance_work_mem = '{WORK_MEM}'")
    connection.exec_driver_sql(f"ALTER TABLE {table} ADD PRIMARY KEY ({', '.join(KEY)})")


def _shut(connection: sa.Connection, table: str) -> bool:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE NOWAIT")
    except sa.exc.OperationalError:  # somebody reads
        return False
    return True


def _days(connection: sa.Connection) -> dict[str, date]:
    first, last = connection.execute(sa.text("SELECT min(day), max(day) FROM span_day")).one()
    return {"first_day": first, "last_day": last}


def _upwards() -> Iterator[int]:
    return iter(range(int(LEAF), 0, -1))


def _analyze(connection: sa.Connection, *tables: str) -> None:
    connection.exec_driver_sql(f"ANALYZE {', '.join(tables)}")

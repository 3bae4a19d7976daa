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
from etl.steps import months as calendar
from etl.steps.months import Due
from etl.steps.stages import Begin, quiet

CUTS = ("all", "brand", "mode", "business", "generation", "segment", "urban", "stage", "channel", "touchpoint")
KEY = ("area_id", "indicator_id", "period", "cut", "start", "value", "first_pub")  # of both roll-up tables
NOW = "(period, start, cut, area_id) WHERE last_pub = 2147483647"  # their second index: what is current, by period
GROWN = 0.1  # of a table's rows
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


def prepare(connection: sa.Connection, *, everything: bool = False, months: Sequence[date] = ()) -> Due:
    """Lay out the tree, the months of scores to write afresh and their periods; what is due.

    ``everything`` takes all months that have facts; ``months`` these alone, to read them outside a publication.
    """
    _lay_out_work(connection)
    if months:
        due = Due(tuple(months), ())
        _lay_out_periods(connection, due, months)
        return due
    due = calendar.due(connection, everything=everything)
    for name in ("rollup_made_forget", "rollup_made"):
        sql.execute(connection, f"etl/{name}")
    _lay_out_periods(connection, due, due.scores)
    return due


def prepare_ratios(connection: sa.Connection, due: Due) -> None:
    """The same for the ratios that are due, on a connection of their own."""
    _lay_out_work(connection)
    _lay_out_periods(connection, due, due.ratios)


def _lay_out_work(connection: sa.Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL work_mem = '{WORK_MEM}'")
    sql.execute(connection, "etl/rollup_workspace")
    _lay_out_tree(connection)
    shipped = define.shipped()["rollup_depth"]  # where the operator's table is empty
    periods, names, levels = ([row[key] for row in shipped] for key in ("period", "cut", "level"))
    sql.execute(connection, "etl/rollup_plan", cuts=list(CUTS), periods=periods, names=names, levels=levels)
    analyze(connection, "rollup_plan")


def _lay_out_tree(connection: sa.Connection) -> None:
    sql.execute(connection, "etl/rollup_leaf_chain", leaf=int(LEAF))
    sql.execute(connection, "etl/rollup_places")
    sql.execute(connection, "etl/rollup_leaf_place")
    sql.execute(connection, "etl/rollup_place_up", leaf=int(LEAF))
    analyze(connection, "leaf_place", "place", "place_up")


def _lay_out_periods(connection: sa.Connection, due: Due, chosen: Sequence[date]) -> None:
    sql.copy(connection, "rollup_month", ("month",), ((month,) for month in chosen))
    sql.copy(connection, "fact_range", ("first", "last"), [(due.first, due.last)])
    for name in ("rollup_spans", "rollup_span_days", "rollup_carried_spans"):
        sql.execute(connection, f"etl/{name}")
    analyze(connection, "rollup_month", "rollup_span", "span_day", "carried_span")


def roll_scores(connection: sa.Connection, publication: int, begin: Begin = quiet) -> Changed:
    """Scores of the prepared periods; the rows changed. ``begin`` hears of each of :data:`SCORE_STAGES`."""
    begin("scores: facts")
    read_answers(connection)
    _sum_up(connection, "score", begin)
    _coarsen(connection, "score", begin)
    return _write(connection, "score", publication, begin)


def roll_ratios(connection: sa.Connection, publication: int, complaints_to: date | None, begin: Begin = quiet) -> Changed:
    """Process readings and complaints (known up to a day) of the prepared periods; the rows changed. ``begin`` hears of
    :data:`RATIO_STAGES`."""
    begin("ratios: facts")
    read_events(connection, complaints_to)
    _sum_up(connection, "ratio", begin)
    _coarsen(connection, "ratio", begin)
    begin("ratios: subscribers")
    _count_subscribers(connection)
    sql.execute(connection, "etl/rollup_ratio_new")
    return _write(connection, "ratio", publication, begin)


def read_answers(connection: sa.Connection, *, everywhere: bool = True) -> None:
    """The answers of the prepared periods into ``scored`` (not ``everywhere``: of the leaves that have a place)."""
    connection.exec_driver_sql("TRUNCATE rollup_profile, rollup_value, profile_target, respondent, scored")
    for days in _stretches(connection):
        sql.execute(connection, "etl/rollup_profiles_of_responses", **days, everywhere=everywhere)
        analyze(connection, "rollup_profile")
        sql.execute(connection, "etl/rollup_respondents", **days, county=int(Level.COUNTY))
    _aim(connection)
    analyze(connection, "respondent")
    for days in _stretches(connection):
        sql.execute(connection, "etl/rollup_scored", **days)
    analyze(connection, "scored")


def read_events(connection: sa.Connection, complaints_to: date | None, *, everywhere: bool = True) -> None:
    """The process readings and complaints (known up to a day) of the prepared periods into ``measured``, as above."""
    repeats = {"repeat_days": REPEAT_DAYS, "repeat_hours": REPEAT_HOURS}
    connection.exec_driver_sql("TRUNCATE rollup_profile, rollup_value, profile_target, complaint_event, measured")
    for days in _stretches(connection):
        connection.exec_driver_sql("TRUNCATE own_complaint")
        sql.execute(connection, "etl/rollup_own_complaints", **days, **repeats, everywhere=everywhere)
        sql.execute(connection, "etl/rollup_profiles_of_events", **days, everywhere=everywhere)
        analyze(connection, "own_complaint", "rollup_profile")
        sql.execute(connection, "etl/rollup_complaint_events", **days, data_to=complaints_to)
        sql.execute(connection, "etl/rollup_readings", **days)
    _aim(connection)
    sql.execute(connection, "etl/rollup_complaints")
    analyze(connection, "measured")


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
    analyze(connection, "span_month", "subscriber_cell", "rollup_value")
    sql.execute(connection, "etl/rollup_subscribers")
    analyze(connection, "ratio_part")
    sql.execute(connection, "etl/rollup_subscribers_whole")


def _aim(connection: sa.Connection) -> None:
    """Number the values of the cuts, and say where each combination of them counts."""
    sql.execute(connection, "etl/rollup_values")
    analyze(connection, "rollup_profile", "rollup_value")
    sql.execute(connection, "etl/rollup_profile_targets")
    analyze(connection, "profile_target")


def _sum_up(connection: sa.Connection, figure: str, begin: Begin) -> None:
    begin(f"{figure}s: cells")
    starts = connection.execute(sa.text("SELECT DISTINCT period, depth FROM rollup_plan WHERE depth > coarse_to ORDER BY 1, 2"))
    for period, level in starts.all():
        sql.execute(connection, f"etl/rollup_{figure}_cells", period=period, level=level)
    begin(f"{figure}s: levels")
    for level in _upwards():
        analyze(connection, f"{figure}_cell")
        sql.execute(connection, f"etl/rollup_{figure}_climb", level=level)


def _coarsen(connection: sa.Connection, figure: str, begin: Begin) -> None:
    begin(f"{figure}s: quarters and years")
    sql.execute(connection, f"etl/rollup_{figure}_areas")
    sql.execute(connection, f"etl/rollup_{figure}_carried_values")
    analyze(connection, "rollup_value")
    for period, finer in (("q", "m"), ("y", "q")):
        sql.execute(connection, f"etl/rollup_{figure}_coarse", period=period, finer=finer)


def _write(connection: sa.Connection, figure: str, publication: int, begin: Begin) -> Changed:
    begin(f"{figure}s: writing")
    analyze(connection, f"{figure}_new")
    table = f"{figure}_rollup"
    if _filled(connection, table):
        changed = _replace(connection, figure, publication)
        begin(f"{figure}s: key")
    else:
        with _keyed_afterwards(connection, table):
            changed = Changed(0, sql.execute(connection, f"etl/rollup_{figure}_insert", p=publication))
            begin(f"{figure}s: key")
    for name in ("finer_forget", "finer"):
        sql.execute(connection, f"etl/rollup_{figure}_{name}")
    analyze_grown(connection, table, changed.written)
    return changed


def _replace(connection: sa.Connection, figure: str, publication: int) -> Changed:
    """Close the rows that differ and write those that are new, finding each by its address: no other is looked at."""
    sql.execute(connection, f"etl/rollup_{figure}_compare")
    analyze(connection, f"{figure}_change")
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    closed = sql.execute(connection, f"etl/rollup_{figure}_close", p=publication)
    connection.exec_driver_sql("SET LOCAL enable_seqscan TO DEFAULT")
    return Changed(closed, sql.execute(connection, f"etl/rollup_{figure}_replace", p=publication))


def _filled(connection: sa.Connection, table: str) -> bool:
    return bool(connection.scalar(sa.select(sa.exists(sa.select(sa.literal(1)).select_from(sa.table(table))))))


@contextmanager
def _keyed_afterwards(connection: sa.Connection, table: str) -> Iterator[None]:
    """Fill an empty table without its key and index, which are cheaper to build at once.

    Dropping them shuts the table to readers until the end; before the first publication there is nothing to read. A reader
    who looks just now is not waited for: two connections that each shut a table would wait for each other through it.
    """
    if not _shut(connection, table):
        yield
        return
    connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
    connection.exec_driver_sql(f"DROP INDEX {table}_now")
    yield
    connection.exec_driver_sql(f"SET LOCAL maintenance_work_mem = '{WORK_MEM}'")
    connection.exec_driver_sql(f"ALTER TABLE {table} ADD PRIMARY KEY ({', '.join(KEY)})")
    connection.exec_driver_sql(f"CREATE INDEX {table}_now ON {table} {NOW}")


def _shut(connection: sa.Connection, table: str) -> bool:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE NOWAIT")
    except sa.exc.OperationalError:  # somebody reads
        return False
    return True


def _stretches(connection: sa.Connection) -> list[dict[str, date]]:
    """The days that are read, as stretches without a gap: months between two that were touched are not looked at."""
    return sql.rows(connection, "etl/rollup_stretches")


def _upwards() -> Iterator[int]:
    return iter(range(int(LEAF), 0, -1))


def analyze(connection: sa.Connection, *tables: str) -> None:
    """Tell the planner what tables hold now."""
    connection.exec_driver_sql(f"ANALYZE {', '.join(tables)}")


def analyze_grown(connection: sa.Connection, table: str, written: int) -> None:
    """The same where a table grew by much; of a big one the server's own housekeeping takes care in time."""
    known = connection.scalar(sa.text("SELECT reltuples FROM pg_class WHERE oid = CAST(:name AS regclass)"), {"name": table})
    if written > GROWN * max(known or 0, 0):
        analyze(connection, table)

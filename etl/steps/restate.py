"""Figures restated to today's tree: what a re-organisation adds to the dated ones, or takes from them.

A sum restated is the dated sum plus its *shift*. Only facts of leaves that stood elsewhere than they count today are read, and
only areas that won or lost such leaves have rows, so a publication costs hardly more with them. The rule of what counts where is
:mod:`etl.domain.restate`; the steps here run after the roll-ups, in the tables of the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

import sql
from etl.domain.area import LEAF
from etl.domain.restate import Node, Shift, Stretch, Today, shifts
from etl.steps import rollup

COLUMNS = ("area_id", "valid_from", "valid_to", "node_id", "parent_id", "sign")


@dataclass(frozen=True)
class Restated:
    """What counts where: ``shifts`` in the tree of ``day``; ``news``: it differs from the publication before, so that all
    periods are restated and not only those written afresh."""

    day: date
    shifts: tuple[Shift, ...]
    news: bool

    @property
    def needed(self) -> bool:
        return bool(self.shifts) or self.news


def plan(connection: sa.Connection) -> Restated:
    """Compare the dated tree :func:`etl.steps.rollup.prepare` laid out with today's."""
    day = connection.execute(sql.statement("etl/restated_day")).scalar_one()
    nodes = {
        row["area_id"]: Node(row["level"], row["parent_id"], row["alive"], row["unknown"])
        for row in sql.rows(connection, "etl/restated_nodes", day=day)
    }
    changes = [(row["from_id"], row["to_id"]) for row in sql.rows(connection, "etl/restated_changes", day=day)]
    stretches = [
        Stretch(row["area_id"], row["valid_from"], row["valid_to"], tuple(row["path"]))
        for row in sql.rows(connection, "etl/restated_stretches", day=day)
    ]
    found = shifts(Today(nodes, int(LEAF), changes), stretches)
    known = {tuple(row[name] for name in COLUMNS) for row in sql.rows(connection, "etl/restated_known")}
    return Restated(day, tuple(found), {(*one[:3], one.node, one.parent, one.sign) for one in found} != known)


def restate_scores(connection: sa.Connection, publication: int, restated: Restated) -> None:
    """Write the shifts of scores, and what counts where. The tables of the roll-up are spoilt for anything else."""
    sql.execute(connection, "etl/restated_day_kept", p=publication, day=restated.day)
    if not restated.needed:
        return
    _lay_out(connection, restated, "score")
    sql.execute(connection, "etl/restated_kept", p=publication)
    rollup.read_answers(connection, everywhere=False)
    sql.execute(connection, "etl/restated_score_cells")
    sql.execute(connection, "etl/restated_scores_written", p=publication)
    connection.exec_driver_sql("ANALYZE area_shift, score_shift")


def restate_ratios(connection: sa.Connection, publication: int, restated: Restated, complaints_to: date | None) -> None:
    """Write the shifts of ratios, with complaints known up to a day; as above."""
    if not restated.needed:
        return
    _lay_out(connection, restated, "ratio")
    rollup.read_events(connection, complaints_to, everywhere=False)
    sql.execute(connection, "etl/restated_ratio_cells")
    rollup.read_subscribers(connection)
    connection.exec_driver_sql("ANALYZE subscriber_cell, span_month")
    sql.execute(connection, "etl/restated_subscribers")
    connection.exec_driver_sql("ANALYZE ratio_shift_part")  # unanalysed, it would be joined row by row
    for name, table in (("subscriber_shifts", "subscriber_shift"), ("dated_rates", "dated_rate")):
        sql.execute(connection, f"etl/restated_{name}")
        connection.exec_driver_sql(f"ANALYZE {table}")
    sql.execute(connection, "etl/restated_subscribers_whole")
    sql.execute(connection, "etl/restated_ratios_written", p=publication)
    connection.exec_driver_sql("ANALYZE ratio_shift")


def _lay_out(connection: sa.Connection, restated: Restated, figure: str) -> None:
    """The shifted leaves' places alone, and the periods: all of them after the tree changed."""
    sql.execute(connection, "etl/restated_workspace")
    sql.copy(connection, "shift", COLUMNS, restated.shifts)
    sql.execute(connection, "etl/restated_places")
    sql.execute(connection, "etl/restated_leaves_kept")
    sql.execute(connection, "etl/restated_plan_whole")
    if restated.news:
        sql.execute(connection, f"etl/restated_{figure}_months")
    connection.exec_driver_sql("TRUNCATE rollup_span, span_day")
    sql.execute(connection, "etl/rollup_spans")
    sql.execute(connection, "etl/rollup_span_days")
    connection.exec_driver_sql("ANALYZE leaf_place, shift_node, rollup_span, span_day")

"""Ratios, rolled up beside the scores: on a connection of their own, at the same time, from the same snapshot of the facts.

They are committed just before the publication's own transaction ends. Were it lost in between, the next publication undoes their
rows first, so that it finds, and tells, what they changed. The two connections write no table of each other's.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.area import Level
from etl.steps import check, restate, rollup
from etl.steps.months import Due
from etl.steps.stages import Begin

RATIO_TABLE = "ratio_rollup"
NOTHING = rollup.Changed(0, 0)
STAGES = (*rollup.RATIO_STAGES, "ratios: restated", "ratios: checks")


@dataclass(frozen=True)
class Making:
    """A publication being made; ``ended`` is the last day of data of the one before, ``whole`` whether it writes all months."""

    publication: int
    due: Due
    restated: restate.Restated
    ended: date | None
    whole: bool = False

    def scope(self, months: list[date]) -> check.Scope:
        """What its checks look at: one that writes all months is read through, not looked up period by period."""
        return check.Scope(self.publication, None if self.whole else tuple(months), self.restated.day)


@dataclass(frozen=True)
class Ratios:
    """Rows changed, earlier readings changed (rows of ``publication_change``), findings of the ratios' checks."""

    changed: rollup.Changed = NOTHING
    told: list[dict[str, Any]] = field(default_factory=list)
    findings: list[check.Finding] = field(default_factory=list)


def stay(connection: sa.Connection) -> None:
    """A server may end transactions that idle; ours wait for one another."""
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def undo_lost(target: sa.Engine) -> None:
    """Take back the ratios of publications that were lost after these had been committed."""
    with sql.begin(target) as connection:
        lost = [row["publication_id"] for row in sql.rows(connection, "etl/publish_ratios_lost")]
        if lost:
            sql.execute(connection, "etl/publish_ratios_undo", lost=lost)
        sql.execute(connection, "etl/publish_ratios_forget")


@contextmanager
def ratios_beside(target: sa.Engine, connection: sa.Connection, making: Making, begin: Begin) -> Iterator[Future[Ratios]]:
    """Roll ratios up while the block runs; committed at its end. Where none are due, no connection is opened."""
    with ThreadPoolExecutor(1) as pool:
        if not (making.due.ratios or making.restated.news):
            for stage in STAGES:
                begin(stage)
            yield pool.submit(Ratios)
            return
        seen = connection.scalar(sa.text("SELECT pg_export_snapshot()"))
        with target.connect() as beside, beside.begin() as transaction:
            beside.execute(sa.text(f"SET TRANSACTION SNAPSHOT '{seen}'"))
            stay(beside)
            future = pool.submit(_roll, beside, making, begin)
            try:
                yield future
            finally:
                future.exception()  # the connection is the thread's until it is done
            transaction.commit()


def _roll(connection: sa.Connection, making: Making, begin: Begin) -> Ratios:
    rollup.prepare_ratios(connection, making.due)
    changed = rollup.roll_ratios(connection, making.publication, making.due.complaints_to, begin)
    told = changed_readings(connection, making, "ratio")
    begin("ratios: restated")
    restate.restate_ratios(connection, making.publication, making.restated, making.due.complaints_to)
    begin("ratios: checks")
    found = findings(connection, making.scope(list(making.due.ratios)), ours=False)
    sql.execute(connection, "etl/publish_ratios_written", p=making.publication)
    return Ratios(changed, told, found)


def changed_readings(connection: sa.Connection, making: Making, figure: str) -> list[dict[str, Any]]:
    """Which readings of periods that had ended by the publication before this one changed, of ``score`` or ``ratio``."""
    return sql.rows(connection, f"etl/publish_changed_{figure}s", data_to=making.ended, level=int(Level.COUNTY))


def findings(connection: sa.Connection, scope: check.Scope, *, ours: bool) -> list[check.Finding]:
    """What the checks of the ratios find, or (``ours``) all others: each runs in the transaction that wrote what it reads."""
    chosen = [one for one in check.checks() if (RATIO_TABLE not in one.statement) == ours]
    return check.run_checks(connection, scope, chosen)

"""A publication: weights, roll-ups, bands, coverage and checks in one transaction, seen by readers at once or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

import sql
from etl.domain.area import Level
from etl.steps import check, estimate, restate, rollup, tcsi, weight
from etl.steps.stages import Begin, Stages, Tell

BANDS = 3  # siblings are told apart by thirds only
SHOWN_ROWS = 3  # of a failing check, in the error
RATIO_TABLE = "ratio_rollup"
STAGES = (
    "tree", "weights", *rollup.SCORE_STAGES, "rank bands", "estimates", "satisfaction index", "restated", "checks",
    *rollup.RATIO_STAGES, "ratios: restated", "ratios: checks",
)  # fmt: skip


@dataclass(frozen=True)
class PublicationResult:
    """What came of a publication; ``publication_id`` is ``None`` when nothing had changed. ``earlier_changed`` counts readings
    of periods that had ended by the publication before."""

    publication_id: int | None
    months: tuple[date, ...] = ()
    cells_changed: int = 0
    answers: int = 0
    data_from: date | None = None
    data_to: date | None = None
    earlier_changed: int = 0
    warnings: tuple[check.Finding, ...] = ()


class PublicationStopped(RuntimeError):
    """A check failed, so nothing was published; ``findings`` say which and show the rows."""

    def __init__(self, findings: Sequence[check.Finding]):
        self.findings = tuple(findings)
        self.reason_zh, self.reason_en = (
            "; ".join(f"{one.check}: {one.text(language)} {list(one.rows[:SHOWN_ROWS])}" for one in findings)
            for language in ("zh", "en")
        )
        super().__init__(self.reason_en)


def publish(target: sa.Engine, *, note: str = "", everything: bool = False, tell: Tell | None = None) -> PublicationResult:
    """Publish what changed since the last publication, facts or today's tree (``everything``: all months afresh).

    Waits for a publication under way; ``tell`` hears of each of :data:`STAGES` as it begins. Raises
    :class:`PublicationStopped` when a check fails; then all stays as it was.
    """
    begin = Stages(STAGES, tell)
    snapshot = target.execution_options(isolation_level="REPEATABLE READ")  # a load that ends meanwhile waits for the next
    with sql.begin(target) as guard:
        _stay(guard)
        sql.execute(guard, "etl/publish_lock")
        with sql.begin(snapshot) as connection:
            _stay(connection)
            begin("tree")
            months = rollup.prepare(connection, everything=everything)
            restated = restate.plan(connection)
            due = months or ((restated.news or tcsi.news(connection)) and sql.one(connection, "etl/latest_publication"))
            return _publish(snapshot, connection, months, restated, note, begin) if due else PublicationResult(None)


def _stay(connection: sa.Connection) -> None:
    """A server may end transactions that idle; ours wait for one another."""
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def _publish(
    target: sa.Engine, connection: sa.Connection, months: list[date], restated: restate.Restated, note: str, begin: Begin
) -> PublicationResult:
    begun = sql.one(connection, "etl/publish_begin", note=note)
    assert begun is not None  # noqa: S101  RETURNING of one inserted row
    publication = int(begun["publication_id"])
    with _ratios_beside(target, connection, months, publication, restated, begin) as ratios:
        begin("weights")
        weight.reweigh(connection)
        scores = rollup.roll_scores(connection, publication, begin)
        sql.execute(connection, "etl/publish_coverage", p=publication, county=int(Level.COUNTY))
        finished = sql.one(connection, "etl/publish_finish", p=publication)
        assert finished is not None  # noqa: S101  the row inserted above
        begin("rank bands")
        _band(connection, publication, finished["data_to"])
        told = _tell_changes(connection, publication, "scores")
        begin("estimates")
        estimate.estimate(connection, publication, finished["data_from"], finished["data_to"])
        begin("satisfaction index")
        tcsi.roll_up(connection, publication, finished["data_to"])
        begin("restated")
        restate.restate_scores(connection, publication, restated)
        begin("checks")
        findings = _findings(connection, publication, ours=True)
        beside = ratios.result()
        warnings = _passed([*findings, *beside.findings])
        check.keep(connection, publication, warnings)
        cells = scores.cells + beside.changed.cells
        sql.execute(connection, "etl/publish_count", p=publication, cells_changed=cells)
        sql.execute(connection, "etl/publish_forget_touched")
    return PublicationResult(
        publication, tuple(months), cells, finished["answers"], finished["data_from"], finished["data_to"],
        told + beside.told, warnings,
    )  # fmt: skip


@dataclass(frozen=True)
class _Ratios:
    changed: rollup.Changed
    told: int
    findings: list[check.Finding]


@contextmanager
def _ratios_beside(
    target: sa.Engine, connection: sa.Connection, months: list[date], publication: int, restated: restate.Restated, begin: Begin
) -> Iterator[Future[_Ratios]]:
    """Ratios are rolled up on a connection of their own at the same time, from the same snapshot of the facts.

    They are committed just before the publication's own transaction ends. Were it lost in between, their rows would wait,
    seen by nobody, for the next publication: it finds them equal to its own.
    """
    seen = connection.scalar(sa.text("SELECT pg_export_snapshot()"))
    with target.connect() as beside, beside.begin() as transaction, ThreadPoolExecutor(1) as pool:
        beside.execute(sa.text(f"SET TRANSACTION SNAPSHOT '{seen}'"))
        _stay(beside)
        yield pool.submit(_roll_ratios, beside, months, publication, restated, begin)
        transaction.commit()


def _roll_ratios(
    connection: sa.Connection, months: list[date], publication: int, restated: restate.Restated, begin: Begin
) -> _Ratios:
    rollup.prepare(connection, months=months)
    changed = rollup.roll_ratios(connection, publication, begin)
    told = _tell_changes(connection, publication, "ratios")
    begin("ratios: restated")
    restate.restate_ratios(connection, publication, restated)
    begin("ratios: checks")
    return _Ratios(changed, told, _findings(connection, publication, ours=False))


def _tell_changes(connection: sa.Connection, publication: int, figures: str) -> int:
    """Write down which readings of earlier periods this publication changed; how many."""
    return sql.execute(connection, f"etl/publish_changed_{figures}", p=publication, level=int(Level.COUNTY))


def _band(connection: sa.Connection, publication: int, data_to: date | None) -> None:
    sql.execute(connection, "etl/rollup_bands", bands=BANDS, data_to=data_to)
    connection.exec_driver_sql("ANALYZE band_new, rank_band")  # unanalysed, they would be joined row by row
    sql.execute(connection, "etl/rollup_bands_close", p=publication)
    sql.execute(connection, "etl/rollup_bands_insert", p=publication)


def _findings(connection: sa.Connection, publication: int, *, ours: bool) -> list[check.Finding]:
    """What the checks of the ratios find, or (``ours``) all others: each runs in the transaction that wrote what it reads."""
    chosen = [one for one in check.checks() if (RATIO_TABLE not in one.statement) == ours]
    return check.run_checks(connection, publication, chosen)


def _passed(findings: Sequence[check.Finding]) -> tuple[check.Finding, ...]:
    """The warnings; a failing check stops the publication."""
    failed = [one for one in findings if one.severity == "fail"]
    if failed:
        raise PublicationStopped(failed)
    return tuple(findings)

"""A publication: weights, roll-ups, bands, coverage and checks in one transaction, seen by readers at once or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.area import Level
from etl.steps import check, estimate, restate, rollup, suppress, tcsi, weight
from etl.steps.beside import STAGES as RATIO_STAGES
from etl.steps.beside import Making, changed_readings, findings, ratios_beside, stay, undo_lost
from etl.steps.stages import Begin, Stages, Tell

BANDS = 3  # siblings are told apart by thirds only
SHOWN_ROWS = 3  # of a failing check, in the error
TOLD = ("publication_id", "area_id", "indicator_id", "period", "start", "old_n", "new_n", "old_reading", "new_reading")
STAGES = (
    "tree", "weights", *rollup.SCORE_STAGES, "rank bands", "estimates", "satisfaction index", "restated", "suppression", "checks",
    *RATIO_STAGES,
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
        stay(guard)
        sql.execute(guard, "etl/publish_lock")
        undo_lost(target)
        with sql.begin(snapshot) as connection:
            stay(connection)
            begin("tree")
            due = rollup.prepare(connection, everything=everything)
            restated = restate.plan(connection)
            latest = sql.one(connection, "etl/latest_publication")
            if not (due.months or (latest and (restated.news or tcsi.news(connection)))):
                return PublicationResult(None)
            begun = sql.one(connection, "etl/publish_begin", note=note)
            assert begun is not None  # noqa: S101  RETURNING of one inserted row
            ended = latest["data_to"] if latest else None
            making = Making(int(begun["publication_id"]), due, restated, ended, everything or latest is None)
            return _publish(snapshot, connection, making, begin)


def _publish(target: sa.Engine, connection: sa.Connection, making: Making, begin: Begin) -> PublicationResult:
    with ratios_beside(target, connection, making, begin) as ratios:
        scores = _roll_scores(connection, making, begin)
        finished = _finish(connection, making)
        begin("rank bands")
        _band(connection, making.publication, finished["data_to"])
        told = _tell(connection, making, changed_readings(connection, making, "score"))
        begin("estimates")
        estimate.estimate(connection, making.publication, finished["data_from"], finished["data_to"])
        begin("satisfaction index")
        tcsi.roll_up(connection, making.publication, finished["data_to"])
        begin("restated")
        restate.restate_scores(connection, making.publication, making.restated)
        begin("suppression")
        suppress.suppress_scores(connection, making.publication, finished["data_to"])
        begin("checks")
        found = findings(connection, making.scope(making.due.months), ours=True)
        beside = ratios.result()
        warnings = _passed([*found, *beside.findings])
        told += _tell(connection, making, beside.told)
        suppress.withhold_changes(connection, making.publication)
        check.keep(connection, making.publication, warnings)
        cells = scores.cells + beside.changed.cells
        sql.execute(connection, "etl/publish_count", p=making.publication, cells_changed=cells)
        sql.execute(connection, "etl/publish_forget_touched")
    return PublicationResult(
        making.publication, tuple(making.due.months), cells, finished["answers"], finished["data_from"], finished["data_to"],
        told, warnings,
    )  # fmt: skip


def _roll_scores(connection: sa.Connection, making: Making, begin: Begin) -> rollup.Changed:
    begin("weights")
    if making.due.scores:
        weight.reweigh(connection)
    return rollup.roll_scores(connection, making.publication, begin)


def _finish(connection: sa.Connection, making: Making) -> dict[str, Any]:
    sql.execute(connection, "etl/publish_coverage", p=making.publication, county=int(Level.COUNTY))
    finished = sql.one(connection, "etl/publish_finish", p=making.publication, months=making.due.months)
    assert finished is not None  # noqa: S101  the row inserted above
    return finished


def _tell(connection: sa.Connection, making: Making, changed: Sequence[dict[str, Any]]) -> int:
    """Write down which earlier readings the publication changed, of ratios too: they stand and fall with it; how many."""
    rows = [(making.publication, *(row[name] for name in TOLD[1:])) for row in changed]
    return sql.copy(connection, "publication_change", TOLD, rows)


def _band(connection: sa.Connection, publication: int, data_to: date | None) -> None:
    sql.execute(connection, "etl/rollup_bands", bands=BANDS, data_to=data_to)
    rollup.analyze(connection, "band_new")  # unanalysed, it would be joined row by row
    sql.execute(connection, "etl/rollup_bands_close", p=publication)
    written = sql.execute(connection, "etl/rollup_bands_insert", p=publication)
    rollup.analyze_grown(connection, "rank_band", written)


def _passed(found: Sequence[check.Finding]) -> tuple[check.Finding, ...]:
    """The warnings; a failing check stops the publication."""
    failed = [one for one in found if one.severity == "fail"]
    if failed:
        raise PublicationStopped(failed)
    return tuple(found)

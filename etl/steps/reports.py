"""Reports in bulk and one by one: what is wanted, made by a press, and kept as it was made.

A run is pinned to one publication, and every report is kept at once; so a run that is begun again after a crash makes what is
lacking and nothing twice. Where a part of a report failed, or a whole one, an incident stands open until a run lacks nothing;
where nothing at all could be made the run fails, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.area import Level
from etl.domain.failure import Failure
from etl.domain.period import Period
from etl.domain.report import Made, Press, Unmade, Wanted
from etl.steps.report_letters import send, warn
from etl.steps.stages import Tell

LOWEST = Level.COUNTY  # of every area down to it a report is made each time; of grids where somebody asks for it
LANGUAGE = "zh"  # of the reports made each time; subscriptions ask for others
INCIDENT = "reports"  # the subject of what a run lacked
MOST_NAMED = 10

Clock = Callable[[], datetime]


class NoReport(Exception):
    """There is nothing to report; the words say why and what to do."""

    def __init__(self, zh: str, en: str):
        super().__init__(en)
        self.reason_zh, self.reason_en = zh, en


class Nobody(NoReport):
    """No user may see any of the areas."""


@dataclass
class Tally:
    """What a run has made; failures by the area's code."""

    made: int = 0
    bytes: int = 0
    partial: dict[str, tuple[str, ...]] = field(default_factory=dict)
    failed: dict[str, Failure] = field(default_factory=dict)

    @property
    def lacking(self) -> list[str]:
        return [*self.failed, *self.partial]


@dataclass(frozen=True)
class Batch:
    """A run's period and the publication it is pinned to."""

    run_id: int
    period: Period
    publication_id: int
    begun: datetime


def make_reports(
    target: sa.Engine, run_id: int, period: Period, press: Press, link: str, clock: Clock, tell: Tell | None = None
) -> dict[str, Any]:
    """Make every report of a period that is wanted and not there yet, and send those that were subscribed to.

    ``link`` is the address of the pages, without a slash at its end.

    Raises :class:`NoReport` where nothing of the period is published, nobody may see an area, or nothing could be made.
    """
    batch = _begin(target, run_id, period, clock())
    wanted = _wanted(target, batch)
    tally = Tally()
    for at, (one, result) in enumerate(press(wanted), 1):
        _take(target, one, result, clock(), tally)
        if tell:
            tell(at, len(wanted), one.name_zh)
    _note(target, period, tally, link, clock())
    return {**_outcome(batch, tally), "letters": send(target, period, batch.publication_id, link, clock())}


def _begin(target: sa.Engine, run_id: int, period: Period, now: datetime) -> Batch:
    with sql.begin(target) as connection:
        sql.execute(connection, "etl/report_run_begin", run_id=run_id, period=period.kind, start=period.start, now=now)
        row = sql.one(connection, "etl/report_run_of", run_id=run_id)
    _published(period, row)
    assert row is not None  # noqa: S101  told above
    return Batch(run_id, period, row["publication_id"], row["begun_at"])


def _published(period: Period, row: dict[str, Any] | None) -> None:
    """Raise :class:`NoReport` where no day of the period is published."""
    if row is None or row["data_to"] < period.start or row["data_from"] > period.end:
        zh = f"{period.label('zh')}还没有已发布的数据，没有生成报告；数据到齐并发布后请重新运行"
        raise NoReport(zh, f"nothing is published for {period.code()}, so no report was made; run it again once there is")


def _wanted(target: sa.Engine, batch: Batch) -> list[Wanted]:
    with sql.begin(target) as connection:
        rows = sql.rows(
            connection, "etl/reports_wanted", p=batch.publication_id, period=batch.period.kind, start=batch.period.start,
            day=batch.period.end, lowest=int(LOWEST), language=LANGUAGE, begun=batch.begun,
        )  # fmt: skip
    seen = [row for row in rows if row["eyes"] is not None]
    if rows and not seen:
        raise Nobody(
            "还没有人能看到任何区域：请先用 manyi user add 建立账号", "nobody may see an area yet; `manyi user add` somebody"
        )
    return [_one(row, batch.period, row["language"], batch.publication_id) for row in seen]


def _one(row: dict[str, Any], period: Period, language: str, publication_id: int) -> Wanted:
    return Wanted(row["area_id"], row["code"], row["name_zh"], row["name_en"], period, language, publication_id, row["eyes"],
                  row["reader_id"])  # fmt: skip


def _take(target: sa.Engine, one: Wanted, result: Made | Unmade, now: datetime, tally: Tally) -> None:
    if isinstance(result, Unmade):
        tally.failed[one.code] = result.failure
        return
    keep(target, one, result, now)
    tally.made += 1
    tally.bytes += len(result.content)
    if result.missing:
        tally.partial[one.code] = result.missing


def keep(target: sa.Engine, one: Wanted, made: Made, now: datetime) -> int:
    """Keep a report for good; its number, that of the whole one kept before where there is one."""
    with sql.begin(target) as connection:
        row = sql.one(
            connection, "etl/report_keep", **_about(one), title=made.title, pages=made.pages, said=list(made.said),
            missing=list(made.missing), glyphless=list(made.glyphless), seconds=made.seconds, now=now, sha256=made.sha256,
            bytes=len(made.content), content=made.content,
        ) or sql.one(connection, "etl/report_made", **_about(one))  # fmt: skip
    assert row is not None  # noqa: S101  kept now, or before
    return int(row["report_id"])


def _about(one: Wanted) -> dict[str, Any]:
    return {"area_id": one.area_id, "period": one.period.kind, "start": one.period.start, "language": one.language,
            "p": one.publication_id, "reader_id": one.reader_id}  # fmt: skip


def _note(target: sa.Engine, period: Period, tally: Tally, link: str, now: datetime) -> None:
    """What the run lacked is an incident that is told by mail to who runs the installation; a run that lacked nothing closes it.
    Where nothing was made the run itself fails."""
    if tally.failed and not tally.made:
        first = next(iter(tally.failed.values()))
        nothing = NoReport(f"{period.label('zh')}的报告一份都没有生成，未发送给任何订阅人。{first.zh}",
                           f"not one report of {period.code()} could be made, and nothing was sent. {first.en}")  # fmt: skip
        warn(target, period, "unmade", {"zh": nothing.reason_zh, "en": nothing.reason_en}, link, now)
        raise nothing
    with sql.begin(target) as connection:
        if not tally.lacking:
            sql.execute(connection, "etl/incident_over", kind="report", subject=INCIDENT, now=now)
            return
        zh, en = _lacked(tally)
        sql.execute(connection, "etl/incident_seen", kind="report", subject=INCIDENT, now=now,
                    said_zh=f"{period.label('zh')}：{zh}", said_en=f"{period.code()}: {en}")  # fmt: skip
    warn(target, period, "lacking", {"zh": f"{zh}。", "en": f"{en}."}, link, now)


def _lacked(tally: Tally) -> tuple[str, str]:
    """Which reports were not made and which lack parts, in both languages."""
    parts = ", ".join(sorted({part for missing in tally.partial.values() for part in missing}))
    zh, en = [], []
    if tally.failed:
        zh.append(f"{len(tally.failed)} 份没有生成（{_few(list(tally.failed), '、')}）")
        en.append(f"{len(tally.failed)} reports could not be made ({_few(list(tally.failed), ', ')})")
    if tally.partial:
        zh.append(f"{len(tally.partial)} 份缺少部分内容（{_few(list(tally.partial), '、')}；{parts}）")
        en.append(f"{len(tally.partial)} reports lack a part ({_few(list(tally.partial), ', ')}; {parts})")
    return "；".join(zh), "; ".join(en)


def _few(codes: Sequence[str], comma: str) -> str:
    return comma.join(codes[:MOST_NAMED]) + (" …" if len(codes) > MOST_NAMED else "")


def _outcome(batch: Batch, tally: Tally) -> dict[str, Any]:
    told = {"period": batch.period.code(), "publication": batch.publication_id, "reports": tally.made, "bytes": tally.bytes}
    lacking = {"reports_partial": list(tally.partial), "reports_failed": list(tally.failed)}
    return {**told, **{name: codes for name, codes in lacking.items() if codes}}


def make_one(
    target: sa.Engine, code: str, period: Period, language: str, user_id: int, press: Press, clock: Clock
) -> dict[str, Any]:
    """Make the report a user asks for on the newest publication, or find the one that was made.

    Raises :class:`NoReport` where the user may not see the area, nothing is published, or nothing could be made.
    """
    with sql.begin(target) as connection:
        row = sql.one(connection, "etl/report_wanted", code=code, user_id=user_id)
        if row is None:
            raise NoReport(
                f"您看不到区域 {code}，或还没有发布版", f"you may not see the area {code}, or nothing is published yet"
            )
        _published(period, row)
        one = _one(row, period, language, row["publication_id"])
        there = sql.one(connection, "etl/report_made", **_about(one))
    if there is None:
        ((_, result),) = press([one])
        if isinstance(result, Unmade):
            raise NoReport(result.failure.zh, result.failure.en)
        number, missing = keep(target, one, result, clock()), list(result.missing)
    else:
        number, missing = there["report_id"], []
    return {"report": number, "publication": one.publication_id, "missing": missing}

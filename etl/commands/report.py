"""``manyi report``: one area's report as a PDF, all of a week, and those that were kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

import sql
from etl import schedule
from etl.commands.console import FAILED, AsJson, Refused, out, reader_language, show, show_one, speaking, stop
from etl.commands.following import ACTOR, follow, now
from etl.commands.reporting import works
from etl.commands.stores import open_store
from etl.config import read_settings
from etl.domain.period import Period, parse
from etl.domain.report import due
from etl.runner import Worker, ask
from etl.steps.subscribing import subscribe

KINDS = "wmqy"
BULK = {"w": "reports", "m": "reports-month"}  # jobs by the kind of period

app = typer.Typer(help="Reports on paper: one now, all of a week or month, and those that were kept.")

Week = Annotated[str | None, typer.Option(help="an ISO week, 2026-W46")]
Other = Annotated[str | None, typer.Option(help="another period instead: 2026-10, 2026-Q3, 2026")]


@app.callback(invoke_without_command=True)
def run_report(
    command: typer.Context,
    area: Annotated[str | None, typer.Option(help="the area's code")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="where the PDF is written")] = None,
    week: Week = None,
    period: Other = None,
    login: Annotated[str | None, typer.Option("--as", help="with whose eyes; default: somebody of the province")] = None,
    language: Annotated[str | None, typer.Option(help="zh or en; default: the reader's")] = None,
    annex: Annotated[bool, typer.Option("--annex", help="every grid below the area at its end, row by row")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the report of an area; with whose eyes it is made decides what it may show."""
    if command.invoked_subcommand is not None:
        return
    with speaking():
        if area is None or output is None:
            raise Refused("name the area and the file: manyi report --area 4401 --week 2026-W46 -o report.pdf")
        wanted = _period(week, period)
        if language not in (None, "zh", "en"):
            raise Refused(f"no language {language!r}; write zh or en")
        from etl.commands.report_alone import written  # what draws it, a second the other words do not wait for

        show_one(written(area, output, wanted, login, language, annex), as_json)


@app.command("bulk")
def bulk(week: Week = None, period: Other = None, as_json: AsJson = False) -> None:
    """Make all reports of a week or month now and send them to their subscribers; what was made before is not made again."""
    with speaking():
        wanted = _period(week, period) if week or period else due("w", now().date())
        if wanted.kind not in BULK:
            raise Refused(f"{wanted.code()} is no week or month; others are made one by one, with --area")
        settings = read_settings()
        target = open_store(settings)
        asked = ask(target, BULK[wanted.kind], now(), ACTOR, period=wanted.code())
        worker = Worker(target, works(settings), [job.rule for job in schedule.JOBS], now)
        ended = follow(target, worker, asked)
        if ended["error_kind"]:
            stop(ended[f"error_{reader_language()}"], FAILED)
        took = ended["finished_at"] - ended["started_at"]
        show_one({**ended["outcome"], "seconds": round(took / timedelta(seconds=1), 1)}, as_json)


@app.command("list")
def kept(
    area: Annotated[str | None, typer.Option(help="of one area only, by its code")] = None,
    week: Week = None,
    period: Other = None,
    most: Annotated[int, typer.Option("--most", "-n", min=1, help="how many")] = 30,
    as_json: AsJson = False,
) -> None:
    """The reports that were made and kept, the newest first."""
    with speaking():
        wanted = _period(week, period) if week or period else None
        with sql.begin(open_store()) as connection:
            rows = sql.rows(connection, "etl/reports_kept", code=area, most=most, period=wanted and wanted.kind,
                            start=wanted and wanted.start)  # fmt: skip
        show([_listed(row) for row in rows], as_json, empty="no report was kept yet; `manyi report bulk` makes all of last week")


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    period = Period(row["period"], row["start"]).code()
    shown = ("language", "publication_id", "reader", "pages", "bytes", "seconds")
    return {"report": row["report_id"], "area": row["area"], "name": row[f"name_{reader_language()}"], "period": period,
            **{name: row[name] for name in shown}, "missing": ", ".join(row["missing"]),
            "made_at": row["made_at"].isoformat(" ", "seconds"), "sha256": row["sha256"]}  # fmt: skip


@app.command("get")
def get(
    number: Annotated[int, typer.Argument(metavar="REPORT", help="its number, as `manyi report list` tells it")],
    output: Annotated[Path, typer.Option("-o", "--output", help="where the PDF is written")],
) -> None:
    """Write a kept report as it was made, byte for byte."""
    with speaking():
        with sql.begin(open_store()) as connection:
            row = sql.one(connection, "etl/report_content", report_id=number)
        if row is None:
            raise Refused(f"there is no report {number}; `manyi report list` shows all")
        output.write_bytes(row["content"])
        out.print(f"{row['title']}: {len(row['content']):,} bytes, sha256 {row['sha256']}", markup=False)


@app.command("subscribe")
def subscribe_others(
    logins: Annotated[list[str] | None, typer.Argument(help="whom; nobody named: every active manager")] = None,
    area: Annotated[str | None, typer.Option(help="which area's; default: each one's own")] = None,
    monthly: Annotated[bool, typer.Option("--monthly", help="each month instead of each week")] = False,
    language: Annotated[str | None, typer.Option(help="zh or en; default: the reader's own")] = None,
) -> None:
    """Subscribe users to reports, by mail to the address of their account; they may unsubscribe on the Reports page."""
    with speaking():
        if language not in (None, "zh", "en"):
            raise Refused(f"no language {language!r}; write zh or en")
        target = open_store()
        with sql.begin(target) as connection:
            unknown = [login for login in logins or () if sql.one(connection, "auth/user_by_login", login=login) is None]
        if unknown:
            raise Refused(f"there is no user {', '.join(unknown)}; `manyi user list` shows all")
        made = subscribe(target, logins, area, "m" if monthly else "w", language, actor=ACTOR)
        out.print(f"{made} new subscriptions" + ("" if made else "; what was there already stays"))


def _period(week: str | None, period: str | None) -> Period:
    if (week is None) == (period is None):
        raise Refused("name one of --week 2026-W46 and --period 2026-10")
    try:
        found = parse(week or period or "")
    except ValueError as error:
        raise Refused(str(error)) from None
    if found.kind not in KINDS or (week and found.kind != "w"):
        raise Refused(f"{week or period!r} is no {'week' if week else 'week, month, quarter or year'}")
    return found

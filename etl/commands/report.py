"""``manyi report``: the report of one area and week, month, quarter or year as a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

import sql
from dashboard.context import Absent
from dashboard.context import Refused as NotSeen
from dashboard.snapshot.report import Nothing, render
from dashboard.snapshot.subject import subject
from etl.commands.console import AsJson, Refused, at_end, err, show_one, speaking
from etl.commands.stores import open_store, owner_url
from etl.config import Settings, read_settings
from etl.domain.period import Period, parse

KINDS = "wmqy"


def run_report(
    area: Annotated[str, typer.Option(help="the area's code")],
    output: Annotated[Path, typer.Option("-o", "--output", help="where the PDF is written")],
    week: Annotated[str | None, typer.Option(help="an ISO week, 2026-W46")] = None,
    period: Annotated[str | None, typer.Option(help="another period instead: 2026-10, 2026-Q3, 2026")] = None,
    login: Annotated[str | None, typer.Option("--as", help="with whose eyes; default: somebody of the province")] = None,
    language: Annotated[str | None, typer.Option(help="zh or en; default: the reader's")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of an area; with whose eyes it is made decides what it may show."""
    with speaking():
        settings = read_settings()
        wanted = _period(week, period)
        if language not in (None, "zh", "en"):
            raise Refused(f"no language {language!r}; write zh or en")
        reader = _reader(open_store(settings), login)
        store = _eyes(settings)
        try:
            context = subject(store, reader, area, wanted, language, demo=settings.demo_marker.exists())
            made = render(context)
        except Absent:
            raise Refused(
                f"there is no area {area!r}; `manyi scores --children` lists codes", f"没有编码为 {area!r} 的区域"
            ) from None
        except NotSeen:
            raise Refused(f"{login or 'this reader'} may not see {area!r}; name somebody else with --as") from None
        except Nothing as error:
            raise Refused(f"{error}; load data of it and run `manyi run publish`") from None
        output.write_bytes(made.content)
        if made.partial:
            err.print(f"partial: {', '.join(made.missing)} could not be made", style="yellow", markup=False)
        told = {"file": str(output), "title": made.title, "bytes": len(made.content), "publication": made.publication_id,
                "sha256": made.sha256, "missing": list(made.missing)}  # fmt: skip
        show_one(told, as_json)


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


def _reader(store: sa.Engine, login: str | None) -> int:
    """The user whose eyes are lent."""
    with store.connect() as connection:
        if login is not None:
            row = sql.one(connection, "auth/user_by_login", login=login)
            if row is None or row["disabled"]:
                raise Refused(f"there is no active user {login!r}; `manyi user list` shows all")
            return int(row["user_id"])
        row = sql.one(connection, "etl/report_reader")
    if row is None:
        raise Refused("nobody may see a whole province yet; `manyi user add` somebody, or name a reader with --as")
    return int(row["user_id"])


def _eyes(settings: Settings) -> sa.Engine:
    """The store through the dashboard's own role, which sees what its reader may see."""
    engine = sql.engine(settings.app_url(owner_url(settings)))
    at_end(engine.dispose)
    return engine

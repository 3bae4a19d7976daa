"""One report written to a file, with the eyes of whoever is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.context import Absent
from dashboard.context import Refused as NotSeen
from dashboard.snapshot.report import Nothing, render
from dashboard.snapshot.subject import subject
from etl.commands.console import Refused, at_end, err
from etl.commands.stores import open_store, owner_url
from etl.config import Settings, read_settings
from etl.domain.period import Period


def written(
    area: str, output: Path, wanted: Period, login: str | None, language: str | None, annex: bool
) -> dict[str, Any]:
    """Write the file; what is told of it."""
    settings = read_settings()
    reader = _reader(open_store(settings), login)
    store = _eyes(settings)
    try:
        context = subject(store, reader, area, wanted, language, demo=settings.demo_marker.exists())
        made = render(context, with_annex=annex)
    except Absent:
        there_is_none = f"there is no area {area!r}; `manyi scores --children` lists codes"
        raise Refused(there_is_none, f"没有编码为 {area!r} 的区域") from None
    except NotSeen:
        raise Refused(f"{login or 'this reader'} may not see {area!r}; name somebody else with --as") from None
    except Nothing as error:
        raise Refused(f"{error}; load data of it and run `manyi run publish`") from None
    output.write_bytes(made.content)
    if made.partial:
        err.print(f"partial: {', '.join(made.missing)} could not be made", style="yellow", markup=False)
    return {"file": str(output), "title": made.title, "pages": made.pages, "bytes": len(made.content),
            "publication": made.publication_id, "sha256": made.sha256, "missing": list(made.missing),
            "glyphless": list(made.glyphless)}  # fmt: skip


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

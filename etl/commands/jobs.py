"""What each job of the schedule does, and ``manyi run JOB``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from etl import schedule
from etl.commands.console import FAILED, AsJson, Refused, show_one, speaking, stop
from etl.commands.feeds import declared
from etl.commands.stores import open_store
from etl.config import Settings, read_settings
from etl.runner import Work, run_once
from etl.steps import housekeeping, load
from etl.steps.publish import publish
from etl.steps.stages import Tell

Progress = Callable[[Path, int], None]


def works(settings: Settings) -> dict[str, Work]:
    """The work behind each name in :data:`etl.schedule.JOBS`."""
    return {
        "load": lambda target: load_inbox(target, settings),
        "publish": publish_all,
        "housekeeping": lambda target: housekeeping.tidy(target, date.today()),
    }


def load_inbox(target: sa.Engine, settings: Settings, progress: Progress | None = None) -> dict[str, Any]:
    """Load every file of the inbox that a feed claims: files by what became of them, rows by what became of them."""
    settings.inbox.mkdir(parents=True, exist_ok=True)
    files: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    for result in load.load_inbox(target, declared(settings), settings.inbox, settings.secret, progress=progress):
        files[result.state] += 1
        if result.state == "loaded":
            rows.update(read=result.read, accepted=result.accepted, rejected=result.rejected, duplicate=result.duplicate)
    return {"files": dict(files), **rows}


def publish_all(target: sa.Engine, tell: Tell | None = None) -> dict[str, Any]:
    """Roll up what changed, check it and publish; an empty outcome tells that nothing had changed."""
    done = publish(target, tell=tell)
    if done.publication_id is None:
        return {"publication": None}
    return {
        "publication": done.publication_id, "data_from": done.data_from, "data_to": done.data_to, "answers": done.answers,
        "cells_changed": done.cells_changed, "months": [month.isoformat()[:7] for month in done.months],
        "warnings": [{"check": one.check, "zh": one.zh, "en": one.en, "rows": len(one.rows)} for one in done.warnings],
    }  # fmt: skip


def run(
    job: Annotated[str, typer.Argument(help=", ".join(one.name for one in schedule.JOBS))], as_json: AsJson = False
) -> None:
    """Run a job now, outside its schedule; its ending is kept in the history like any other."""
    with speaking():
        settings = read_settings()
        work = works(settings).get(job)
        if work is None:
            raise Refused(f"no job {job!r}; choose one of {', '.join(works(settings))}")
        ended = run_once(open_store(settings), job, datetime.now().astimezone(), work)
        show_one({"job": job, "state": ended.state, **ended.outcome}, as_json)
        if ended.error:
            stop(ended.error, FAILED)

"""``manyi run`` and ``manyi jobs``: ask for a run, see what ran, pause and resume."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

import sql
from etl import schedule
from etl.commands.console import (
    FAILED,
    REFUSED,
    AsJson,
    Refused,
    in_language,
    out,
    reader_language,
    show,
    show_one,
    speaking,
    stop,
)
from etl.commands.following import ACTOR, follow, now
from etl.commands.jobs import works
from etl.commands.stores import open_store
from etl.config import read_settings
from etl.runner import Worker, ask, kind_of

app = typer.Typer(no_args_is_help=True, help="The schedule: what runs when, what ran, and how it ended.")

NAMES = tuple(job.name for job in schedule.JOBS if not job.asked_only)
Name = Annotated[str, typer.Argument(metavar="JOB", help=f"{', '.join(NAMES)}; load:FEED for one feed")]


@app.command("list")
def list_jobs(as_json: AsJson = False) -> None:
    """Every job: when it is planned next, how it ended last, whether it is paused."""
    with speaking():
        with sql.begin(open_store()) as connection:
            known = {row["job"]: row for row in sql.rows(connection, "etl/job_list")}
        show([in_language(_listed(name, known.get(name, {}), now()), as_json) for name in _names(known)], as_json)


def _names(known: Mapping[str, Any]) -> list[str]:
    return sorted({*NAMES, *known}, key=lambda name: (NAMES.index(kind_of(name)) if kind_of(name) in NAMES else 99, name))


def _listed(name: str, known: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    job = next((job for job in schedule.JOBS if job.name == kind_of(name)), None)
    following = schedule.planned_next(job, at) if job and not known.get("paused_at") else None
    return {
        "job": name, "title": f"{job.title_zh} · {job.title_en}" if job else "", "plan": job.cron if job else "",
        "next": following.isoformat(" ", "minutes") if following else None,
        "paused": f"{known['paused_by']} {known['paused_at']:%Y-%m-%d %H:%M}" if known.get("paused_at") else None,
        "last": known.get("state"), "planned_for": known.get("scheduled_for"), "finished": known.get("finished_at"),
        "last_done": known.get("done_at"), "error_zh": known.get("error_zh"), "error_en": known.get("error_en"),
    }  # fmt: skip


@app.command("history")
def history(
    job: Annotated[str | None, typer.Argument(help="this job only")] = None,
    most: Annotated[int, typer.Option("--most", "-n", min=1, help="how many runs")] = 30,
    as_json: AsJson = False,
) -> None:
    """The latest runs, newest first, each with how it ended."""
    with speaking():
        with sql.begin(open_store()) as connection:
            runs = sql.rows(connection, "etl/list_job_runs", job=job, most=most)
        empty = "nothing has run yet; `manyi schedule` runs the jobs, `manyi run JOB` one of them now"
        show([in_language(run, as_json) for run in runs], as_json, empty=empty)


@app.command("pause")
def pause(job: Name) -> None:
    """Plan a job no more until it is resumed; a run under way goes on."""
    with speaking():
        _known(job)
        with sql.begin(open_store()) as connection:
            sql.execute(connection, "etl/job_pause", job=job, by=ACTOR)
        out.print(f"{job} is paused; `manyi jobs resume {job}` plans it again", markup=False)


@app.command("resume")
def resume(job: Name) -> None:
    """Plan a paused job again, from its next time on."""
    with speaking(), sql.begin(open_store()) as connection:
        if not sql.execute(connection, "etl/job_resume", job=job):
            raise Refused(f"{job} is not paused; `manyi jobs list` tells which are")
        out.print(f"{job} is planned again", markup=False)


@app.command("run")
def run(job: Name, as_json: AsJson = False) -> None:
    """Run a job now, outside its schedule; its ending is kept in the history like any other."""
    with speaking():
        _known(job)
        settings = read_settings()
        target = open_store(settings)
        asked = ask(target, job, now(), ACTOR)
        worker = Worker(target, works(settings), [job.rule for job in schedule.JOBS], now)
        ended = follow(target, worker, asked)
        _tell(job, ended, as_json)
        if ended["error_kind"]:
            stop(*_ending(job, ended["error_kind"], ended[f"error_{reader_language()}"]))


def _tell(job: str, ended: Mapping[str, Any], as_json: bool) -> None:
    """How a run ended; a publication without anything to publish is said in words."""
    outcome = ended["outcome"]
    if not as_json and job == "publish" and ended["state"] == "done" and outcome.get("publication") is None:
        latest = outcome.get("latest")
        out.print(f"nothing new since publication {latest}" if latest else "there is nothing to publish yet; load files first")
        return
    errors = {name: ended[name] for name in ("error_zh", "error_en") if as_json and ended["error_kind"]}
    show_one({"job": job, "state": ended["state"], **outcome, **errors}, as_json)


def _ending(job: str, kind: str, error: str) -> tuple[str, int]:
    """What to say of a run's error, and the exit code: refused input is told apart from a failure."""
    if kind in ("Refused", "WrongFeed"):
        return error, REFUSED
    if kind == "PublicationStopped":
        return f"{error}\nnothing was published; `manyi db check` shows the rows, then run `manyi run publish` again", FAILED
    return f"{error}\n`manyi jobs history {job}` keeps this ending; run it again when the cause is mended", FAILED


def _known(job: str) -> None:
    if kind_of(job) not in NAMES:
        raise Refused(f"no job {job!r}; choose one of {', '.join(NAMES)}")

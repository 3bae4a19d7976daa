"""Fill an empty installation with the demonstration operator, by the ways a real operator's data would come."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import sql
from etl import schedule
from etl.commands.console import FAILED, Refused, out, speaking, stop
from etl.commands.feeds import declared, shipped
from etl.commands.following import ACTOR, follow, now
from etl.commands.jobs import HOURLY, publish_all, works
from etl.commands.processes import interruptible
from etl.commands.stores import open_store
from etl.config import Settings, read_settings
from etl.domain.period import add_months, containing
from etl.runner import Worker, ask
from etl.steps import load
from etl.steps.plan import province_of
from etl.steps.publish import STAGES
from etl.steps.receive import sorted_inbox

COMPARED_MONTHS = 12
BY_YEARS, WEIGHTS = "tcsi", "subscribers"
MONTH = re.compile(r"_(\d{4}-\d{2})\.csv$")
PLAN_LIFT = 0.8  # points a year that the demonstration's plan asks of every outcome
LOADERS = 2  # feeds loaded side by side; more wait for each other on a small machine


@contextmanager
def bars() -> Iterator[Progress]:
    """Progress bars of long work, one line each."""
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.fields[now]}"))  # fmt: skip
    with Progress(*columns, console=out) as progress:
        yield progress


def fill(scale: str, seed: int, until: str) -> None:
    """Fill an empty, migrated store with the demonstration operator; `manyi demo` starts this as a process of its own."""
    with speaking(), interruptible():
        settings = read_settings()
        target = open_store(settings)
        refuse_foreign(settings, target)
        chosen = {"scale": scale, "seed": seed, "until": until}
        try:
            fill_inbox(settings, scale, seed, date.fromisoformat(until), settings.demo_marker, chosen)
            with sql.begin(target) as connection:  # not before the store is marked as a demonstration's
                sql.execute(connection, "etl/suppress_small_alone")
            load_and_publish(target, settings)
        except KeyboardInterrupt:
            stop("", FAILED)


def deliver_history() -> None:
    """Deliver the older months into the inbox, load and publish them as the schedule would; `manyi demo` starts this."""
    with speaking(), interruptible():
        settings = read_settings()
        target = open_store(settings)
        try:
            for path in sorted(settings.demo_history.glob("*.csv")):
                path.rename(settings.inbox / path.name)
            worker = Worker(target, works(settings), [job.rule for job in schedule.JOBS], now)
            for job in ("load", "publish"):
                ended = follow(target, worker, ask(target, job, now(), ACTOR))
                if ended["error_kind"]:
                    stop(f"{job}: {ended['error_zh']} · {ended['error_en']}", FAILED)
            ask_for_plan(target)
            shutil.rmtree(settings.demo_history)
        except KeyboardInterrupt:
            stop("", FAILED)
    out.print("更早的月份已发布 · the older months are published")


def ask_for_plan(target: sa.Engine) -> None:
    """Ask the schedule for targets of the running year, in force at once, so that cards and attainment have something to show.
    It makes them after the drivers, whose processes are to carry them: these are planned here for the moment the schedule would
    choose, so that they stand before the plan and are estimated once."""
    with sql.begin(target) as connection:
        latest = sql.one(connection, "etl/latest_publication")
        day = latest["data_to"] if latest else date.today()
        root = province_of(connection, None, day)
    if root is not None:
        ask(target, "drivers", schedule.planned_before(HOURLY, now()), ACTOR)
        ask(target, "propose", now(), ACTOR, area_id=root, period=containing("y", day).code(), lift=PLAN_LIFT, in_force=True)


def unfinished(settings: Settings) -> Path:
    """The mark of a demonstration that is being filled."""
    return settings.home / "demo.unfinished"


def refuse_foreign(settings: Settings, target: sa.Engine) -> None:
    """Refused when the home or its database holds what no demonstration put there."""
    if settings.demo_marker.exists() or unfinished(settings).exists():
        return
    with target.connect() as connection:
        received = connection.scalar(sa.text("SELECT EXISTS (SELECT FROM file) OR EXISTS (SELECT FROM publication)"))
    if received or _holds_files(settings.inbox) or _holds_files(settings.feeds):
        raise Refused(f"{settings.home} or its database holds data that is no demonstration; set MANYI_HOME to another folder")


def _holds_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def fill_inbox(settings: Settings, scale: str, seed: int, until: date, marker: Path, chosen: dict[str, Any]) -> None:
    """Write the operator's files into the inbox and the feed files beside it; nothing when they are there already.

    The files appear in the inbox at once when all are written, so that an interrupted start begins anew.
    """
    from etl.demo.generate import generate  # heavy libraries that no other command needs

    if marker.exists():
        return
    unfinished(settings).touch()  # from here on what lies in the home is ours, also when we are interrupted
    shutil.copytree(shipped("demo"), settings.feeds, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__*"))
    written = settings.home / "inbox.part"
    shutil.rmtree(written, ignore_errors=True)
    written.mkdir(parents=True)
    with bars() as progress:
        task = progress.add_task("生成 generating files", total=None, now="")
        generate(written, seed=seed, scale=scale, until=until,
                 progress=lambda done, total, name: progress.update(task, completed=done, total=total, now=name))  # fmt: skip
    shutil.rmtree(settings.demo_history, ignore_errors=True)
    set_history_apart(written, settings.demo_history, until)
    _make_room(settings.inbox)
    written.rename(settings.inbox)
    marker.write_text(json.dumps(chosen), "utf-8")
    unfinished(settings).unlink()


def set_history_apart(written: Path, history: Path, until: date) -> None:
    """Move the files of older months into ``history``: a first page needs the last complete month, the same one a year
    before, and the whole quarter that one lies in. Counts of subscribers stay, for they weigh answers of other months too; the
    satisfaction index goes as a whole, for its weights are frozen by whole years."""
    compared = add_months(until.replace(day=1), -1 - COMPARED_MONTHS)
    first = containing("q", compared).start
    history.mkdir()
    for path in sorted(written.glob("*.csv")):
        kind, month = path.name.partition("_")[0], MONTH.search(path.name)
        older = month is not None and date.fromisoformat(f"{month[1]}-01") < first
        if kind == BY_YEARS or (older and kind != WEIGHTS):
            path.rename(history / path.name)


def _make_room(inbox: Path) -> None:
    """Take an empty inbox away, or one of ours that was left unfinished; refused when somebody has put files there."""
    if (inbox / "truth").is_dir():
        shutil.rmtree(inbox)
    elif inbox.exists():
        try:
            inbox.rmdir()
        except OSError:
            raise Refused(f"{inbox} holds files that are no demonstration's; take them away or set MANYI_HOME") from None


def load_and_publish(target: sa.Engine, settings: Settings) -> None:
    """Load the inbox by its feeds and publish."""
    feeds = declared(settings)
    with bars() as progress:
        files = sorted_inbox(feeds, settings.inbox)
        task = progress.add_task("装载 loading files", total=len(files), now="")
        rows = 0
        for result in load.load_inbox(target, feeds, settings.inbox, settings.secret, workers=LOADERS,
                                      progress=lambda path, _: progress.update(task, now=path.name)):  # fmt: skip
            if result.state == "refused":
                stop(f"{result.name}: {result.reason_zh} · {result.reason_en}", FAILED)
            rows += result.read
            progress.update(task, advance=1, now=f"{rows:,} rows")
        task = progress.add_task("汇总发布 publishing", total=None, now="")
        done = publish_all(target, lambda n, total, stage: progress.update(task, completed=n, total=total, now=stage))
        progress.update(task, total=len(STAGES), completed=len(STAGES), now=f"{done.get('answers', 0):,} answers")

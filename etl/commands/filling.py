"""Fill an empty installation with the demonstration operator, by the ways a real operator's data would come."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from etl.commands.console import FAILED, out, stop
from etl.commands.feeds import declared, shipped
from etl.commands.jobs import publish_all
from etl.config import Settings
from etl.demo.generate import generate
from etl.steps import load
from etl.steps.receive import sorted_inbox

LOADERS = 2  # feeds loaded side by side; more wait for each other on a small machine


@contextmanager
def bars() -> Iterator[Progress]:
    """Progress bars of long work, one line each."""
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.fields[now]}"))  # fmt: skip
    with Progress(*columns, console=out) as progress:
        yield progress


def fill_inbox(settings: Settings, scale: str, seed: int, until: date, marker: Path, chosen: dict[str, Any]) -> None:
    """Write the operator's files into the inbox and the feed files beside it; nothing when they are there already.

    The files appear in the inbox at once when all are written, so that an interrupted start begins anew.
    """
    shutil.copytree(shipped("demo"), settings.feeds, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__*"))
    if marker.exists():
        return
    written = settings.home / "inbox.part"
    shutil.rmtree(written, ignore_errors=True)
    written.mkdir(parents=True)
    with bars() as progress:
        task = progress.add_task("生成 generating files", total=None, now="")
        generate(written, seed=seed, scale=scale, until=until,
                 progress=lambda done, total, name: progress.update(task, completed=done, total=total, now=name))  # fmt: skip
    shutil.rmtree(settings.inbox, ignore_errors=True)
    written.rename(settings.inbox)
    marker.write_text(json.dumps(chosen), "utf-8")


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
        done = publish_all(target)
        progress.update(task, total=1, completed=1, now=f"{done.get('answers', 0):,} answers")

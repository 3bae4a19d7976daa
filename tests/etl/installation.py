"""An installation for tests of what happens over time: its inbox, its jobs, and a clock that we turn."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import sql
from etl import schedule
from etl.commands.jobs import waiting, works
from etl.config import Settings
from etl.runner import Worker
from etl.steps import define
from tests.etl.feeds import sample


@dataclass
class Installation:
    """A home, its store, and the moment it is there."""

    settings: Settings
    store: sa.Engine
    now: datetime

    def drop(self, name: str, text: str) -> None:
        """A file comes into the inbox; it was finished a while ago."""
        path = self.settings.inbox / name
        path.write_text(text, "utf-8")
        os.utime(path, (path.stat().st_mtime - 3600,) * 2)

    def plan(self) -> None:
        """What the schedule plans at this moment."""
        for job in schedule.JOBS:
            if job.cron:
                schedule.fire(self.store, job, self.now)
        self.watch()

    def watch(self) -> None:
        """A load of everything that lies in the inbox."""
        schedule.watch(self.store, lambda at: waiting(self.store, self.settings, at), self.now)

    def work(self) -> None:
        """Do all that is planned."""
        worker = Worker(self.store, works(self.settings), [job.rule for job in schedule.JOBS], lambda: self.now)
        while worker.work():
            pass

    def rows(self, name: str, **params: Any) -> list[dict[str, Any]]:
        with sql.begin(self.store) as connection:
            return sql.rows(connection, name, **params)


def settings_of(home: Path, store: sa.Engine) -> Settings:
    return Settings(home, store.url.render_as_string(hide_password=False), None, "127.0.0.1:0")


def install(store: sa.Engine, home: Path, feeds: dict[str, str], now: datetime) -> Installation:
    """A new installation on a migrated store with these feed files (name → text)."""
    define.define(store, define.shipped())
    settings = settings_of(home, store)
    settings.feeds.mkdir(parents=True)
    settings.inbox.mkdir()
    for name, text in feeds.items():
        (settings.feeds / f"{name}.toml").write_text(text, "utf-8")
    return Installation(settings, store, now)


def demo_feeds(*kinds: str) -> dict[str, str]:
    """The demonstration's feed files of some kinds."""
    return {kind: sample.feed_of(kind).text for kind in kinds}


def open_runs(store: sa.Engine) -> list[dict[str, Any]]:
    """What waits or is under way."""
    with sql.begin(store) as connection:
        return sql.rows(connection, "etl/job_open")

"""``manyi schedule``: the process that plans and does the jobs."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress

import sqlalchemy as sa

from etl import schedule
from etl.commands.console import Refused, speaking
from etl.commands.feeds import declared
from etl.commands.following import now
from etl.commands.jobs import waiting, works
from etl.commands.stores import open_store
from etl.config import Settings, read_settings
from etl.sources.faults import WrongFeed
from etl.steps.load import note_feeds


def run_schedule() -> None:
    """Plan the jobs at their times and do them until stopped; what is under way is let finish."""
    with speaking():
        settings = read_settings()
        target = open_store(settings)
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        _note_feeds(target, settings)
        schedule.run_until(stop, target, works(settings), lambda at: waiting(target, settings, at), now)


def _note_feeds(target: sa.Engine, settings: Settings) -> None:
    """What is wrong with a declaration is told by the loads, not here."""
    with suppress(Refused, WrongFeed):
        note_feeds(target, declared(settings))

"""Two whole ``manyi schedule`` and a sender beside them, killed twenty times before a mail server that refuses, puts off, stalls,
hangs up and sends back: no letter is lost, and none is sent twice."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy as sa

import sql
from etl.commands.scheduling import run_schedule
from etl.outbox.delivery import Unreachable
from etl.outbox.letter import MAIL, Letter
from etl.outbox.smtp import Mailer, Server
from etl.runner import ask
from etl.steps.post import Way, deliver, put
from tests.etl.outbox.smtp_server import Post, serving

KILLS = 20
LETTERS = 360
ODD = {"gone": 8, "later": 8, "leave": 8, "hang": 2, "busy": 8, "drop": 4, "stall": 2, "back": 12}  # of each kind of recipient
UNHEARD = ("drop", "stall")  # who takes a letter and does not say so


def now() -> datetime:
    return datetime.now().astimezone()


def keep_schedule(settings: dict[str, str]) -> None:
    """``manyi schedule`` with an environment of its own."""
    os.environ.update(settings)
    run_schedule()


def send_until_stopped(settings: dict[str, str]) -> None:
    """Deliver again and again, as from a terminal: no lock of a job keeps it from what a schedule does at this moment."""
    stop, store = threading.Event(), sql.engine(settings["MANYI_DATABASE_URL"])
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    while not stop.is_set():
        way = Way(Mailer(Server.parse(settings["MANYI_SMTP_URL"]), "alerts@manyi.test"), 10**6)
        try:
            deliver(store, {MAIL: way}, now)
        except (Unreachable, sa.exc.DBAPIError):
            continue
        stop.wait(0.05)


HANDS: tuple[Callable[[dict[str, str]], None], ...] = (keep_schedule, keep_schedule, send_until_stopped)


def begin(hand: int, settings: dict[str, str]) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    started = context.Process(target=HANDS[hand], args=(settings,))
    started.start()
    return started


def addresses() -> list[str]:
    odd = [f"{name}{at}@manyi.test" for name, count in ODD.items() for at in range(count)]
    return odd + [f"u{at}@manyi.test" for at in range(LETTERS - len(odd))]


@contextmanager
def hurried(store: sa.Engine) -> Iterator[None]:
    """Somebody presses "run now" all the time, and what is put off waits no longer than a moment."""
    stop = threading.Event()

    def press() -> None:
        while not stop.wait(0.2):
            ask(store, "deliver", now(), "web")
            with sql.begin(store) as connection:
                connection.exec_driver_sql("UPDATE letter SET next_at = not_before WHERE state = 'queued'")

    pressing = threading.Thread(target=press)
    pressing.start()
    try:
        yield
    finally:
        stop.set()
        pressing.join()


def test_killed_twenty_times(store: sa.Engine, tmp_path: Path) -> None:
    chance, named = random.Random(3), addresses()  # noqa: S311
    chance.shuffle(named)
    with sql.begin(store) as connection:
        for address in named:
            assert put(connection, Letter("fall of 2026-10", "alert", address, "预警", "下降"), now() - timedelta(hours=1))
    with serving(Post(pause=0.03, notices=tmp_path / "bounces")) as post:
        settings = {
            "MANYI_HOME": str(tmp_path), "MANYI_DATABASE_URL": store.url.render_as_string(hide_password=False),
            "MANYI_SMTP_URL": f"smtp://127.0.0.1:{post.port}?tls=none&timeout=1&rate=1000000",
        }  # fmt: skip
        hands = [begin(hand, settings) for hand in range(len(HANDS))]
        try:
            with hurried(store):
                for kill in range(KILLS):
                    _until_taken(post, 8 * (kill + 1))
                    time.sleep(chance.uniform(0, 0.1))
                    victim = kill % 2 if kill % 5 else 2
                    hands[victim].kill()
                    hands[victim].join(30)
                    hands[victim] = begin(victim, settings)
                _until(lambda: not _under_way(store, tmp_path / "bounces"), 90)
        finally:
            for hand in hands:
                hand.terminate()
            for hand in hands:
                hand.join(60)
        _judge(store, post)


def _until_taken(post: Post, count: int) -> None:
    """However slow the machine: so many letters have come, and a sender now waits for the last word on one."""
    _until(lambda: len(post.taken) >= count, 30)
    before = len(post.taken)
    _until(lambda: len(post.taken) > before, 5)


def _until(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(0.002)


def _under_way(store: sa.Engine, notices: Path) -> bool:
    with store.connect() as connection:
        waiting = connection.scalar(sa.text("SELECT count(*) FROM letter WHERE state IN ('queued', 'sending')"))
    return bool(waiting) or any(path.is_file() for path in notices.iterdir())


def _judge(store: sa.Engine, post: Post) -> None:
    with store.connect() as connection:
        state = {row.address: row.state for row in connection.execute(sa.text("SELECT address, state FROM letter"))}
    arrived, ended = Counter(post.addresses()), {name: {one for one, how in state.items() if how == name} for name in set(state.values())}
    assert len(state) == LETTERS and set(ended) <= {"sent", "refused", "unknown", "bounced"}
    assert max(arrived.values()) == 1, "none is sent twice, those that are unknown included"
    assert ended["refused"] == _called(state, "gone") and ended["bounced"] == _called(state, "back")
    assert set(state) - ended["refused"] - ended["unknown"] <= set(arrived), "none is lost"
    killed = ended["unknown"] - _called(state, *UNHEARD)
    assert _called(state, *UNHEARD) <= ended["unknown"] and 0 < len(killed) <= KILLS, "some kills fell into a sending"


def _called(state: dict[str, str], *names: str) -> set[str]:
    return {one for one in state if one.startswith(names)}

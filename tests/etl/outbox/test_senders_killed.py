"""Two senders killed twenty times before a server that refuses, puts off, hangs up and stalls: no letter lost, none twice."""

from __future__ import annotations

import multiprocessing
import random
import signal
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess

import sqlalchemy as sa

import sql
from etl.outbox.delivery import Unreachable
from etl.outbox.letter import MAIL, Letter
from etl.outbox.smtp import Mailer, Server
from etl.steps.post import Way, deliver, put
from tests.etl.outbox.smtp_server import Post, serving

KILLS = 20
LETTERS = 400
ODD = {"gone": 8, "later": 8, "leave": 8, "drop": 4, "busy": 8}  # of each kind of recipient


def now() -> datetime:
    return datetime.now().astimezone()


def send_until_stopped(url: str, port: int) -> None:
    """Deliver, again and again; what is put off is due at once, for the clock runs fast."""
    stop, store, began = threading.Event(), sql.engine(url), now()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    while not stop.is_set():
        way = Way(Mailer(Server.parse(f"smtp://127.0.0.1:{port}?tls=none&timeout=2"), "alerts@manyi.test"), 10**6)
        try:
            deliver(store, {MAIL: way}, lambda: began + 600 * (now() - began))
        except (Unreachable, sa.exc.DBAPIError):
            continue
        stop.wait(0.02)


def sender(url: str, port: int) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    started = context.Process(target=send_until_stopped, args=(url, port))
    started.start()
    return started


def addresses() -> list[str]:
    odd = [f"{name}{at}@manyi.test" for name, count in ODD.items() for at in range(count)]
    return odd + [f"u{at}@manyi.test" for at in range(LETTERS - len(odd))]


def test_killed_twenty_times(store: sa.Engine) -> None:
    url, chance = store.url.render_as_string(hide_password=False), random.Random(3)  # noqa: S311
    named = addresses()
    chance.shuffle(named)
    with sql.begin(store) as connection:
        for address in named:
            assert put(connection, Letter("fall of 2026-10", "alert", address, "预警", "下降"), now() - timedelta(hours=1))
    with serving(Post(pause=0.03)) as post:
        both = [sender(url, post.port) for _ in range(2)]
        try:
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.05, 0.2))
                _until_one_is_being_taken(post)
                victim = chance.randrange(2)
                both[victim].kill()
                both[victim].join(30)
                both[victim] = sender(url, post.port)
            deadline = time.monotonic() + 90
            while _waiting(store) and time.monotonic() < deadline:
                time.sleep(0.1)
        finally:
            for one in both:
                one.terminate()
                one.join(60)
        _judge(store, post)


def _until_one_is_being_taken(post: Post) -> None:
    """However slow the machine: a sender now waits for the server's last word."""
    before, deadline = len(post.taken), time.monotonic() + 20
    while len(post.taken) == before and time.monotonic() < deadline:
        time.sleep(0.001)


def _waiting(store: sa.Engine) -> int:
    with store.connect() as connection:
        return int(connection.scalar(sa.text("SELECT count(*) FROM letter WHERE state IN ('queued', 'sending')")) or 0)


def _judge(store: sa.Engine, post: Post) -> None:
    with store.connect() as connection:
        state = {row.address: row.state for row in connection.execute(sa.text("SELECT address, state FROM letter"))}
    arrived, refused = Counter(post.addresses()), {one for one in state if one.startswith("gone")}
    assert len(state) == LETTERS and set(state.values()) <= {"sent", "refused", "unknown"}
    assert max(arrived.values()) == 1, "none is sent twice, those that are unknown included"
    assert {one for one, ended in state.items() if ended == "refused"} == refused
    assert {one for one, ended in state.items() if ended == "sent"} <= set(arrived), "what is told as sent has arrived"
    unknown = [one for one, ended in state.items() if ended == "unknown"]
    assert all(one in arrived or state[one] in ("unknown", "refused") for one in state), "none is lost"
    hung_up = [one for one in unknown if one.startswith("drop")]
    assert len(hung_up) == ODD["drop"] and ODD["drop"] < len(unknown) <= ODD["drop"] + KILLS, "some kills fell into a sending"

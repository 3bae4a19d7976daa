"""Killed at any instant, the store holds the old state or the new one, never half; the next run finishes the job."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

import sql
from etl import schedule
from etl.runner import plan
from etl.steps.load import load_file
from sql.embedded import EmbeddedPostgres
from tests.conftest import create_database
from tests.etl.feeds import sample
from tests.etl.installation import Installation, demo_feeds, install, settings_of
from tests.folders import open_folder

KILLS, SERVER_KILLS = 30, 3
NOW = datetime(2026, 7, 2, 9, 0, tzinfo=ZoneInfo(schedule.TIME_ZONE))
VOLUME_MB, LEFT_KB = 400, 1500

State = tuple[int, int]  # answers and the sum of their raw scores


def answers(version: int) -> State:
    """What the store holds when this version of the file is in."""
    rows = 300 + version
    return rows, rows * (version % 10 + 1)


def survey(version: int) -> str:
    rows, total = answers(version)
    names = sample.SURVEY_HEADER.strip().split(",")
    value = {"area_code": "G2", "brand": "own", "mode": "sms", "business": "mobile", "segment": "public",
             "mobile_overall": str(total // rows)}  # fmt: skip
    lines = [",".join({**value, "response_id": f"r{row}", "answered_at": f"2026-06-{row % 28 + 1:02d} 10:00:00"}.get(name, "")
                      for name in names) for row in range(rows)]  # fmt: skip
    return sample.SURVEY_HEADER + "\n".join(lines) + "\n"


def stored(store: sa.Engine) -> State:
    with sql.begin(store) as connection:
        n, total = connection.execute(sa.text("SELECT count(*), coalesce(sum(raw), 0) FROM answer")).one()
        heads = connection.scalar(sa.text("SELECT count(*) FROM response"))
        accepted = connection.scalar(sa.text("SELECT coalesce(sum(accepted_rows), 0) FROM file f JOIN feed USING (feed_id) "
                                             "WHERE kind = 'survey' AND state = 'loaded'"))  # fmt: skip
    assert n == heads == accepted, "answers, their heads and the file's own count agree"
    return int(n), int(total)


def published(store: sa.Engine) -> State:
    """What readers see, at every level."""
    with sql.begin(store) as connection:
        rows = connection.execute(sa.text("""
            SELECT a.level, sum(r.n), sum((SELECT sum(c.count * (c.raw - 1)) FROM unnest(r.counts) WITH ORDINALITY AS c (count, raw)))
            FROM score_rollup r JOIN area a USING (area_id)
            WHERE r.period = 'm' AND r.cut = 'all' AND r.first_pub <= (SELECT max(publication_id) FROM publication)
              AND r.last_pub > (SELECT max(publication_id) FROM publication) GROUP BY a.level""")).all()  # fmt: skip
    assert len({(n, total) for _, n, total in rows}) == 1, "every level tells the same"
    return int(rows[0][1]), int(rows[0][2])


def begin(store: sa.Engine, home: Path) -> Installation:
    operator = install(store, home, demo_feeds("areas", "survey"), NOW)
    operator.drop("areas.csv", sample.AREAS)
    operator.drop("survey_sms_2026-06.csv", survey(0))
    finish(operator)
    assert stored(store) == published(store) == answers(0)
    return operator


def finish(operator: Installation) -> None:
    operator.watch()
    plan(operator.store, "publish", operator.now)
    operator.work()


def deliver(operator: Installation, version: int) -> None:
    """A corrected file arrives and all that is to be done about it is planned."""
    operator.now = operator.now.replace(minute=version % 60, hour=9 + version // 60)
    operator.drop("survey_sms_2026-06.csv", survey(version))
    operator.watch()
    plan(operator.store, "publish", operator.now)


@contextmanager
def load_statements_heard(hear: Callable[[int], None]) -> Iterator[None]:
    """``hear`` is told the number of each statement of a load just before it is run."""
    numbers = count(1)

    def heard(run: Callable[..., Any]) -> Callable[..., Any]:
        def told(connection: sa.Connection, name: str, **params: Any) -> Any:
            if name.startswith("etl/load_"):
                hear(next(numbers))
            return run(connection, name, **params)

        return told

    with pytest.MonkeyPatch.context() as patched:
        for way in ("execute", "one", "rows"):
            patched.setattr(sql, way, heard(getattr(sql, way)))
        yield


def do_planned(home: Path, url: str, now: datetime, dies_before: int) -> None:
    """A process that does what is planned; it kills itself before that statement of a load (0: never)."""
    store = sql.engine(url)
    with load_statements_heard(lambda number: os.kill(os.getpid(), signal.SIGKILL) if number == dies_before else None):
        Installation(settings_of(home, store), store, now).work()


def process(operator: Installation, dies_before: int = 0) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    url = operator.store.url.render_as_string(hide_password=False)
    started = context.Process(target=do_planned, args=(operator.settings.home, url, operator.now, dies_before))
    started.start()
    return started


@pytest.fixture
def operator(store: sa.Engine, tmp_path: Path) -> Installation:
    return begin(store, tmp_path / "home")


def test_killed_at_thirty_instants(operator: Installation) -> None:
    """At random ones from beginning to end, and in between before one statement of the load after the other."""
    chance = random.Random(20261122)  # noqa: S311
    span = [undisturbed(operator, version) for version in (1, 2)][-1]  # the first also starts the server of processes
    statements = load_statements(operator, 3)
    left_old = interrupted = 0
    for kill in range(KILLS):
        version = kill + 4
        deliver(operator, version)
        if kill % 2:
            victim = process(operator, dies_before=1 + kill * statements // KILLS)
        else:
            victim = process(operator)
            time.sleep(chance.uniform(0.3, 1.2) * span)  # a process takes a while to begin its work
            victim.kill()
        victim.join(30)
        assert victim.exitcode == -signal.SIGKILL or not kill % 2
        allowed = {answers(version - 1), answers(version)}
        facts, seen = stored(operator.store), published(operator.store)
        assert {facts, seen} <= allowed, f"neither old nor new after kill {kill}"
        assert not (seen == answers(version) and facts == answers(version - 1)), "published before it was loaded"
        assert not kill % 2 or facts == answers(version - 1), "a load is there when it has ended, and not before"
        left_old += seen == answers(version - 1)
        settle(operator)
        interrupted += any(run["attempt"] > 1 for run in newest(operator).values())
        assert stored(operator.store) == published(operator.store) == answers(version), "the next run finished the job"
    assert min(left_old, interrupted) > KILLS // 2, "kills at random instants fell into the work too"
    assert {run["state"] for run in operator.rows("etl/list_job_runs", job=None, most=999)} == {"done"}


def load_statements(operator: Installation, version: int) -> int:
    """How many statements a load that replaces another has."""
    numbers: list[int] = []
    deliver(operator, version)
    with load_statements_heard(numbers.append):
        settle(operator)
    assert stored(operator.store) == answers(version) and len(numbers) > 10
    return len(numbers)


def newest(operator: Installation) -> dict[str, dict[str, Any]]:
    """The latest run of loading and of publishing."""
    found: dict[str, dict[str, Any]] = {}
    for run in operator.rows("etl/list_job_runs", job=None, most=30):
        if run["job"].partition(":")[0] in ("load", "publish"):
            found.setdefault(run["job"].partition(":")[0], run)
    return found


def settle(operator: Installation) -> None:
    """Work until nothing is open: the server may take a moment to see that a process is dead."""
    deadline = time.monotonic() + 60
    while operator.rows("etl/job_open") and time.monotonic() < deadline:
        operator.work()
        time.sleep(0.02)


def undisturbed(operator: Installation, version: int) -> float:
    """How long a process takes that nobody kills."""
    deliver(operator, version)
    began = time.monotonic()
    process(operator).join(120)
    assert stored(operator.store) == published(operator.store) == answers(version)
    return time.monotonic() - began


def test_two_loaders_of_one_feed_do_not_collide(operator: Installation) -> None:
    for version in (1, 2, 3):
        deliver(operator, version)
        both = [process(operator) for _ in range(2)]
        for one in both:
            one.join(120)
        assert [one.exitcode for one in both] == [0, 0]
        assert stored(operator.store) == published(operator.store) == answers(version)


@pytest.fixture
def own_server() -> Iterator[EmbeddedPostgres]:
    with open_folder() as home:
        server = EmbeddedPostgres(home)
        server.start()
        yield server
        server.stop()


def kill_server(server: EmbeddedPostgres) -> None:
    """All of it at once, as when the machine loses its power (but for what the disk was told)."""
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    children = subprocess.run(["pgrep", "-P", str(postmaster)], capture_output=True, text=True, check=False).stdout.split()  # noqa: S607
    subprocess.run(["kill", "-9", str(postmaster), *children], check=True)  # noqa: S607
    while server.running():
        time.sleep(0.1)


def test_the_server_killed_while_loading(own_server: EmbeddedPostgres, tmp_path: Path) -> None:
    operator = begin(create_database(own_server.url()), tmp_path / "home")
    for version in range(1, SERVER_KILLS + 1):
        deliver(operator, version)
        operator.store.dispose()
        loader = process(operator)
        time.sleep(0.4 * version)
        kill_server(own_server)
        loader.join(60)
        own_server.start()
        assert {stored(operator.store), published(operator.store)} <= {answers(version - 1), answers(version)}
        finish_all(operator)
        assert stored(operator.store) == published(operator.store) == answers(version)
    operator.store.dispose()


def test_what_was_told_as_loaded_is_there_when_the_server_dies_at_once(own_server: EmbeddedPostgres, tmp_path: Path) -> None:
    """Its file lies in the archive by then: nobody would bring it again."""
    operator = begin(create_database(own_server.url()), tmp_path / "home")
    for version in range(1, SERVER_KILLS + 1):
        (tmp_path / "survey_sms_2026-06.csv").write_text(survey(version), "utf-8")
        assert load_file(operator.store, sample.feed_of("survey"), tmp_path / "survey_sms_2026-06.csv", "s").state == "loaded"
        kill_server(own_server)
        operator.store.dispose()
        own_server.start()
        assert stored(operator.store) == answers(version)
    operator.store.dispose()


def finish_all(operator: Installation) -> None:
    """As the schedule would in the minutes after."""
    settle(operator)
    for _ in range(2):
        operator.now = operator.now.replace(second=operator.now.second + 1)
        schedule.watch(operator.store, lambda at: [schedule.Waiting("load:demo_survey", planned=at)], operator.now)
        plan(operator.store, "publish", operator.now)
        settle(operator)


@pytest.fixture
def small_volume() -> Iterator[Path]:
    """A file-backed volume of its own."""
    with open_folder() as folder:
        image, mounted = folder / "volume.img", folder / "volume"
        mounted.mkdir()
        make = f"truncate -s {VOLUME_MB}M {image} && mkfs.ext4 -q {image} && mount -o loop {image} {mounted}"
        made = subprocess.run(["/bin/sh", "-c", make], capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"no volume can be mounted here: {made.stderr.strip()[-100:]}")
        mounted.chmod(0o755)
        yield mounted
        subprocess.run(["umount", str(mounted)], check=True)  # noqa: S607


def test_a_full_disk(small_volume: Path, tmp_path: Path) -> None:
    server = EmbeddedPostgres(small_volume / "home")
    server.start()
    try:
        operator = begin(create_database(server.url()), tmp_path / "home")
        deliver(operator, 1)
        operator.store.dispose()
        fill(small_volume)
        do = process(operator)
        do.join(120)
        runs_failed = shutil.disk_usage(small_volume).free < 10 * LEFT_KB * 1024
        (small_volume / "ballast").unlink()
        server.start()
        assert runs_failed and {stored(operator.store), published(operator.store)} <= {answers(0), answers(1)}
        finish_all(operator)
        assert stored(operator.store) == published(operator.store) == answers(1)
        operator.store.dispose()
    finally:
        server.stop()


def fill(volume: Path) -> None:
    """Leave next to nothing free."""
    with (volume / "ballast").open("wb") as ballast:
        while (left := shutil.disk_usage(volume).free - LEFT_KB * 1024) > 0:
            ballast.write(b"\0" * min(left, 1 << 20))
            ballast.flush()

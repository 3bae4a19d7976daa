"""The whole product as its first command starts it, once for all tests here: real files, database, schedule, web face."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

import sql
from etl.commands.processes import answers
from sql.embedded import EmbeddedPostgres
from tests.folders import open_folder

COLD_SECONDS = 600  # a bound for a crowded machine, no measurement
DEMO = ("demo", "--until", "2026-11-14")
FIRST_MONTH = "2025-10"  # of the first page: the same month a year before the last complete one, its quarter begins with it


@dataclass
class Running:
    """A demonstration: where it listens and lies, its logins' passwords, and what serves it."""

    bind: str
    home: Path
    passwords: dict[str, str]
    store: sa.Engine
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://{self.bind}"


def environment(home: Path, bind: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MANYI_")}
    return {**kept, "MANYI_HOME": str(home), "MANYI_BIND": bind, "PYTHONUNBUFFERED": "1"}


def wait_until(there: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + COLD_SECONDS
    while not there():
        assert process.poll() is None, log.read_text(errors="replace")[-3000:]
        assert time.monotonic() < deadline, log.read_text(errors="replace")[-3000:]
        time.sleep(0.3)


def wait_until_served(process: subprocess.Popen[bytes], bind: str, log: Path) -> None:
    wait_until(lambda: answers(bind), process, log)


def wait_until_whole(process: subprocess.Popen[bytes], home: Path, log: Path) -> None:
    """Until the older months are taken in, too."""
    wait_until(lambda: not (home / "history").exists(), process, log)


def set_apart(home: Path) -> list[Path]:
    """The older months' files that are not taken in: in their own folder, or in the inbox already."""
    return [path for folder in (home / "history", home / "inbox") for path in sorted(folder.glob("*_20??-??.csv"))
            if path.name.startswith("tcsi") or (path.stem[-7:] < FIRST_MONTH and not path.name.startswith("subscribers"))]  # fmt: skip


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def processes_of(home: Path) -> list[str]:
    """Command lines of every process that names ``home`` in its arguments or environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            told = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if str(home).encode() in told:
            found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


def interrupt(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGINT)
    return process.wait(60)


@pytest.fixture(scope="module")
def demo_home() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "home"


def command(home: Path, bind: str, log: Path, *words: str) -> subprocess.Popen[bytes]:
    """A command of the product on this home, in a group of its own."""
    with log.open("ab") as said:
        return subprocess.Popen([sys.executable, "-m", "etl", *words], env=environment(home, bind), stdout=said, stderr=said,
                                stdin=subprocess.DEVNULL, start_new_session=True)  # fmt: skip


@pytest.fixture(scope="module")
def running(demo_home: Path) -> Iterator[Running]:
    """A demonstration operator, started cold and stopped as soon as it is served, the older months not taken in yet; then served
    alone, for they take minutes, and so does what the schedule goes on to estimate."""
    bind, log = free_address(), demo_home.parent / "demo.log"
    process = command(demo_home, bind, log, *DEMO)
    store = None
    try:
        wait_until_served(process, bind, log)
        assert interrupt(process) == 0, log.read_text(errors="replace")[-3000:]
        assert processes_of(demo_home) == [], "something was left running"
        url = EmbeddedPostgres(demo_home).start()
        process = command(demo_home, bind, log, "serve")
        wait_until_served(process, bind, log)
        store = sql.engine(url)
        yield Running(bind, demo_home, json.loads((demo_home / "demo-logins.json").read_text()), store, process)
    finally:
        if store is not None:
            store.dispose()
        if process.poll() is None:
            interrupt(process)
        EmbeddedPostgres(demo_home).stop()
        assert processes_of(demo_home) == [], "something was left running"

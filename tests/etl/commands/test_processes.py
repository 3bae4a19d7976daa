"""Children of a running installation, with real processes and real signals."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from etl.commands import processes
from etl.commands.console import Refused

SLEEPER = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
WITH_GRANDCHILD = (
    "import subprocess, sys, time\n"
    f"print(subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]).pid, flush=True)\n"
    "time.sleep(60)"
)


def child(code: str, **options: object) -> processes.Child:
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True, **options)  # type: ignore[call-overload]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat") as stat:  # a killed grandchild may wait to be reaped by init
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_that_ends_by_itself_is_named() -> None:
    quick, slow = child("pass"), child(SLEEPER)
    assert processes.watch({"slow": slow, "quick": quick}) == "quick"
    processes.stop_all({"slow": slow, "quick": quick})
    assert slow.returncode == -signal.SIGTERM


def test_stopping_ends_grandchildren_too() -> None:
    parent = child(WITH_GRANDCHILD, stdout=subprocess.PIPE)
    with parent:
        assert parent.stdout is not None
        grandchild = int(parent.stdout.readline())
        assert alive(grandchild)
        processes.stop_all({"parent": parent})
    deadline = time.monotonic() + 10
    while alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(grandchild)


def test_a_child_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.5)
    deaf = child(STUBBORN, stdout=subprocess.PIPE)
    with deaf:
        assert deaf.stdout is not None
        assert deaf.stdout.readline() == b"deaf\n"
        processes.stop_all({"deaf": deaf})
    assert deaf.returncode == -signal.SIGKILL


@pytest.mark.parametrize("name", processes.STOP_SIGNALS)
def test_a_stop_signal_interrupts_once_and_the_handlers_come_back(name: signal.Signals) -> None:
    before = signal.getsignal(name)
    with processes.interruptible():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), name)
        os.kill(os.getpid(), name)  # while things are being put away
    assert signal.getsignal(name) is before


def test_a_taken_address_is_refused_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match="MANYI_BIND"):
            processes.refuse_taken(f"127.0.0.1:{port}")
    processes.refuse_taken(f"127.0.0.1:{port}")
    for wrong in ("somewhere", "127.0.0.1:99999", "127.0.0.1:x"):
        with pytest.raises(Refused, match="host:port"):
            processes.refuse_taken(wrong)

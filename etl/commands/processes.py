"""Child processes of a running installation: started together, watched, and stopped to the last one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from etl.commands.console import Refused

STOP_SECONDS = 15  # a child that does not end by itself within this is killed
LOOK_SECONDS = 0.5
MOST_PORT = 65535
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Child = subprocess.Popen[bytes]


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C, a termination and a lost terminal all become :class:`KeyboardInterrupt`, once; a second one while
    things are being put away is ignored. The former handlers come back at the end."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        for name in STOP_SIGNALS:
            signal.signal(name, signal.SIG_IGN)
        raise KeyboardInterrupt

    former = {name: signal.signal(name, interrupt) for name in STOP_SIGNALS}
    try:
        yield
    finally:
        for name, handler in former.items():
            signal.signal(name, handler)


def watch(children: Mapping[str, Child]) -> str:
    """Wait until a child ends by itself; its name."""
    while True:
        ended = next((name for name, child in children.items() if child.poll() is not None), None)
        if ended:
            return ended
        time.sleep(LOOK_SECONDS)


def stop_all(children: Mapping[str, Child]) -> None:
    """End every child and what it started: asked first, killed when it does not listen."""
    for child in children.values():
        _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal(child, signal.SIGKILL)
            child.wait()
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # what it started and left behind


def _signal(child: Child, name: signal.Signals) -> None:
    if child.poll() is None:
        os.killpg(child.pid, name)


def refuse_taken(bind: str) -> None:
    """Refuse an address somebody else listens on, before minutes were spent."""
    host, _, port = bind.rpartition(":")
    if not port.isdecimal() or int(port) > MOST_PORT:
        raise Refused(f"MANYI_BIND={bind!r} is no host:port, for example 127.0.0.1:8050")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            raise Refused(f"cannot listen on {bind} ({error.strerror}); choose another with MANYI_BIND=host:port") from None


def answers(address: str) -> bool:
    """Whether the web face says it is well."""
    try:
        with build_opener(ProxyHandler({})).open(f"http://{address}/healthz", timeout=5) as reply:  # never by a proxy
            return reply.status == 200
    except (URLError, OSError):
        return False

"""What a program took: seconds, its own processor time and memory, and the server's processor time."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sql.embedded import EmbeddedPostgres

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Taken:
    """Seconds by the clock, the client's and the server's processor seconds, the client's peak memory in MB, what it said."""

    seconds: float
    client: float
    server: float
    memory: int
    said: str


def run(command: Sequence[str], server: EmbeddedPostgres, environment: Mapping[str, str] | None = None) -> Taken:
    """Run a program to its end; :class:`RuntimeError` with its last words when it fails."""
    before, began, used = server_seconds(server), time.monotonic(), _children_seconds()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **(environment or {})}
    ) as child:
        peak = 0
        while child.poll() is None:
            peak = max(peak, _memory(child.pid))
            time.sleep(0.05)
        seconds = time.monotonic() - began
        said = child.stdout.read() if child.stdout else ""
    if child.returncode:
        raise RuntimeError(said[-600:])
    told = [line.split()[1] for line in said.splitlines() if line.startswith("seconds ")]  # without the program's own start
    return Taken(float(told[-1]) if told else seconds, _children_seconds() - used, server_seconds(server) - before, peak, said)


def _children_seconds() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _memory(pid: int) -> int:
    """The most a process ever held, in MB."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def server_seconds(server: EmbeddedPostgres) -> float:
    """Processor time of the server so far: its processes that live, and those that have ended."""
    parent = (server.data / "postmaster.pid").read_text().splitlines()[0]
    spent = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            own = fields[1] == parent
            spent += sum(int(field) for field in fields[11:13]) if own else 0
            spent += sum(int(field) for field in fields[11:15]) if entry.name == parent else 0
    return spent / TICKS

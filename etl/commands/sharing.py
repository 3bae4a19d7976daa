"""Who works with the embedded server: a shared lock a command, so that whoever started it stops it only as the last one."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

LOCK = "in-use.lock"
STAYS = "stays-running"


def stay(home: Path, *, on: bool) -> None:
    """From `manyi db start` to `manyi db stop` the server is to stay, whatever command started it."""
    if on:
        home.mkdir(parents=True, exist_ok=True)
        (home / STAYS).touch()
    else:
        (home / STAYS).unlink(missing_ok=True)


class Share:
    """One command's part in the server under ``home``; it ends with the process, or with :meth:`last`."""

    def __init__(self, home: Path):
        home.mkdir(parents=True, exist_ok=True)
        self._home = home
        self._held = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        os.set_inheritable(self._held, True)  # `manyi serve` becomes gunicorn and goes on working with the server
        fcntl.flock(self._held, fcntl.LOCK_SH)

    def last(self) -> bool:
        """Whether nobody else works with the server; then others who come wait until :meth:`end`."""
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    @property
    def stays(self) -> bool:
        """Whether somebody wants the server to stay."""
        return (self._home / STAYS).exists()

    def end(self) -> None:
        """Let go."""
        os.close(self._held)

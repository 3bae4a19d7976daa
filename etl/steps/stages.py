"""How far a long piece of work has come, told to whoever waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

Tell = Callable[[int, int, str], None]  # stages done, stages in all, the stage that begins now
Begin = Callable[[str], None]  # said at the beginning of each stage


def quiet(_stage: str) -> None:
    """Nobody listens."""


class Stages:
    """Counts the stages of one piece of work as they begin; threads may share it.

    ``names`` are all stages that will come, in any order; one that is not among them is a :class:`ValueError`, so that
    the count can always reach its end.
    """

    def __init__(self, names: Sequence[str], tell: Tell | None = None):
        self._left = list(names)
        self._all = len(self._left)
        self._tell = tell
        self._lock = threading.Lock()

    def __call__(self, name: str) -> None:
        with self._lock:
            done = self._all - len(self._left)
            self._left.remove(name)
            if self._tell:
                self._tell(done, self._all, name)

"""Reports on paper: which one is wanted, what became of it, and which period a planned run is about."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from etl.domain.failure import Failure
from etl.domain.period import Period, containing


@dataclass(frozen=True)
class Wanted:
    """One report to be made, pinned to a publication, with the eyes of the user ``eyes``.

    ``reader_id``: whose own it is; ``None`` where it is the same for everybody who sees the area in full.
    """

    area_id: int
    code: str
    name_zh: str
    name_en: str
    period: Period
    language: str
    publication_id: int
    eyes: int
    reader_id: int | None = None


@dataclass(frozen=True)
class Made:
    """A finished PDF; ``said``: its first sentence and what changed, ``missing`` names the parts that could not be made,
    ``seconds`` is the time spent."""

    content: bytes
    title: str
    pages: int
    said: tuple[str, ...]
    missing: tuple[str, ...]
    glyphless: tuple[str, ...]
    seconds: float

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Unmade:
    """A report of which nothing could be made."""

    failure: Failure


# Makes reports, several at a time where it can, and gives each back as it is finished.
Press = Callable[[Iterable[Wanted]], Iterator[tuple[Wanted, Made | Unmade]]]


def due(kind: str, planned: date) -> Period:
    """The period a run planned on a day reports on: the last of its ``kind`` (week or month) that ended before."""
    return containing(kind, planned).previous

"""Files as they land: written beside their name and put in place whole, readable by us alone."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

PART = ".part"
UNFINISHED = (PART, ".tmp", ".temp", ".filepart", ".crdownload", ".swp", "~")


@dataclass(frozen=True)
class Landed:
    """A file that was fetched: the item of the source it stands for, and the mark to keep once it has been loaded.

    ``onward``: what comes after it may be fetched only when it was taken. ``within``: the folder below the source's it lies
    in, a part of its name.
    """

    path: Path
    item: str
    mark: str
    onward: bool = False
    within: str = ""


def unfinished(name: str) -> bool:
    """Whether a name says that its file is still being written."""
    return name.startswith(".") or name.lower().endswith(UNFINISHED)


@contextmanager
def landing(path: Path) -> Iterator[Path]:
    """Where to write what shall stand at ``path``: put there whole at the end, gone on an error."""
    part = path.with_name(path.name + PART)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def sheet(path: Path, header: Sequence[str]) -> Iterator[Any]:
    """A CSV writer on a landing file whose header is written."""
    with landing(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        yield _started(stream, header)


def _started(stream: IO[str], header: Sequence[str]) -> Any:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    return writer


def texts(row: Iterable[Any], zone: ZoneInfo) -> list[str]:
    """A row's values as a file would hold them; times with a zone as the clocks of ``zone`` show them."""
    return [value if value.__class__ is str else text(value, zone) for value in row]


def text(value: Any, zone: ZoneInfo) -> str:
    """One value as text: nothing is blank, lists are parted by ``;``, other compounds are JSON."""
    if value is None:
        return ""
    if value.__class__ is int or isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        local = value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
        return local.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple) and not any(isinstance(part, list | tuple | dict) for part in value):
        return ";".join(text(part, zone) for part in value)
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)

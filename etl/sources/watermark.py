"""How far a source was read: the highest value of one column, and the rows near it that were already taken.

A row may become visible after a younger one did (its transaction was longer), so each reading begins ``overlap`` before
the mark; what was taken there is known by a fingerprint and left out. More rows in the overlap than :data:`MOST_SEEN`
are not remembered: they come again, and the feed's key counts them as duplicates.
"""

from __future__ import annotations

import json
from base64 import b85decode, b85encode
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from etl.sources.credential import FetchError

MOST_SEEN = 200_000  # rows in the overlap that are remembered
PRINT_BYTES = 8

Value = datetime | date | int | str


@dataclass(frozen=True)
class Mark:
    """The highest value read (``None``: nothing yet) and the fingerprints of the rows within the overlap below it."""

    value: Value | None = None
    seen: frozenset[bytes] = frozenset()

    def record(self) -> dict[str, Any]:
        """The mark as JSON holds it."""
        kind = type(self.value).__name__
        text = self.value.isoformat() if isinstance(self.value, date) else self.value
        return {"type": kind, "value": text, "seen": b85encode(b"".join(sorted(self.seen))).decode()}

    def label(self) -> str:
        """The mark as a part of a file's name: the same for the same mark, so what is fetched from it again after a crash
        takes the place of what was; another one for another, so it takes nobody else's."""
        if self.value is None:
            return "start"
        written = self.value.isoformat() if isinstance(self.value, date) else str(self.value)
        readable = "".join(c for c in written if c.isascii() and c.isalnum())[:24]
        digest = blake2b(written.encode() + b"".join(sorted(self.seen)), digest_size=6).hexdigest()
        return f"{readable}-{digest}"


def read_mark(record: Mapping[str, Any] | None) -> Mark:
    """The mark a record holds; the beginning when there is none."""
    if not record:
        return Mark()
    whole = b85decode(record["seen"])
    seen = frozenset(whole[at : at + PRINT_BYTES] for at in range(0, len(whole), PRINT_BYTES))
    made = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "int": int, "str": str}.get(record["type"])
    return Mark(made(record["value"]) if made else None, seen)  # type: ignore[operator]  # each takes its text


def plain(value: Any) -> Value:
    """A watermark as it is compared and kept: times with a zone in UTC; :class:`FetchError` for what has no order."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if isinstance(value, date | int | str) and not isinstance(value, bool):
        return value
    kind = type(value).__name__
    raise FetchError(f"水位列的类型 {kind} 无法作为水位", f"a watermark cannot be of type {kind}; choose a time or a counter")


def below(value: Value, overlap: timedelta | int) -> Value:
    """Where a reading begins that goes back ``overlap`` from ``value``."""
    if not overlap:
        return value
    if isinstance(value, date) and isinstance(overlap, timedelta):
        return value - (overlap if isinstance(value, datetime) else timedelta(days=-(-overlap // timedelta(days=1))))
    if isinstance(value, int) and isinstance(overlap, int):
        return value - overlap
    raise FetchError(
        f"overlap 与水位列的类型不符（{type(value).__name__}）",
        f"overlap does not fit the watermark's type ({type(value).__name__}): a span for times, a number for counters",
    )


def fingerprint(cells: Sequence[str]) -> bytes:
    """What a row is known by: all its cells."""
    return blake2b("\x1f".join(cells).encode(), digest_size=PRINT_BYTES).digest()


class Window:
    """The rows of one reading: which are new, and the mark when it ends."""

    def __init__(self, mark: Mark, overlap: timedelta | int) -> None:
        self.value, self._before, self._overlap = mark.value, mark.seen, overlap
        self._recent: deque[tuple[Value, bytes]] = deque(maxlen=MOST_SEEN + 1)

    def fresh(self, value: Value, print_: bytes) -> bool:
        """Count a row in; whether it was not taken by an earlier reading."""
        try:
            self.value = value if self.value is None else max(self.value, value)  # type: ignore[type-var]  # of one column
        except TypeError:
            raise FetchError("水位列的类型前后不一致", "the watermark's values are not all of one type") from None
        self._recent.append((value, print_))
        return print_ not in self._before

    def mark(self) -> Mark:
        """The mark after the rows counted in."""
        if self.value is None:
            return Mark()
        floor = below(self.value, self._overlap)
        near = frozenset(print_ for value, print_ in self._recent if value >= floor)  # type: ignore[operator]  # of one column
        return Mark(self.value, near if len(self._recent) <= MOST_SEEN else frozenset())


def mark_text(mark: Mark) -> str:
    """A mark as kept."""
    return json.dumps(mark.record())

"""A TOML table read key by key: a wrong type, a missing key and a key nobody asked for are each named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from etl.sources.faults import WrongFeed


class Table:
    """A table of a feed file at ``where`` (for messages); :meth:`done` refuses what was not read."""

    def __init__(self, content: Mapping[str, Any], where: str) -> None:
        self.content = content
        self.where = where
        self.read: set[str] = set()

    def wrong(self, message: str) -> WrongFeed:
        """The error of this table."""
        return WrongFeed(f"{self.where}: {message}")

    def take(self, key: str, types: type | tuple[type, ...], default: Any = None) -> Any:
        """The value at ``key`` (``default`` when absent)."""
        self.read.add(key)
        value = self.content.get(key, default)
        if value is default:
            return value
        if not isinstance(value, types) or (isinstance(value, bool) and types is not bool):
            raise self.wrong(f"{key} = {value!r} has the wrong type")
        return value

    def need(self, key: str, types: type | tuple[type, ...] = str) -> Any:
        """The value at ``key``, which must be there."""
        if key not in self.content:
            raise self.wrong(f"{key} is missing")
        return self.take(key, types)

    def word(self, key: str, allowed: Sequence[str], default: str | None = None) -> Any:
        """One of the ``allowed`` words."""
        value = self.take(key, str, default)
        if value is not None and value not in allowed:
            raise self.wrong(f"{key} = {value!r}; allowed: {', '.join(allowed)}")
        return value

    def words(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """A text, or a list of texts."""
        value = self.take(key, (str, list), list(default))
        found = (value,) if isinstance(value, str) else tuple(value)
        if not all(isinstance(item, str) for item in found):
            raise self.wrong(f"{key} must hold texts only")
        return found

    def number(self, key: str, default: float | None = None) -> Any:
        """A number."""
        value = self.take(key, (int, float), default)
        return value

    def day(self, key: str, default: date | None = None) -> date | None:
        """A TOML date."""
        value = self.take(key, date, default)
        return value.date() if isinstance(value, datetime) else value

    def table(self, key: str) -> Table:
        """A table below this one (empty when absent)."""
        return Table(self.take(key, dict, {}), f"{self.where}: {key}")

    def tables(self, key: str) -> list[Table]:
        """A list of tables below this one."""
        return [Table(entry, f"{self.where}: {key} {at}") for at, entry in enumerate(self.take(key, list, []), 1)]

    def done(self) -> None:
        """Refuse what was not read."""
        extra = sorted(self.content.keys() - self.read)
        if extra:
            raise self.wrong(f"unknown: {', '.join(extra)}; known: {', '.join(sorted(self.read))}")

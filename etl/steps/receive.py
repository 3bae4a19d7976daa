"""A file as it arrives: whose it is by its name, which slot it fills, and its fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.sources.declaration import Feed
from etl.steps.moving import ReplacedMeanwhile, Stamp, stamp_of

CHUNK = 1 << 20


@dataclass(frozen=True)
class Arrival:
    """A file on its way in: the parts of its name, the slot of its feed it fills, and its bytes' fingerprint.

    ``within`` is the folder below its source it came out of: files of one name in two folders are two files.
    """

    path: Path
    groups: dict[str, str]
    slot: str
    sha256: str
    stamp: Stamp
    within: str = ""

    @property
    def name(self) -> str:
        return f"{self.within}/{self.path.name}" if self.within else self.path.name

    @property
    def size(self) -> int:
        return self.stamp.size

    def stay(self) -> None:
        """:class:`ReplacedMeanwhile` when the file is no more the one that arrived."""
        if stamp_of(self.path) != self.stamp:
            raise ReplacedMeanwhile(f"{self.name} was replaced while it was read")


def arrive(feed: Feed, path: Path, within: str = "") -> Arrival:
    """The arrival of ``path`` at ``feed`` (whatever its name; one that no pattern fits fills a slot of its own)."""
    groups, stamp = groups_of(feed, path.name), stamp_of(path)
    slot = slot_of(feed, groups)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Arrival(path, groups, f"{within}/{slot}" if within else slot, digest, stamp, within)


def groups_of(feed: Feed, name: str) -> dict[str, str]:
    """The named groups of a file's name, and ``stem``, the name up to its first point."""
    match = feed.match(name)
    named = {group: text or "" for group, text in match.groupdict().items()} if match else {}
    return {"stem": name.partition(".")[0], **named}


def slot_of(feed: Feed, groups: dict[str, str]) -> str:
    """The slot the file fills; the stem when its name is not one of the feed's."""
    try:
        return feed.slot.format(**groups)
    except KeyError:
        return groups["stem"]


def sorted_inbox(feeds: Sequence[Feed], folder: Path) -> list[tuple[Feed, Path]]:
    """The files of an inbox that a feed claims: the tree first, then what hangs on it, older deliveries first."""
    found = ((feed, path) for path in _files(folder) for feed in feeds if feed.match(path.name))
    dated = [(feed, path, changed) for feed, path in found if (changed := _changed(path)) is not None]
    return [pair[:2] for pair in sorted(dated, key=lambda one: (one[0].kind.order, one[0].feed_id, one[2], one[1].name))]


def _changed(path: Path) -> int | None:
    """When a file was written; ``None`` for one that another load has just moved away."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def unclaimed(feeds: Sequence[Feed], folder: Path) -> list[Path]:
    """The files of an inbox that no feed claims."""
    return [path for path in _files(folder) if not any(feed.match(path.name) for feed in feeds)]


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))

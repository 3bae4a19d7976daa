"""Files moved so that none is lost: nothing that lies there is overwritten, and what another has put in a file's place stays.

A file that others may replace at any moment is first taken out under a name of our own; only then it is looked at whether it
is still the one that was read. What a crash leaves taken out is put back.
"""

from __future__ import annotations

import errno
import filecmp
import os
import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

TAKEN = ".taken"  # a folder beside the files, for one being moved
LEFT_SECONDS = 60.0  # one that lies there longer was left by a crash


@dataclass(frozen=True)
class Stamp:
    """Which file stands under a name, and in what state: it differs once another is put there or it is written to."""

    device: int
    inode: int
    size: int
    changed: int


def stamp_of(path: Path) -> Stamp:
    """The stamp of the file that is there now; :class:`FileNotFoundError` when there is none."""
    found = path.stat()
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


class ReplacedMeanwhile(FileNotFoundError):
    """The file that was begun is gone: another stands in its place, or it was written to."""


def move_apart(path: Path, folder: Path, stamp: Stamp | None = None) -> Path | None:
    """Move a file into ``folder``: under its name, or with a number where another file has it; the same bytes there are enough.

    Where it lies now; ``None`` when it is no more the file of ``stamp``, and stays where it is, or is gone.
    """
    held = _take_out(path, stamp)
    if held is None:
        return None
    try:
        return _put_apart(held, folder, path.name)
    finally:
        _leave(held)


def move_over(path: Path, to: Path, stamp: Stamp | None = None) -> Path | None:
    """Move a file to ``to``, in the place of what lies there; ``None`` as above."""
    held = _take_out(path, stamp)
    if held is None:
        return None
    try:
        os.replace(held, to)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = _copied(held, to)
        os.replace(part, to)
        held.unlink()
    finally:
        _leave(held)
    return to


def put_back(folder: Path, now: float | None = None) -> None:
    """Put back what a crash left taken out, unless another file has come in its place."""
    now = time.time() if now is None else now
    for place in folder.joinpath(TAKEN).glob("*"):
        with suppress(FileNotFoundError):  # who was moving it has ended
            if now - place.stat().st_ctime < LEFT_SECONDS:
                continue
            for held in place.iterdir():
                if _link(held, folder / held.name):
                    held.unlink()
            _leave(place / "it")


def _take_out(path: Path, stamp: Stamp | None) -> Path | None:
    held = _room(path.parent / TAKEN) / path.name
    try:
        os.rename(path, held)
    except FileNotFoundError:
        _leave(held)
        return None  # another run has just moved it
    if stamp is None or stamp_of(held) == stamp:
        return held
    _link(held, path)  # where yet another came meanwhile, its sender has done away with this one himself
    held.unlink()
    _leave(held)
    return None


def _room(taken: Path) -> Path:
    """A new folder of our own below ``taken``, which another that leaves may just be clearing away."""
    while True:
        taken.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            room = taken / uuid.uuid4().hex
            room.mkdir(mode=0o700)
            return room


def _leave(held: Path) -> None:
    for folder in (held.parent, held.parent.parent):
        with suppress(OSError):  # others are moving files too, or this one could not be moved
            folder.rmdir()


def _put_apart(held: Path, folder: Path, name: str) -> Path:
    stem, point, rest = name.partition(".")
    for number in count(1):
        to = folder / (name if number == 1 else f"{stem}~{number}{point}{rest}")
        if _link(held, to) or _same(held, to):
            held.unlink()
            return to
    raise AssertionError("count() does not end")


def _same(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except FileNotFoundError:
        return False  # it has just been forgotten; the next number will do


def _link(held: Path, to: Path) -> bool:
    """Give a file a second name, or a copy where there are no second names; ``False`` when the name is taken."""
    try:
        os.link(held, to)
    except FileExistsError:
        return False
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one that knows no links
        return _copy_apart(held, to)
    return True


def _copy_apart(held: Path, to: Path) -> bool:
    part = _copied(held, to)
    try:
        os.link(part, to)
    except FileExistsError:
        return False
    except OSError:
        return _reserve(part, to)
    finally:
        part.unlink(missing_ok=True)
    return True


def _reserve(part: Path, to: Path) -> bool:
    try:
        os.close(os.open(to, os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    os.replace(part, to)
    return True


def _copied(held: Path, to: Path) -> Path:
    part = to.with_name(f".{uuid.uuid4().hex}.part")
    shutil.copy2(held, part)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    return part

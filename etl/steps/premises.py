"""The folders of an installation that files pass through: where they arrive, land, are kept, and wait for a person."""

from __future__ import annotations

import filecmp
import os
import shutil
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from etl.sources.declaration import Feed

REASON = ".why.txt"  # beside a refused file


@dataclass(frozen=True)
class Premises:
    """The folders below an installation's home."""

    home: Path

    @property
    def inbox(self) -> Path:
        """Where files are put for us."""
        return self.home / "inbox"

    def landing(self, feed: Feed) -> Path:
        """Where what we fetch lies until it has been loaded; ours alone to read."""
        return _private(self.home / "landing" / feed.feed_id)

    def archived(self, feed: Feed, day: date) -> Path:
        """Where loaded files are kept, by month."""
        return _private(self.home / "archive" / feed.feed_id / f"{day:%Y-%m}")

    def failed(self, feed: Feed) -> Path:
        """Where refused files wait."""
        return _private(self.home / "failed" / feed.feed_id)


def _private(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def archive(path: Path, folder: Path) -> Path:
    """Move a loaded file into the archive; where it lies now. The same file there already is enough."""
    to = _free(path, folder)
    if to.exists():
        path.unlink(missing_ok=True)
    else:
        _move(path, to)
    return to


def set_aside(path: Path, folder: Path, reason_zh: str, reason_en: str) -> Path:
    """Move a refused file to the failed ones, with the reason in a text beside it; where it lies now."""
    to = folder / path.name
    if to != path:
        _move(path, to)
    advice_zh = "改正后请把新文件放入收件箱；若区域、触点或数据源声明改变，系统会自动重试本文件。"
    advice_en = (
        "Put a corrected file into the inbox; this one is tried again by itself when areas, touchpoints or the feed file change."
    )
    to.with_name(to.name + REASON).write_text(f"{to.name}\n{reason_zh}\n{reason_en}\n\n{advice_zh}\n{advice_en}\n", "utf-8")
    return to


def forget_reason(path: Path) -> None:
    """Drop the text beside a file that was refused and now is taken."""
    path.with_name(path.name + REASON).unlink(missing_ok=True)


def _free(path: Path, folder: Path) -> Path:
    """A place for a file: under its name, or with a number when another file has it; one of the same bytes is the place."""
    stem, point, rest = path.name.partition(".")
    for number in count(1):
        to = folder / (path.name if number == 1 else f"{stem}~{number}{point}{rest}")
        if not to.exists() or not path.exists() or filecmp.cmp(path, to, shallow=False):
            return to
    raise AssertionError("count() does not end")


def _move(path: Path, to: Path) -> None:
    """Rename, or copy beside and rename when the folders lie on different disks."""
    try:
        os.replace(path, to)
    except FileNotFoundError:
        return  # another run has just moved it
    except OSError:
        part = to.with_name(f".{to.name}.part")
        shutil.copy2(path, part)
        os.replace(part, to)
        path.unlink()

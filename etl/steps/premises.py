"""The folders of an installation that files pass through: where they arrive, land, are kept, and wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from etl.sources.declaration import Feed
from etl.steps.moving import Stamp, move_apart, move_over

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

    @property
    def archive(self) -> Path:
        """Where loaded files are kept, by feed and month."""
        return self.home / "archive"

    @property
    def refused(self) -> Path:
        """Where refused files wait, by feed."""
        return self.home / "failed"

    def archived(self, feed: Feed, day: date, within: str = "") -> Path:
        """Where a loaded file is kept; ``within`` the folder it came out of, below its source."""
        return _private(self.archive / feed.feed_id / f"{day:%Y-%m}" / within)

    def failed(self, feed: Feed, within: str = "") -> Path:
        """Where a refused file waits."""
        return _private(self.refused / feed.feed_id / within)


def _private(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def archive(path: Path, folder: Path, stamp: Stamp | None = None) -> Path | None:
    """Move a loaded file into the archive; where it lies now. The same file there already is enough, another keeps its name.

    With the ``stamp`` of what was loaded: ``None``, and all stays, when another file has come in its place.
    """
    return move_apart(path, folder, stamp)


def set_aside(path: Path, folder: Path, reason_zh: str, reason_en: str, stamp: Stamp | None = None) -> Path | None:
    """Move a refused file to the failed ones, with the reason in a text beside it; where it lies now.

    An earlier one of its name makes room. With the ``stamp`` of what was refused: ``None`` as in :func:`archive`.
    """
    to = folder / path.name
    if to != path and move_over(path, to, stamp) is None:
        return None
    advice_zh = "改正后请把新文件放入收件箱；若区域、触点或数据源声明改变，系统会自动重试本文件。"
    advice_en = (
        "Put a corrected file into the inbox; this one is tried again by itself when areas, touchpoints or the feed file change."
    )
    to.with_name(to.name + REASON).write_text(f"{to.name}\n{reason_zh}\n{reason_en}\n\n{advice_zh}\n{advice_en}\n", "utf-8")
    return to


def forget_reason(path: Path) -> None:
    """Drop the text beside a file that was refused and now is taken."""
    path.with_name(path.name + REASON).unlink(missing_ok=True)

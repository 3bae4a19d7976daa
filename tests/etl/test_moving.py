"""Files on their way to the archive: nothing is overwritten, nothing unread goes there, and a crash loses none."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from etl.steps import moving
from etl.steps.moving import TAKEN, move_apart, move_over, put_back, stamp_of

NAME = "survey_2026-06.csv"


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """An inbox and an archive."""
    for name in ("inbox", "archive"):
        (tmp_path / name).mkdir()
    return tmp_path / "inbox", tmp_path / "archive"


def lying(*folders: Path) -> dict[str, str]:
    return {path.name: path.read_text() for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("links", [True, False])
def test_twelve_of_one_name_at_once_all_lie_in_the_archive(
    places: tuple[Path, Path], tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each comes out of a folder of its own; with the archive on a disk that knows no second names too."""
    inbox, archive = places
    together = Barrier(12)

    def linkless(one: Path, to: Path) -> None:
        raise OSError(errno.EPERM, "no links here")

    if not links:
        monkeypatch.setattr(moving.os, "link", linkless)

    def move(number: int) -> Path | None:
        folder = inbox / str(number)
        folder.mkdir()
        (folder / NAME).write_text(f"content {number}")
        together.wait()
        return move_apart(folder / NAME, archive)

    with ThreadPoolExecutor(12) as pool:
        moved = list(pool.map(move, range(12)))
    assert len(set(moved)) == 12 and sorted(lying(archive).values()) == sorted(f"content {number}" for number in range(12))
    assert not lying(inbox)


def test_the_same_bytes_are_kept_once(places: tuple[Path, Path]) -> None:
    inbox, archive = places
    for _ in range(2):
        (inbox / NAME).write_text("one")
        assert move_apart(inbox / NAME, archive) == archive / NAME
    assert lying(*places) == {NAME: "one"}


@pytest.mark.parametrize("move", [move_apart, lambda path, folder, stamp: move_over(path, folder / path.name, stamp)])
def test_what_was_put_in_its_place_meanwhile_stays(places: tuple[Path, Path], move: Callable[..., Path | None]) -> None:
    inbox, archive = places
    (inbox / NAME).write_text("read")
    stamp = stamp_of(inbox / NAME)
    (inbox / "new").write_text("not read yet")
    os.replace(inbox / "new", inbox / NAME)
    assert move(inbox / NAME, archive, stamp) is None
    assert lying(inbox) == {NAME: "not read yet"} and not lying(archive)
    assert sorted(path.name for path in inbox.iterdir()) == [NAME], "nothing of ours is left beside it"
    assert move(inbox / NAME, archive, stamp_of(inbox / NAME)) == archive / NAME


def test_what_comes_at_the_very_moment_of_the_move_stays(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    inbox, archive = places
    (inbox / NAME).write_text("read")
    stamp, link = stamp_of(inbox / NAME), os.link

    def just_then(one: Path, to: Path) -> None:
        (inbox / NAME).write_text("came just then")
        link(one, to)

    monkeypatch.setattr(moving.os, "link", just_then)
    assert move_apart(inbox / NAME, archive, stamp) == archive / NAME
    assert lying(inbox) == {NAME: "came just then"} and lying(archive) == {NAME: "read"}


def test_what_a_crash_left_taken_out_is_put_back(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    inbox, archive = places
    (inbox / NAME).write_text("read")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(moving, "_put_apart", killed)
        broken.setattr(moving, "_leave", lambda held: None)
        with pytest.raises(KeyboardInterrupt):
            move_apart(inbox / NAME, archive, stamp_of(inbox / NAME))
    assert not (inbox / NAME).exists() and (inbox / TAKEN).is_dir()
    put_back(inbox)
    assert not (inbox / NAME).exists(), "another may just be moving it"
    put_back(inbox, time.time() + moving.LEFT_SECONDS + 1)
    assert lying(inbox) == {NAME: "read"} and not (inbox / TAKEN).exists()


def test_a_file_that_is_gone_is_nobodys_fault(places: tuple[Path, Path]) -> None:
    assert move_apart(places[0] / NAME, places[1]) is None and not list(places[0].iterdir())

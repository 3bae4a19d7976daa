"""The watched inbox: what is finished is loaded and leaves it; a crash, a clash and a refusal end right."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from etl.sources.declaration import Feed
from etl.steps import filework, inbox
from etl.steps.inbox import take_inbox, waiting
from etl.steps.premises import Premises
from tests.etl.feeds.sample import AREAS, SECRET, demo_feeds, number, rows
from tests.etl.fetch import sample

ROWS = [{**row, "area_code": "G1"} for row in sample.answers(40)]
NAME = "answers_2026-06.csv"
GOOD = sample.as_csv(ROWS)
BAD = sample.as_csv([{**row, "area_code": "N1"} for row in ROWS])


@pytest.fixture
def premises(home: Path) -> Premises:
    (home / "inbox").mkdir()
    return Premises(home)


def drop(premises: Premises, content: bytes, name: str = NAME, age: float = 60) -> None:
    (premises.inbox / name).write_bytes(content)
    sample.old(premises.inbox / name, age)


def take(store: sa.Engine, premises: Premises, *feeds: Feed, move: bool = True) -> list[str]:
    declared = feeds or (sample.file_feed(),)
    return [r.state for r in take_inbox(store, declared, premises, SECRET, move=move, today=sample.TODAY)]


def lying(premises: Premises) -> list[str]:
    """Every file of the installation, by its place."""
    return sorted(str(path.relative_to(premises.home)) for path in premises.home.rglob("*") if path.is_file())


def test_a_loaded_file_leaves_for_the_archive_and_a_name_that_is_taken_gets_a_number(
    store: sa.Engine, premises: Premises
) -> None:
    drop(premises, GOOD)
    assert take(store, premises) == ["loaded"]
    assert lying(premises) == [f"archive/survey/2026-07/{NAME}"]
    drop(premises, GOOD)
    assert take(store, premises) == ["already"], "the same bytes again"
    drop(premises, sample.as_csv(ROWS[:39]))
    assert take(store, premises) == ["loaded"]
    assert lying(premises) == [f"archive/survey/2026-07/{NAME}", "archive/survey/2026-07/answers_2026-06~2.csv"]
    assert (premises.home / "archive/survey/2026-07" / NAME).read_bytes() == GOOD
    assert (premises.home / "archive").stat().st_mode & 0o777 in (0o700, 0o755)
    assert (premises.home / "archive/survey/2026-07").stat().st_mode & 0o777 == 0o700


def test_what_is_still_being_written_is_left_alone(store: sa.Engine, premises: Premises) -> None:
    drop(premises, GOOD[:-40], age=0)
    drop(premises, GOOD, f"{NAME}.part")
    drop(premises, GOOD, f".{NAME}")
    drop(premises, GOOD, "notes.txt")
    before = lying(premises)
    assert take(store, premises) == [] and lying(premises) == before
    greedy = sample.parse_feed(
        sample.file_feed().text.replace("answers_(?P<month>\\d{4}-\\d\\d)\\.csv", "answers_(?P<month>.{7}).*"), "t"
    )
    assert greedy.match(f"{NAME}.part") and waiting([greedy], premises.inbox) == []
    sample.old(premises.inbox / NAME)
    assert [path.name for _, path in waiting([sample.file_feed()], premises.inbox)] == [NAME]


def test_a_person_who_asks_just_after_the_delivery_is_waited_for(
    store: sa.Engine, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "SETTLE_SECONDS", 0.5)
    drop(premises, GOOD, age=0)
    assert take(store, premises) == []
    assert [r.state for r in take_inbox(store, [sample.file_feed()], premises, SECRET, patient=True, today=sample.TODAY)] == [
        "loaded"
    ]


@pytest.mark.parametrize(("content", "place"), [(GOOD, "archive/survey/2026-07"), (BAD, "failed/survey")])
def test_a_crash_between_commit_and_move_ends_right(
    store: sa.Engine, premises: Premises, content: bytes, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(premises, content)

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(inbox, "_put_away", killed)
        with pytest.raises(KeyboardInterrupt):
            take(store, premises)
    assert (premises.inbox / NAME).exists(), "moved after the commit, not before"
    assert take(store, premises) == (["already"] if content is GOOD else ["refused"])
    assert f"{place}/{NAME}" in lying(premises) and not list(premises.inbox.iterdir())
    assert number(store, "SELECT count(*) FROM file WHERE feed_id = 'survey'") == 1


def test_a_refused_file_waits_with_its_reason_and_is_taken_when_its_area_has_come(store: sa.Engine, premises: Premises) -> None:
    drop(premises, BAD)
    assert take(store, premises) == ["refused"]
    assert lying(premises) == [f"failed/survey/{NAME}", f"failed/survey/{NAME}.why.txt"]
    why = (premises.failed(sample.file_feed()) / f"{NAME}.why.txt").read_text("utf-8")
    assert "40 行中有 40 行有错" in why and "40 of 40 rows are bad" in why and "改正后" in why
    assert take(store, premises) == [], "nothing has changed: nobody is told again"
    areas = next(feed for feed in demo_feeds() if feed.kind.name == "areas")
    drop(premises, AREAS.encode() + "N1,grid,administrative,新网格,N 1,K1,113.1,23.1,,,,,\n".encode(), "areas.csv")
    both = [areas, sample.file_feed()]  # the run of the areas alone frees what waited for them
    assert [r.state for r in take_inbox(store, both, premises, SECRET, only="demo_areas", today=sample.TODAY)] == [
        "loaded",
        "loaded",
    ]
    assert number(store, "SELECT count(*) FROM response") == 40
    assert lying(premises) == ["archive/demo_areas/2026-07/areas.csv", f"archive/survey/2026-07/{NAME}"]


def test_a_refused_file_does_not_come_back_over_its_correction(store: sa.Engine, premises: Premises) -> None:
    drop(premises, BAD)
    drop(premises, GOOD, "answers_2026-06.csv.tmp")
    assert take(store, premises) == ["refused"]
    (premises.inbox / "answers_2026-06.csv.tmp").rename(premises.inbox / NAME)
    assert take(store, premises) == ["loaded"]
    areas = next(feed for feed in demo_feeds() if feed.kind.name == "areas")
    drop(premises, AREAS.encode() + "N1,grid,administrative,新网格,N 1,K1,113.1,23.1,,,,,\n".encode(), "areas.csv")
    assert take(store, premises, areas, sample.file_feed()) == ["loaded"]
    assert number(store, "SELECT count(*) FROM response JOIN area USING (area_id) WHERE code = 'G1'") == 40


def test_a_file_that_two_feeds_claim_is_moved_when_both_had_it(store: sa.Engine, premises: Premises) -> None:
    one = sample.file_feed()
    two = sample.parse_feed(one.text.replace('feed = "survey"', 'feed = "survey_too"'), "t")
    drop(premises, GOOD)
    assert [r.state for r in take_inbox(store, [one, two], premises, SECRET, only="survey", today=sample.TODAY)] == ["loaded"]
    assert (premises.inbox / NAME).exists()
    assert [r.state for r in take_inbox(store, [one, two], premises, SECRET, only="survey_too", today=sample.TODAY)] == ["loaded"]
    assert lying(premises) == [f"archive/survey_too/2026-07/{NAME}"]


def test_files_stay_where_the_feed_or_the_caller_says_so(store: sa.Engine, premises: Premises) -> None:
    drop(premises, GOOD)
    staying = sample.file_feed("[source]\narchive = false")
    assert take(store, premises, staying) == ["loaded"] and take(store, premises, staying) == ["already"]
    assert take(store, premises, move=False) == ["already"]
    assert lying(premises) == [f"inbox/{NAME}"]


def due(store: sa.Engine, premises: Premises, *feeds: Feed) -> list[tuple[str, str]]:
    return [(feed.feed_id, path.name) for feed, path in inbox.due(store, feeds, premises.inbox)]


def test_a_file_that_stays_is_planned_once_and_again_when_it_changes(store: sa.Engine, premises: Premises) -> None:
    drop(premises, GOOD)
    staying = sample.file_feed("[source]\narchive = false")
    assert due(store, premises, staying) == [("survey", NAME)]
    assert take(store, premises, staying) == ["loaded"]
    assert due(store, premises, staying) == []
    assert [r.state for r in take_inbox(store, [staying], premises, SECRET, due_only=True, today=sample.TODAY)] == []
    drop(premises, sample.as_csv(ROWS[:39]))
    assert due(store, premises, staying) == [("survey", NAME)] and take(store, premises, staying) == ["loaded"]
    (premises.inbox / NAME).unlink()
    assert take(store, premises, staying) == []
    assert number(store, "SELECT count(*) FROM source_state") == 0, "what has left is forgotten"


def test_a_refused_file_that_stays_is_planned_again_when_its_area_has_come(store: sa.Engine, premises: Premises) -> None:
    drop(premises, BAD)
    staying = sample.file_feed("[source]\narchive = false")
    assert take(store, premises, staying) == ["refused"] and due(store, premises, staying) == []
    areas = next(feed for feed in demo_feeds() if feed.kind.name == "areas")
    drop(premises, AREAS.encode() + "N1,grid,administrative,新网格,N 1,K1,113.1,23.1,,,,,\n".encode(), "areas.csv")
    assert take(store, premises, areas) == ["loaded"]
    assert due(store, premises, staying) == [("survey", NAME)] and take(store, premises, staying) == ["loaded"]


def test_a_file_another_feed_is_still_to_have_is_planned_for_that_one_only(store: sa.Engine, premises: Premises) -> None:
    """The other feed may be paused for weeks."""
    one = sample.file_feed()
    two = sample.parse_feed(one.text.replace('feed = "survey"', 'feed = "survey_too"'), "t")
    drop(premises, GOOD)
    both = [one, two]
    assert due(store, premises, *both) == [("survey", NAME), ("survey_too", NAME)]
    assert [r.state for r in take_inbox(store, both, premises, SECRET, only="survey", today=sample.TODAY)] == ["loaded"]
    assert due(store, premises, *both) == [("survey_too", NAME)]
    assert due(store, premises, one) == [("survey", NAME)], "nobody else claims it any more: it may leave"
    assert [r.state for r in take_inbox(store, both, premises, SECRET, only="survey_too", due_only=True, today=sample.TODAY)] == ["loaded"]
    assert lying(premises) == [f"archive/survey_too/2026-07/{NAME}"]


def test_a_file_replaced_while_it_is_read_is_not_taken_and_the_new_one_is(
    store: sa.Engine, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(premises, GOOD)
    judge = filework.FileWork._judge

    def replaced(work: filework.FileWork) -> None:
        judge(work)
        drop(premises, sample.as_csv(ROWS[:39]), "new")
        (premises.inbox / "new").rename(premises.inbox / NAME)

    with monkeypatch.context() as patched:
        patched.setattr(filework.FileWork, "_judge", replaced)
        assert take(store, premises) == []
    assert number(store, "SELECT count(*) FROM response") == 0 and lying(premises) == [f"inbox/{NAME}"]
    assert take(store, premises) == ["loaded"] and number(store, "SELECT count(*) FROM response") == 39


@pytest.mark.parametrize("content", [GOOD, BAD])
def test_a_file_replaced_after_its_load_is_not_archived_unread(
    store: sa.Engine, premises: Premises, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(premises, content)
    load_file = inbox.load_file

    def replaced(*args: Any, **more: Any) -> Any:
        result = load_file(*args, **more)
        drop(premises, sample.as_csv(ROWS[:39]), "new")
        (premises.inbox / "new").rename(premises.inbox / NAME)
        return result

    with monkeypatch.context() as patched:
        patched.setattr(inbox, "load_file", replaced)
        take(store, premises)
    assert f"inbox/{NAME}" in lying(premises)
    assert take(store, premises) == ["loaded"] and number(store, "SELECT count(*) FROM response") == 39


def test_what_is_written_is_dated_by_the_clock_that_is_given(store: sa.Engine, premises: Premises) -> None:
    drop(premises, GOOD)
    drop(premises, sample.as_csv([{**row, "area_code": "N1"} for row in ROWS]), "answers_2026-05.csv")
    at = datetime(2031, 2, 3, 4, 5, tzinfo=UTC)
    found = take_inbox(store, [sample.file_feed()], premises, SECRET, today=sample.TODAY, clock=lambda: at)
    assert sorted(r.state for r in found) == ["loaded", "refused"]
    told = rows(store, "SELECT received_at, loaded_at, seconds FROM file WHERE feed_id = 'survey' ORDER BY state")
    assert [(row["received_at"], row["loaded_at"]) for row in told] == [(at, at), (at, None)]
    assert all(0 < row["seconds"] < 60 for row in told)
    assert number(store, "SELECT updated_at FROM feed WHERE feed_id = 'survey'") == at


def test_a_file_that_another_run_has_just_moved_is_left_to_it(
    store: sa.Engine, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(premises, GOOD)
    found = waiting([sample.file_feed()], premises.inbox)
    assert take(store, premises) == ["loaded"]
    monkeypatch.setattr(inbox, "waiting", lambda *_: found)
    assert take(store, premises) == []
    assert lying(premises) == [f"archive/survey/2026-07/{NAME}"]

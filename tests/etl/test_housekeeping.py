"""Housekeeping makes partitions ahead and forgets old login attempts only."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import sqlalchemy as sa

import sql
from etl.steps.housekeeping import tidy
from etl.steps.premises import Premises
from etl.steps.publish import publish
from tests.etl import rollup_sample

VERSIONED = ("score_rollup", "ratio_rollup", "rank_band", "estimate")
SEEN = "SELECT count(*), md5(string_agg(CAST(r AS text), '|' ORDER BY CAST(r AS text))) FROM {} r WHERE first_pub <= {p} AND last_pub > {p}"
UNSEEN = "SELECT count(*) FROM {} WHERE last_pub <= {p}"
HIDE = """
INSERT INTO suppressed (area_id, indicator_id, period, cut, start, value, first_pub, last_pub)
(SELECT area_id, indicator_id, period, cut, start, value, 1, 2 FROM score_rollup WHERE {which} AND n > 5 ORDER BY 1, 2, 3, 4, 5, 6 LIMIT 1)
"""
PARENTS = 6  # response, answer, response_detail, invitation, complaint, process_reading


def test_partitions_ahead_and_old_attempts(store: sa.Engine) -> None:
    with store.begin() as connection:
        connection.execute(sa.text(
            "INSERT INTO login_attempt (at, login, address, ok) VALUES (now() - interval '91 days', 'a', 'x', true),"
            " (now() - interval '89 days', 'a', 'x', true)"))
        connection.execute(sa.text(
            "INSERT INTO upload (name, bytes, uploaded_by, uploaded_at) VALUES ('a.csv', 1, 'a', now() - interval '15 days'),"
            " ('b.csv', 1, 'a', now() - interval '13 days')"))
        connection.execute(sa.text("INSERT INTO upload_chunk SELECT upload_id, 0, 'x' FROM upload"))
    assert tidy(store, date(2026, 11, 22)) == {"partitions_made": 4 * PARENTS, "login_attempts_forgotten": 1, "uploads_forgotten": 1,
                                                 "runs_forgotten": 0, "letters_forgotten": 0, "versions_forgotten": 0}  # fmt: skip
    with store.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM upload_chunk")) == 1
    assert set(tidy(store, date(2026, 11, 22)).values()) == {0}


def test_old_runs_and_incidents_are_forgotten_but_for_the_last_of_each_job(store: sa.Engine) -> None:
    with sql.begin(store) as connection:
        connection.execute(sa.text("""INSERT INTO job_run (job, scheduled_for, state) VALUES ('load', '2026-01-01', 'done'),
            ('load', '2026-11-01', 'done'), ('publish', '2026-01-01', 'done'), ('load', '2026-01-02', 'running')"""))
        connection.execute(sa.text("""INSERT INTO incident (kind, subject, said_zh, said_en, opened_at, last_at, closed_at) VALUES
            ('job', 'a', '', '', '2026-01-01', '2026-01-01', '2026-01-02'), ('job', 'b', '', '', '2026-01-01', '2026-01-01', NULL)"""))
    assert tidy(store, date(2026, 11, 22))["runs_forgotten"] == 2
    with store.connect() as connection:
        left = connection.execute(sa.text("SELECT job, state FROM job_run ORDER BY scheduled_for, job")).all()
    assert left == [("publish", "done"), ("load", "running"), ("load", "done")]


def lying(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}


def test_files_are_kept_as_long_as_the_policy_says_and_no_longer(store: sa.Engine, tmp_path: Path) -> None:
    today = date.today()
    for name in ("archive/a/2020-01/x.csv", "archive/a/2020-01/north/x.csv", "archive/a/1999/x.csv", "archive/a/notes/x.csv",
                 f"archive/b/{today:%Y-%m}/x.csv", "failed/a/x.csv", "failed/a/x.csv.why.txt", "failed/a/north/y.csv",
                 "inbox/x.csv"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    every, told = lying(tmp_path), tidy(store, today, Premises(tmp_path))
    assert (told["archive_files_forgotten"], told["failed_files_forgotten"]) == (3, 0)
    assert every - lying(tmp_path) == {"archive/a/2020-01/x.csv", "archive/a/2020-01/north/x.csv", "archive/a/1999/x.csv"}
    (tmp_path / "failed/a/x.csv.why.txt").write_text("tried again today, and refused again")
    told = tidy(store, today + timedelta(days=181), Premises(tmp_path))
    assert (told["archive_files_forgotten"], told["failed_files_forgotten"]) == (0, 2)
    assert lying(tmp_path) == {"archive/a/notes/x.csv", f"archive/b/{today:%Y-%m}/x.csv", "inbox/x.csv"}
    with store.begin() as connection:
        connection.execute(sa.text("INSERT INTO policy (name, value, valid_from) VALUES ('archive_days', 30, :day)"),
                           {"day": today + timedelta(days=200)})  # fmt: skip
    assert tidy(store, today + timedelta(days=199), Premises(tmp_path))["archive_files_forgotten"] == 0
    assert tidy(store, today + timedelta(days=200), Premises(tmp_path))["archive_files_forgotten"] == 1


def three_publications(store: sa.Engine) -> None:
    """Two of January, the third of today."""
    ids, rng = rollup_sample.build(store, responses=300), np.random.default_rng(3)
    for day in (date(2026, 5, 20), date(2026, 5, 21), None):
        publish(store)
        if day:
            with sql.begin(store) as connection:
                rollup_sample.add_responses(connection, ids, rng, 40, day, day)
                rollup_sample.touch(connection, [day.replace(day=1)], ("answer",), file=day.day)
    with sql.begin(store) as connection:
        connection.exec_driver_sql("UPDATE publication SET published_at = '2026-01-01' WHERE publication_id < 3")


def test_versions_no_kept_publication_sees_are_forgotten(store: sa.Engine) -> None:
    three_publications(store)

    def read(text: str, p: int) -> dict[str, tuple[int, ...]]:
        with sql.begin(store) as connection:
            return {table: tuple(connection.exec_driver_sql(text.format(table, p=p)).one()) for table in VERSIONED}

    with sql.begin(store) as connection:
        for which in ("last_pub = 2147483647 AND first_pub = 1", "last_pub = 2"):  # one that stays hidden, one that goes with its row
            connection.exec_driver_sql(HIDE.format(which=which))
    seen, unseen = [read(SEEN, p) for p in (2, 3)], read(UNSEEN, 2)
    assert unseen["score_rollup"][0] > 100 and unseen["estimate"][0] > 10
    assert tidy(store, date(2026, 1, 15))["versions_forgotten"] == 0, "replaced a fortnight ago"
    gone = tidy(store, date(2026, 1, 16))["versions_forgotten"]
    assert gone >= sum(count for count, in unseen.values()) + 1
    assert [read(SEEN, p) for p in (2, 3)] == seen, "the last one older than that, and all after it, read as they did"
    assert {count for count, in read(UNSEEN, 2).values()} == {0}
    with sql.begin(store) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM score_public WHERE hidden = 'complementary'")) == 1
        assert connection.scalar(sa.text("SELECT count(*) FROM suppressed")) == 1
    assert tidy(store, date(2026, 1, 16))["versions_forgotten"] == 0

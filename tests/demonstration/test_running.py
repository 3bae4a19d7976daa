"""What ``manyi demo`` starts, keeps and puts away."""

from __future__ import annotations

import json
import stat
import subprocess
import sys

import sqlalchemy as sa

from tests.demonstration.conftest import Running, environment, free_address, interrupt, launch, processes_of, wait_until_served


def scalar(running: Running, statement: str) -> int:
    with running.store.connect() as connection:
        return int(connection.execute(sa.text(statement)).scalar_one())


def test_the_whole_tree_is_there_and_all_rows_are_counted(running: Running) -> None:
    alive = "kind <> 'unknown' AND valid_from <= '2026-11-14' AND valid_to > '2026-11-14'"
    levels = [scalar(running, f"SELECT count(*) FROM area WHERE level = {level} AND {alive}") for level in (1, 2, 3)]
    assert levels == [1, 21, 137]
    assert scalar(running, f"SELECT count(*) FROM area WHERE level = 4 AND {alive}") >= 3000
    assert scalar(running, "SELECT count(*) FROM touchpoint WHERE kind = 'hall'") >= 3660
    assert scalar(running, "SELECT count(*) FROM file WHERE state <> 'loaded'") == 0
    assert scalar(running, "SELECT sum(read_rows - accepted_rows - rejected_rows - duplicate_rows) FROM file") == 0
    truth = json.loads((running.home / "inbox" / "truth" / "truth.json").read_text("utf-8"))
    planted = sum(count for faults in truth["bad_rows"].values() for count in faults.values())
    rejected = scalar(running, "SELECT sum(rejected_rows) FROM file")
    assert 0 < rejected <= planted, "some planted faults end as duplicates or as facts of an unknown place"
    assert rejected == scalar(running, "SELECT count(*) FROM (SELECT DISTINCT file_id, line FROM rejected_row) r")
    assert 0.995 * truth["answers"] < scalar(running, "SELECT count(*) FROM answer") <= truth["answers"]


def test_the_older_months_came_as_a_second_delivery(running: Running) -> None:
    assert scalar(running, "SELECT count(DISTINCT start) FROM score_rollup WHERE period = 'm' AND cut = 'all' AND last_pub = 2147483647") == 25
    first = "SELECT count(DISTINCT start) FROM score_rollup WHERE period = 'm' AND cut = 'all' AND first_pub = 1"
    assert scalar(running, first) == 14, "October 2025 to November 2026: the last complete month and the same a year ago"
    assert scalar(running, "SELECT max(publication_id) FROM publication") == 2


def test_secrets_are_for_the_installing_account_alone(running: Running) -> None:
    for name in ("secret", "owner.password", "demo-logins.json"):
        assert stat.S_IMODE((running.home / name).stat().st_mode) == 0o600, name
    shown = subprocess.run(["ps", "axo", "args"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    for password in ((running.home / "owner.password").read_text().strip(), (running.home / "secret").read_text().strip()):
        assert password not in shown


def test_the_store_passes_its_own_check(running: Running) -> None:
    done = subprocess.run([sys.executable, "-m", "etl", "db", "check", "--json"], capture_output=True, text=True, check=False,
                          env=environment(running.home, running.bind))  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert [finding for finding in json.loads(done.stdout) if finding["severity"] == "fail"] == []


def test_a_second_start_beside_it_is_refused_by_its_address(running: Running) -> None:
    done = subprocess.run([sys.executable, "-m", "etl", "demo"], capture_output=True, text=True, check=False,
                          env=environment(running.home, running.bind))  # fmt: skip
    assert done.returncode == 2
    assert "MANYI_BIND" in done.stderr


def test_another_operator_in_the_same_home_is_refused(running: Running) -> None:
    done = subprocess.run([sys.executable, "-m", "etl", "demo", "--seed", "7"], capture_output=True, text=True, check=False,
                          env=environment(running.home, free_address()))  # fmt: skip
    assert done.returncode == 2
    assert "MANYI_HOME" in done.stderr


def test_stopping_leaves_nothing_and_starting_again_loads_nothing(running: Running) -> None:
    """Runs last in this file: the demonstration is stopped and started again for whoever comes after."""
    files, publications = (scalar(running, f"SELECT count(*) FROM {table}") for table in ("file", "publication"))
    running.store.dispose()
    assert interrupt(running.process) == 0
    assert processes_of(running.home) == []
    log = running.home.parent / "warm.log"
    running.process = launch(running.home, running.bind, log)
    wait_until_served(running.process, running.bind, log)
    assert (scalar(running, "SELECT count(*) FROM file"), scalar(running, "SELECT count(*) FROM publication")) == (files, publications)
    assert "generating" not in log.read_text()

"""Thirty days nobody watches: deliveries every morning, and everything that goes wrong ends right and is told.

Two files come late, one is wrong and comes again, one is corrected after its month has ended, and the process is killed in
the middle of a load. The real jobs run by the real rules; only the calendar is made.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

import sql
from dashboard.app import create_app
from dashboard.config import Config
from etl import schedule
from etl.__main__ import app as manyi
from etl.steps import filework, people
from etl.steps.publish import publish
from tests.conftest import create_database
from tests.dashboard.conftest import PASSWORD, app_url, ask, sign_in
from tests.etl import rollup_recomputed
from tests.etl.feeds import sample
from tests.etl.installation import Installation, demo_feeds, install, settings_of

ZONE = ZoneInfo(schedule.TIME_ZONE)
FIRST, DAYS = date(2026, 6, 16), 30
BEGIN = datetime.combine(FIRST, time(5), ZONE)
LATE_SURVEY, LATE_COMPLAINTS = date(2026, 6, 20), date(2026, 7, 3)
WRONG, CORRECTED, CRASH = date(2026, 6, 25), date(2026, 6, 28), date(2026, 7, 8)
CORRECTED_ON = date(2026, 7, 5)
WAKES = (time(5, 0), time(7, 40), time(9, 20), time(15, 20), time(22, 0))  # the machine sleeps in between


def survey(day: date, version: int = 1) -> str:
    rng = np.random.default_rng([day.toordinal(), version])
    names = sample.SURVEY_HEADER.strip().split(",")
    lines = []
    for row in range(12):
        grid = ["G1", "G1a", "G1b", "G2", "G3"][rng.integers(5)]
        if (grid == "G1") != (day < date(2026, 7, 1)) and grid.startswith("G1"):
            grid = "G2"  # the grid of that day's tree
        value = {"response_id": f"{day}-{row}", "answered_at": f"{day} 10:00:{row:02d}", "area_code": grid, "brand": "own",
                 "mode": "sms", "business": "mobile", "segment": "public", "mobile_overall": str(rng.integers(1, 11)),
                 "tariff": str(rng.integers(1, 11))}  # fmt: skip
        lines.append(",".join(value.get(name, "") for name in names))
    return sample.SURVEY_HEADER + "\n".join(lines) + "\n"


def complaints(day: date) -> str:
    names = sample.COMPLAINTS_HEADER.strip().split(",")
    value = {"number": f"c{day}", "opened_at": f"{day} 09:00:00", "area_code": "G2", "brand": "own", "business": "mobile",
             "segment": "public", "topic1": "mobile", "topic2": "tariff", "status": "open"}  # fmt: skip
    return sample.COMPLAINTS_HEADER + ",".join(value.get(name, "") for name in names) + "\n"


def feeds() -> dict[str, str]:
    """Surveys and complaints come in a file a day, due the next morning."""
    found = demo_feeds("areas", "subscribers")
    for kind, text in demo_feeds("survey", "complaint").items():
        daily = text.replace('every = "month"\ndue_hours = 80', 'every = "day"\ndue_hours = 10')
        found[kind] = daily.replace(r"(?P<month>\d{4}-\d\d)", r"(?P<month>\d{4}-\d\d-\d\d)")
    return found


def deliveries(day: date) -> Iterator[tuple[str, str]]:
    """What arrives on the morning of ``day``: yesterday's files, and what was late, wrong or is corrected."""
    data = day - timedelta(days=1)
    if data == WRONG:
        yield f"survey_sms_{data}.csv", "何年何月,几分\n" + "2026,8\n"
    elif data != LATE_SURVEY:
        yield f"survey_sms_{data}.csv", survey(data)
    if data != LATE_COMPLAINTS:
        yield f"complaints_{data}.csv", complaints(data)
    if day == LATE_SURVEY + timedelta(days=3):
        yield f"survey_sms_{LATE_SURVEY}.csv", survey(LATE_SURVEY)
    if day == LATE_COMPLAINTS + timedelta(days=2):
        yield f"complaints_{LATE_COMPLAINTS}.csv", complaints(LATE_COMPLAINTS)
    if day == WRONG + timedelta(days=2):
        yield f"survey_sms_{WRONG}.csv", survey(WRONG)
    if day == CORRECTED_ON:
        yield f"survey_sms_{CORRECTED}.csv", survey(CORRECTED, version=2)


def killed_while_loading(url: str, home: Path, now: datetime) -> None:
    """Another process does what is planned and is killed at the end of a file, before anything was committed."""

    def kill(_work: filework.FileWork) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    filework.FileWork._close = kill  # type: ignore[method-assign]
    store = sql.engine(url)
    Installation(settings_of(home, store), store, now).work()


def live(operator: Installation, url: str, each_day: Callable[[date], None] = lambda day: None) -> None:
    operator.drop("areas.csv", sample.AREAS)
    operator.drop("subscribers_2026-06.csv", sample.SUBSCRIBERS)
    for day in (FIRST + timedelta(days=count) for count in range(DAYS)):
        for wake in WAKES:
            operator.now = datetime.combine(day, wake, ZONE)
            if wake == WAKES[1]:
                for name, text in deliveries(day):
                    operator.drop(name, text)
            operator.plan()
            if day == CRASH and wake == WAKES[1]:
                child = multiprocessing.get_context("spawn").Process(
                    target=killed_while_loading, args=(url, operator.settings.home, operator.now)
                )
                child.start()
                child.join(120)
                assert child.exitcode == -signal.SIGKILL
            operator.work()
        each_day(day)


@pytest.fixture(scope="module")
def lived(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    store = create_database(server_url)
    url = store.url.render_as_string(hide_password=False)
    operator = install(store, tmp_path_factory.mktemp("unattended"), feeds(), BEGIN)
    live(operator, url)
    yield operator
    store.dispose()


@pytest.fixture(scope="module")
def right(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """The same month delivered in order and without a mishap, published once."""
    store = create_database(server_url)
    files = {"areas.csv": sample.AREAS, "subscribers_2026-06.csv": sample.SUBSCRIBERS}
    for data in (FIRST + timedelta(days=count - 1) for count in range(DAYS)):
        files[f"survey_sms_{data}.csv"] = survey(data, version=2 if data == CORRECTED else 1)
        files[f"complaints_{data}.csv"] = complaints(data)
    operator = install(store, tmp_path_factory.mktemp("right"), feeds(), BEGIN + timedelta(days=DAYS))
    for name, text in files.items():
        operator.drop(name, text)
    operator.plan()
    operator.work()
    publish(store)
    yield store
    store.dispose()


def test_the_published_figures_are_exactly_right(lived: Installation, right: sa.Engine) -> None:
    for published in (rollup_recomputed.published_scores, rollup_recomputed.published_ratios):
        ours, theirs = published(lived.store), published(right)
        assert len(ours) == len(theirs) > 100
        assert rollup_recomputed.unequal(ours, theirs).empty


def test_they_are_what_the_files_hold(lived: Installation) -> None:
    held = pd.concat(
        pd.read_csv(pd.io.common.StringIO(survey(data, 2 if data == CORRECTED else 1)))
        for data in (FIRST + timedelta(days=count - 1) for count in range(DAYS))
    )
    with lived.store.connect() as connection:
        n, total = connection.execute(sa.text("""
            SELECT sum(r.n), sum((SELECT sum(c.count * (c.raw - 1)) FROM unnest(r.counts) WITH ORDINALITY AS c (count, raw)))
            FROM score_rollup r JOIN area a USING (area_id) JOIN indicator i USING (indicator_id)
            WHERE a.level = 1 AND i.code = 'mobile_overall' AND r.period = 'm' AND r.cut = 'all' AND r.last_pub = 2147483647
        """)).one()  # fmt: skip
    assert (int(n), int(total)) == (len(held), held["mobile_overall"].sum())


def test_every_row_is_accounted_for(lived: Installation) -> None:
    with lived.store.connect() as connection:
        wrong = connection.scalar(sa.text("""SELECT count(*) FROM file
            WHERE read_rows <> accepted_rows + rejected_rows + duplicate_rows"""))  # fmt: skip
        states = dict(connection.execute(sa.text("SELECT state, count(*) FROM file GROUP BY state")).all())
    assert wrong == 0
    assert states == {"loaded": 2 * DAYS + 2, "refused": 1, "superseded": 1}


def test_the_inbox_is_empty_and_the_wrong_file_lies_apart(lived: Installation) -> None:
    assert [path.name for path in lived.settings.inbox.iterdir()] == []
    assert len(list((lived.settings.home / "archive").rglob("*.csv"))) == 2 * DAYS + 3
    assert [path.name for path in (lived.settings.home / "failed").rglob("*.csv")] == [f"survey_sms_{WRONG}.csv"]


def test_every_mishap_was_an_incident_and_is_over(lived: Installation) -> None:
    told = {(one["kind"], one["subject"], one["opened_at"].astimezone(ZONE).date()): one
            for one in lived.rows("etl/list_incidents", most=99)}  # fmt: skip
    assert set(told) == {
        ("overdue", "demo_survey", LATE_SURVEY + timedelta(days=1)),
        ("overdue", "demo_complaints", LATE_COMPLAINTS + timedelta(days=1)),
        ("overdue", "demo_survey", WRONG + timedelta(days=1)),
        ("refused", "demo_survey", WRONG + timedelta(days=1)),
        ("job", "load:demo_survey", CRASH),
    }
    assert all(one["closed_at"] for one in told.values())
    closed = told["overdue", "demo_survey", LATE_SURVEY + timedelta(days=1)]["closed_at"].astimezone(ZONE)
    assert closed.date() == LATE_SURVEY + timedelta(days=3)


def test_every_mishap_is_on_the_data_page(lived: Installation) -> None:
    people.add_user(lived.store, "steward", "管数据的", PASSWORD, actor="test")
    people.set_scope(lived.store, "steward", "steward", "P", None, actor="test")
    app = create_app(Config(database_url=app_url(lived.store), secret="for-this-test-run"))
    client = app.server.test_client()
    assert sign_in(client, "steward").status_code == 303
    page = json.loads(ask(client, app, "page.children", address__href="http://localhost/data").get_data(as_text=True))
    seen = [words for words in texts(page) if words.strip()]
    for one in lived.rows("etl/list_incidents", most=99):
        assert one["said_zh"] in seen and any(one["opened_at"].astimezone(ZONE).strftime("%Y-%m-%d %H:%M") in words for words in seen)
    app.server.extensions["manyi"].store.dispose()


def texts(found: object) -> Iterator[str]:
    """All words in an answer of the page."""
    if isinstance(found, str):
        yield found
    for part in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from texts(part)


def test_the_history_tells_of_the_crash_and_of_lateness(lived: Installation) -> None:
    runs = lived.rows("etl/list_job_runs", job=None, most=10_000)
    assert {run["state"] for run in runs} == {"done"}
    again = [run for run in runs if run["attempt"] > 1]
    assert [(run["job"], run["scheduled_for"].astimezone(ZONE).date()) for run in again] == [("load:demo_survey", CRASH)]
    place = {"MANYI_HOME": str(lived.settings.home), "MANYI_DATABASE_URL": lived.store.url.render_as_string(hide_password=False)}
    said = CliRunner().invoke(manyi, ("jobs", "history", "load:demo_survey", "-n", "999", "--json"), env=place)
    assert [run["attempt"] for run in json.loads(said.stdout)].count(2) == len(again)
    assert any(run["late"] for run in runs if run["job"] == "publish"), "the machine woke after the planned time"
    assert len({(run["job"], run["scheduled_for"]) for run in runs}) == len(runs)


def test_the_correction_of_an_ended_month_is_told(lived: Installation) -> None:
    with lived.store.connect() as connection:
        changed = pd.read_sql(sa.text("""
            SELECT p.period, p.start, a.level, p.old_n, p.new_n, p.old_reading, p.new_reading
            FROM publication_change p JOIN area a USING (area_id) JOIN indicator i USING (indicator_id)
            WHERE i.code = 'mobile_overall' AND a.level = 1"""), connection)  # fmt: skip
    told = {(row["period"], row["start"], row["old_n"], row["new_n"]) for row in changed.to_dict("records")}
    assert told == {("m", date(2026, 6, 1), 12 * 16, 12 * 16), ("q", date(2026, 4, 1), 12 * 16, 12 * 16)}
    assert len(changed) == 2 and ((changed["old_reading"] - changed["new_reading"]).abs() > 1e-6).all()

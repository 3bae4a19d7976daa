"""Planned times, catching up once, lateness."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

import sql
from etl.schedule import JOBS, TIME_ZONE, Job, fire, planned_before

ZONE = ZoneInfo(TIME_ZONE)
CASES = """
cron          now                planned
*/5 * * * *   2026-11-02T06:04   2026-11-02T06:00
*/5 * * * *   2026-11-02T06:05   2026-11-02T06:05
20 3 * * *    2026-11-02T03:19   2026-11-01T03:20
0 8 * * mon   2026-11-08T23:00   2026-11-02T08:00
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines()[1:])
def test_the_latest_planned_time(line: str) -> None:
    *cron, now, planned = line.split()
    job = Job("j", "", "", " ".join(cron))
    assert planned_before(job, datetime.fromisoformat(now).replace(tzinfo=ZONE)) == datetime.fromisoformat(planned).replace(tzinfo=ZONE)


def test_three_days_asleep_is_one_late_run(store: sa.Engine) -> None:
    done: list[int] = []
    job = Job("nightly", "", "", "20 3 * * *")
    awake = datetime(2026, 11, 5, 9, 0, tzinfo=ZONE)
    first, second = (fire(store, job, lambda _: {"run": done.append(1)}, awake) for _ in range(2))
    assert (first.state, second.state, len(done)) == ("done", "taken", 1)
    with sql.begin(store) as connection:
        rows = sql.rows(connection, "etl/list_job_runs", job="nightly", most=9)
    assert [(row["late"], row["scheduled_for"].astimezone(ZONE).hour) for row in rows] == [(True, 3)]


def test_every_job_has_a_readable_plan_in_both_languages() -> None:
    for job in JOBS:
        assert planned_before(job, datetime(2026, 11, 2, 6, 0, tzinfo=ZONE))
        assert job.title_zh
        assert job.title_en

"""What the dashboard's role reads for a stranger and for the manager next door: nothing of other people's areas."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

import sql
from etl.steps.estimate import estimate
from sql import SCHEMA, roles
from tests.conftest import app_engine, create_database
from tests.dashboard import predicted_sample, sample, voice_sample

FIGURES = {"score_shown", "ratio_rollup", "shift_shown", "score_window", "ratio_shift", "rank_band", "estimate_shown", "coverage", "forecast",
           "driver_effect", "dissatisfied_prediction", "publication_change", "tcsi_rollup", "invitation", "said_shown"}  # fmt: skip
OPERATOR = {"file", "rejected_row", "audit", "job", "job_run", "job_pause", "incident", "upload", "upload_fault",
            "publication_check"}  # fmt: skip
MODELS = {"prediction_model", "tcsi_vintage"}  # of the operator as a whole: told to everybody who has an area
NO_FIGURES = {"area", "area_parent", "area_closure", "area_shift", "touchpoint", "line", "indicator", "brand", "feed", "publication",
              "policy", "app_user", "user_grant", "user_area", "login_attempt"}  # fmt: skip
# Read as others where there is something in them: test_alerts_page, test_reports_page, test_targets_page.
ELSEWHERE = {"alert_rule", "episode", "episode_event", "episode_point", "episode_cause", "silence", "declared_event", "alert_preference",
             "letter", "letter_part", "letter_content", "report", "report_subscription", "plan", "plan_version", "plan_indicator",
             "plan_asked", "plan_target", "plan_driver", "plan_step", "plan_stand", "attainment", "card_score", "appraisal",
             "appraisal_score", "appraisal_objection"}  # fmt: skip
PEOPLE = (("stranger", None, None), ("baiyun", "manager", "440111"), ("all", "quality", "44"), ("all", "admin", "44"))
SEEDS = """
INSERT INTO score_shift (area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, swx2, counts, first_pub)
 SELECT area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, swx2, counts, 1 FROM score_rollup
 WHERE period = 'y' AND cut = 'all';
INSERT INTO ratio_shift (area_id, indicator_id, period, cut, start, value, n, numerator, denominator, first_pub)
 SELECT area_id, indicator_id, period, cut, start, value, n, numerator, denominator, 1 FROM ratio_rollup WHERE period = 'y';
INSERT INTO publication_change SELECT 1, area_id, indicator_id, period, start, n, n, 70, 71 FROM score_rollup
 WHERE period = 'y' AND cut = 'all';
INSERT INTO driver_effect (area_id, outcome_id, driver_id, evidence, slope, se, low, high, p, n, clusters, spread, seen_low, seen_high,
  proven, chosen, first_month, last_month, first_pub)
 SELECT area_id, 1, 2, 'individual', 1, 1, 0, 2, 0.1, 100, 10, 1, 60, 90, true, true, '2024-11-01', '2026-10-01', 1
 FROM area WHERE code IN ('4403', '440106');
INSERT INTO file (feed_id, name, sha256, bytes, state) VALUES ('s', 'a.csv', 'x', 1, 'loaded');
INSERT INTO rejected_row SELECT file_id, 1, 1, 'c', 'v', 'k', '错', 'bad' FROM file WHERE name = 'a.csv';
INSERT INTO incident (kind, subject, said_zh, said_en, opened_at, last_at) VALUES ('job', 'publish', '错', 'bad', now(), now());
INSERT INTO job (name, place, title_zh, title_en, cron, seen_at) VALUES ('publish', 1, '发布', 'publish', '', now());
INSERT INTO job_run (job, scheduled_for) VALUES ('publish', now());
INSERT INTO job_pause (job, paused_by) VALUES ('publish', 'all');
INSERT INTO upload (name, bytes, uploaded_by) VALUES ('u.csv', 1, 'all');
INSERT INTO upload_fault SELECT upload_id, 1, 1, 'c', 'v', 'k', '错', 'bad' FROM upload;
INSERT INTO publication_check (publication_id, name, severity, said_zh, said_en, found) VALUES (1, 'n', 'warn', '错', 'bad', 1);
INSERT INTO task (kind, title, area_id, line_id) SELECT 'low_answer', '低分回访', area_id, 'network' FROM area;
INSERT INTO audit (actor, action, subject) VALUES ('test', 'seed', 'all')
"""
OTHERS = "area_id NOT IN (SELECT u.area_id FROM user_area u JOIN app_user a USING (user_id) WHERE a.login = 'baiyun')"


@pytest.fixture(scope="module")
def owner(server_url: str) -> Iterator[sa.Engine]:
    """Every table the role reads has rows of areas that are not the sibling's."""
    made = create_database(server_url, voice_sample.build)
    with sql.begin(made) as connection:
        predicted_sample.add(connection)
        predicted_sample.foretell(connection)
        connection.exec_driver_sql(
            "CREATE TEMP TABLE rollup_span ON COMMIT DROP AS SELECT 'm'::char(1) AS period, DATE '2026-10-01' AS start"
        )
        estimate(connection, 1, sample.FIRST, sample.LAST)
        connection.exec_driver_sql(SEEDS)
        for login, role, code in PEOPLE:
            _person(connection, login, role, code)
        connection.execute(sa.text("SELECT refresh_user_area()"))
    yield made
    made.dispose()


def _person(connection: sa.Connection, login: str, role: str | None, code: str | None) -> None:
    connection.execute(sa.text("INSERT INTO app_user (login, name, password_hash) VALUES (:login, :login, '!') ON CONFLICT DO NOTHING"),
                       {"login": login})  # fmt: skip
    connection.execute(sa.text("INSERT INTO user_grant (user_id, role, area_id) SELECT u.user_id, CAST(:role AS text), a.area_id "
                               "FROM app_user u, area a WHERE u.login = :login AND a.code = :code"),
                       {"login": login, "role": role, "code": code})  # fmt: skip


@pytest.fixture(scope="module")
def app(owner: sa.Engine) -> Iterator[sa.Engine]:
    made = app_engine(owner)
    yield made
    made.dispose()


def seen(owner: sa.Engine, app: sa.Engine, login: str | None, table: str, which: str = "true") -> int:
    """How many rows of ``table`` a person sees (``None``: a request of nobody)."""
    with owner.connect() as connection:
        user = connection.scalar(sa.text("SELECT user_id FROM app_user WHERE login = :login"), {"login": login})
    with sql.scoped(app, user) as connection:
        return int(connection.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE {which}")) or 0)


def test_every_table_that_is_read_is_judged_here() -> None:
    parts = (FIGURES, OPERATOR, MODELS, ELSEWHERE, NO_FIGURES)
    assert set().union(*parts) == set(roles.READS) and sum(map(len, parts)) == len(roles.READS)


def test_every_table_but_those_without_figures_asks_who_reads(owner: sa.Engine) -> None:
    asking = sa.text("SELECT relname FROM pg_class WHERE relnamespace = CAST(:schema AS regnamespace) AND "
                     "(relrowsecurity OR relkind = 'v' AND 'security_barrier=true' = ANY(reloptions))")  # fmt: skip
    with owner.connect() as connection:
        found = set(connection.scalars(asking, {"schema": SCHEMA}))
    assert set(roles.READS) - NO_FIGURES - found == set()


@pytest.mark.parametrize("table", sorted(FIGURES))
def test_the_manager_next_door_and_a_stranger_see_no_figures_of_others(owner: sa.Engine, app: sa.Engine, table: str) -> None:
    assert seen(owner, app, "all", table, OTHERS) > 0, "there is something to hide"
    assert seen(owner, app, "baiyun", table, OTHERS) == 0
    assert seen(owner, app, "stranger", table) == 0 == seen(owner, app, None, table)


@pytest.mark.parametrize("table", sorted(OPERATOR))
def test_the_operator_s_own_matters_are_for_who_sees_it_whole(owner: sa.Engine, app: sa.Engine, table: str) -> None:
    assert seen(owner, app, "all", table) > 0, "there is something to hide"
    assert [seen(owner, app, login, table) for login in ("baiyun", "stranger", None)] == [0, 0, 0]


@pytest.mark.parametrize("table", sorted(MODELS))
def test_models_are_not_for_strangers(owner: sa.Engine, app: sa.Engine, table: str) -> None:
    assert seen(owner, app, "baiyun", table) > 0
    assert seen(owner, app, "stranger", table) == 0 == seen(owner, app, None, table)


def test_of_tasks_the_own_are_seen_and_of_none_what_a_customer_said(owner: sa.Engine, app: sa.Engine) -> None:
    with owner.connect() as connection:
        theirs = connection.scalar(sa.text(f"SELECT string_agg(task_id::text, ', ') FROM task WHERE {OTHERS}"))
    assert seen(owner, app, "all", "task", f"task_id IN ({theirs})") > 0, "there is something to hide"
    assert [seen(owner, app, login, "task", f"task_id IN ({theirs})") for login in ("baiyun", "stranger", None)] == [0, 0, 0]
    for column in ("title", "source", "origin"):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            seen(owner, app, "all", "task", f"{column} IS NOT NULL")


def test_the_manager_next_door_sees_the_own_areas(owner: sa.Engine, app: sa.Engine) -> None:
    own = ("score_shown", "ratio_rollup", "estimate_shown", "tcsi_rollup", "dissatisfied_prediction", "rank_band")
    assert all(seen(owner, app, "baiyun", table) > 0 for table in own)

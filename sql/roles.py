"""The dashboard's own database role: it owns nothing, and row-level security holds it.

What it may do is the table below and nothing else: what the statements of the pages read and write, which a test compares.
:func:`faults` is the self-check the web face runs at start.
"""

from __future__ import annotations

import sqlalchemy as sa

from sql import SCHEMA

APP_ROLE = "manyi_app"

READS = (
    "area",
    "area_parent",
    "area_closure",
    "touchpoint",
    "line",
    "indicator",
    "brand",
    "feed",
    "file",
    "rejected_row",
    "publication",
    "score_shown",
    "ratio_rollup",
    "shift_shown",
    "score_window",
    "ratio_shift",
    "area_shift",
    "rank_band",
    "estimate_shown",
    "coverage",
    "app_user",
    "user_grant",
    "user_area",
    "login_attempt",
    "audit",
    "job",
    "job_run",
    "job_pause",
    "incident",
    "upload",
    "upload_fault",
    "policy",
    "forecast",
    "driver_effect",
    "prediction_model",
    "dissatisfied_prediction",
    "publication_change",
    "publication_check",
    "tcsi_rollup",
    "tcsi_vintage",
    "invitation",
    "said_shown",
    "alert_rule",
    "episode",
    "episode_event",
    "episode_point",
    "episode_cause",
    "silence",
    "declared_event",
    "alert_preference",
    "letter",
    "letter_part",
    "letter_content",
    "report",
    "report_subscription",
    "plan",
    "plan_version",
    "plan_indicator",
    "plan_asked",
    "plan_target",
    "plan_driver",
    "plan_step",
    "plan_stand",
    "attainment",
    "card_score",
    "appraisal",
    "appraisal_score",
    "appraisal_objection",
)
RIGHTS = (  # all others
    ("SELECT (task_id, owner_id, state, due_on)", "task"),  # not what it says of a customer
    ("INSERT", "audit"),
    ("INSERT", "login_attempt"),
    ("INSERT (job, scheduled_for, asked_by, asked)", "job_run"),
    ("INSERT (job, paused_by)", "job_pause"),
    ("DELETE", "job_pause"),
    ("INSERT (feed_id, name, bytes, uploaded_by)", "upload"),
    ("DELETE", "upload"),
    ("INSERT", "upload_chunk"),
    ("INSERT (login, name, email, password_hash, language)", "app_user"),
    ("UPDATE (password_hash, email, language, session_epoch, disabled, password_given)", "app_user"),
    ("INSERT", "user_grant"),
    ("DELETE", "user_grant"),
    (
        "INSERT (user_id, channel, urgent, important, notable, digest_at, quiet_from, quiet_until, below, changed_at)",
        "alert_preference",
    ),
    (
        "UPDATE (channel, urgent, important, notable, digest_at, quiet_from, quiet_until, below, changed_at)",
        "alert_preference",
    ),
    ("INSERT (area_id, cadence, language, user_id, addresses, made_by)", "report_subscription"),
    ("UPDATE (ended_at)", "report_subscription"),
)


def ensure_app_role(target: sa.Engine, password: str, role: str = APP_ROLE) -> None:
    """Create the role when it is missing, set its password and give it exactly its rights (repeatable)."""
    with target.begin() as connection:
        literal = connection.scalar(sa.text("SELECT quote_literal(:password)"), {"password": password})
        exists = connection.scalar(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
        verb = "ALTER" if exists else "CREATE"
        connection.exec_driver_sql(
            f"{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {literal}".replace("%", "%%")
        )
        grant(connection, role)


def grant(connection: sa.Connection, role: str = APP_ROLE) -> None:
    """Give ``role`` exactly the rights listed above."""
    connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM {role}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {role}")
    connection.exec_driver_sql(f"GRANT SELECT ON {', '.join(f'{SCHEMA}.{table}' for table in READS)} TO {role}")
    for right, table in RIGHTS:
        connection.exec_driver_sql(f"GRANT {right} ON {SCHEMA}.{table} TO {role}")


_FAULTS = """
SELECT CASE WHEN r.rolsuper THEN 'is a superuser' WHEN r.rolbypassrls THEN 'bypasses row-level security' END AS fault
FROM pg_roles r WHERE r.rolname = session_user AND (r.rolsuper OR r.rolbypassrls)
UNION ALL
SELECT 'owns ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND pg_has_role(session_user, c.relowner, 'MEMBER')
UNION ALL
SELECT 'reads the partition ' || c.relname || ' past its parent''s policy' FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relispartition AND c.relkind = 'r' AND has_table_privilege(session_user, c.oid, 'SELECT')
UNION ALL
SELECT 'may ' || lower(r.name) || ' ' || c.relname || ', which no page does' FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS r (name)
WHERE n.nspname = :schema AND NOT c.relispartition AND c.relkind IN ('r', 'p', 'v', 'm')
  AND has_table_privilege(session_user, c.oid, r.name) AND r.name || ' ' || c.relname <> ALL(CAST(:listed AS text[]))
  AND NOT pg_has_role(session_user, c.relowner, 'MEMBER')
"""


def faults(target: sa.Engine) -> list[str]:
    """Why the role of this connection must not serve the dashboard; empty when all is well."""
    listed = [f"SELECT {table}" for table in READS] + [f"{right} {table}" for right, table in RIGHTS]
    with target.begin() as connection:
        return [row.fault for row in connection.execute(sa.text(_FAULTS), {"schema": SCHEMA, "listed": listed})]

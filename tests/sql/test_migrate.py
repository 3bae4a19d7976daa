"""Migrations run once, are guarded by checksum, and leave the dashboard's role harmless."""

import pytest
import sqlalchemy as sa

import sql
from sql import migrate, roles
from tests.conftest import app_engine


def test_second_upgrade_does_nothing(store: sa.Engine) -> None:
    assert migrate.upgrade(store) == []


def test_an_edited_migration_is_refused(store: sa.Engine) -> None:
    with store.begin() as connection:
        connection.execute(sa.text("UPDATE migration SET checksum = 'other' WHERE name LIKE '0003%'"))
    with pytest.raises(migrate.ChangedMigration, match="0003_facts"):
        migrate.upgrade(store)


def test_the_app_role_is_harmless_and_the_owner_is_not(store: sa.Engine) -> None:
    app = app_engine(store)
    with store.begin() as connection:
        connection.execute(sa.text("SELECT ensure_partitions('2026-01-01', '2026-03-31')"))
    assert roles.faults(app) == []
    assert roles.faults(store) != []
    with store.begin() as connection:
        connection.execute(sa.text(f"GRANT SELECT ON complaint_202601 TO {roles.APP_ROLE}"))
    assert roles.faults(app) == ["reads the partition complaint_202601 past its parent's policy"]
    app.dispose()


def test_the_audit_cannot_be_rewritten_even_by_its_owner(store: sa.Engine) -> None:
    with store.begin() as connection:
        connection.execute(sa.text("INSERT INTO audit (actor, action, subject) VALUES ('a', 'b', 'c')"))
    for change in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.begin() as connection:
            connection.execute(sa.text(change))


def test_nobody_sees_nothing(store: sa.Engine) -> None:
    with store.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO ratio_rollup (area_id, indicator_id, period, cut, start, value, n, numerator, denominator, first_pub)"
                " VALUES (1, 1, 'm', 'all', '2026-01-01', '', 1, 1, 1, 1)"
            )
        )
    app = app_engine(store)
    with sql.scoped(app, None) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM ratio_rollup")) == 0
    app.dispose()

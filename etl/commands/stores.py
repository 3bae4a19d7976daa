"""Reach the store a command works on: the operator's own Postgres or the embedded one."""

from __future__ import annotations

import sqlalchemy as sa

import sql
from etl.commands.console import Refused
from etl.config import Settings, read_settings
from etl.steps import define
from sql import migrate, roles
from sql.embedded import EmbeddedPostgres


def server(settings: Settings) -> EmbeddedPostgres:
    """The embedded server of this installation; refused when the operator named a server of his own."""
    if settings.database_url:
        raise Refused("MANYI_DATABASE_URL names your own server, not ours to start or stop; unset it for the embedded one")
    return EmbeddedPostgres(settings.home)


def owner_url(settings: Settings) -> str:
    """The owner's address, the embedded server started when it is down."""
    return settings.database_url or server(settings).start()


def open_store(settings: Settings | None = None) -> sa.Engine:
    """An engine on the owner's address of a migrated store."""
    settings = settings or read_settings()
    engine = sql.engine(owner_url(settings))
    with engine.connect() as connection:
        known = migrate.applied(connection)
    missing = [migration.name for migration in migrate.migrations() if migration.name not in known]
    if missing:
        raise Refused(f"the database lacks {len(missing)} migrations (first: {missing[0]}); run `manyi db upgrade`")
    return engine


def prepare(settings: Settings) -> sa.Engine:
    """Start, migrate, give the dashboard its role and load the definitions; repeatable."""
    engine = sql.engine(owner_url(settings))
    migrate.upgrade(engine)
    if settings.app_database_url:
        with engine.begin() as connection:
            roles.grant(connection, sa.make_url(settings.app_database_url).username or roles.APP_ROLE)
    else:
        roles.ensure_app_role(engine, settings.app_password)
    define.define(engine, define.shipped())
    return engine

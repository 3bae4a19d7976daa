"""Reach the store a command works on: the operator's own Postgres or the embedded one."""

from __future__ import annotations

import sqlalchemy as sa

import sql
from etl.commands.console import Refused, at_end, err
from etl.commands.sharing import Share
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
    """The owner's address, the embedded server started when it is down; then the command stops it again at its end."""
    if settings.database_url:
        return _checked(settings.database_url)
    embedded, share = server(settings), Share(settings.home)
    if embedded.running():
        at_end(share.end)
    else:
        err.print("the embedded Postgres was down; starting it for this command", style="dim")
        at_end(lambda: _put_away(embedded, share))
    return embedded.start()


def _checked(url: str) -> str:
    try:
        kind = sa.make_url(url).get_backend_name()
    except sa.exc.ArgumentError:
        kind = ""
    if kind not in ("postgresql", "postgres"):
        raise Refused("MANYI_DATABASE_URL is no address of a Postgres; write postgresql://NAME:PASSWORD@HOST:5432/DATABASE")
    return url


def _put_away(embedded: EmbeddedPostgres, share: Share) -> None:
    """Stop the server this command started, unless it is to stay or another command works with it by now."""
    if share.last() and not share.stays:
        embedded.stop()
    elif embedded.running():
        err.print("the embedded Postgres goes on; `manyi db stop` stops it", style="dim")
    share.end()


def _engine(settings: Settings) -> sa.Engine:
    engine = sql.engine(owner_url(settings))
    at_end(engine.dispose)
    return engine


def open_store(settings: Settings | None = None) -> sa.Engine:
    """An engine on the owner's address of a migrated store; refused when there is none yet."""
    settings = settings or read_settings()
    if not settings.database_url and not server(settings).exists():
        raise Refused(
            f"there is no database under {settings.home} yet; `manyi db upgrade` makes one, `manyi demo` one with data "
            "(MANYI_HOME names another folder, MANYI_DATABASE_URL your own Postgres)"
        )
    engine = _engine(settings)
    with engine.connect() as connection:
        known = migrate.applied(connection)
    missing = [migration.name for migration in migrate.migrations() if migration.name not in known]
    if missing:
        raise Refused(f"the database lacks {len(missing)} migrations (first: {missing[0]}); run `manyi db upgrade`")
    return engine


def prepare(settings: Settings) -> sa.Engine:
    """Start, migrate, give the dashboard its role and load the definitions; repeatable."""
    engine = _engine(settings)
    migrate.upgrade(engine)
    if settings.app_database_url:
        with engine.begin() as connection:
            roles.grant(connection, sa.make_url(settings.app_database_url).username or roles.APP_ROLE)
    else:
        roles.ensure_app_role(engine, settings.app_password)
    define.define(engine, define.shipped())
    return engine

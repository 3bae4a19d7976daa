"""Forward-only migrations: each file runs once, in one transaction with its row in the ledger.

A migration that was applied and then edited stops the upgrade: its checksum no longer agrees.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files

import sqlalchemy as sa

from sql import SCHEMA

LOCK = 0x6D616E79  # one upgrade at a time, whoever starts it


class ChangedMigration(RuntimeError):
    """A migration that was already applied no longer reads as it did."""


@dataclass(frozen=True)
class Migration:
    """One file of ``sql/migrations``."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations in the order of their numbers."""
    folder = files("sql").joinpath("migrations")
    found = [Migration(entry.name, entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return sorted(found, key=lambda migration: migration.name)


def applied(connection: sa.Connection) -> dict[str, str]:
    """Name → checksum of what the ledger holds (empty on an empty database)."""
    if connection.scalar(sa.text("SELECT to_regclass(:ledger)"), {"ledger": f"{SCHEMA}.migration"}) is None:
        return {}
    return {row.name: row.checksum for row in connection.execute(sa.text(f"SELECT name, checksum FROM {SCHEMA}.migration"))}


def upgrade(target: sa.Engine) -> list[str]:
    """Apply what is missing; the names applied.

    Raises :class:`ChangedMigration` when an applied file was edited since.
    """
    with target.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        connection.execute(
            sa.text(
                f"CREATE TABLE IF NOT EXISTS {SCHEMA}.migration "
                "(name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
            )
        )
    return [migration.name for migration in migrations() if _apply(target, migration)]


def _apply(target: sa.Engine, migration: Migration) -> bool:
    with target.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        known = applied(connection).get(migration.name)
        if known == migration.checksum:
            return False
        if known is not None:
            raise ChangedMigration(
                f"{migration.name} was applied with another text; restore that file and put the change into a new migration"
            )
        connection.exec_driver_sql(f"SET LOCAL search_path = {SCHEMA}, public")
        with connection.connection.cursor() as cursor:  # no parameters: the whole script goes in one message
            cursor.execute(migration.text)
        connection.execute(
            sa.text(f"INSERT INTO {SCHEMA}.migration (name, checksum) VALUES (:name, :checksum)"),
            {"name": migration.name, "checksum": migration.checksum},
        )
    return True

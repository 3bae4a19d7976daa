"""Every statement file is understood by the server the store stands on: its words, tables, columns, functions and types."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import sqlalchemy as sa

import sql

QUERIES = Path(sql.__file__).parent / "queries"
NAMED = re.compile(r"%\((\w+)\)s")
MAKES = re.compile(r"^CREATE ", re.MULTILINE)  # the tables of a work under way, which others of its statements read


def numbered(name: str, store: sa.Engine) -> str:
    """The statement as it is sent, its parameters by number."""
    text = str(sql.statement(name).compile(dialect=store.dialect))
    order = list(dict.fromkeys(NAMED.findall(text)))
    return NAMED.sub(lambda found: f"${order.index(found[1]) + 1}", text).replace("%%", "%")


def test_every_statement_is_understood(store: sa.Engine) -> None:
    names = sorted(path.relative_to(QUERIES).with_suffix("").as_posix() for path in QUERIES.rglob("*.sql"))
    faults = {}
    with store.connect() as connection:
        cursor = connection.connection.cursor()
        makers = [name for name in names if MAKES.search(numbered(name, store))]
        for name in makers:
            cursor.execute(numbered(name, store).encode())
        for name in (name for name in names if name not in makers):
            cursor.execute("SAVEPOINT before")
            try:
                cursor.execute(f"PREPARE one AS {numbered(name, store)}".encode())
            except psycopg.Error as error:
                faults[name] = str(error)
            cursor.execute("ROLLBACK TO before; DEALLOCATE ALL")
    assert faults == {} and len(names) > len(makers) > 5

"""The dashboard's role may do what the statements of its pages need, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from sql import SCHEMA, roles
from tests.conftest import app_engine

TREE = Path(__file__).parents[2]
QUERIES = TREE / "sql" / "queries"
PARAMETER = re.compile(r"(?<![:\\\w]):[a-z_]+")


def used() -> dict[str, str]:
    """The statements a request may run: all of the pages', those of access that the dashboard's code names, the audit's."""
    code = "".join(path.read_text("utf-8") for path in [*(TREE / "dashboard").rglob("*.py"), TREE / "sql" / "audit.py"])
    found = {path.stem: path.read_text("utf-8") for path in (QUERIES / "dashboard").glob("*.sql")}
    named = {path.stem: path.read_text("utf-8") for path in (QUERIES / "auth").glob("*.sql") if f'"auth/{path.stem}"' in code}
    assert len(found) > 10 and len(named) > 10 and not found.keys() & named.keys()
    return {name: PARAMETER.sub("NULL", text) for name, text in {**found, **named}.items()}


@pytest.fixture
def reader(store: sa.Engine) -> Iterator[sa.Engine]:
    app = app_engine(store)
    yield app
    app.dispose()


def refused(app: sa.Engine, only: Mapping[str, str] | None = None) -> list[str]:
    """The statements (all, or ``only`` these) the role may not run; planning alone checks its rights, those of the policies
    included."""
    found = []
    with app.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name, text in (used() if only is None else only).items():
            try:
                connection.exec_driver_sql("EXPLAIN " + text)
            except sa.exc.ProgrammingError as error:
                assert "permission denied" in str(error), name
                found.append(name)
    return found


def test_every_statement_of_the_pages_may_run(reader: sa.Engine) -> None:
    assert refused(reader) == []


def given() -> list[tuple[str, str]]:
    """Every right of the role, each column by itself."""
    found = [("SELECT", table) for table in roles.READS]
    for right, table in roles.RIGHTS:
        verb, _, columns = right.partition(" ")
        found += [(f"{verb} ({column})", table) for column in columns.strip("()").split(", ")] if columns else [(verb, table)]
    return found


def test_no_right_is_given_that_no_statement_needs(store: sa.Engine, reader: sa.Engine) -> None:
    unneeded, before, every = [], refused(reader), used()
    assert before == []
    for right, table in given():
        with store.begin() as connection:
            connection.exec_driver_sql(f"REVOKE {right} ON {SCHEMA}.{table} FROM {roles.APP_ROLE}")
        naming = {name: text for name, text in every.items() if re.search(rf"\b{table}\b", text)}
        if not refused(reader, naming) and not refused(reader):  # the second look is for those that need it through a view or policy
            unneeded.append(f"{right} {table}")
        with store.begin() as connection:
            connection.exec_driver_sql(f"GRANT {right} ON {SCHEMA}.{table} TO {roles.APP_ROLE}")
    assert unneeded == []


def test_a_right_given_by_hand_is_a_fault(store: sa.Engine, reader: sa.Engine) -> None:
    assert roles.faults(reader) == []
    with store.begin() as connection:
        connection.exec_driver_sql(f"GRANT SELECT ON complaint TO {roles.APP_ROLE}")
        connection.exec_driver_sql(f"GRANT DELETE ON audit TO {roles.APP_ROLE}")
    assert sorted(roles.faults(reader)) == ["may delete audit, which no page does", "may select complaint, which no page does"]
    roles.ensure_app_role(store, "another")
    assert roles.faults(reader) == []

"""What belongs to the store as a whole is seen by who holds the root of every tree in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

import sql
from etl.steps import people
from tests.conftest import app_engine

OPERATOR = """
INSERT INTO area (code, level, name_zh, name_en) VALUES ('a', 1, '甲省', 'A'), ('a1', 2, '甲市', 'A1');
INSERT INTO area_parent (area_id, parent_id) SELECT c.area_id, p.area_id FROM area c, area p WHERE c.code = 'a1' AND p.code = 'a';
INSERT INTO feed (feed_id, kind, declaration) VALUES ('f', 'survey', '{}');
INSERT INTO file (feed_id, name, sha256, bytes, state, read_rows, rejected_rows) VALUES ('f', 'f.csv', 'x', 1, 'loaded', 1, 1);
INSERT INTO rejected_row (file_id, line, fault, column_name, code, reason_zh, reason_en) VALUES (1, 2, 1, 'c', 'c', '错', 'wrong');
"""
SECOND_TREE = "INSERT INTO area (code, level, name_zh, name_en) VALUES ('b', 1, '乙省', 'B'); SELECT rebuild_area_closure()"
PEOPLE = {"admin": ("admin", "a"), "quality": ("quality", "a"), "city": ("manager", "a1"), "grid": ("grid", "a")}

Seen = Callable[[str], tuple[int, int, bool, int]]


@pytest.fixture
def operator(store: sa.Engine) -> sa.Engine:
    run(store, OPERATOR)
    run(store, "SELECT rebuild_area_closure()")
    for login, (role, area) in PEOPLE.items():
        people.add_user(store, login, login, "a long enough one", actor="test")
        people.set_scope(store, login, role, area, actor="test")
    return store


def run(store: sa.Engine, script: str) -> None:
    with sql.begin(store) as connection, connection.connection.cursor() as cursor:
        cursor.execute(script)


@pytest.fixture
def seen(operator: sa.Engine) -> Iterator[Seen]:
    """Files, refused rows, whether any act of the trail, and accounts that a login sees on the dashboard."""
    app = app_engine(operator)

    def look(login: str) -> tuple[int, int, bool, int]:
        with sql.begin(operator) as connection:
            user_id = connection.scalar(sa.text("SELECT user_id FROM app_user WHERE login = :login"), {"login": login})
        with sql.scoped(app, user_id) as connection:
            files, rejected, acts = (
                connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in ("file", "rejected_row", "audit")
            )
            return files, rejected, acts > 0, len(sql.rows(connection, "auth/user_list"))

    yield look
    app.dispose()


def test_the_root_of_the_one_tree_sees_the_whole_store(seen: Seen) -> None:
    assert {login: seen(login) for login in PEOPLE} == {
        "admin": (1, 1, True, 4), "quality": (1, 1, False, 0), "city": (0, 0, False, 0), "grid": (0, 0, False, 0),
    }  # fmt: skip


def test_the_root_of_one_of_two_trees_does_not(operator: sa.Engine, seen: Seen) -> None:
    run(operator, SECOND_TREE)
    assert {login: seen(login) for login in PEOPLE} == {login: (0, 0, False, 0) for login in PEOPLE}
    people.set_scope(operator, "quality", "quality", "b", actor="test", add=True)
    people.set_scope(operator, "admin", "admin", "b", actor="test", add=True)
    people.set_scope(operator, "city", "manager", "b", actor="test", add=True)
    assert seen("quality") == (1, 1, False, 0)
    assert seen("admin") == (1, 1, True, 4)
    assert seen("city") == (0, 0, False, 0), "one root whole and the other in part is not the whole"


def test_the_policies_ask_once_and_not_for_every_row(operator: sa.Engine) -> None:
    app = app_engine(operator)
    with sql.scoped(app, 1) as connection:
        for table in ("file", "rejected_row", "audit"):
            plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN SELECT * FROM {table}"))
            assert "InitPlan" in plan and "holds_every_root" not in plan.split("InitPlan")[0], plan
    app.dispose()


def test_an_empty_store_has_no_operator_to_see(store: sa.Engine) -> None:
    with sql.scoped(store, 1) as connection:
        assert connection.scalar(sa.text("SELECT sees_operator() OR is_administrator()")) is False

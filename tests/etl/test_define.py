"""The shipped definitions: complete, owned, and loaded twice without change."""

import copy

import pytest
import sqlalchemy as sa

from etl.steps import define


def test_the_shipped_definitions_cover_what_managers_expect() -> None:
    shipped = define.shipped()
    by_kind: dict[str, list[str]] = {}
    for indicator in shipped["indicator"]:
        by_kind.setdefault(indicator["kind"], []).append(indicator["code"])
    assert len(by_kind["outcome"]) == 10
    assert len(by_kind["process"]) + len(by_kind["perception"]) >= 25
    assert sorted(i["headline"] for i in shipped["indicator"] if "headline" in i) == list(range(1, 11))
    assert {i["line_id"] for i in shipped["indicator"]} <= {line["line_id"] for line in shipped["line"]}


def test_defining_twice_changes_nothing(store: sa.Engine) -> None:
    def picture() -> list[tuple[object, ...]]:
        with store.begin() as connection:
            return [tuple(row) for row in connection.execute(sa.text("SELECT * FROM indicator ORDER BY indicator_id"))]

    define.define(store, define.shipped())
    first = picture()
    define.define(store, define.shipped())
    assert picture() == first
    assert len(first) == len(define.shipped()["indicator"])


def test_an_unowned_indicator_is_refused(store: sa.Engine) -> None:
    wrong = copy.deepcopy(define.shipped())
    wrong["indicator"][3]["line_id"] = "nobody"
    with pytest.raises(define.WrongDefinition, match="voice: no line 'nobody'"):
        define.define(store, wrong)
    with store.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM indicator")) == 0


def test_a_missing_field_is_named(store: sa.Engine) -> None:
    wrong = copy.deepcopy(define.shipped())
    del wrong["indicator"][0]["unit"]
    with pytest.raises(define.WrongDefinition, match="mobile_overall: missing unit"):
        define.define(store, wrong)

"""Addresses carry the whole state."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from dashboard.context import AreaNode, Context, Grant, Page, User
from etl.domain.area import Level
from etl.domain.period import Period

NODE = AreaNode(1, "44", Level.PROVINCE, "administrative", "广东省", "Guangdong")


def context(**query: str) -> Context:
    return Context(
        page="overview",
        user=User(1, "a", "A", "zh", (Grant("manager", 1),), 1),
        language="zh",
        theme="light",
        area=NODE,
        trail=(NODE,),
        period=Period("m", date(2026, 10, 1)),
        publication=None,
        store=sa.create_engine("sqlite://"),
        query=query,
    )


def test_an_address_keeps_what_is_not_changed() -> None:
    here = context(area="44", outcome="hall")
    assert here.address(area="4401") == "/overview?area=4401&outcome=hall"
    assert here.address(outcome=None) == "/overview?area=44"


def test_another_page_keeps_what_is_looked_at_and_nothing_of_this_page() -> None:
    assert context(area="44", outcome="hall", cut="mode").address("data") == "/data?area=44&outcome=hall"


def test_a_page_opens_by_role() -> None:
    page = Page("admin", "page.admin", "admin", lambda _: None, lambda _: None, roles=frozenset({"admin"}))
    assert not page.open_to(context().user)
    assert page.open_to(User(2, "b", "B", "zh", (Grant("admin", 1),)))

"""An administrator keeps accounts in the browser; the new reader changes the given password and begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import sql
from tests.dashboard.conftest import Face
from tests.journeys.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
Person = Callable[..., Reader]


@pytest.fixture(autouse=True)
def _afterwards(face: Face) -> Iterator[None]:
    yield
    with sql.begin(face.owner) as connection:
        connection.exec_driver_sql("DELETE FROM app_user WHERE login = 'wang'")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_new_account_from_the_form_to_the_first_page(person: Person, width: int, theme: str) -> None:
    admin = person(width, theme).sign_in("admin")
    admin.goto("/admin?area=44")
    admin.page.click(".ad-new")
    admin.page.get_by_label("账号", exact=True).fill("wang")
    admin.page.get_by_label("姓名").fill("王经理")
    admin.page.get_by_placeholder("编码或名称").fill("广州")
    admin.page.get_by_role("option", name="4401 广州市").click()
    admin.shot(f"account-new-{width}")
    assert admin.page.evaluate("document.documentElement.scrollWidth") <= width
    admin.page.click("text=建立账号")
    password = admin.page.locator(".ad-said code").inner_text()
    admin.see(".ad-grants", "分公司经理 · 广州市")
    admin.shot(f"account-made-{width}")
    assert admin.page.evaluate("document.documentElement.scrollWidth") <= width

    wang = person(width, theme).sign_in("wang", password)
    wang.see(".note", "一次性密码")
    wang.page.fill("#current", password)
    wang.page.fill("#new", "a sentence of my own")
    wang.page.fill("#again", "a sentence of my own")
    wang.page.click("button[type=submit]")
    wang.goto("/")
    wang.see(".crumb.here", "广州市")

    admin.page.click("text=停用账号")
    admin.see(".ad-said", "已停用")
    wang.goto("/overview")
    wang.see("form h1", "登录")
    wang.faults[:] = [fault for fault in wang.faults if "401" not in fault and "session" not in fault]  # asked after the end

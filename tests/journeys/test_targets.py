"""Three readers negotiate a plan in the browser, each in the own scope; it is locked and published, and a neighbour sees none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from etl.domain.period import parse
from etl.steps.attain import judge
from etl.steps.plan import Asked, propose
from tests import plan_sample
from tests.journeys.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
Person = Callable[..., Reader]
AT = "/targets?area={}&period=2026-10&outcome=mobile_overall"


@pytest.fixture(autouse=True)
def planned(operator: sa.Engine) -> Iterator[None]:
    plan_sample.prepare(operator)
    propose(operator, plan_sample.root(operator), Asked(parse("2026"), lift=0.5), "test")
    yield
    plan_sample.forget(operator)


def opened(reader: Reader, address: str) -> Reader:
    reader.goto(address)
    reader.see(".tg-strip")
    reader.page.wait_for_load_state("networkidle")
    return reader


def press(reader: Reader, words: str, said: str) -> None:
    reader.page.get_by_role("button", name=words, exact=True).click()
    reader.see(".ad-said", said)


def test_three_negotiate_lock_and_publish(person: Person, operator: sa.Engine) -> None:
    city = opened(person().sign_in("gz"), AT.format("4401"))
    asked = float(city.page.locator(".tg-big").first.inner_text().split("\n")[0].replace("分", ""))
    city.page.get_by_label("意见或理由").fill("基站搬迁，三季度前难以完成")
    city.page.get_by_label("反提的目标值").fill(f"{asked - 0.2:.2f}")
    press(city, "反提", "反提已送交上级")
    city.see(".tg-steps", "基站搬迁")

    whole = opened(person().sign_in("quality"), AT.format("44"))
    whole.see(".tg-left.open", "其他区域分担")
    whole.page.locator('[row-id="4401"] [col-id="lift_mobile_overall"]').click()
    whole.page.wait_for_url("**at=4401**")
    press(whole, "接受反提", "差额由同级分担")

    opened(city, AT.format("4401") + "&view=trial")
    lock = city.page.locator('[row-id="440106"] [col-id="lock"]')
    lock.click()
    city.page.keyboard.type(f"{asked - 0.4:.2f}")
    city.page.keyboard.press("Enter")
    city.see(".tg-left", "尚未保存")
    city.page.get_by_label("为什么改（写入版本记录，下级看得到）").fill("天河地铁施工")
    press(city, "保存为新版本", "已保存为第 3 版")
    city.shot("targets-trial")

    county = opened(person(width=390).sign_in("th"), AT.format("440106"))
    county.see(".tg-big", f"{asked - 0.4:.2f}")
    press(county, "同意", "已同意")
    assert county.page.evaluate("document.documentElement.scrollWidth") <= 390
    county.shot("targets-390")

    opened(whole, AT.format("44"))
    press(whole, "锁定方案", "方案已锁定")
    press(whole, "发布方案", "方案已发布")
    judge(operator)
    opened(whole, AT.format("44"))
    whole.see(".tg-lines")
    whole.see("h1", "实际")
    whole.shot("targets-published")
    opened(county, AT.format("440106"))
    assert county.page.get_by_role("button", name="同意", exact=True).count() == 0, "nothing is changed any more"


def test_a_target_that_cannot_be_met_is_refused_by_name(person: Person) -> None:
    whole = opened(person().sign_in("quality"), AT.format("44") + "&view=trial")
    field = whole.page.locator(".tg-asked input").first
    field.fill("99")
    field.press("Tab")
    whole.see(".tg-left.bad", "达不到")
    words = whole.page.inner_text(".tg-left.bad")
    assert "最多" in words and "还差" in words and "广州市" in words
    whole.page.get_by_role("button", name="保存为新版本", exact=True).click()
    whole.see(".ad-said.fault", "达不到")


def test_another_s_plan_is_reached_by_no_route(person: Person) -> None:
    county = opened(person().sign_in("th"), AT.format("440106"))
    site, page = county.site, county.page
    for address in ("/targets?area=4403&period=2026-10", "/targets?area=440111&period=2026-10"):
        assert page.request.get(site + address).status == 403
    for name in ("targets", "targets-sheet", "targets-appraisal"):
        assert page.request.get(f"{site}/export/{name}?area=4403&period=2026-10&format=csv").status == 403
        own = page.request.get(f"{site}/export/{name}?area=440106&period=2026-10&at=440111&format=csv").text()
        assert "440111" not in own and "4403" not in own
    opened(county, AT.format("440106") + "&at=440111")  # a forged member falls back to the own area
    assert "白云" not in page.inner_text("#page")

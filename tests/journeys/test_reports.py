"""A manager asks for a report, sees it made, reads it page by page, takes it away and subscribes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

import sql
from dashboard.context import ZONE
from etl.commands.press import made
from etl.domain.period import parse
from etl.runner import Worker
from etl.schedule import JOBS
from etl.steps.reports import make_one
from tests.conftest import app_engine
from tests.dashboard.conftest import Face
from tests.journeys.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
Person = Callable[..., Reader]


@pytest.fixture(autouse=True)
def _afterwards(face: Face) -> Iterator[None]:
    yield
    with sql.begin(face.owner) as connection:
        connection.exec_driver_sql("DELETE FROM job_run WHERE job = 'report'")
        connection.exec_driver_sql("DELETE FROM report_subscription")
        connection.exec_driver_sql("ALTER TABLE report DISABLE TRIGGER report_kept")
        connection.exec_driver_sql("DELETE FROM report")
        connection.exec_driver_sql("ALTER TABLE report ENABLE TRIGGER report_kept")


def work(face: Face) -> None:
    """What the schedule does with the ask, in this process."""
    app = app_engine(face.owner)

    def one(order):  # type: ignore[no-untyped-def]
        asked = order.asked
        return make_one(order.target, asked["area"], parse(asked["period"]), asked["language"], asked["user"],
                        lambda wanted: iter([(each, made(app, each, True)) for each in wanted]), order.moment)  # fmt: skip

    run = Worker(face.owner, {"report": one}, [job.rule for job in JOBS], lambda: datetime.now(ZONE)).work()
    app.dispose()
    assert run is not None and run.error is None


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_from_the_button_to_the_pages(person: Person, face: Face, width: int, theme: str) -> None:
    reader = person(width, theme).sign_in("th")
    reader.see(".crumb.here")
    reader.goto("/reports?area=440106&period=2026-10")
    reader.page.locator(".rp-line", has_text="中文").get_by_role("button", name="生成").click()
    reader.see(".rp-asked .dt-state", "排队中")
    work(face)
    reader.see(".rp-asked .dt-state", "已生成")
    reader.page.locator(".rp-asked .rp-link").click()
    reader.see(".rp-facts", "SHA-256")
    reader.page.wait_for_function("() => [...document.querySelectorAll('.rp-sheet')].every((sheet) => sheet.naturalWidth > 1000)")
    with reader.page.expect_download() as taken:
        reader.page.get_by_role("link", name="下载 PDF").click()
    assert taken.value.path().read_bytes()[:5] == b"%PDF-"
    reader.page.get_by_role("button", name="订阅这个区域").click()
    reader.see(".ad-said", "已订阅")
    reader.see(".rp-line", "发给我")
    reader.shot(f"reports-{width}")
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width

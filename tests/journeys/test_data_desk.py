"""A data steward's morning: what went wrong, a file tried before it is loaded, a job asked for, and all of it followed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.app import create_app
from dashboard.config import Config
from etl import schedule
from etl.commands.feeds import shipped
from etl.commands.following import now
from etl.commands.jobs import works
from etl.config import Settings
from etl.runner import Worker, ask
from etl.steps import people
from etl.steps.publish import publish
from tests.conftest import create_database
from tests.dashboard.conftest import PASSWORD, Face, app_url
from tests.etl.feeds import sample
from tests.journeys.conftest import Reader
from tests.journeys.test_reachable import NAMELESS

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
Person = Callable[..., Reader]

NAME = "process_2026-07.csv"
HEADER = "at,area_code,cell,touchpoint_code,indicator,numerator,denominator\n"
GOOD = "".join(f"2026-07-{day:02d} 00:00:00,G2,cell-{cell},,coverage_rate,98,100\n" for day in range(1, 32) for cell in range(3))
FAULTY = "2026-07-02 00:00:00,G2,cell-9,,coverage_rate,many,100\n2026-07-03 00:00:00,G2,cell-9,,nothing_known,98,100\n"
PEOPLE = (("steward", "steward", "P"), ("county", "manager", "K1"))
WIDTHS = (390, 768, 1024, 1440)
ROOM = "() => document.scrollingElement.scrollWidth - window.innerWidth"


def settings_of(home: Path, store: sa.Engine) -> Settings:
    """An installation whose process feed is expected since May."""
    shutil.copytree(shipped("demo"), home / "feeds", ignore=shutil.ignore_patterns("__*"))
    feed = home / "feeds" / "process.toml"
    written = feed.read_text("utf-8")
    assert "[calendar]\n" in written
    feed.write_text(written.replace("[calendar]\n", "[calendar]\nsince = 2026-05-01\n"), "utf-8")
    url = store.url.render_as_string(hide_password=False)
    return Settings(home=home, database_url=url, app_database_url=None, bind="127.0.0.1:0")


@pytest.fixture
def store(server_url: str, tmp_path: Path) -> Iterator[sa.Engine]:
    owner = create_database(server_url)
    (tmp_path / "files").mkdir()
    sample.load_all(owner, tmp_path / "files")
    publish(owner)
    for login, role, area in PEOPLE:
        people.add_user(owner, login, login, PASSWORD, actor="test")
        people.set_scope(owner, login, role, area, None, actor="test")
    yield owner
    owner.dispose()


@pytest.fixture
def face(store: sa.Engine) -> Iterator[Face]:
    url = app_url(store)
    app = create_app(Config(database_url=url, secret="for-this-test-run", demo=True))
    yield Face(app, store, url)
    app.server.extensions["manyi"].store.dispose()


@pytest.fixture
def at_work(store: sa.Engine, tmp_path: Path) -> Iterator[None]:
    """The schedule's plan is there, and a worker does what is asked for."""
    settings = settings_of(tmp_path / "home", store)
    schedule.announce(store, schedule.JOBS, now())
    stop = threading.Event()
    worker = Worker(store, works(settings), [job.rule for job in schedule.JOBS], now)
    thread = threading.Thread(target=schedule.work_until, args=(stop, worker))
    thread.start()
    ask(store, "overdue", now(), "test")
    yield
    stop.set()
    thread.join()


def give(reader: Reader, content: str, name: str = NAME) -> None:
    with reader.page.expect_file_chooser() as chooser:
        reader.page.click("#data-choose")
    chooser.value.set_files({"name": name, "mimeType": "text/csv", "buffer": content.encode()})


def test_a_file_is_tried_then_loaded_and_appears(person: Person, face: Face, at_work: None) -> None:
    reader = person().sign_in("steward")
    reader.goto("/data?view=upload&area=P")
    reader.see("#data-choose")
    give(reader, HEADER + GOOD + FAULTY)
    reader.see(".dt-found", "试读通过")
    reader.see(".dt-rows", "读入 95 行 = 接受 93 + 拒收 2 + 重复 0")
    assert reader.page.locator(".dt-reasons tbody tr").count() == 2
    reader.see(".dt-reasons", "many")
    reader.see(".dt-reasons", "nothing_known")
    assert face.scalar("SELECT count(*) FROM file WHERE name = :name", name=NAME) == 0, "a dry run stores nothing"
    reader.shot("upload-tried")
    reader.page.click(".dt-found [data-post]")
    reader.see(".dt-found", "已装载")
    assert face.scalar("SELECT accepted_rows FROM file WHERE name = :name AND state = 'loaded'", name=NAME) == 93
    reader.page.click(".dt-found a.button")
    reader.see(".panel h2", NAME)
    reader.see(".dt-rows", "接受 93")
    reader.see("#data-files .ag-row", NAME)
    reader.shot("file-run")
    reader.page.click(".dt-views a:first-child")
    reader.see(".dt-feeds", NAME)


def test_incident_calendar_and_jobs_are_seen_and_a_job_is_followed(person: Person, face: Face, at_work: None) -> None:
    reader = person().sign_in("steward")
    reader.goto("/data?area=P")
    reader.see(".dt-square.s-overdue")
    reader.see(".dt-incidents", "尚未到达")
    assert "2026年" in (reader.page.locator(".dt-square.s-overdue").first.get_attribute("title") or "")
    reader.page.click(".dt-views a:has-text('任务')")
    reader.see(".dt-jobs", "每天 03:20")
    row = reader.page.locator(".dt-jobs tr", has_text="housekeeping")
    row.get_by_role("button", name="立即运行").click()
    row.locator(".dt-state", has_text="完成").wait_for()
    reader.see("#data-runs .ag-row", "steward")
    reader.page.locator(".dt-jobs tr", has_text="housekeeping").get_by_role("button", name="暂停").click()
    reader.see(".dt-jobs .s-paused", "steward 于")
    assert face.scalar("SELECT paused_by FROM job_pause") == "steward"
    reader.page.click(".dt-views a:has-text('发布')")
    reader.see(".dt-checks", "通过")
    assert reader.page.locator(".dt-checks > li").count() >= 10


@pytest.mark.parametrize(("theme", "language"), [("light", "zh"), ("dark", "en")])
def test_no_view_scrolls_sideways_and_every_control_has_a_name(person: Person, at_work: None, theme: str, language: str) -> None:
    reader = person(1440, theme, language).sign_in("steward")
    reader.see(".crumb.here")
    for view in ("feeds", "files", "jobs", "upload", "publications"):
        reader.goto(f"/data?area=P&view={view}")
        for width in WIDTHS:
            reader.page.set_viewport_size({"width": width, "height": 900})
            reader.see(".dt-views .on")
            reader.page.wait_for_timeout(300)
            reader.shot(f"desk-{view}-{width}-{theme}-{language}")
            assert reader.page.evaluate(ROOM) <= 0, (view, width)
        assert reader.page.evaluate(NAMELESS) == [] and reader.page.locator("h1").count() == 1, view


def test_a_county_sees_its_coverage_and_nothing_to_press(person: Person, at_work: None) -> None:
    reader = person().sign_in("county")
    reader.goto("/data?area=K1&view=jobs")
    reader.see(".view h1", "数据至")
    assert reader.page.locator(".dt-views, [data-post], #data-choose, .dt-incidents").count() == 0

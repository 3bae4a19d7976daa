"""A real browser in front of a real server; skipped with a reason where no Chromium is found."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.dashboard.conftest import PASSWORD, Face, face, operator  # noqa: F401 - fixtures
from tests.serving import served

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 30_000  # ms, for a machine that does other work too
WebGL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")


@pytest.fixture(scope="module")  # two players at once in one process are not possible, so each module ends its own
def browser() -> Iterator[Browser]:
    """Chromium, where it is installed; with ``MANYI_REQUIRE_BROWSER=1`` its absence is a failure."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("MANYI_REQUIRE_BROWSER") == "1":
            pytest.fail("MANYI_REQUIRE_BROWSER=1, but no Chromium is on the path")
        pytest.skip("no Chromium on the path; install it to run the browser journeys")
    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage", *WebGL])
        yield running
        running.close()


@pytest.fixture
def site(face: Face) -> Iterator[str]:  # noqa: F811
    """The dashboard's address while the test runs."""
    with served(face.app.server) as address:
        yield address


@dataclass
class Reader:
    """A person at a browser of their own, and what went wrong there."""

    site: str
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)

    def goto(self, address: str) -> None:
        self.page.goto(self.site + address)

    def sign_in(self, login: str, password: str = PASSWORD) -> Reader:
        self.goto("/login")
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.page.click("button[type=submit]")
        return self

    def see(self, selector: str, text: str | None = None) -> None:
        self.page.locator(selector, has_text=text).first.wait_for(timeout=PATIENCE)

    def shot(self, name: str) -> None:
        """Keep a picture where ``MANYI_SHOTS`` says, to be looked at."""
        folder = os.environ.get("MANYI_SHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
def person(browser: Browser, site: str) -> Iterator[Callable[..., Reader]]:
    """``person(width=390, theme="dark")``: a new reader; foreign requests and script errors fail the test at its end."""
    readers: list[Reader] = []

    def new(width: int = 1440, theme: str = "light", language: str = "zh") -> Reader:
        context = browser.new_context(viewport={"width": width, "height": 900 if width > 500 else 844})
        context.add_cookies(
            [{"name": "theme", "value": theme, "url": site}, {"name": "language", "value": language, "url": site}]
        )
        reader = Reader(site, context, context.new_page())
        reader.page.set_default_timeout(PATIENCE)
        reader.page.on("request", lambda request: _foreign(reader, request.url))
        reader.page.on("pageerror", lambda error: reader.faults.append(f"script: {error}"))
        reader.page.on("console", lambda said: said.type == "error" and reader.faults.append(f"console: {said.text}"))
        readers.append(reader)
        return reader

    yield new
    faults = [fault for reader in readers for fault in reader.faults]
    for reader in readers:
        reader.context.close()
    assert faults == []


def _foreign(reader: Reader, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and f"{parts.scheme}://{parts.netloc}" != reader.site:
        reader.faults.append(f"foreign request: {url}")

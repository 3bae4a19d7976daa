"""What ``manyi demo`` starts, publishes, shows to a manager, a colleague and a stranger, and puts away.

One file: its tests share a cold start that takes minutes, and with several workers a file stays in one of them.
"""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
import sqlalchemy as sa

from etl.demo.chain import ITEMS
from etl.demo.panel import PANEL_ITEMS
from tests import recomputed
from tests.demonstration.conftest import (
    DEMO,
    Running,
    command,
    environment,
    free_address,
    interrupt,
    processes_of,
    set_apart,
    wait_until,
    wait_until_served,
    wait_until_whole,
)
from tests.journeys.conftest import PATIENCE, Reader, browser, person  # noqa: F401 - fixtures

Person = Callable[..., Reader]
LEFT = "invitations_2024-11.csv"
QUARTER = (date(2026, 7, 1), date(2026, 9, 30))


@pytest.fixture
def site(running: Running) -> str:
    return running.url


def heading(reader: Reader, area: str) -> None:
    reader.page.wait_for_function(
        "area => document.querySelector('.ov-say h1')?.innerText.includes(area)", arg=area, timeout=PATIENCE
    )


def click_tile(reader: Reader, name: str) -> None:
    label = reader.page.locator("#ov-map .scatterlayer text", has_text=name).first
    label.wait_for(timeout=PATIENCE)
    box = label.bounding_box()
    assert box is not None
    reader.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    reader.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def figures(reader: Reader) -> list[str]:
    """What the cards say, without the pictures."""
    return [" ".join(text.split()) for text in reader.page.locator(".ov-card").all_inner_texts()]


@pytest.mark.browser
def test_province_to_grid_by_map_and_by_table_and_back(person: Person, running: Running) -> None:  # noqa: F811
    reader = person().sign_in("quality", running.passwords["quality"])
    reader.goto("/overview?area=44&period=2026-10")
    heading(reader, "广东省")
    click_tile(reader, "广州")
    heading(reader, "广州市")
    reader.page.locator(".ov-grid .ag-cell", has_text="天河区").first.click()
    heading(reader, "天河区")
    reader.page.locator(".ov-grid .ag-cell", has_text="网格").first.click()
    reader.page.wait_for_url(re.compile("area=440106[^&]"), timeout=PATIENCE)
    reader.page.go_back()
    heading(reader, "天河区")
    reader.page.go_back()
    heading(reader, "广州市")


@pytest.mark.browser
def test_the_address_shows_a_permitted_colleague_the_same(person: Person, running: Running) -> None:  # noqa: F811
    address = "/overview?area=440106&period=2026-10&outcome=mobile_network"
    seen = []
    for login in ("quality", "guangzhou", "tianhe"):
        reader = person().sign_in(login, running.passwords[login])
        reader.goto(address)
        heading(reader, "天河区")
        seen.append(figures(reader))
    assert len(seen[0]) == 10 and seen[0] == seen[1] == seen[2]


@pytest.mark.browser
def test_a_county_sees_nothing_outside(person: Person, running: Running) -> None:  # noqa: F811
    reader = person().sign_in("tianhe", running.passwords["tianhe"])
    reader.see(".crumb.here")
    reader.goto("/overview?area=440105&period=2026-10")
    reader.see(".no-page h1", "您无权查看")
    assert "海珠" not in reader.page.content()
    reader.faults.clear()  # the refusal's own 403


@pytest.mark.browser
def test_screens(person: Person, running: Running) -> None:  # noqa: F811
    """The overview of every level opens without an error and keeps inside the screen, in each width, theme and language once."""
    for width, theme, language in ((1440, "light", "zh"), (390, "dark", "en")):
        reader = person(width=width, theme=theme, language=language).sign_in("quality", running.passwords["quality"])
        for area in ("44", "4401", "440106", "440106001-1"):
            reader.goto(f"/overview?area={area}&period=2026-10")
            reader.see(".ov-card")
            reader.page.wait_for_load_state("networkidle")
            assert reader.page.evaluate("() => document.documentElement.scrollWidth") == width
            reader.shot(f"overview-{area}-{width}-{theme}-{language}")


@pytest.mark.browser
def test_nothing_was_fetched_from_elsewhere(running: Running) -> None:
    """The page's own files name no foreign address to load from."""
    assets = Path(__file__).parents[2] / "assets"
    for path in (*assets.rglob("*.css"), *assets.rglob("*.js")):
        assert not re.search(r"url\(\s*['\"]?https?:|@import\s+['\"]?https?:|src\s*=\s*['\"]https?:", path.read_text("utf-8")), path


def test_scores_equal_a_recomputation_at_every_level(running: Running) -> None:
    compared, wrong = recomputed.differences(running.store, *QUARTER, "mq", ("all", "brand", "mode", "segment"), "own")
    assert wrong.empty, wrong.head().to_string()
    with running.store.connect() as connection:
        levels = pd.read_sql(
            sa.text(
                "SELECT a.level, count(*) AS cells FROM score_rollup s JOIN area a USING (area_id) "
                "WHERE s.last_pub = 2147483647 AND s.period IN ('m', 'q') AND s.start BETWEEN :first AND :last "
                "AND s.cut IN ('all', 'brand', 'mode', 'segment') GROUP BY a.level ORDER BY 1"
            ),
            connection, params={"first": QUARTER[0], "last": QUARTER[1]},
        )  # fmt: skip
    assert compared == levels["cells"].sum()
    assert set(levels["level"]) >= {1, 2, 3, 4}


def test_days_and_weeks_equal_a_recomputation(running: Running) -> None:
    # ISO weeks 2026-W36 to 2026-W39
    compared, wrong = recomputed.differences(running.store, date(2026, 8, 31), date(2026, 9, 27), "dw", ("all",), "own")
    assert compared > 1000
    assert wrong.empty, wrong.head().to_string()


def scalar(running: Running, statement: str) -> int:
    with running.store.connect() as connection:
        return int(connection.execute(sa.text(statement)).scalar_one())


def test_the_whole_tree_is_there_and_all_rows_are_counted(running: Running) -> None:
    alive = "kind <> 'unknown' AND valid_from <= '2026-11-14' AND valid_to > '2026-11-14'"
    levels = [scalar(running, f"SELECT count(*) FROM area WHERE level = {level} AND {alive}") for level in (1, 2, 3)]
    assert levels == [1, 21, 137]
    assert scalar(running, f"SELECT count(*) FROM area WHERE level = 4 AND {alive}") >= 3000
    assert scalar(running, "SELECT count(*) FROM touchpoint WHERE kind = 'hall'") >= 3660
    assert scalar(running, "SELECT count(*) FROM file WHERE state <> 'loaded'") == 0
    assert scalar(running, "SELECT sum(read_rows - accepted_rows - rejected_rows - duplicate_rows) FROM file") == 0
    truth = json.loads((running.home / "inbox" / "truth" / "truth.json").read_text("utf-8"))
    planted = sum(count for faults in truth["bad_rows"].values() for count in faults.values())
    rejected = scalar(running, "SELECT sum(rejected_rows) FROM file")
    assert 0 < rejected <= planted, "some planted faults end as duplicates or as facts of an unknown place"
    assert rejected == scalar(running, "SELECT count(*) FROM (SELECT DISTINCT file_id, line FROM rejected_row) r")
    later = sum(answers_in(path) for path in set_apart(running.home) if path.name.startswith(("survey", "tcsi")))
    assert 0 < later < truth["answers"]
    assert 0.995 * truth["answers"] < scalar(running, "SELECT count(*) FROM answer") + later < 1.005 * truth["answers"]


def answers_in(path: Path) -> int:
    """Scores a file of answers holds."""
    return sum(pl.read_csv(path, infer_schema=False, columns=list(PANEL_ITEMS if path.name.startswith("tcsi") else ITEMS)).count().row(0))


PUBLISHED_MONTHS = "SELECT count(DISTINCT start) FROM score_rollup WHERE period = 'm' AND cut = 'all' AND last_pub = 2147483647"


def test_the_first_page_has_fourteen_months(running: Running) -> None:
    assert scalar(running, PUBLISHED_MONTHS) == 14, "October 2025 to November 2026: the last complete month and the same a year ago"
    assert scalar(running, "SELECT max(publication_id) FROM publication") == 1


def test_secrets_are_for_the_installing_account_alone(running: Running) -> None:
    for name in ("secret", "owner.password", "demo-logins.json"):
        assert stat.S_IMODE((running.home / name).stat().st_mode) == 0o600, name
    shown = subprocess.run(["ps", "axo", "args"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    for password in ((running.home / "owner.password").read_text().strip(), (running.home / "secret").read_text().strip()):
        assert password not in shown


def test_the_store_passes_its_own_check(running: Running) -> None:
    done = subprocess.run([sys.executable, "-m", "etl", "db", "check", "--json"], capture_output=True, text=True, check=False,
                          env=environment(running.home, running.bind))  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert [finding for finding in json.loads(done.stdout) if finding["severity"] == "fail"] == []


def test_a_second_start_beside_it_is_refused_by_its_address(running: Running) -> None:
    done = subprocess.run([sys.executable, "-m", "etl", "demo"], capture_output=True, text=True, check=False,
                          env=environment(running.home, running.bind))  # fmt: skip
    assert done.returncode == 2
    assert "MANYI_BIND" in done.stderr


def test_another_operator_in_the_same_home_is_refused(running: Running) -> None:
    done = subprocess.run([sys.executable, "-m", "etl", "demo", "--seed", "7"], capture_output=True, text=True, check=False,
                          env=environment(running.home, free_address()))  # fmt: skip
    assert done.returncode == 2
    assert "MANYI_HOME" in done.stderr


def test_started_again_it_goes_on_with_the_older_months_and_stopped_it_leaves_nothing(running: Running) -> None:
    """Runs last in this file: what served the others makes room. Of the older months' files one is left, for a month takes its
    time; what a delivery publishes, and how it goes on where it was interrupted, is seen in test_filling.py."""
    interrupt(running.process)
    for path in set_apart(running.home):
        if path.name != LEFT:
            path.unlink()
    files = scalar(running, "SELECT max(file_id) FROM file")
    log = running.home.parent / "warm.log"
    again = command(running.home, running.bind, log, *DEMO)
    wait_until_served(again, running.bind, log)
    assert "generating" not in log.read_text()
    wait_until_whole(again, running.home, log)
    with running.store.connect() as connection:
        new = connection.execute(sa.text("SELECT name, state FROM file WHERE file_id > :files"), {"files": files}).all()
    assert new == [(LEFT, "loaded")], "what was loaded before is not loaded again"
    assert scalar(running, "SELECT count(*) FROM job_run WHERE job = 'publish' AND state = 'done'") == 1
    assert scalar(running, "SELECT count(*) FROM job_run WHERE job = 'propose' AND asked->>'in_force' = 'true'") == 1, "a plan is on its way"
    wait_until(lambda: any("etl schedule" in words for words in processes_of(running.home)), again, log)
    running.store.dispose()
    assert interrupt(again) == 0
    assert processes_of(running.home) == []

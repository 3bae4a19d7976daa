"""Where nothing can be shown the reader is told why, and led on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.nowhere import without_period
from dashboard.pages.overview import data
from dashboard.pages.overview.away import away, latest_with_data
from tests.conftest import app_engine
from tests.dashboard import sample
from tests.dashboard.conftest import Face, ask

Reader = Callable[[str], FlaskClient]
HREF = "http://localhost"


def told(answer: TestResponse) -> str:
    return json.dumps(json.loads(answer.get_data(as_text=True)), ensure_ascii=False)


@pytest.fixture(scope="module")
def engines(operator: sa.Engine) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    app = app_engine(operator)
    yield operator, app
    app.dispose()


@pytest.mark.parametrize(("asked", "said"), [("2020-01", "从 2024-08-01 开始"), ("2026-12", "到 2026-11-08 为止")])
def test_a_period_without_data_says_so_and_leads_to_the_latest_with_data(
    face: Face, reader: Reader, asked: str, said: str
) -> None:
    text = told(ask(reader("th"), face.app, "ov-say", address__href=f"{HREF}/overview?area=440106&period={asked}"))
    assert said in text and "/overview?area=440106&period=2026-10" in text
    assert "ov-card" not in text, "no cards of nothing"


def test_an_empty_period_borrows_no_earlier_answers(engines: tuple[sa.Engine, sa.Engine]) -> None:
    view = data.load(sample.context(*engines, "province", "44", "2026-12"))
    assert all(card.reading is None for card in view.cards)
    assert data.load(sample.context(*engines, "province", "44", "2026-11")).card.reading is not None


def test_before_the_first_publication_the_way_leads_to_the_data_page(engines: tuple[sa.Engine, sa.Engine]) -> None:
    bare = replace(sample.context(*engines), publication=None)
    assert latest_with_data(bare) is None
    text = str(away(bare).to_plotly_json())
    assert "还没有发布" in text and "/data" in text


def test_an_area_that_does_not_exist_leads_to_ones_own(face: Face, reader: Reader) -> None:
    text = told(ask(reader("th"), face.app, "page.children", address__href=f"{HREF}/overview?area=99999"))
    assert "没有这个区域" in text and "99999" in text
    assert "去天河区" in text and "/overview?area=440106" in text


def test_a_period_that_cannot_be_read_leads_to_the_latest_of_the_same_area(face: Face, reader: Reader) -> None:
    href = f"{HREF}/overview?area=4401&period=2026-13&outcome=hall"
    text = told(ask(reader("quality"), face.app, "page.children", address__href=href))
    assert "没有这个周期" in text and '"/overview?area=4401&outcome=hall"' in text
    assert without_period(href) == "/overview?area=4401&outcome=hall"


def test_the_data_page_explains_what_in_means_and_why_a_fact_reaches_further(face: Face, reader: Reader) -> None:
    with face.owner.begin() as connection:
        place = "SELECT area_id FROM area WHERE code = :code"
        for code, day in (("440106", date(2026, 11, 2)), ("4401-?", date(2026, 11, 8))):
            connection.execute(
                sa.text(f"INSERT INTO coverage VALUES (1, ({place}), 'process', :day) ON CONFLICT DO NOTHING"),
                {"code": code, "day": day},
            )
    text = told(ask(reader("quality"), face.app, "page.children", address__href=f"{HREF}/data?area=4401"))
    assert "满意度答卷不早于 2026-11-01" in text and "往前 7 天" in text
    assert "过程指标合计至 2026-11-08" in text and "自己的读数至 2026-11-02" in text
    assert "满意度答卷到 2026-11-08，不早于 2026-11-01" in text
    narrow = told(ask(reader("th"), face.app, "page.children", address__href=f"{HREF}/data"))
    assert "合计至" not in narrow, "what lies beside one's area is not told"

"""The mail that carries alerts: what it says, to whom, and that any client can show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa

import sql
from dashboard.mail.compose import DETAILED, LINES, Frame, Mail, Told, compose
from etl.steps import people
from tests.conftest import app_engine, create_database
from tests.dashboard import alerts_sample, sample
from tests.dashboard.alerts_sample import BAIYUN, FEED, NANSHAN, NOW, OVER, TIANHE

URL = "https://manyi.example"
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def store(server_url: str) -> Iterator[sa.Engine]:
    owner = create_database(server_url, sample.build)
    with sql.begin(owner) as connection:
        alerts_sample.add(connection)
    people.add_user(owner, "quality", "质量部", "demo password 1", actor="test")
    people.set_scope(owner, "quality", "quality", "44", actor="test")
    yield owner
    owner.dispose()


def written(store: sa.Engine, *items: Told, login: str = "quality", language: str = "zh", kind: str = "alert") -> Mail:
    with store.connect() as connection:
        user = connection.scalar(sa.text("SELECT user_id FROM app_user WHERE login = :login"), {"login": login})
    app = app_engine(store)
    try:
        return compose(app, Frame(user, login, language, URL, NOW, demo=True), items, kind)
    finally:
        app.dispose()


def test_one_fall_is_told_with_all_that_is_known_of_it(store: sa.Engine) -> None:
    mail = written(store, Told(TIANHE, ("fired",)))
    assert mail.subject == "【预警】天河区 移动网络质量 74.2，2026年9月以来平均低于预期 6.1" and mail.seen == {TIANHE}
    for words in (mail.text, mail.html):
        for part in ("74.2", "95% 区间 72.6 ~ 75.8", "n=812", "80.3", "2026年9月", "天河一网格（−2.1）", "网络质量", "新预警 · 紧急"):
            assert part in words or part == "新预警 · 紧急", part
        assert "演示" in words or "虚构" in words
    assert f"{URL}/alerts?area=440106&alert={TIANHE}&act=acknowledge" in mail.text
    assert f"{URL}/overview?area=440106&period=2026-10&outcome=mobile_network" in mail.text
    assert list(mail.pictures) == [f"trend{TIANHE}"] and mail.pictures[f"trend{TIANHE}"].startswith(b"\x89PNG")
    assert len(mail.pictures[f"trend{TIANHE}"]) < 60_000


def test_the_most_pressing_leads_and_what_may_not_be_seen_is_left_out(store: sa.Engine) -> None:
    items = (Told(NANSHAN, ("fired",)), Told(OVER, ("recovered",)), Told(BAIYUN, ("fired", "escalated")), Told(TIANHE, ("worsened",)))
    mail = written(store, *items)
    assert mail.subject.startswith("【预警升级】白云区") and mail.subject.endswith("另有 3 条")
    order = [mail.text.index(name) for name in ("白云区", "南山区", "天河区", "香洲区")]
    assert order == sorted(order), "what went up, what is new, what got worse, what is over"
    own = written(store, *items, login="guangzhou")
    assert own.seen == {BAIYUN, TIANHE} and "南山区" not in own.text + own.html + own.subject
    assert written(store, Told(NANSHAN, ("fired",)), login="tianhe").seen == frozenset()


@pytest.mark.parametrize(("what", "kind", "tag"), [("recovered", "recovered", "Recovered"), ("still", "digest", "Alert digest"),
                                                   ("reminded", "alert", "Reminder"), ("worsened", "alert", "Worse")])  # fmt: skip
def test_english_is_english(store: sa.Engine, what: str, kind: str, tag: str) -> None:
    mail = written(store, Told(TIANHE, (what,), held=what == "still"), Told(FEED, (what,)), language="en", kind=kind)
    assert mail.subject.startswith(f"[{tag}] ") and "n=812" in mail.text
    names = {"网络质量", "demo_survey"}
    assert not CHINESE.search(re.sub("|".join(names), "", mail.subject + mail.text + mail.html))


class Tags(HTMLParser):
    def __init__(self, words: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_any_client_can_show_it_and_nothing_comes_from_elsewhere(store: sa.Engine) -> None:
    mail = written(store, Told(TIANHE, ("fired",)), Told(BAIYUN, ("fired",)))
    tags = Tags(mail.html).found
    assert {tag for tag, _ in tags} <= {"html", "head", "meta", "title", "body", "div", "table", "tr", "td", "h1", "h2", "p", "a", "img", "br"}
    assert all((attrs.get("src") or "").startswith("cid:") and attrs.get("alt") for tag, attrs in tags if tag == "img")
    assert all((attrs.get("href") or "").startswith(URL) for tag, attrs in tags if tag == "a")
    assert "url(" not in mail.html and "class=" not in mail.html and "position:" not in mail.html and "flex" not in mail.html


def test_what_somebody_wrote_stays_words(store: sa.Engine) -> None:
    with sql.begin(store) as connection:
        connection.execute(sa.text("UPDATE episode SET owner = '<script>alert(1)</script>' WHERE episode_id = :id"), {"id": BAIYUN})
    assert "<script" not in written(store, Told(BAIYUN, ("fired",))).html


def test_five_hundred_stay_one_short_mail(store: sa.Engine) -> None:
    with sql.begin(store) as connection:
        for at in range(500):
            alerts_sample.fall(connection, "440305", "voice", 2, rule="outcome_fall", subject=f"{at}", s=-3.2)
        numbers = list(connection.scalars(sa.text("SELECT episode_id FROM episode WHERE subject ~ '^[0-9]+$'")))
    mail = written(store, *(Told(number, ("fired",)) for number in numbers))
    assert mail.subject.endswith("另有 499 条") and mail.seen == set(numbers)
    assert len(mail.html) < 100_000, "longer mails are cut by some clients"
    assert mail.html.count("<a ") < 3 * DETAILED + LINES + 3 and f"还有 {500 - DETAILED - LINES} 条" in mail.html

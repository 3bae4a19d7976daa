"""The whole way: a published fall is found, told to who answers for it, and delivered; and its rule tried on the past."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.commands.console import Refused
from etl.commands.posting import deliver_all, notify_all
from etl.commands.trying import try_rule
from etl.config import Post, Settings
from etl.runner import Order
from etl.steps import people
from etl.steps.detect import detect
from tests.conftest import APP_PASSWORD
from tests.etl.detect_sample import NOW, Operator


@pytest.fixture
def operator(store: sa.Engine) -> Operator:
    made = Operator.build(store)
    for login, role, area in (("city", "manager", "A"), ("county", "manager", "A1"), ("other", "manager", "B"), ("quality", "quality", "P")):
        people.add_user(store, login, login, "demo password 1", actor="test", email=f"{login}@manyi.test")
        people.set_scope(store, login, role, area, actor="test")
    return made


@pytest.fixture
def settings(store: sa.Engine, tmp_path: Path) -> Settings:
    app = store.url.set(username="manyi_app", password=APP_PASSWORD).render_as_string(hide_password=False)
    return Settings(tmp_path, store.url.render_as_string(hide_password=False), app, "127.0.0.1:0", Post(public_url="https://manyi.test"))


def mails(settings: Settings) -> dict[str, str]:
    found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in settings.captured.glob("*.eml")]
    return {mail["To"].partition("@")[0]: str(mail["Subject"]) for mail in found}


def test_a_published_fall_reaches_who_answers_for_it_and_nobody_else(operator: Operator, settings: Settings) -> None:
    operator.publish(16, {"A1": (13, 9.0), "A2": (13, 9.0)})
    detect(operator.store, NOW)
    order = Order(operator.store, 1, "notify", NOW, NOW + timedelta(minutes=1))
    made, sent, told = notify_all(order, settings), deliver_all(order, settings), mails(settings)
    assert set(told) == {"city", "county", "quality"} and all(subject.startswith("【预警】A") for subject in told.values())
    assert told["city"].endswith("，另有 1 条") and told["county"].startswith("【预警】A1 ") and "另有" not in told["county"]
    assert made["notified"] == 3 and sent == {"captured": 3}
    assert notify_all(order, settings) == {} and deliver_all(order, settings) == {}


def test_a_rule_is_tried_on_the_published_past(operator: Operator) -> None:
    operator.publish(20, {"A1": (15, 9.0)})

    def tried(**limits: float) -> dict[str, object]:
        asked = {"rule": "outcome_fall", "limits": limits}
        return try_rule(Order(operator.store, 1, "try-rule", NOW, NOW, "quality", asked))

    usual, deaf = tried(), tried(county=30, city=30, province=30, single=40)
    assert usual["months"] == 8 and usual["alerts"] >= 1 and deaf["alerts"] == 0  # type: ignore[operator]
    assert [one["area"] for one in usual["latest_alerts"]] == ["A1"]  # type: ignore[union-attr]
    with pytest.raises(Refused, match="no rule of falls"):
        tried(nothing=1.0)

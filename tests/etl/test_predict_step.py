"""Predicted customers in the store: learnt from those who answered, measured on the last months, told of those who did not; by a
model that is registered, and to those alone who may see customers."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

import sql
from etl.domain import dissatisfaction
from etl.steps import predict as module
from etl.steps import predict_customers
from etl.steps.predict import ChangedModel, predict, predict_due
from tests.conftest import app_engine
from tests.etl import rollup_sample

FIRST, LAST, NOW = date(2026, 3, 1), date(2026, 7, 24), datetime(2026, 7, 25, 4, 40, tzinfo=UTC)
ANSWERED, UNASKED = 900, 120
TOPICS = ("network", "tariff")


@pytest.fixture
def store_with_customers(store: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> tuple[sa.Engine, dict[str, int]]:
    """900 customers who complained and answered, dissatisfied mostly over the network; 120 who complained and were never asked."""
    monkeypatch.setattr(dissatisfaction, "TREES", 40)
    monkeypatch.setattr("etl.domain.proof.BOOTSTRAPS", 40)
    ids = rollup_sample.build(store, responses=50)
    rng = np.random.default_rng(3)
    with sql.begin(store) as connection:
        connection.execute(sa.text("DELETE FROM complaint"))
        overall = rollup_sample.codes(connection)["mobile_overall"]
        hall = rollup_sample.codes(connection)["coverage_signal"]
        responses, answers, complaints = [], [], []
        for number in range(ANSWERED + UNASKED):
            asked = number < ANSWERED
            day = FIRST + timedelta(days=int(rng.integers(20, 146))) if asked else LAST - timedelta(days=int(rng.integers(0, 25)))
            topic, area = TOPICS[int(rng.random() < 0.5)], ids["b2" if number % 2 else "d1"]
            opened = day - timedelta(days=int(rng.integers(1, 18)))
            complaints.append(_complaint(area, opened, b"k%05d" % number, topic, rng))
            if asked:
                key, bad = uuid.UUID(bytes=rng.bytes(16)), rng.random() < (0.6 if topic == "network" else 0.15)
                raw = int(rng.integers(1, 7) if bad else rng.integers(7, 11))
                responses.append((area, day, key, datetime.combine(day, datetime.min.time()) + timedelta(hours=15), "own", "sms", "mobile", "public", "4g", "after", "none", b"k%05d" % number, 1))
                answers.append((area, day, key, overall, raw, "1-10", (raw - 1) / 9 * 100))
                answers.append((area, day, key, hall, raw, "1-10", (raw - 1) / 9 * 100))  # another score of the same answer
        sql.copy(connection, "response", ("area_id", "day", "response_id", "answered_at", "brand", "mode", "business", "segment", "generation", "stage", "channel", "customer", "file_id"), responses)
        sql.copy(connection, "answer", ("area_id", "day", "response_id", "indicator_id", "raw", "scale", "score"), answers)
        sql.copy(connection, "complaint", ("area_id", "day", "complaint_id", "number", "opened_at", "due_at", "closed_at", "brand", "business", "segment", "generation", "stage", "channel", "topic1", "topic2", "status", "customer", "file_id"), complaints)
        connection.execute(sa.text("INSERT INTO publication (data_from, data_to) VALUES (:a, :b)"), {"a": FIRST, "b": LAST})
        connection.execute(sa.text("UPDATE policy SET value = 1 WHERE name = 'prediction_held_months'"))
    return store, ids


def _complaint(area: int, day: date, customer: bytes, topic: str, rng: np.random.Generator) -> tuple[Any, ...]:
    key, opened = uuid.UUID(bytes=rng.bytes(16)), datetime.combine(day, datetime.min.time()) + timedelta(hours=int(rng.integers(24)))
    closed = opened + timedelta(days=3) if rng.random() < 0.7 else None
    return (area, day, key, key.hex, opened, opened + timedelta(days=2), closed, "own", "mobile", "public", "4g", "after", "hotline",
            topic, topic, "closed" if closed else "open", customer, 1)  # fmt: skip


def frame(store: sa.Engine, query: str) -> pd.DataFrame:
    with store.connect() as connection:
        return pd.read_sql(sa.text(query), connection)


def test_customers_never_asked_are_told_by_what_was_learnt(store_with_customers: tuple[sa.Engine, dict[str, int]]) -> None:
    store, _ = store_with_customers
    assert predict_due(store)
    made = predict(store, NOW)
    rows = frame(store, "SELECT p.*, c.topic1 FROM dissatisfied_prediction p JOIN complaint c USING (customer)")
    assert made["predicted"] == len(rows) == UNASKED and set(rows["as_of"]) == {LAST}
    assert not {bytes(one) for one in rows["customer"]} & {b"k%05d" % number for number in range(ANSWERED)}
    network, tariff = (rows[rows["topic1"] == topic]["probability"].mean() for topic in TOPICS)
    assert network > 0.45 and tariff < 0.3
    assert (rows["low"] <= rows["high"]).all() and set(rows["band"]) <= {1, 2, 3}
    assert all("topic:network" in reasons for reasons in rows[rows["topic1"] == "network"]["reasons"])
    assert not predict_due(store) or not len(frame(store, "SELECT 1 FROM prediction_model"))


def test_the_last_months_are_held_out_and_the_card_says_what_they_showed(store_with_customers: tuple[sa.Engine, dict[str, int]]) -> None:
    store, _ = store_with_customers
    made = predict(store, NOW)
    model = frame(store, "SELECT * FROM prediction_model").iloc[0]
    assert model["held_from"] == date(2026, 6, 1) and model["customers"] == ANSWERED  # June, and what is in of July
    held = frame(store, "SELECT count(*) AS n FROM response WHERE customer LIKE 'k%' AND day >= '2026-06-01'")["n"].iloc[0]
    card = model["card"]
    assert card["rows"] == held and made["auc"] == card["model"]["auc"]["value"] > 0.62
    assert card["model"]["auc"]["low"] < card["model"]["auc"]["value"] < card["model"]["auc"]["high"]
    assert card["factors"][0]["feature"] == "topic"


def test_no_score_of_the_answer_is_an_input(store_with_customers: tuple[sa.Engine, dict[str, int]]) -> None:
    """Each answered a perception with the very same mark: knowing it would be knowing the verdict."""
    store, _ = store_with_customers
    with store.connect() as connection:
        rows = predict_customers.answered(connection, 1, FIRST, LAST, 60)
    assert rows["perceived"].isna().all() and (rows["perceptions"] == 0).all()
    names = {feature.name for feature in predict_customers.features_of(rows)}
    assert "score" not in names and "topic" in names
    assert predict(store, NOW)["auc"] < 0.85


def test_only_what_was_known_before_the_answer_counts(store_with_customers: tuple[sa.Engine, dict[str, int]]) -> None:
    store, ids = store_with_customers
    with sql.begin(store) as connection:
        day = connection.scalar(sa.text("SELECT day FROM response WHERE customer = 'k00000'"))
        sql.copy(connection, "complaint", ("area_id", "day", "complaint_id", "number", "opened_at", "due_at", "closed_at", "brand", "business", "segment", "generation", "stage", "channel", "topic1", "topic2", "status", "customer", "file_id"),
                 [_complaint(ids["b2"], day + timedelta(days=1), b"k00000", "afterwards", np.random.default_rng(1)),
                  _complaint(ids["b2"], day - timedelta(days=61), b"k00000", "long ago", np.random.default_rng(2))])  # fmt: skip
        rows = predict_customers.answered(connection, 1, FIRST, LAST, 60)
    mine = rows[rows["customer"].map(bytes) == b"k00000"].iloc[0]
    assert mine["complaints"] == 1 and mine["topic"] in TOPICS


def test_a_model_is_kept_until_a_further_month_and_a_changed_one_is_refused(store_with_customers: tuple[sa.Engine, dict[str, int]]) -> None:
    store, _ = store_with_customers
    first = predict(store, NOW)["model"]
    with sql.begin(store) as connection:
        connection.execute(sa.text("INSERT INTO publication (data_from, data_to) VALUES (:a, :b)"), {"a": FIRST, "b": LAST})
    assert predict(store, NOW + timedelta(days=1))["model"] == first
    kept = frame(store, "SELECT first_pub, last_pub, count(*) AS n FROM dissatisfied_prediction GROUP BY 1, 2 ORDER BY 1")
    assert kept[["first_pub", "last_pub"]].to_numpy().tolist() == [[1, 2], [2, 2147483647]]
    with sql.begin(store) as connection:
        connection.execute(sa.text("UPDATE prediction_model_content SET content = jsonb_set(content, '{bands}', '[0.0, 0.0]')"))
    with pytest.raises(ChangedModel, match="not the one that was registered"):
        predict(store, NOW + timedelta(days=1))
    with sql.begin(store) as connection:
        connection.execute(sa.text("INSERT INTO publication (data_from, data_to) VALUES (:a, '2026-07-31')"), {"a": FIRST})
    assert predict(store, NOW + timedelta(days=8))["model"] == first + 1  # July is complete: trained anew


def test_too_few_answers_predict_nobody_and_say_so(store: sa.Engine) -> None:
    rollup_sample.build(store, responses=20)
    assert not predict_due(store) and predict(store, NOW) == module.NONE
    with sql.begin(store) as connection:
        connection.execute(sa.text("INSERT INTO publication (data_from, data_to) VALUES (:a, :b)"), {"a": FIRST, "b": LAST})
    made = predict(store, NOW)
    assert made["predicted"] == 0 and "answer" in made["reason"]


def test_customers_are_seen_by_quality_and_by_managers_of_their_area_alone(store_with_customers: tuple[sa.Engine, dict[str, int]]) -> None:
    store, ids = store_with_customers
    predict(store, NOW)
    app = app_engine(store)
    seen = {}
    for role, area in (("quality", "P"), ("manager", "C2"), ("manager", "A"), ("analyst", "P"), ("admin", "P")):
        with sql.begin(store) as connection:
            user = connection.scalar(sa.text("INSERT INTO app_user (login, name, password_hash) VALUES (:l, 'x', 'x') RETURNING user_id"), {"l": f"{role}{area}"})
            connection.execute(sa.text("INSERT INTO user_grant (user_id, role, area_id) VALUES (:u, :r, :a)"), {"u": user, "r": role, "a": ids[area]})
            connection.execute(sa.text("SELECT refresh_user_area()"))
        with sql.scoped(app, user) as connection:
            seen[role, area] = connection.scalar(sa.text("SELECT count(*) FROM dissatisfied_prediction"))
    with sql.scoped(app, None) as connection:
        nobody = connection.scalar(sa.text("SELECT count(*) FROM dissatisfied_prediction"))
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), sql.scoped(app, None) as connection:
        connection.execute(sa.text("SELECT content FROM prediction_model_content"))
    app.dispose()
    assert seen == {("quality", "P"): UNASKED, ("manager", "C2"): UNASKED // 2, ("manager", "A"): 0, ("analyst", "P"): 0, ("admin", "P"): 0}
    assert nobody == 0

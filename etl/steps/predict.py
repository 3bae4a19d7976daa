"""Customers likely to be dissatisfied though never asked: a model learnt from those who answered, measured on the last months,
and told of those with complaints or perceptions of late but without an answer.

A model is trained anew when a further month is complete; in between the registered one is used. Only a model whose content has
the checksum it was registered with is used: one that was changed is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

import sql
from etl.domain import dissatisfaction, model_card
from etl.domain.dissatisfaction import TooFew
from etl.domain.features import Feature, refuse_leaks
from etl.domain.score import SCALES
from etl.steps import predict_customers as customers
from etl.steps.stages import Tell

PREDICTION = "unasked"
SEED = 20_260_101
HISTORY_MONTHS = 24
REASONS = 3
COLUMNS = ("area_id", "customer", "business", "segment", "probability", "low", "high", "band", "reasons", "last_contact", "as_of",
           "model_id", "first_pub")  # fmt: skip
NONE = {"publication": None, "predicted": 0}


class ChangedModel(RuntimeError):
    """A registered model whose content was changed."""


@dataclass(frozen=True)
class Policies:
    """The operator's numbers: a score up to which customers are dissatisfied, days looked back, months held out."""

    score: float
    days: int
    held_months: int

    @classmethod
    def read(cls, connection: sa.Connection, day: date) -> Policies:
        told = {row["name"]: row["value"] for row in sql.rows(connection, "etl/predict_policies", day=day)}
        score = SCALES["1-10"].score(told["dissatisfied_score"])
        return cls(score, int(told["prediction_days"]), int(told["prediction_held_months"]))


def predict_due(target: sa.Engine) -> bool:
    """Whether nobody was ever predicted and there is something to learn from; after that the plan decides."""
    with sql.begin(target) as connection:
        row = sql.one(connection, "etl/predict_due")
    return bool(row and row["due"])


def predict(target: sa.Engine, now: datetime, tell: Tell | None = None) -> dict[str, Any]:
    """Train when a further month is complete, predict on the latest publication, keep the list; what came of it in numbers."""
    with sql.begin(target.execution_options(isolation_level="REPEATABLE READ")) as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        latest = sql.one(connection, "etl/latest_publication")
        if latest is None or latest["data_to"] is None:
            return dict(NONE)
        publication, day = int(latest["publication_id"]), latest["data_to"]
        policies = Policies.read(connection, day)
        told = tell or (lambda done, of, step: None)
        told(0, 3, "answers")
        try:
            model_id, content = _model(connection, publication, latest["data_from"], day, policies, now, told)
        except TooFew as few:
            return {**NONE, "publication": publication, "reason": str(few)}
        told(2, 3, "customers")
        rows = list(_predicted(connection, publication, day, policies, model_id, content))
        sql.execute(connection, "etl/predict_close", p=publication)
        sql.copy(connection, "dissatisfied_prediction", COLUMNS, rows)
    auc = content["card"]["model"]["auc"]["value"]
    return {"publication": publication, "predicted": len(rows), "model": model_id, "auc": auc}


def _model(connection: sa.Connection, publication: int, since: date, day: date, policies: Policies, now: datetime,
           told: Tell) -> tuple[int, dict[str, Any]]:  # fmt: skip
    """The registered model, or a new one when the months held out have moved on or older answers have come."""
    held = customers.held_from(day, policies.held_months)
    first = max(since, customers.held_from(day, HISTORY_MONTHS))
    known = sql.one(connection, "etl/predict_model", prediction=PREDICTION)
    if known is not None and known["first_day"] <= first and customers.held_from(known["last_day"], policies.held_months) == held:
        return int(known["model_id"]), _registered(known)
    rows = customers.answered(connection, publication, first, day, policies.days)
    told(1, 3, "training")
    content = _trained(rows, held, policies, now)
    made = sql.one(
        connection, "etl/predict_register", prediction=PREDICTION, trained_at=now, first_day=first, last_day=day, held_from=held,
        customers=len(rows), dissatisfied=int((rows["score"] <= policies.score).sum()), card=json.dumps(content["card"]),
        checksum=content["checksum"], content=json.dumps(content, allow_nan=False),
    )  # fmt: skip
    assert made is not None  # noqa: S101  RETURNING of the row inserted
    return int(made["model_id"]), content


def _registered(known: Mapping[str, Any]) -> dict[str, Any]:
    content = dict(known["content"])
    if content.get("checksum") != known["checksum"] or model_card.checksum(content) != known["checksum"]:
        raise ChangedModel(f"the content of prediction model {known['model_id']} is not the one that was registered; "
                           "delete its row in prediction_model, and the next run trains a new one")  # fmt: skip
    return content


def _trained(rows: pd.DataFrame, held: date, policies: Policies, now: datetime) -> dict[str, Any]:
    """Measure on the answers from ``held`` on by a model that knows only what came before, then train on all."""
    if rows.empty:
        raise TooFew("no answer of a customer of whom anything was known before")
    features = customers.features_of(rows)
    truth, score = (rows["score"].to_numpy(float) <= policies.score).astype(float), rows["score"].to_numpy(float)
    refuse_leaks(features, rows, score, same_answer=("score",))
    later, who, rng = (rows["day"] >= held).to_numpy(), customers.groups(rows["customer"]), np.random.default_rng(SEED)
    proof = dissatisfaction.prove_later(features, rows, truth, later, rng, who)
    model = dissatisfaction.train(features, rows, truth, rng, who)
    told = {"prediction": PREDICTION, "held_from": held.isoformat(), "trained_at": now.isoformat(), "seed": SEED}
    return model_card.document(model, features, rows, told, model_card.card(proof, features), proof.predicted)


def _predicted(connection: sa.Connection, publication: int, day: date, policies: Policies, model_id: int,
               content: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """The rows of those never asked, as the table has them."""
    rows = customers.unasked(connection, publication, day, policies.days)
    if rows.empty:
        return
    model, features = model_card.opened(content), model_card.features_of(content)
    frame = rows.reindex(columns=[feature.name for feature in features])
    probability = model.probability(frame)
    low, high = model_card.proven_range(content, probability)
    bands, reasons = model_card.band(content, probability), _reasons(model, frame, features)
    for at, row in enumerate(rows.itertuples()):
        yield (row.area_id, bytes(row.customer), row.business, row.segment, float(probability[at]), float(low[at]),
               float(high[at]), int(bands[at]), reasons[at], row.day, day, model_id, publication)  # fmt: skip


def _reasons(model: dissatisfaction.Model, frame: pd.DataFrame, features: tuple[Feature, ...]) -> list[list[str]]:
    """Codes of what raises each probability most; a complaint's topic with its word."""
    topics = frame["topic"] if "topic" in frame else pd.Series(None, index=frame.index)
    found = model.reasons(frame, REASONS)
    return [
        [f"topic:{topic}" if code == "topic" and isinstance(topic, str) else code for code in codes]
        for codes, topic in zip(found, topics, strict=True)
    ]  # fmt: skip

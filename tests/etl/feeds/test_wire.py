"""What is packed for the binary COPY is what the tables then hold."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import sqlalchemy as sa

from etl.sources.keys import hex_ids, ids_of
from etl.sources.wire import TEXTS, Question, pack_answers, pack_responses
from etl.steps.copying import copy_rows
from tests.etl.feeds.sample import rows

COUNT = 45_000  # more than two blocks


def responses() -> pl.DataFrame:
    numbers = pl.int_range(COUNT, eager=True)
    texts = {name: pl.Series(["", "满意", "a" * at]).gather(numbers % 3) for at, name in enumerate(TEXTS, 1)}
    ids = ids_of(b"".join((number * 2**70 + number).to_bytes(16, "big") for number in range(COUNT)))
    at = pl.Series([datetime(1999, 12, 31, 23, 59, 59, 5), datetime(2026, 6, 1), datetime(2026, 6, 30, 12)]).gather(numbers % 3)
    return pl.DataFrame({
        "area_id": (numbers % 7).cast(pl.Int32), "day": pl.Series([date(2026, 6, 1), date(2026, 6, 30)]).gather(numbers % 2),
        "answered_at": at.cast(pl.Datetime("us")), "file_id": pl.repeat(3, COUNT, dtype=pl.Int32, eager=True), **texts,
        "touchpoint_id": pl.Series([None, 5], dtype=pl.Int32).gather(numbers % 2),
        "first": pl.Series([None, 1, 10, 4], dtype=pl.Int64).gather(numbers % 4),
        "second": pl.Series([0, None, 7], dtype=pl.Int64).gather(numbers % 3),
    }).hstack(ids)  # fmt: skip


def test_responses_arrive_as_they_were_packed(store: sa.Engine) -> None:
    sent = responses()
    customers = [None if at % 5 == 0 else at.to_bytes(16, "big") for at in range(COUNT)]
    with store.begin() as connection:
        connection.execute(sa.text("SELECT ensure_partitions('2026-06-01', '2026-06-01')"))
        copy_rows(connection, "response", pack_responses(sent, customers))
    got = rows(
        store,
        f"SELECT replace(response_id::text, '-', '') AS id, area_id, day, answered_at, file_id, touchpoint_id, customer, {', '.join(TEXTS)} FROM response",
    )
    expected = sent.with_columns(pl.Series("id", hex_ids(sent)), pl.Series("customer", customers, dtype=pl.Binary))
    assert sorted(map(tuple, (row.values() for row in got)), key=str) == sorted(expected.select(list(got[0])).rows(), key=str)


def test_answers_arrive_as_they_were_packed_each_on_its_scale(store: sa.Engine) -> None:
    sent = responses()
    questions = [Question("first", 9, "1-10"), Question("second", 4, "1-5"), Question("second", 6, "0-10")]
    with store.begin() as connection:
        connection.execute(sa.text("SELECT ensure_partitions('2026-06-01', '2026-06-01')"))
        copy_rows(connection, "answer", pack_answers(sent, questions))
    got = rows(
        store, "SELECT replace(response_id::text, '-', '') AS id, area_id, day, indicator_id, raw, scale, score FROM answer"
    )
    plain = sent.with_columns(pl.Series("id", hex_ids(sent))).rows(named=True)
    bounds = {"1-10": (1, 9), "1-5": (1, 4), "0-10": (0, 10)}
    expected = [
        (one["id"], one["area_id"], one["day"], question.indicator, one[question.column], question.scale,
         (one[question.column] - low) / span * 100)
        for one in plain for question in questions for low, span in [bounds[question.scale]] if one[question.column] is not None
    ]  # fmt: skip
    assert sorted(tuple(row.values()) for row in got) == sorted(expected)

"""The satisfaction index of a small operator: weights frozen, every area equal to pandas, parents equal to children."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from click.testing import Result
from typer.testing import CliRunner

import sql
from etl.__main__ import app
from etl.domain import tcsi_vintage
from etl.domain.tcsi_index import asked_enough, respondent_scores
from etl.domain.tcsi_model import Model, read_model
from etl.steps import check, define, tcsi
from etl.steps.publish import publish
from tests import recomputed
from tests.etl import rollup_sample
from tests.etl.domain.tcsi_sample import drawn

MODEL = read_model(define.shipped()["tcsi"])
KEY = ["area_id", "business", "construct", "period", "start"]
CURRENT = "SELECT * FROM tcsi_rollup WHERE last_pub = 2147483647"
FACTS = """
SELECT a.area_id, a.day, a.response_id, i.code, a.raw, r.business, r.segment, r.brand
FROM answer a JOIN indicator i USING (indicator_id) JOIN response r USING (area_id, day, response_id)
WHERE i.kind = 'item' AND r.brand = 'own'
"""


def frame(store: sa.Engine, query: str) -> pd.DataFrame:
    with store.connect() as connection:
        return pd.read_sql(sa.text(query), connection)


def number(store: sa.Engine, query: str) -> int:
    with store.connect() as connection:
        return int(connection.scalar(sa.text(query)) or 0)


def answer_items(connection: sa.Connection, rng: np.random.Generator, where: str = "true") -> None:
    """Every response answers the items, but for one in ten."""
    codes = rollup_sample.codes(connection)
    responses = connection.execute(sa.text(f"SELECT area_id, day, response_id FROM response WHERE {where} ORDER BY response_id")).all()
    table = drawn(len(responses), rng)
    table[rng.random(table.shape) < 0.1] = np.nan
    rows = [
        (*who, codes[item], raw, "1-10", (raw - 1) / 9 * 100)
        for who, given in zip(responses, table.tolist(), strict=True) for item, raw in zip(MODEL.items, given, strict=True) if raw == raw
    ]  # fmt: skip
    sql.copy(connection, "answer", ("area_id", "day", "response_id", "indicator_id", "raw", "scale", "score"), rows)


@pytest.fixture
def asked(store: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """A published operator whose customers answered the items."""
    monkeypatch.setattr(tcsi_vintage, "LEAST_SAMPLE", 100)
    monkeypatch.setattr(tcsi, "SAMPLES", 20)
    rollup_sample.build(store)
    with sql.begin(store) as connection:
        answer_items(connection, np.random.default_rng(5))
    assert publish(store).publication_id == 1
    yield store


def expected(store: sa.Engine) -> pd.DataFrame:
    """Every cell from the facts, the tree and the frozen weights alone."""
    facts = frame(store, FACTS)
    facts["day"] = pd.to_datetime(facts["day"])
    wide = facts.pivot(index=["area_id", "day", "response_id", "business", "segment", "brand"], columns="code", values="raw").reset_index()
    made = []
    for row in frame(store, "SELECT * FROM tcsi_vintage").itertuples():
        model: Model = read_model(row.model)
        part = wide[wide["business"] == row.business]
        answers = part[list(model.items)].to_numpy(float)
        scores = respondent_scores(model, np.array([row.weights[item] for item in model.items]), answers)
        scores = np.where(asked_enough(model, answers)[:, None], scores, np.nan)
        for at, code in enumerate(model.codes):
            made.append(part.assign(construct=code, x=scores[:, at]))
        gap = scores[:, model.codes.index("expectation")] - scores[:, model.codes.index("quality")]
        made.append(part.assign(construct="expectation-quality", x=gap))
    scored = pd.concat(made).dropna(subset="x").reset_index(drop=True)
    return _climbed(store, scored)


def _climbed(store: sa.Engine, scored: pd.DataFrame) -> pd.DataFrame:
    tree = frame(store, recomputed.TREE)
    for column in ("valid_from", "valid_to"):
        tree[column] = pd.to_datetime(tree[column])
    weights = frame(store, "SELECT area_id AS county, month, brand, business, segment, weight FROM weight_cell")
    weights["month"] = pd.to_datetime(weights["month"])
    scored = scored[["area_id", "day", "business", "segment", "brand", "construct", "x"]].assign(score=np.arange(len(scored)))
    placed = recomputed._placed(scored, tree)
    county = placed[placed["level"] == 3][["score", "ancestor_id"]].rename(columns={"ancestor_id": "county"})
    placed = placed.merge(county, on="score", how="left").assign(month=lambda t: recomputed.period_start(t["day"], "m"))
    placed = placed.merge(weights, how="left", on=["county", "month", "brand", "business", "segment"])
    w, x = placed["weight"].fillna(1.0), placed["x"]
    sums = placed[["business", "construct"]].assign(area_id=placed["ancestor_id"], n=1, sw=w, sw2=w * w, swx=w * x, swx2=w * x * x)
    kinds = [sums.assign(period=kind, start=recomputed.period_start(placed["day"], kind)) for kind in "mqy"]
    return pd.concat(kinds).groupby(KEY, as_index=False)[recomputed.SUMS].sum()


def assert_equal_to_pandas(store: sa.Engine) -> None:
    ours = frame(store, CURRENT)
    ours["start"] = pd.to_datetime(ours["start"])
    both = ours.merge(expected(store), on=KEY, how="outer", suffixes=("", "_pandas"))
    assert len(both) == len(ours) > 500
    for name in recomputed.SUMS:
        assert np.allclose(both[name].astype(float), both[f"{name}_pandas"].astype(float), rtol=1e-9, atol=1e-6), name


def test_every_area_and_period_equals_pandas(asked: sa.Engine) -> None:
    assert_equal_to_pandas(asked)
    with asked.connect() as connection:
        levels = set(connection.execute(sa.text(f"SELECT DISTINCT level FROM ({CURRENT}) r JOIN area USING (area_id)")).scalars())
    assert levels == {1, 2, 3, 4}


def test_items_are_rolled_up_as_indexes_alone(asked: sa.Engine) -> None:
    items = "SELECT indicator_id FROM indicator WHERE kind = 'item'"
    assert number(asked, f"SELECT count(*) FROM answer WHERE indicator_id IN ({items})") > 10_000
    assert number(asked, f"SELECT count(*) FROM score_rollup WHERE indicator_id IN ({items})") == 0


def test_weights_are_frozen_once(asked: sa.Engine) -> None:
    made = frame(asked, "SELECT business, year, n, first_pub, estimates FROM tcsi_vintage ORDER BY business")
    assert made[["business", "year", "first_pub"]].values.tolist() == [["broadband", 2026, 1], ["mobile", 2026, 1]]
    told = made["estimates"][0]
    assert len(told["paths"]) == 12 and all(path["low"] < path["value"] < path["high"] for path in told["paths"])
    assert publish(asked, everything=True).publication_id == 2
    assert number(asked, "SELECT count(*) FROM tcsi_vintage") == 2
    assert number(asked, "SELECT count(*) FROM tcsi_rollup WHERE first_pub <> 1 OR last_pub <> 2147483647") == 0
    for change in ("UPDATE tcsi_vintage SET n = 1", "DELETE FROM tcsi_vintage"):
        with pytest.raises(sa.exc.DBAPIError, match="frozen"), sql.begin(asked) as connection:
            connection.execute(sa.text(change))


def test_late_answers_change_their_periods_only(asked: sa.Engine) -> None:
    ids = {row.code: row.area_id for row in frame(asked, "SELECT code, area_id FROM area").itertuples()}
    with sql.begin(asked) as connection:
        rng = np.random.default_rng(17)
        before = {row.response_id for row in connection.execute(sa.text("SELECT response_id FROM response"))}
        rollup_sample.add_responses(connection, ids, rng, 30, date(2026, 5, 1), date(2026, 5, 31))
        connection.execute(sa.text("CREATE TEMP TABLE old AS SELECT unnest(CAST(:ids AS uuid[])) AS id"), {"ids": list(before)})
        answer_items(connection, rng, "response_id NOT IN (SELECT id FROM old)")
        rollup_sample.touch(connection, [date(2026, 5, 1)], ("answer",), file=2)
    assert publish(asked).publication_id == 2
    assert_equal_to_pandas(asked)
    changed = frame(asked, "SELECT DISTINCT period, start FROM tcsi_rollup WHERE first_pub = 2 ORDER BY 1, 2")
    assert [(row.period, str(row.start)) for row in changed.itertuples()] == [("m", "2026-05-01"), ("q", "2026-04-01"), ("y", "2026-01-01")]
    assert number(asked, "SELECT count(*) FROM tcsi_rollup WHERE last_pub = 2") > 0


def test_weights_frozen_by_hand_are_applied_by_the_next_publication(asked: sa.Engine) -> None:
    with sql.begin(asked) as connection:
        row = connection.execute(sa.text("SELECT * FROM tcsi_vintage WHERE business = 'mobile'")).mappings().one()
        equal = {item: 1 / sum(item in c.items and len(c.items) for c in MODEL.constructs) for item in MODEL.items}
        sql.one(connection, "etl/tcsi_vintage_add", business="mobile", year=2025, scheme="path", n=999, p=None,
                model=json.dumps(row["model"]), weights=json.dumps(equal), estimates="{}")  # fmt: skip
    assert publish(asked).publication_id == 2, "though no fact is new"
    current = frame(asked, f"SELECT business, vintage_id, count(*) FROM ({CURRENT}) r GROUP BY 1, 2 ORDER BY 1")
    assert current["vintage_id"].tolist() == [1, 3]
    assert publish(asked).publication_id is None
    with asked.connect() as connection:
        assert [one.check for one in check.run_checks(connection) if one.severity == "fail"] == []


def test_a_parent_that_differs_from_its_children_stops_a_publication(asked: sa.Engine) -> None:
    with sql.begin(asked) as connection:
        connection.execute(sa.text("UPDATE tcsi_rollup r SET swx = swx + 1 FROM area a WHERE a.area_id = r.area_id AND a.level = 3 "
                                   "AND r.period = 'm' AND r.construct = 'loyalty' AND r.start = '2026-05-01'"))  # fmt: skip
        connection.execute(sa.text("UPDATE tcsi_rollup SET swx = sw * 101 WHERE period = 'y' AND construct = 'value'"))
    with asked.connect() as connection:
        found = {one.check for one in check.run_checks(connection) if one.severity == "fail"}
    assert found == {"tcsi_parents_equal_children", "tcsi_within_range"}


def test_a_store_without_the_items_has_no_index(store: sa.Engine) -> None:
    rollup_sample.build(store)
    assert publish(store).publication_id == 1
    assert number(store, "SELECT count(*) FROM tcsi_vintage") == number(store, "SELECT count(*) FROM tcsi_rollup") == 0


@pytest.mark.parametrize(
    ("year", "made", "vintage"),
    [(2026, {2024: 1, 2025: 2}, 2), (2025, {2024: 1, 2025: 2}, 1), (2024, {2024: 1, 2025: 2}, 1), (2023, {2024: 1}, 1), (2023, {}, None)],
)
def test_a_year_is_scored_with_the_weights_of_the_year_before(year: int, made: dict[int, int], vintage: int | None) -> None:
    assert tcsi_vintage.chosen(year, made) == vintage


def test_weights_fall_due_when_their_year_has_ended() -> None:
    assert tcsi_vintage.due(2026, {2024, 2025, 2026}, ()) == [2024, 2025, 2026]
    assert tcsi_vintage.due(2026, {2026}, {2024}) == [2025]
    assert tcsi_vintage.due(2026, {2025, 2026}, {2024, 2025}) == []


def test_the_command_estimates_the_store_and_freezes_on_request(asked: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*words: str) -> Result:
        monkeypatch.setattr("etl.commands.tcsi.open_store", lambda: asked)
        return CliRunner().invoke(app, ["tcsi", "estimate", "--bootstrap", "0", "--json", *words])

    told = json.loads(run("--business", "mobile", "--year", "2026").stdout)
    frozen = frame(asked, "SELECT * FROM tcsi_vintage WHERE business = 'mobile'").iloc[0]
    assert told["item_weights"] == frozen["weights"] and told["n"] == frozen["n"] and told["vintage"] is None
    assert json.loads(run("--business", "mobile", "--year", "2026", "--scheme", "centroid", "--freeze").stdout)["vintage"] == 3
    assert publish(asked).publication_id == 2
    nothing = run("--business", "mobile", "--year", "2020")
    assert nothing.exit_code == 2 and "there are broadband 2026 (n=" in nothing.stderr
    assert run("--business", "mobile").exit_code == 2

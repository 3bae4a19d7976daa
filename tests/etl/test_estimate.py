"""Estimates of a publication: what is written, for which periods, and that they agree with the sums they are made of."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

import sql
from etl.domain.estimate import mean_interval
from etl.domain.small_area import fay_herriot
from etl.steps import check
from etl.steps.estimate import plan
from etl.steps.publish import publish
from tests.etl import rollup_sample

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
CURRENT = "last_pub = 2147483647"


def frame(store: sa.Engine, query: str) -> pd.DataFrame:
    with store.connect() as connection:
        return pd.read_sql(sa.text(query), connection)


@pytest.fixture
def published(store: sa.Engine) -> tuple[sa.Engine, dict[str, int]]:
    ids = rollup_sample.build(store)
    publish(store)
    return store, ids


def test_direct_values_are_those_of_their_windows(published: tuple[sa.Engine, dict[str, int]]) -> None:
    store, _ = published
    made = frame(store, "SELECT * FROM estimate WHERE period = 'm'")
    months = frame(store, "SELECT * FROM score_rollup WHERE period = 'm' AND cut = 'all'")
    assert len(made) > 50 and made["window_length"].isin([1, 3, 6, 12]).all() and made["window_length"].nunique() > 1
    for row in made.sample(40, random_state=1).itertuples():
        since = (pd.Timestamp(row.start) - pd.DateOffset(months=row.window_length - 1)).date()
        part = months[(months["area_id"] == row.area_id) & (months["indicator_id"] == row.indicator_id)
                      & (months["start"] >= since) & (months["start"] <= row.start)]  # fmt: skip
        wanted = mean_interval(*(part[name].sum() for name in ("n", "sw", "sw2", "swx", "swx2")))
        assert row.n == part["n"].sum()
        assert row.direct == pytest.approx(float(wanted.value))
        assert (row.n_eff, row.low, row.high) == pytest.approx((wanted.n_eff, wanted.low, wanted.high), rel=1e-5, nan_ok=True)
        assert row.deff == pytest.approx(row.n / row.n_eff, rel=1e-5)
        now = part[part["start"] == row.start]
        assert row.weight == pytest.approx(now["sw"].sum())


def test_children_are_shrunken_as_fay_and_herriot_would(published: tuple[sa.Engine, dict[str, int]]) -> None:
    store, _ = published
    made = frame(store, f"SELECT e.*, a.level, a.kind FROM estimate e JOIN area a USING (area_id) WHERE {CURRENT} AND period = 'y'")
    sums = frame(store, f"SELECT * FROM score_rollup WHERE period = 'y' AND cut = 'all' AND {CURRENT}").merge(
        made[["area_id", "indicator_id", "level", "parent_id", "shrunken", "reliability"]], on=["area_id", "indicator_id"]
    )
    checked = 0
    for _, part in sums[sums["level"] == 4].groupby("indicator_id"):
        effective = np.minimum(part["sw"] ** 2 / part["sw2"], part["n"])
        mean = part["swx"] / part["sw"]
        spread = ((part["swx2"] / part["sw"] - mean**2) * effective)[effective > 1].sum() / (effective[effective > 1] - 1).sum()
        intercepts = pd.get_dummies(part["parent_id"]).to_numpy(float)
        wanted = fay_herriot(mean, spread / effective, intercepts)
        assert part["shrunken"].to_numpy() == pytest.approx(wanted.eblup, abs=1e-3)
        assert part["reliability"].to_numpy() == pytest.approx(wanted.reliability, abs=1e-4)
        checked += 1
    assert checked >= 3


def test_weighted_children_make_their_parent_at_every_level(published: tuple[sa.Engine, dict[str, int]]) -> None:
    store, ids = published
    made = frame(store, f"SELECT * FROM estimate WHERE {CURRENT}")
    key = ["indicator_id", "period", "start"]
    made["total"] = made["weight"] * made["benchmarked"]
    members = made[made["weight"] > 0].groupby(["parent_id", *key])[["weight", "total"]].sum()
    members = (members["total"] / members["weight"]).rename("members").reset_index()
    both = members.merge(made, left_on=["parent_id", *key], right_on=["area_id", *key])
    assert len(both) > 100
    assert both["members"].to_numpy() == pytest.approx(both["benchmarked"].to_numpy(), abs=1e-9)
    top = made[made["area_id"] == ids["P"]]
    assert (top["parent_id"] == 0).all()
    assert top["benchmarked"].to_numpy() == pytest.approx(top["direct"].to_numpy())


def test_a_moved_grid_is_shrunken_where_it_stands_and_an_ended_one_is_silent(
    published: tuple[sa.Engine, dict[str, int]],
) -> None:
    store, ids = published
    made = frame(store, f"SELECT * FROM estimate WHERE {CURRENT} AND period = 'm'")

    def parents(code: str, month: date) -> set[int]:
        return set(made[(made["area_id"] == ids[code]) & (made["start"] == month)]["parent_id"])

    assert parents("a3", date(2026, 4, 1)) == {ids["A"]}
    assert parents("a3", JUNE) == {ids["B"]}
    assert parents("a1", JUNE) == {ids["A"]}  # it lived until the tenth
    assert parents("a1", JULY) == set()
    assert parents("a1x", JULY) == {ids["A"]}


def test_unknown_members_are_not_ranked(published: tuple[sa.Engine, dict[str, int]]) -> None:
    store, _ = published
    made = frame(store, "SELECT e.*, a.kind FROM estimate e JOIN area a USING (area_id)")
    assert (made[made["kind"] == "unknown"]["first_rank"] == 0).all()
    thin = (made["n_eff"] < 30) & (made["window_length"] == made["proof_window"])
    assert thin.any() and (made[thin]["first_rank"] == 0).all()
    assert (made["first_rank"] > 0).any()
    assert made["display"].isin([0, 1, 2, 3]).all() and made["display"].nunique() >= 3


def test_unchanged_estimates_are_not_written_again(published: tuple[sa.Engine, dict[str, int]]) -> None:
    store, ids = published
    publish(store, everything=True)
    assert (frame(store, "SELECT first_pub, last_pub FROM estimate").drop_duplicates().to_numpy() == [[1, 2147483647]]).all()
    with sql.begin(store) as connection:
        rollup_sample.add_responses(connection, ids, np.random.default_rng(9), 20, MAY, date(2026, 5, 31))
        rollup_sample.touch(connection, [MAY], ("answer",), file=2)
    third = publish(store).publication_id
    closed = frame(store, f"SELECT DISTINCT period, start FROM estimate WHERE last_pub = {third}")
    new = frame(store, f"SELECT DISTINCT period, start FROM estimate WHERE first_pub = {third}")
    for found in (closed, new):
        assert set(found[found["period"] == "m"]["start"]) == {MAY, JUNE, JULY}, "months before May look back no farther"
    assert frame(store, "SELECT area_id FROM estimate WHERE first_pub = 1 AND last_pub = 2147483647").size > 0


def test_every_current_estimate_has_its_sums(published: tuple[sa.Engine, dict[str, int]]) -> None:
    store, ids = published
    with sql.begin(store) as connection:
        connection.execute(sa.text("DELETE FROM answer WHERE area_id = :a AND day >= '2026-07-01'"), {"a": ids["d1"]})
        rollup_sample.touch(connection, [JULY], ("answer",), file=3)
    publish(store)
    gone = frame(store, f"SELECT weight FROM estimate WHERE area_id = {ids['d1']} AND start = '2026-07-01' AND period = 'm' AND {CURRENT}")
    assert (gone["weight"] == 0).all(), "only of its earlier months"


def test_a_benchmark_that_does_not_add_up_is_found(published: tuple[sa.Engine, dict[str, int]]) -> None:
    store, _ = published
    with sql.begin(store) as connection:
        connection.exec_driver_sql(
            "UPDATE estimate SET benchmarked = benchmarked + 0.001 WHERE period = 'm' AND start = '2026-06-01' AND parent_id > 0 "
            "AND weight = (SELECT max(weight) FROM estimate WHERE period = 'm' AND start = '2026-06-01' AND parent_id > 0)"
        )
        found = [one for one in check.run_checks(connection) if one.check == "estimates_benchmarked"]
    assert found and found[0].severity == "fail"


def test_periods_due() -> None:
    def months(touched: list[date], first: str = "2024-11-01", last: str = "2026-10-31") -> tuple[list[str], list[str]]:
        run = plan(touched, "m", date.fromisoformat(first), date.fromisoformat(last))
        assert run is not None
        return [run.periods[0].code(), run.periods[-1].code()], [each.code() for each in run.estimated]

    assert months([date(2026, 10, 1)]) == (["2025-11", "2026-10"], ["2026-10"])
    assert months([date(2026, 1, 1)])[0] == ["2025-02", "2026-10"]
    assert len(months([date(2025, 1, 1)])[1]) == 12
    assert months([date(2024, 11, 1), date(2026, 10, 1)])[1] == [*(f"2024-{m}" for m in (11, 12)), *(f"2025-{m:02}" for m in range(1, 11)), "2026-10"]
    assert plan([], "m", date(2026, 1, 1), date(2026, 2, 1)) is None
    assert plan([date(2027, 1, 1)], "m", date(2026, 1, 1), date(2026, 2, 1)) is None

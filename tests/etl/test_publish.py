"""Publications: what readers see and when, late data, failing checks, two at once."""

from __future__ import annotations

import threading
from datetime import date

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

import sql
from etl.domain.period import Period
from etl.steps import check, rollup
from etl.steps import publish as publishing
from etl.steps.publish import STAGES, PublicationStopped, publish
from etl.steps.stages import Begin
from tests.etl import rollup_recomputed, rollup_sample

MAY = date(2026, 5, 1)


def count(store: sa.Engine, query: str) -> int:
    with store.connect() as connection:
        return connection.scalar(sa.text(query)) or 0


def change(store: sa.Engine, statement: str, **params: object) -> None:
    with sql.begin(store) as connection:
        assert connection.execute(sa.text(statement), params).rowcount > 0


def add_late(store: sa.Engine, ids: dict[str, int]) -> None:
    """Twenty responses of May arrive late."""
    with sql.begin(store) as connection:
        rollup_sample.add_responses(connection, ids, np.random.default_rng(99), 20, MAY, date(2026, 5, 31))
        rollup_sample.touch(connection, [MAY], ("answer",), file=2)


def test_a_second_publication_without_new_facts_is_none(store: sa.Engine) -> None:
    rollup_sample.build(store)
    first = publish(store, note="first")
    assert first.publication_id is not None and first.cells_changed > 0
    assert (first.data_from, first.data_to) <= (rollup_sample.FIRST, rollup_sample.LAST)
    assert publish(store).publication_id is None
    again = publish(store, everything=True)
    assert again.publication_id is not None and again.cells_changed == 0, "the same facts read the same"
    assert count(store, "SELECT count(*) FROM score_rollup WHERE first_pub <> 1 OR last_pub <> 2147483647") == 0
    assert count(store, "SELECT count(*) FROM rank_band WHERE first_pub <> 1 OR last_pub <> 2147483647") == 0


def test_a_publication_tells_of_every_stage_once(store: sa.Engine) -> None:
    rollup_sample.build(store)
    told: list[tuple[int, int, str]] = []
    publish(store, tell=lambda done, total, stage: told.append((done, total, stage)))
    assert sorted(stage for *_, stage in told) == sorted(STAGES)
    assert [done for done, *_ in told] == list(range(len(STAGES))) and {total for _, total, _ in told} == {len(STAGES)}


def test_late_data_changes_only_its_periods_and_the_old_publication_reads_as_it_did(store: sa.Engine) -> None:
    ids = rollup_sample.build(store)
    first = publish(store)
    before = rollup_recomputed.published_scores(store)
    add_late(store, ids)
    second = publish(store)
    assert second.months == (MAY,) and second.publication_id is not None
    now = rollup_recomputed.published_scores(store)
    assert rollup_recomputed.unequal(before, rollup_recomputed.published_scores(store, first.publication_id)).empty
    assert rollup_recomputed.unequal(rollup_recomputed.scores(store, rollup.CUTS), now).empty
    starts = rollup_recomputed.read(
        store, f"SELECT DISTINCT period, start FROM score_rollup WHERE first_pub = {second.publication_id}"
    )
    mays = {"m": [MAY], "q": [date(2026, 4, 1)], "y": [date(2026, 1, 1)],
            "d": pd.date_range(MAY, "2026-05-31").date, "w": pd.date_range("2026-04-27", "2026-05-31", freq="W-MON").date}  # fmt: skip
    for period, part in starts.groupby("period"):
        assert set(part["start"]) <= set(mays[str(period)])
    assert len(now) > 10 * count(store, "SELECT count(*) FROM score_rollup WHERE first_pub = 2 AND period = 'd'")


def test_a_row_corrupted_by_hand_stops_the_next_publication(store: sa.Engine) -> None:
    ids = rollup_sample.build(store)
    publish(store)
    with store.connect() as connection:
        assert [one.check for one in check.run_checks(connection) if one.severity == "fail"] == []
    change(store, "UPDATE score_rollup SET swx = swx + 1 WHERE area_id = :area AND period = 'm' AND cut = 'segment' AND start = '2026-04-01' "
           "AND value = 'public' AND indicator_id = (SELECT min(indicator_id) FROM score_rollup)", area=ids["D"])  # fmt: skip
    with store.connect() as connection:
        found = check.run_checks(connection)
    assert [one.check for one in found if one.severity == "fail"] == ["parents_equal_children"]
    assert {row["area_id"] for row in found[0].rows} == {ids["C2"]}
    add_late(store, ids)  # in May, whose quarter is made of April's sums too
    with pytest.raises(PublicationStopped, match="parents_equal_children"):
        publish(store)
    assert count(store, "SELECT count(*) FROM publication") == 1


@pytest.mark.parametrize(
    ("name", "corruption"),
    [
        ("parents_equal_children", "UPDATE score_rollup SET n = n + 1 WHERE period = 'q' AND cut = 'all' AND area_id = :area"),
        ("parents_equal_children", "DELETE FROM score_rollup WHERE period = 'm' AND cut = 'all' AND area_id = :area"),
        (
            "ratios_equal_children",
            "UPDATE ratio_rollup SET denominator = denominator + 1 WHERE period = 'm' AND cut = 'all' AND area_id = :area",
        ),
        ("n_eff_within_n", "UPDATE score_rollup SET sw2 = sw2 / 2 WHERE n = 1 AND area_id = :area"),
        ("means_within_range", "UPDATE score_rollup SET swx = -sw WHERE area_id = :area"),
        ("scores_within_range", "UPDATE answer SET score = 101 WHERE area_id = :area"),
        ("answers_have_responses", "DELETE FROM response WHERE area_id = :area"),
        ("answers_all_counted", "DELETE FROM answer WHERE area_id = :area"),
        (
            "facts_stand_in_the_tree",
            "UPDATE area_closure SET valid_to = '2026-04-01' WHERE descendant_id = :area AND ancestor_id <> :area",
        ),
    ],
)
def test_each_check_finds_its_fault(store: sa.Engine, name: str, corruption: str) -> None:
    ids = rollup_sample.build(store, responses=300)
    publish(store)
    change(store, corruption, area=ids["b1"])
    with store.connect() as connection:
        assert name in {one.check for one in check.run_checks(connection)}


def test_a_failing_check_publishes_nothing_and_says_why(store: sa.Engine) -> None:
    ids = rollup_sample.build(store)
    publish(store)
    before = rollup_recomputed.published_scores(store)
    add_late(store, ids)
    change(store, "UPDATE answer SET score = 120 WHERE day = (SELECT max(day) FROM answer WHERE day < '2026-06-01')")
    with pytest.raises(PublicationStopped, match="scores_within_range: every score lies between 0 and 100") as stopped:
        publish(store)
    assert "得分必须在 0 到 100 之间" in {one.text("zh") for one in stopped.value.findings}
    assert count(store, "SELECT count(*) FROM publication") == 1
    assert count(store, "SELECT count(*) FROM touched") == 1, "the next publication tries again"
    assert rollup_recomputed.unequal(before, rollup_recomputed.published_scores(store)).empty


def test_readers_see_nothing_while_it_is_built_and_two_publications_follow_each_other(
    store: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = rollup_sample.build(store, responses=300)
    publish(store)
    before = rollup_recomputed.published_scores(store)
    add_late(store, ids)
    reached, go_on, seen = threading.Event(), threading.Event(), []

    def paused(connection: sa.Connection, scope: check.Scope, only: object) -> list[check.Finding]:
        seen.append(scope.publication)
        reached.set()
        assert go_on.wait(60)
        return []

    monkeypatch.setattr(check, "run_checks", paused)
    results: list[int | None] = []
    first, second = (threading.Thread(target=lambda: results.append(publish(store).publication_id)) for _ in range(2))
    first.start()
    assert reached.wait(60)
    second.start()
    assert count(store, "SELECT max(publication_id) FROM publication") == 1
    assert rollup_recomputed.unequal(before, rollup_recomputed.published_scores(store)).empty
    go_on.set()
    first.join(60)
    second.join(60)
    assert seen == [2] and results == [2, None], "scores were checked once, no ratio was due, the other found nothing left to do"


def test_a_publication_lost_after_its_ratios_were_kept_is_undone_and_told_by_the_next(
    store: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollup_sample.build(store, responses=300)
    publish(store)
    before = rollup_recomputed.published_ratios(store, 1)
    with sql.begin(store) as connection:
        connection.execute(
            sa.text("UPDATE process_reading SET numerator = numerator * 2 WHERE day BETWEEN '2026-05-01' AND '2026-05-31'")
        )
        rollup_sample.touch(connection, [MAY], ("process",), file=2)

    def lost(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "PublicationResult", lost)
    with pytest.raises(KeyboardInterrupt):
        publish(store)
    monkeypatch.undo()
    assert count(store, "SELECT max(publication_id) FROM publication") == 1
    assert count(store, "SELECT count(*) FROM ratio_rollup WHERE first_pub = 2") > 0, "kept already"
    assert rollup_recomputed.unequal(before, rollup_recomputed.published_ratios(store, 1)).empty, "and seen by nobody"
    assert count(store, "SELECT count(*) FROM publication_change") == 0, "nothing is told of what was not published"
    third = publish(store)
    assert third.publication_id == 3 and third.earlier_changed > 0, "what the lost one would have told is told now"
    assert count(store, "SELECT count(*) FROM publication_change WHERE publication_id = 3") == third.earlier_changed
    assert count(store, "SELECT count(*) FROM ratio_rollup WHERE first_pub = 2 OR last_pub = 2") == 0
    assert count(store, "SELECT count(*) FROM ratio_shift WHERE first_pub = 2 OR last_pub = 2") == 0
    ours, theirs = rollup_recomputed.ratios(store, ("all",)), rollup_recomputed.published_ratios(store).query("cut == 'all'")
    process = rollup_recomputed.read(store, "SELECT indicator_id FROM indicator WHERE fact = 'process'")["indicator_id"].tolist()
    assert rollup_recomputed.unequal(ours.query(f"indicator_id in {process}"), theirs.query(f"indicator_id in {process}")).empty
    assert rollup_recomputed.unequal(before, rollup_recomputed.published_ratios(store, 1)).empty


def test_facts_that_arrive_meanwhile_wait_for_the_next_publication(store: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = rollup_sample.build(store, responses=300)
    roll_scores = rollup.roll_scores

    def with_late_data(connection: sa.Connection, publication: int, begin: Begin) -> rollup.Changed:
        if publication == 1:
            add_late(store, ids)
        return roll_scores(connection, publication, begin)

    monkeypatch.setattr(rollup, "roll_scores", with_late_data)
    publish(store)
    monkeypatch.undo()
    assert count(store, "SELECT count(*) FROM touched") == 1
    assert publish(store).months == (MAY,)
    theirs = rollup_recomputed.published_scores(store).query("cut == 'all'")
    assert rollup_recomputed.unequal(rollup_recomputed.scores(store, ("all",)), theirs).empty


def test_a_publication_tells_which_earlier_readings_it_changed(store: sa.Engine) -> None:
    ids = rollup_sample.build(store)
    first = publish(store)
    before = rollup_recomputed.published_scores(store)
    assert first.earlier_changed == 0 and count(store, "SELECT count(*) FROM publication_change") == 0
    add_late(store, ids)
    second = publish(store)
    with store.connect() as connection:
        told = pd.read_sql("SELECT * FROM publication_change", connection)
        names = pd.read_sql("SELECT area_id, level FROM area", connection)
    assert second.earlier_changed == len(told) > 0 and set(told["publication_id"]) == {2}
    now = rollup_recomputed.published_scores(store)
    keys = ["area_id", "indicator_id", "period", "start"]
    old, new = (frame.reset_index().query("cut == 'all'") for frame in (before, now))
    both = old.merge(new, on=keys, suffixes=("_old", "_new")).merge(names, on="area_id")
    both["end"] = [Period(row.period, row.start).end for row in both.itertuples()]
    moved = both[
        ~np.isclose(both["swx_old"], both["swx_new"], rtol=1e-12) & both["period"].isin(list("mqy")) & (both["level"] <= 3)
    ]
    moved = moved[moved["end"] <= first.data_to].sort_values(keys, ignore_index=True)
    told = told.sort_values(keys, ignore_index=True)
    assert told[keys].equals(moved[keys]) and (told["new_n"] == moved["n_new"]).all()
    few = (told["new_n"] - told["old_n"]).abs().between(1, 4) | (told["old_n"] < 5)
    assert few.any() and told.loc[few, "old_reading"].isna().all(), "a few late answers could be worked out from both readings"
    shown = told["old_reading"].notna()
    for side in ("old", "new"):
        np.testing.assert_allclose(
            told.loc[shown, f"{side}_reading"].astype(float), (moved[f"swx_{side}"] / moved[f"sw_{side}"])[shown], rtol=1e-12
        )


def test_bands_are_thirds_of_siblings_and_coverage_names_every_county(store: sa.Engine) -> None:
    ids = rollup_sample.build(store)
    publish(store)
    with store.connect() as connection:
        indicator = rollup_sample.codes(connection)["mobile_overall"]
    scores = rollup_recomputed.published_scores(store).reset_index().query(
        f"period == 'q' and cut == 'all' and indicator_id == {indicator} and area_id in {[ids[one] for one in ('b1', 'b2', 'a3')]}"
    )  # fmt: skip
    scores = scores[(scores["start"] == date(2026, 4, 1))].assign(mean=lambda rows: rows["swx"] / rows["sw"])
    bands = rollup_recomputed.read(store, "SELECT * FROM rank_band WHERE period = 'q' AND start = '2026-04-01'")
    ours = scores.sort_values("mean", ascending=False)["area_id"].tolist()
    theirs = bands[(bands["indicator_id"] == indicator) & bands["area_id"].isin(ours)].sort_values("band")
    assert theirs["area_id"].tolist() == ours and theirs["band"].tolist() == [1, 2, 3]
    assert count(store, f"SELECT count(*) FROM rank_band WHERE area_id IN ({ids['A-?']}, {ids['P-?']})") == 0
    coverage = rollup_recomputed.read(store, "SELECT * FROM coverage WHERE fact = 'answer'")
    assert set(coverage["area_id"]) == {ids[one] for one in ("A", "B", "D", "P-?-?")}
    assert coverage["data_to"].max() == rollup_recomputed.read(store, "SELECT max(day) AS day FROM response")["day"].iloc[0]


def test_the_first_publication_waits_for_no_reader(store: sa.Engine) -> None:
    rollup_sample.build(store, responses=100)
    with store.connect() as reader, reader.begin():
        assert reader.scalar(sa.text("SELECT count(*) FROM score_rollup")) == 0
        assert publish(store).publication_id == 1
    assert count(store, "SELECT count(*) FROM pg_constraint WHERE conname IN ('score_rollup_pkey', 'ratio_rollup_pkey')") == 2

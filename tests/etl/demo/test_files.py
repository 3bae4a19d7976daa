"""What the demonstration's files hold: sizes, planted events, faults, and nobody's data."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from etl.demo import dates, wording
from etl.demo.events import LATE_DAYS
from etl.demo.generate import generate
from etl.demo.tree import tree
from etl.sources.masking import CARD, PHONE
from etl.sources.parse import read_feeds
from tests.etl.demo.conftest import UNTIL, Written

FEEDS = Path(__file__).parents[3] / "etl" / "feeds" / "demo"


def test_sizes_of_the_small_scale(written: Written) -> None:
    assert 180_000 < written.truth.rows["survey"] < 220_000
    assert 1_000_000 < written.truth.answers < 1_300_000
    assert 7_500 < written.truth.rows["tcsi"] < 9_500
    assert 80_000 < written.truth.rows["complaint"] < 110_000
    assert len(written.truth.months) == 25  # 24 complete ones and the running one
    assert written.truth.areas["all"] == 3159
    assert json.loads((written.folder / "truth" / "truth.json").read_text("utf-8"))["seed"] == written.truth.seed


def test_the_rows_of_each_kind_are_those_the_truth_counts(written: Written) -> None:
    for kind, pattern in {"survey": "survey_*.csv", "complaint": "complaints_*.csv", "process": "process_*.csv",
                          "invitations": "invitations_*.csv", "areas": "areas.csv"}.items():  # fmt: skip
        assert written.read(pattern).height == written.truth.rows[kind], kind


def test_every_file_is_claimed_by_exactly_one_feed(written: Written) -> None:
    feeds = read_feeds(sorted(FEEDS.glob("*.toml")))
    names = [path.name for path in written.folder.iterdir() if path.is_file()]
    assert len(names) == 2 + 25 * 9
    assert {name: sum(feed.match(name) is not None for feed in feeds) for name in names} == dict.fromkeys(names, 1)


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.*")
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "MONTHS", 9)
    for name in ("a", "b"):
        generate(tmp_path / name, seed=5, until=date(2026, 11, 1))  # a Sunday: no week begins in the running month
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    one, other = (tree(dates.dates(UNTIL), np.random.default_rng([seed, 1, 0])) for seed in (5, 6))
    assert one.changes != other.changes


def test_an_unknown_scale_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="small, full"):
        generate(tmp_path, scale="huge", until=UNTIL)


def test_no_number_in_a_text_is_anybodys(written: Written) -> None:
    texts = pl.concat([written.read("complaints_*.csv").select(pl.concat_str("text", pl.col("reply").fill_null("")))["text"],
                       written.survey["verbatim"].drop_nulls()])  # fmt: skip
    cards = texts.str.extract_all(CARD).explode(empty_as_null=True).drop_nulls()
    phones = texts.str.replace_all(CARD, "").str.extract_all(PHONE).explode(empty_as_null=True).drop_nulls()
    assert len(cards) > 1000
    assert len(phones) > 10_000
    assert cards.str.starts_with(wording.CARD_REGION).all()
    assert phones.str.slice(0, 3).is_in(wording.PHONE_PREFIXES).all()
    assert not texts.str.contains(r"[{}]").any()


def test_bad_rows_are_in_the_files_as_counted_and_few(written: Written) -> None:
    survey, faults = written.read("survey_*.csv"), written.truth.bad_rows
    assert (
        survey.filter(pl.col("mobile_overall") == "11").height + survey.filter(pl.col("broadband_overall") == "满意").height
        == faults["survey"]["invalid_score"]
    )
    assert survey.filter(pl.col("area_code") == "999999999").height == faults["survey"]["unknown_area"]
    assert survey.height - survey["response_id"].n_unique() == faults["survey"]["duplicate"]
    assert written.read("process_*.csv").filter(numerator="N/A").height == faults["process"]["bad_number"]
    for kind, counts in faults.items():
        assert sum(counts.values()) / written.truth.rows[kind] < 0.0015


def test_late_counties_miss_the_last_days(written: Written) -> None:
    (late,) = written.events("late_feed")
    since = (UNTIL - timedelta(days=LATE_DAYS - 1)).isoformat()
    assert late["start"] == since
    assert len(late["areas"]) == 3
    last = written.survey.filter(pl.col("day") >= since)
    assert not set(late["areas"]) & set(last["county"])
    assert 130 <= len(set(last["county"])) <= 134  # a small one may have had no answer
    assert set(late["areas"]) <= set(written.survey.filter(pl.col("month") == "2026-11")["county"])


def share(rows: pl.DataFrame, column: str, value: str, areas: list[str]) -> float:
    return rows.filter(pl.col("county").is_in(areas)).select((pl.col(column) == value).mean()).item()


@pytest.mark.parametrize(("kind", "column", "value"), [("mode_mix_shift", "mode", "sms"), ("brand_mix_shift", "brand", "rival")])
def test_mixes_shift_by_more_than_twenty_points(written: Written, kind: str, column: str, value: str) -> None:
    (event,) = written.events(kind)
    before, after = written.survey.filter(pl.col("day") < event["start"]), written.survey.filter(pl.col("day") >= event["start"])
    assert share(after, column, value, event["areas"]) - share(before, column, value, event["areas"]) > 0.2


def texts(*days: date) -> list[pl.Expr]:
    return [pl.lit(str(day)) for day in days]


def test_networks_degrade_two_weeks_before_their_falls(written: Written) -> None:
    readings = written.placed(
        written.read("process_2026-*.csv").filter(indicator="coverage_rate").with_columns(day=pl.col("at").str.slice(0, 10))
    )
    value = pl.col("numerator").cast(pl.Float64, strict=False).sum() / pl.col("denominator").cast(pl.Float64).sum() * 100
    seen = 0
    for fall in written.events("county_fall"):
        if fall["cause"] != "network" or fall["cause_start"] < "2026-02-15":
            continue
        start, cause = date.fromisoformat(fall["start"]), date.fromisoformat(fall["cause_start"])
        assert (start - cause).days == 14
        here = readings.filter(county=fall["areas"][0])
        before = here.filter(pl.col("day").is_between(*texts(cause - timedelta(28), cause - timedelta(1)))).select(value).item()
        during = here.filter(pl.col("day").is_between(*texts(cause, start - timedelta(1)))).select(value).item()
        assert before - during > 1.2, fall
        seen += 1
    assert seen >= 2


def test_failing_loops_close_but_do_not_resolve_and_come_again(written: Written) -> None:
    rows = written.read("complaints_*.csv").filter(~pl.col("number").str.contains("X")).unique("number")
    rows = written.placed(rows.with_columns(day=pl.col("opened_at").str.slice(0, 10)))
    opened = pl.col("opened_at").str.to_datetime("%Y-%m-%d %H:%M:%S")
    again = (opened - opened.shift(1).over("customer", "topic2", order_by="opened_at")).is_between(
        timedelta(hours=1), timedelta(days=30)
    )
    rows = rows.with_columns(again=again.fill_null(False))
    loops = written.events("failing_loop")
    assert len(loops) >= 5
    inside = pl.concat([rows.filter(pl.col("county") == loop["areas"][0], pl.col("day") >= loop["start"],
                                    pl.col("day") < (loop["end"] or "9999")) for loop in loops])  # fmt: skip
    resolved = pl.col("resolved").cast(pl.Int8).mean()
    assert rows.select(resolved).item() - inside.select(resolved).item() > 0.15
    assert inside["again"].mean() > 1.8 * rows["again"].mean()


def test_the_tariff_change_hits_its_segment_everywhere_and_no_other(written: Written) -> None:
    (event,) = written.events("tariff_change")
    means = written.truth.segments().filter(indicator="plan_fit")
    start = date.fromisoformat(event["start"]).replace(day=1)
    before, after = means.filter(pl.col("month") < start), means.filter(pl.col("month") > start + timedelta(days=35))
    change = {}
    for segment in ("public", "elderly", "special"):
        was, now = (part.filter(segment=segment).group_by("code").agg(pl.mean("mean")) for part in (before, after))
        both = was.join(now, on="code", suffix="_now")
        change[segment] = (both["mean_now"] - both["mean"]).to_list()
    assert max(change["elderly"]) < -3.5
    assert min(change["public"] + change["special"]) > -3.5


def test_the_hotline_has_a_week_and_a_day(written: Written) -> None:
    calls = written.read("process_2026-1*.csv").filter(indicator="hotline_wait").with_columns(
        at=pl.col("at").str.to_datetime("%Y-%m-%d %H:%M:%S"), calls=pl.col("denominator").cast(pl.Float64))  # fmt: skip
    recent = calls.filter(pl.col("at").dt.date() > UNTIL - timedelta(days=28))
    hour = dict(recent.group_by(pl.col("at").dt.hour()).agg(pl.sum("calls")).iter_rows())
    weekday = dict(recent.group_by(pl.col("at").dt.weekday()).agg(pl.sum("calls")).iter_rows())
    assert len(hour) == 24
    assert hour[10] > 10 * hour[3]
    assert weekday[1] > 1.3 * weekday[7]

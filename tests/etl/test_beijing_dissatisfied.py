"""The Beijing survey: the answered file taught and measured, the other one scored; figures as they came, whatever they are."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.domain import proof
from etl.domain.features import refuse_leaks
from etl.sources.prediction_declared import read_prediction
from etl.sources.prediction_file import read_customers
from tests.etl.feeds.records import FOLDER, needs_records

DECLARATION = Path(__file__).parents[2] / "etl" / "predictions" / "beijing_mobile_data.toml"
ANSWERED = FOLDER / "beijing_internet_survey" / "附件2上网业务用户满意度数据.xlsx"
UNSCORED = FOLDER / "beijing_internet_survey" / "附件4上网业务用户满意度预测数据.xlsx"


def test_the_shipped_declaration_takes_no_score_or_remark_of_the_answer() -> None:
    told = read_prediction(DECLARATION)
    named = {one.column.source.headers for one in told.inputs}
    for header in ("手机上网整体满意度", "网络覆盖与信号强度", "手机上网速度", "手机上网稳定性", "场景备注数据", "现象备注数据"):
        assert (header,) not in named
    assert len(told.inputs) == 64 and sum(one.feature.said for one in told.inputs) == 52


@needs_records
def test_both_files_hold_what_is_declared_and_a_quarter_is_dissatisfied() -> None:
    told = read_prediction(DECLARATION)
    asked, others = read_customers(ANSWERED, told, with_target=True), read_customers(UNSCORED, told, with_target=False)
    assert len(asked.frame) == 7020 and len(others.frame) == 1610 and others.score is None
    assert asked.score is not None and (asked.score <= 6).mean() == pytest.approx(0.25, abs=5e-5)  # data README: 25.00 %
    assert asked.score.mean() == pytest.approx(7.8019, abs=5e-5)
    refuse_leaks(told.features, asked.frame, asked.score, told.told_by_answer([]))
    assert asked.frame["居民小区"].sum() == 2689 and asked.frame["其他现象"].sum() == 139  # the second of six equal headers


@needs_records
def test_fitted_measured_and_told_of_the_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain logistic regression .808, the boosted trees .823 (two repeats of five folds); none of it from another score."""
    monkeypatch.setattr(proof, "BOOTSTRAPS", 60)
    monkeypatch.setenv("MANYI_HOME", str(tmp_path))
    words = ["predict", "fit", "--file", str(ANSWERED), "--declaration", str(DECLARATION), "--repeats", "1", "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.stderr
    card = json.loads(done.stdout)["card"]
    assert 0.80 < card["model"]["auc"]["value"] < 0.85 and card["difference"]["auc"]["low"] > 0
    assert card["model"]["ece"]["value"] < 0.025 and 0.9 < card["model"]["slope"]["value"] < 1.15
    assert card["model"]["lift"]["value"] > 2.6 and card["model"]["brier"]["value"] < card["baseline"]["brier"]["value"]
    done = CliRunner().invoke(app, ["predict", "score", "--file", str(UNSCORED), "-o", str(tmp_path / "scores.csv"), "--json"])
    told = json.loads(done.stdout)
    assert done.exit_code == 0 and told["rows"] == 1610 and "脱网次数" in told["drifted"]  # counted otherwise in that file: said
    with (tmp_path / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["customer"] for row in rows}) == 1610 and np.all([0 < float(row["probability"]) < 1 for row in rows])

"""``manyi predict fit`` and ``score`` on files: what is told, what is kept, and what is refused with file, line and column."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.domain import dissatisfaction
from tests.etl.domain.customers_drawn import drawn

DECLARATION = """
prediction = "demo"
title_zh = "可能不满意客户"
title_en = "Likely dissatisfied"
known_after = ["速度评分"]
customer = "用户"
tick_no = ["-1"]

[target]
header = "总体满意度"
scale = "1-10"
dissatisfied_at_most = 6

[numbers]
breaks = { header = "中断次数", en = "breaks" }
minutes = "通话分钟"

[categories]
handset = { header = "终端", blanks = ["不详"] }

[ticks]
slow = { header = "网速慢", said = true }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(dissatisfaction, "TREES", 40)
    monkeypatch.setattr("etl.domain.proof.BOOTSTRAPS", 30)
    monkeypatch.setenv("MANYI_HOME", str(tmp_path / "home"))
    (tmp_path / "told.toml").write_text(DECLARATION, "utf-8")
    write(tmp_path / "asked.csv", 700, seed=1, answered=True)
    write(tmp_path / "others.csv", 90, seed=2, answered=False)
    return tmp_path


def write(path: Path, rows: int, *, seed: int, answered: bool) -> None:
    frame, _, score = drawn(rows, seed)
    speed = np.clip(np.rint(score + np.random.default_rng(seed).normal(0, 2, rows)), 1, 10)
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["用户", "备注", "中断次数", "通话分钟", "终端", "网速慢", *(["总体满意度", "速度评分", "稳定性"] if answered else [])])
        for at, row in enumerate(frame.itertuples()):
            out.writerow([
                f"=U{at}", "x", "" if np.isnan(row.breaks) else int(row.breaks), f"{row.minutes:.1f}", row.handset or "不详",
                4 if row.slow else -1, *([int(score[at]), int(speed[at]), int(speed[at])] if answered else []),
            ])  # fmt: skip


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["predict", *words])
    return done.exit_code, done.stdout, done.stderr


def fit(folder: Path, *more: str, file: str = "asked.csv") -> tuple[int, str, str]:
    return run("fit", "--file", str(folder / file), "--declaration", str(folder / "told.toml"), "--repeats", "1", *more)


def test_fit_tells_its_worth_and_score_lists_the_likeliest_first(folder: Path) -> None:
    code, said, trouble = fit(folder, "--json")
    told = json.loads(said)
    assert code == 0, trouble
    card = told["card"]
    assert card["rows"] == 700 and card["model"]["auc"]["low"] < card["model"]["auc"]["value"] < card["model"]["auc"]["high"]
    assert set(card["model"]) == set(card["baseline"]) == {"auc", "brier", "ece", "slope", "intercept", "lift"}
    assert len(told["checksum"]) == 64 and told["file"] == "asked.csv" and len(told["file_sha256"]) == 64
    code, said, _ = run("score", "--file", str(folder / "others.csv"), "-o", str(folder / "list.csv"), "--json")
    told = json.loads(said)
    assert code == 0 and told["rows"] == 90 and sum(told["bands"].values()) == 90
    with (folder / "list.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    chances = [float(row["probability"]) for row in rows]
    assert chances == sorted(chances, reverse=True) and told["expected_dissatisfied"] == pytest.approx(sum(chances), abs=0.1)
    assert all(row["customer"].startswith("'=U") for row in rows)  # no formula leaves the house
    assert {row["line"] for row in rows} == {str(line) for line in range(2, 92)}


def test_records_only_leaves_out_what_was_said(folder: Path) -> None:
    code, said, _ = fit(folder, "--records-only", "--json", "-o", str(folder / "m.json"))
    assert code == 0 and {one["feature"] for one in json.loads(said)["card"]["factors"]} == {"breaks", "minutes", "handset"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('speed = "速度评分"', "column 速度评分: speed: known only after the customer has answered"),
        ('speed = "总体满意度"', "known only after the customer has answered"),
        ('steady = "稳定性"', "column 稳定性: steady: marks that go with the target"),
        ('speed = "没有这列"', "line 1: no column 没有这列"),
    ],
)
def test_another_score_of_the_same_answer_is_refused(folder: Path, change: str, words: str) -> None:
    (folder / "told.toml").write_text(DECLARATION.replace("[categories]", f"{change}\n[categories]"), "utf-8")
    code, _, said = fit(folder)
    assert code == 2 and words in said and "asked.csv" in said


def test_a_survey_feed_tells_which_columns_are_its_answers(folder: Path) -> None:
    told = DECLARATION.replace("[target]", 'survey = "beijing_survey"\n[target]').replace(
        "[categories]", 'speed = "手机上网速度"\n[categories]'
    )
    (folder / "told.toml").write_text(told, "utf-8")
    text = (folder / "asked.csv").read_text("utf-8").replace("稳定性", "手机上网速度")
    (folder / "asked.csv").write_text(text, "utf-8")
    code, _, said = fit(folder)
    assert code == 2 and "known only after" in said and "手机上网速度" in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("=U3,x,", "=U3,x,viel", "line 5, column 中断次数"),
        ("=U3,x,", "=U3,x,9,", "line 5, column (row)"),
    ],
)
def test_a_wrong_value_is_named_by_file_line_and_column(folder: Path, old: str, new: str, words: str) -> None:
    text = (folder / "asked.csv").read_text("utf-8")
    assert old in text
    (folder / "asked.csv").write_text(text.replace(old, new), "utf-8")
    code, _, said = fit(folder)
    assert code == 2 and "asked.csv" in said and words in said


def test_a_score_outside_its_scale_and_too_few_answers_are_refused(folder: Path) -> None:
    lines = (folder / "asked.csv").read_text("utf-8").splitlines()
    (folder / "few.csv").write_text("\n".join(lines[:40]), "utf-8")
    code, _, said = fit(folder, file="few.csv")
    assert code == 2 and "column 总体满意度: 39 answers" in said
    fields = lines[7].split(",")
    (folder / "few.csv").write_text("\n".join([*lines[:7], ",".join([*fields[:6], "11", *fields[7:]]), *lines[8:]]), "utf-8")
    code, _, said = fit(folder, file="few.csv")
    assert code == 2 and "line 8, column 总体满意度: '11'" in said


def test_a_model_that_was_changed_or_is_none_is_refused(folder: Path) -> None:
    assert fit(folder, "-o", str(folder / "m.json"))[0] == 0
    content = json.loads((folder / "m.json").read_text("utf-8"))
    content["bands"] = [0.1, 0.0]
    (folder / "m.json").write_text(json.dumps(content), "utf-8")
    code, _, said = run("score", "--file", str(folder / "others.csv"), "--model", str(folder / "m.json"))
    assert code == 2 and "checksum" in said
    (folder / "m.json").write_text("cos\nsystem", "utf-8")
    code, _, said = run("score", "--file", str(folder / "others.csv"), "--model", str(folder / "m.json"))
    assert code == 2 and "m.json" in said and "no model" in said
    code, _, said = run("score", "--file", str(folder / "others.csv"))
    assert code == 2 and "holds none" in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("dissatisfied_at_most = 6", "dissatisfied_at_most = 10", "dissatisfied_at_most"),
        ('slow = {', 'breaks = {', "taken twice"),
        ("said = true", "sayed = true", "unknown: sayed"),
        ("[target]", "[targets]", "say where the value stands"),
    ],
)
def test_a_wrong_declaration_is_named(folder: Path, old: str, new: str, words: str) -> None:
    (folder / "told.toml").write_text(DECLARATION.replace(old, new), "utf-8")
    code, _, said = fit(folder)
    assert code == 2 and words in said and "told.toml" in said

"""``manyi tcsi estimate --file``: what is printed, and what is refused with file, line and column."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.commands.tcsi import shipped_model
from tests.etl.domain.tcsi_sample import SEVEN, SIZES, TRUE, drawn

MODEL = "".join(
    f'[[construct]]\ncode = "{one["code"]}"\nitems = {json.dumps([item.upper() for item in one["items"]])}\n' for one in SEVEN["construct"]
) + "[paths]\n" + "".join(f"{cause} = {json.dumps(effects)}\n" for cause, effects in SEVEN["paths"].items())  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model and 400 answers whose columns stand in another order, with two the model does not know."""
    (tmp_path / "model.toml").write_text(MODEL, "utf-8")
    names = [f"{code.upper()}{i + 1}" for code, size in SIZES.items() for i in range(size)]
    with (tmp_path / "answers.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", *reversed(names), "备注"])
        for at, row in enumerate(drawn(400, np.random.default_rng(21))):
            writer.writerow([at, *(int(x) for x in reversed(row)), "说,明"])
    return tmp_path


def run(folder: Path, *more: str, file: str = "answers.csv") -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["tcsi", "estimate", "--file", str(folder / file), "--model", str(folder / "model.toml"), *more])
    return done.exit_code, done.stdout, done.stderr


def test_an_estimate_comes_as_json(folder: Path) -> None:
    code, said, _ = run(folder, "--scheme", "factorial", "--json", "--bootstrap", "100")
    told = json.loads(said)
    assert code == 0 and told["scheme"] == "factorial" and told["n"] == 400 and told["bootstrap"]["samples"] == 100
    assert {(one["from"], one["to"]) for one in told["paths"]} == set(TRUE)
    assert all(one["low"] < one["value"] < one["high"] for one in told["paths"])
    assert set(told["weights"]) == set(told["loadings"]) == set(told["item_weights"]) and len(told["weights"]) == 24
    assert set(told["indexes"]) == set(told["r2"]) == set(told["reliability"]) == set(SIZES)
    assert told["total_effects"] and told["htmt"] and told["r2"]["image"] is None


def test_the_same_seed_gives_the_same_intervals(folder: Path) -> None:
    assert run(folder, "--json", "--bootstrap", "20") == run(folder, "--json", "--bootstrap", "20")


def test_tables_are_for_people(folder: Path) -> None:
    code, said, _ = run(folder, "--bootstrap", "0")
    assert code == 0 and "total effects" in said and "HTMT" in said and "400 respondents" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("IMAGE1,", "IMAGE9,", "line 1: no column IMAGE1"),
        ("IMAGE1,", "IMAGE2,", "line 1: no column IMAGE1"),
        ("\n0,", "\n0,x", "line 2, column LOYALTY3: 'x"),
        ("\n1,", "\n1,9", "line 3, column LOYALTY3: '9"),
        ("\n2,", "\n2,1,", "line 4: 27 fields where the header has 26"),
        ('"说,明"\n3,', '"说,明\n3,', "is a quotation mark left open?"),
    ],
)
def test_a_wrong_file_is_refused_by_line_and_column(folder: Path, old: str, new: str, said: str) -> None:
    text = (folder / "answers.csv").read_text("utf-8")
    (folder / "wrong.csv").write_text(text.replace(old, new, 1), "utf-8")
    code, _, refused = run(folder, file="wrong.csv")
    assert code == 2 and said in refused and "wrong.csv" in refused


def test_what_cannot_be_read_is_refused(folder: Path) -> None:
    (folder / "empty.csv").write_text("", "utf-8")
    assert run(folder, file="empty.csv")[0] == 2
    assert "cannot be read" in run(folder, file="absent.csv")[2]
    (folder / "model.toml").write_text(MODEL.replace("[paths]", "[paths", 1), "utf-8")
    code, _, refused = run(folder)
    assert code == 2 and "model.toml" in refused and "line" in refused


def test_the_template_is_a_model(folder: Path) -> None:
    said = CliRunner().invoke(app, ["tcsi", "template"]).stdout
    assert said == shipped_model()
    (folder / "model.toml").write_text(said, "utf-8")
    code, _, refused = run(folder)
    assert code == 2 and "no column tcsi_image_1" in refused

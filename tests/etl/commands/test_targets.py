"""``manyi targets solve``: a cascade on a file alone, and files that are refused with line and column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from etl.__main__ import app

COUNTIES = """\
code,parent,weight,baseline,ceiling,cap,负责人
市,,,,,,
甲,市,12000,72,100,2,x
乙,市,8000,80,100,2,x
丙,市,20000,76,100,2,x
丁,市,5000,65,100,4,x
戊,市,15000,84,100,3,x
"""


def run(tmp_path: Path, text: str, *more: str, encoding: str = "utf-8") -> tuple[int, str, str]:
    (tmp_path / "tree.csv").write_text(text, encoding)
    done = CliRunner().invoke(app, ["targets", "solve", str(tmp_path / "tree.csv"), *more])
    return done.exit_code, done.stdout, done.stderr


def solved(tmp_path: Path, text: str, *more: str, encoding: str = "utf-8") -> dict[str, Any]:
    code, told, _ = run(tmp_path, text, *more, "--json", encoding=encoding)
    assert code == 0
    return dict(json.loads(told))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_worked_example(tmp_path: Path, encoding: str) -> None:
    told = solved(tmp_path, COUNTIES, "--target", "79", encoding=encoding)
    assert [node["target"] for node in told["nodes"]] == pytest.approx([79, 74, 82, 78, 69, 86.066667], abs=5e-7)
    assert (told["status"], told["binding"], told["ignored_columns"]) == ("met", ["甲", "乙", "丙", "丁"], ["负责人"])
    assert told["feasible"] == pytest.approx([76.816667, 79.233333], abs=5e-7)
    free = solved(tmp_path, COUNTIES.replace(",2,x", ",,x").replace(",4,x", ",,x").replace(",3,x", ",,x"), "--target", "79")
    assert free["lambda"] == pytest.approx(0.094177, abs=5e-7)
    cost = solved(
        tmp_path,
        COUNTIES.replace(",2,x", ",,x").replace(",4,x", ",,x").replace(",3,x", ",,x"),
        "--target",
        "79",
        "--mode",
        "cost",
    )
    assert [node["target"] for node in cost["nodes"][1:]] == pytest.approx([76.756757, 80, 76.756757, 76.756757, 84], abs=5e-7)


def test_what_cannot_be_met_is_told_with_who_binds(tmp_path: Path) -> None:
    told = solved(tmp_path, COUNTIES, "--target", "82.81666666666666")
    assert (told["status"], told["lambda"]) == ("infeasible", None)
    assert (told["attainable"], told["shortfall"]) == pytest.approx((79.2333333, 3.5833333), abs=5e-8)
    assert told["binding"] == ["甲", "乙", "丙", "丁", "戊"]
    code, said, _ = run(tmp_path, COUNTIES, "--target", "82.8")
    assert code == 0 and "cannot be met" in said and "shortfall" in said and "丁" in said


def test_lower_is_better_is_the_mirror_image(tmp_path: Path) -> None:
    text = "code,parent,weight,baseline,ceiling,Lower-is-better\nr,,,,0,是\na,r,1,30,,\nb,r,1,10,,\n"
    told = solved(tmp_path, text, "--target", "16")
    assert [node["target"] for node in told["nodes"]] == pytest.approx([16, 24, 8])
    assert [node["lift"] for node in told["nodes"]] == pytest.approx([4, 6, 2])


def test_blank_locks_floors_and_kappas_do_without(tmp_path: Path) -> None:
    text = "code;parent;weight;baseline;lock;floor;kappa\nr;;;;;;\na;r;1;70;;1;\nb;r;1;80;80,5;;\n".replace("80,5", "80.5")
    told = solved(tmp_path, text, "--target", "76", "--mode", "cost")
    assert [node["target"] for node in told["nodes"]] == pytest.approx([76, 71.5, 80.5])
    assert [node["locked"] for node in told["nodes"]] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("code,parent,weight\nr,,1\n", "line 1: no column baseline"),
        ("code,code,parent,weight,baseline\nr,r,,1,70\n", "line 1: column code stands there twice"),
        ("code,parent,weight,baseline\n", "no line below the header"),
        ("code,parent,weight,baseline\nr,,1\n", "line 2: 3 fields where the header has 4"),
        ("code,parent,weight,baseline\nr,,,\na,r,x,70\n", "line 3, column weight: 'x' is no number"),
        ("code,parent,weight,baseline\nr,,,\na,r,-1,70\n", "line 3, column weight: -1 is below 0"),
        ("code,parent,weight,baseline\nr,,,\na,r,1,nan\n", "line 3, column baseline: 'nan' is no number"),
        ("code,parent,weight,baseline\nr,,,\na,r,1,\n", "line 3, column baseline: it is blank"),
        ("code,parent,weight,baseline\nr,,,\na,r,0,70\n", "line 3, column weight: the weights"),
        ("code,parent,weight,baseline\nr,,,\n,r,1,70\n", "line 3, column code: it is blank"),
        ("code,parent,weight,baseline\nr,,,\na,r,1,70\na,r,1,70\n", "line 4, column code: a stands in line 3 already"),
        ("code,parent,weight,baseline\nr,,,\na,q,1,70\n", "line 3, column parent: there is no node q"),
        ("code,parent,weight,baseline\nr,,,\ns,,1,70\n", "line 3, column parent: it is blank, but r is the root"),
        ("code,parent,weight,baseline\nr,a,,\na,r,1,70\n", "column parent: no row is the root"),
        ("code,parent,weight,baseline\nr,,1,70\na,b,1,70\nb,a,1,70\n", "is its own ancestor"),
        ("code,parent,weight,baseline,floor,cap\nr,,,,,\na,r,1,70,3,2\n", "line 3, column cap: it is below the floor"),
        ("code,parent,weight,baseline,kappa\nr,,,,\na,r,1,70,0\n", "line 3, column kappa: 0 is not above 0"),
        ("code,parent,weight,baseline,lower_is_better\nr,,,,maybe\na,r,1,70,\n", "'maybe' is neither yes nor no"),
        (
            "code,parent,weight,baseline,lower_is_better\nr,,,,yes\na,r,1,70,no\n",
            "line 3, column lower_is_better: it differs from line 2",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    code, printed, told = run(tmp_path, text, "--target", "75", "--json")
    assert (code, printed) == (2, "")
    assert said in told and "tree.csv" in told


def test_a_target_is_a_number(tmp_path: Path) -> None:
    assert run(tmp_path, COUNTIES, "--target", "nan")[0] == 2
    assert run(tmp_path, COUNTIES, "--target", "79", "--value", "0")[0] == 2

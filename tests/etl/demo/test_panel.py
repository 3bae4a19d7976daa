"""The demonstration's satisfaction index survey holds the truth written beside it."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import polars as pl
import pytest

from etl.demo import panel
from etl.domain import tcsi
from etl.domain.tcsi_model import read_model
from tests.etl.demo.conftest import Written

MODEL = read_model(tomllib.loads(files("etl").joinpath("tcsi.toml").read_text("utf-8")))
ROUNDING = 0.03  # what whole answers from 1 to 10, cut off at both ends, take from a path at most


def test_the_items_are_those_of_the_shipped_model() -> None:
    assert MODEL.items == panel.PANEL_ITEMS
    assert {path for effects in panel.PATHS.values() for path in effects} == set(MODEL.paths)


@pytest.mark.parametrize("business", ["mobile", "broadband"])
def test_paths_estimated_on_the_files_are_those_written(written: Written, business: str) -> None:
    rows = written.read("tcsi_*.csv").filter(business=business)
    answers = rows.select(pl.col(MODEL.items).cast(pl.Float64)).to_numpy()
    found = tcsi.estimate(MODEL, answers, samples=200, rng=np.random.default_rng(1))
    assert found.spread is not None and found.n > 3500
    inside = 0
    for told in written.truth.tcsi["paths"][business]:
        at = MODEL.codes.index(told["from"]), MODEL.codes.index(told["to"])
        low, high = (float(end[at]) for end in found.spread.paths)
        assert abs(found.fit.paths[at] - told["pls"]) < 0.07, told
        inside += low - ROUNDING <= told["pls"] <= high + ROUNDING
    assert inside >= 11
    assert found.warnings == () or {kind for kind, *_ in found.warnings} == {"htmt"}


def test_a_quarter_of_the_answers_says_who_was_asked(written: Written) -> None:
    """Invitations count the panel's answers among those by telephone."""
    asked = written.read("invitations_*.csv").filter(brand="own", mode="phone").select(pl.col("answered").cast(pl.Int64).sum()).item()
    phone = written.survey.filter(brand="own", mode="phone").height
    assert asked == pytest.approx(phone + written.truth.rows["tcsi"], abs=0.002 * asked)

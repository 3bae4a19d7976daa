"""Designed samples, against R's survey (its apistrat and apiclus1, schools of California)."""

import numpy as np
import pytest

from etl.domain.survey import NotRaked, design_mean, post_stratified, rake
from tests.etl.domain.reference import reference

SCHOOLS = {"E": 4421, "H": 755, "M": 1018}  # the population, by type (R survey, apipop)


def test_a_stratified_mean() -> None:
    # R: svymean(~api00, svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat, fpc=~fpc)) 662.2873632 (9.4089408)
    data = reference("apistrat")
    made = design_mean(data["api00"], data["pw"], strata=data["stype"].tolist(), population=data["stype"].map(SCHOOLS))
    assert made.value == pytest.approx(662.2873632, abs=5e-8)
    assert made.se == pytest.approx(9.4089408, abs=5e-8)


def test_a_mean_of_one_stage_clusters() -> None:
    # R: svymean(~api00, svydesign(id=~dnum, weights=~pw, data=apiclus1, fpc=~fpc)) 644.169399 (23.542241)
    data = reference("apiclus1")
    made = design_mean(data["api00"], data["pw"], clusters=data["dnum"].tolist(), population=data["fpc"])
    assert made.value == pytest.approx(644.169399, abs=5e-7)
    assert made.se == pytest.approx(23.542241, abs=5e-7)
    assert made.deff > 5  # districts are alike within


def test_clusters_post_stratified_by_type() -> None:
    # R: svymean(~api00, postStratify(dclus1, ~stype, apipop's counts)) 642.31079 (23.92049)
    data = reference("apiclus1")
    kind = data["stype"].tolist()
    weight = post_stratified(data["pw"], kind, SCHOOLS)
    made = design_mean(data["api00"], weight, clusters=data["dnum"].tolist(), population=data["fpc"], post=kind)
    assert made.value == pytest.approx(642.31079, abs=5e-6)
    assert made.se == pytest.approx(23.92049, abs=5e-6)


def test_a_simple_sample_is_its_own_yardstick() -> None:
    made = design_mean([1.0, 2, 3, 4], np.ones(4))
    assert made.se == pytest.approx(np.std([1, 2, 3, 4], ddof=1) / 2)
    assert made.deff == pytest.approx(1)


def test_raking_meets_both_margins() -> None:
    sex, age = list("mmmmffff"), list("ooyyoyyy")
    made = rake(np.ones(8), [(sex, {"m": 40, "f": 60}), (age, {"o": 30, "y": 70})])
    assert sum(w for w, s in zip(made, sex, strict=True) if s == "m") == pytest.approx(40)
    assert sum(w for w, a in zip(made, age, strict=True) if a == "o") == pytest.approx(30)


def test_raking_trims_and_still_meets() -> None:
    groups = ["a"] * 50 + ["b"] * 50
    start = np.where(np.arange(100) == 0, 40.0, 1.0)
    made = rake(start, [(groups, {"a": 500, "b": 500})])
    assert made.max() <= 3 * np.median(made) * (1 + 1e-9)
    assert made[:50].sum() == pytest.approx(500)


def test_what_raking_cannot_do_is_said() -> None:
    with pytest.raises(NotRaked, match="'c'"):
        rake(np.ones(2), [(["a", "b"], {"a": 1, "b": 1, "c": 1})])
    with pytest.raises(NotRaked, match="not met"):  # one in three would have to weigh sixteen times the others
        rake(np.ones(3), [(["a", "b", "b"], {"a": 80, "b": 10})])

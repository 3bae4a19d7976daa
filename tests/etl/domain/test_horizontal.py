"""The horizontal split: one outcome in closed form, several against a generic solver, and what cannot be delivered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, minimize

from etl.domain.horizontal import split


def test_one_outcome_shares_by_effect_and_ease() -> None:
    beta, ease = np.array([[0.5, 0.2, 0.0]]), np.array([1.0, 4.0, 9.0])
    out = split(beta, [1.0], [np.inf] * 3, ease)
    factor = 1.0 / (beta[0] ** 2 * ease).sum()
    assert out.lift == pytest.approx(factor * beta[0] * ease)
    assert out.lift[2] == 0  # not proven is not asked
    capped = split(beta, [1.0], [1.0, np.inf, np.inf], ease)
    assert capped.lift == pytest.approx([1.0, 2.5, 0.0])
    assert capped.brought == pytest.approx([1.0])


def test_what_the_process_plan_cannot_deliver_is_told() -> None:
    out = split([[0.5, 0.5], [0.0, 0.1]], [4.0, 0.05], [2.0, 3.0], [1.0, 1.0])
    assert out.lift == pytest.approx([2.0, 3.0])
    assert out.coverage == pytest.approx([2.5 / 4, 0.3 / 0.05])
    assert out.shortfall == pytest.approx([1.5, 0.0])
    idle = split([[0.5, 0.5]], [-1.0], [2.0, 3.0], [1.0, 1.0])
    assert idle.lift.tolist() == [0, 0] and np.isnan(idle.coverage[0])


def test_one_indicator_serves_two_outcomes_once() -> None:
    out = split([[1.0, 1.0], [1.0, 0.0]], [1.0, 0.8], [np.inf] * 2, [1.0, 1.0])
    assert out.lift == pytest.approx([0.8, 0.2])  # the second outcome's need counts for the first too


@pytest.mark.parametrize("bad", [{"beta": [[-1.0]]}, {"cap": [-1.0]}, {"ease": [0.0]}, {"gap": [np.nan]}])
def test_what_makes_no_sense_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must be"):
        split(**{"beta": [[1.0]], "gap": [1.0], "cap": [1.0], "ease": [1.0], **bad})  # type: ignore[arg-type]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_generic_solver_finds_nothing_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    outcomes, indicators = int(rng.integers(1, 5)), int(rng.integers(1, 9))
    beta = rng.uniform(0, 1, (outcomes, indicators)) * (rng.random((outcomes, indicators)) < 0.6)
    ease = rng.uniform(0.2, 5, indicators)
    cap = rng.uniform(0.5, 4, indicators)
    gap = (beta @ cap) * rng.uniform(-0.2, 0.95, outcomes)
    out = split(beta, gap, cap, ease)
    assert (beta @ out.lift >= gap - 1e-8).all() and (out.lift >= 0).all() and (out.lift <= cap).all()
    found = minimize(lambda y: (y**2 / (2 * ease)).sum(), cap * 0.9, jac=lambda y: y / ease, bounds=Bounds(0, cap), method="SLSQP",
                     constraints=LinearConstraint(beta, gap, np.inf), options={"ftol": 1e-14, "maxiter": 500})  # fmt: skip
    if found.success:
        assert (out.lift**2 / (2 * ease)).sum() <= found.fun + 1e-6

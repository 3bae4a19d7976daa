"""Roll-ups equal what pandas works out from the facts, over a tree that changes in the middle of months."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from etl.steps.publish import publish
from etl.steps.rollup import CUTS
from tests.etl import rollup_recomputed, rollup_sample


@pytest.mark.parametrize("seed", [1, 2])
def test_scores_of_every_level_period_and_cut_equal_pandas(store: sa.Engine, seed: int) -> None:
    rollup_sample.build(store, seed)
    publish(store)
    ours, theirs = rollup_recomputed.scores(store, CUTS), rollup_recomputed.published_scores(store)
    assert len(theirs) > 5000
    wrong = rollup_recomputed.unequal(ours, theirs)
    assert wrong.empty, wrong.head(10).to_string()


def test_ratios_of_every_level_period_and_cut_equal_pandas(store: sa.Engine) -> None:
    rollup_sample.build(store)
    publish(store)
    cuts = tuple(cut for cut in CUTS if cut not in ("brand", "mode"))
    ours, theirs = rollup_recomputed.ratios(store, cuts), rollup_recomputed.published_ratios(store)
    by_subscribers = rollup_recomputed.read(store, "SELECT indicator_id FROM indicator WHERE denominator = 'subscribers'")["indicator_id"]
    rates = theirs.index.get_level_values("indicator_id").isin(by_subscribers)
    wrong = rollup_recomputed.unequal(ours[~ours.index.get_level_values("indicator_id").isin(by_subscribers)], theirs[~rates])
    assert wrong.empty, wrong.head(10).to_string()
    complained = theirs[rates & (theirs["n"] > 0)][["n", "numerator"]]
    wrong = rollup_recomputed.unequal(ours[ours.index.get_level_values("indicator_id").isin(by_subscribers)][["n", "numerator"]], complained)
    assert wrong.empty, wrong.head(10).to_string()

"""Lengthened windows and like-for-like days, published beside the calendar's periods."""

from __future__ import annotations

import numpy as np
import pandas as pd
import sqlalchemy as sa

from etl.domain.suppress import too_small
from etl.steps.publish import publish
from etl.steps.suppress import like_for_like, windows
from tests.etl import rollup_recomputed, rollup_sample

KEYS = ["area_id", "indicator_id", "first", "last"]


def expected(store: sa.Engine, spans: list[tuple[str, object, object]]) -> pd.DataFrame:
    """Sums of the whole cut over each span of months or days, those too small left out."""
    cells = rollup_recomputed.read(store, "SELECT * FROM score_rollup WHERE cut = 'all' AND last_pub = 2147483647")
    parts = []
    for kind, first, last in spans:
        inside = cells[(cells["period"] == kind) & (cells["start"] >= first) & (cells["start"] <= last)]
        sums = inside.groupby(["area_id", "indicator_id"])[["n", "sw", "sw2", "swx", "swx2"]].sum().reset_index()
        parts.append(sums.assign(first=first, last=last))
    found = pd.concat(parts, ignore_index=True)
    return found[~too_small(*(found[name].to_numpy(float) for name in ("n", "sw", "sw2")))]


def test_windows_are_the_sums_of_their_periods_also_across_the_year(store: sa.Engine) -> None:
    rollup_sample.build(store)
    done = publish(store)
    assert done.data_to is not None
    spans = [("m", *one) for one in windows(done.data_to)] + [("d", *one) for one in like_for_like(done.data_to)]
    wanted = expected(store, list(dict.fromkeys(spans)))
    found = rollup_recomputed.read(store, "SELECT * FROM score_window WHERE last_pub = 2147483647")
    both = wanted.merge(found, on=KEYS, how="outer", suffixes=("", "_found"), indicator=True)
    assert len(found) > 0 and (both["_merge"] == "both").all()
    assert any(first.year != last.year for first, last in zip(found["first"], found["last"], strict=True))
    _agree(both)


def test_windows_beside_which_nothing_is_given_away_are_the_same_sums(store: sa.Engine) -> None:
    rollup_sample.build(store)
    done = publish(store)
    assert done.data_to is not None
    spans = [("m", *one) for one in windows(done.data_to)] + [("d", *one) for one in like_for_like(done.data_to)]
    found = rollup_recomputed.read(store, "SELECT * FROM score_window WHERE last_pub = 2147483647")
    both = expected(store, list(dict.fromkeys(spans))).merge(found, on=KEYS, how="right", suffixes=("", "_found"))
    assert len(found) > 0
    _agree(both)


def _agree(both: pd.DataFrame) -> None:
    for name in ("n", "sw", "sw2", "swx", "swx2"):
        np.testing.assert_allclose(both[f"{name}_found"].astype(float), both[name].astype(float), rtol=1e-9)


def test_a_publication_without_change_of_a_window_leaves_its_row(store: sa.Engine) -> None:
    rollup_sample.build(store)
    publish(store)
    assert publish(store, everything=True).publication_id == 2
    assert not len(rollup_recomputed.read(store, "SELECT * FROM score_window WHERE first_pub > 1 OR last_pub < 2147483647"))

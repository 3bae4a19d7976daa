"""Areas files that re-organise: history stays where it was in the dated figures, and follows the areas in the restated ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.commands.scores import Tree, read_scores
from etl.domain.period import parse
from etl.steps.load import load_file
from etl.steps.publish import publish
from tests.etl.feeds.sample import AREAS, SECRET, feed_of, load_all, number, write

LATER = AREAS.replace(
    "G2,grid,administrative,二网格,G 2,K2,113.21,23.21,rural,,,,\n",
    "G2,grid,administrative,二网格,G 2,K2,113.21,23.21,rural,,2026-08-01,,\n"
    "G2,grid,administrative,二网格,G 2,K3,113.21,23.21,rural,2026-08-01,,move,G2\n",
)


def counted(store: sa.Engine, area: str, tree: Tree) -> dict[str, int]:
    """n of the first outcome in June: the area and its members."""
    rows = read_scores(store, area, parse("2026-06"), True, tree)
    return {str(row["area"]): row["n"] for row in rows if row["indicator"] == "mobile_overall"}


@pytest.fixture
def loaded(store: sa.Engine, tmp_path: Path) -> sa.Engine:
    load_all(store, tmp_path)
    publish(store)
    return store


def test_a_split_grid_keeps_its_history(loaded: sa.Engine) -> None:
    assert counted(loaded, "K1", Tree.THEN) == {"K1": 1, "G1": 1}
    assert counted(loaded, "K1", Tree.TODAY) == {"K1": 1, "K1-?": 1}, "nobody can say whose half an answer was"


def test_a_later_areas_file_changes_restated_figures_only(loaded: sa.Engine, tmp_path: Path) -> None:
    everything = "SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {} r"
    dated = [number(loaded, everything.format(table)) for table in ("score_rollup", "ratio_rollup", "rank_band")]
    assert counted(loaded, "C1", Tree.TODAY) == {"C1": 2, "K1": 1, "K2": 1}
    file = write(tmp_path, {"areas.csv": LATER}) / "areas.csv"
    assert load_file(loaded, feed_of("areas"), file, SECRET).state == "loaded"
    assert publish(loaded).publication_id == 2
    assert [number(loaded, everything.format(table)) for table in ("score_rollup", "ratio_rollup", "rank_band")] == dated
    assert counted(loaded, "C1", Tree.THEN) == {"C1": 2, "K1": 1, "K2": 1}
    assert counted(loaded, "C1", Tree.TODAY) == {"C1": 1, "K1": 1}
    assert counted(loaded, "C2", Tree.TODAY) == {"C2": 1, "K3": 1}
    assert counted(loaded, "P", Tree.TODAY)["P"] == counted(loaded, "P", Tree.THEN)["P"] == 2, "they reconcile at the parent"

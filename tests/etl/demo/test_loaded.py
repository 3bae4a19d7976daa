"""The demonstration's files go through the feeds a real operator would use; a first month of them, loaded."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import sqlalchemy as sa

from etl.sources.parse import read_feeds
from etl.steps.define import define, shipped
from etl.steps.load import LoadResult, load_file
from etl.steps.receive import sorted_inbox
from tests.etl.demo.conftest import Written

FEEDS = Path(__file__).parents[3] / "etl" / "feeds" / "demo"
MONTH = "2024-11"


def load_month(store: sa.Engine, written: Written) -> dict[str, LoadResult]:
    """The tree, the touchpoints and the first month, by file name."""
    define(store, shipped())
    claimed = sorted_inbox(read_feeds([FEEDS]), written.folder)
    wanted = [(feed, path) for feed, path in claimed if path.stem in ("areas", "touchpoints") or path.stem.endswith(MONTH)]
    return {path.name: load_file(store, feed, path, "a secret") for feed, path in wanted}


def test_a_month_loads_with_the_planted_faults_and_no_other(store: sa.Engine, written: Written) -> None:
    results = load_month(store, written)
    assert {name: result.state for name, result in results.items()} == dict.fromkeys(results, "loaded")
    assert len(results) == 2 + 9
    seen = {name: (result.rejected, result.duplicate) for name, result in results.items() if result.rejected or result.duplicate}
    once = dict.fromkeys((f"survey_{mode}_{MONTH}.csv" for mode in ("sms", "phone", "internet")), (0, 1))
    assert seen == {
        **once,
        f"survey_scene_{MONTH}.csv": (5, 1),
        f"complaints_{MONTH}.csv": (2, 1),
        f"process_{MONTH}.csv": (2, 0),
    }
    codes = Counter(fault.code for result in results.values() for fault in result.faults)
    assert codes == {
        "not_a_date": 2,
        "area_unknown": 2,
        "out_of_range": 1,
        "not_a_number": 2,
        "not_in_vocabulary": 1,
        "indicator_unknown": 1,
    }

    with store.connect() as connection:
        counted = "SELECT count(*) FROM area_closure c JOIN area a ON a.area_id = c.descendant_id JOIN area p ON p.area_id = c.ancestor_id " \
                  "WHERE p.code = '44' AND a.level = 4 AND a.kind <> 'unknown' AND c.valid_from <= :day AND :day < c.valid_to"  # fmt: skip
        for day in ("2024-11-01", "2026-11-20"):
            assert connection.execute(sa.text(counted), {"day": day}).scalar_one() == 3000
        masked = connection.execute(sa.text("SELECT count(*) FILTER (WHERE text ~ '1(42|54)[0-9]{8}'), "
                                            "count(*) FILTER (WHERE text LIKE '%手机号%') FROM complaint")).one()  # fmt: skip
        assert masked[0] == 0
        assert masked[1] > 500

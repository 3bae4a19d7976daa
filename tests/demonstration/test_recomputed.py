"""Every published score of a quarter, at every level, against pandas."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa

from tests import recomputed
from tests.demonstration.conftest import Running

QUARTER = (date(2026, 7, 1), date(2026, 9, 30))


def test_scores_equal_a_recomputation_at_every_level(running: Running) -> None:
    compared, wrong = recomputed.differences(running.store, *QUARTER, "mq", ("all", "brand", "mode", "segment"), "own")
    assert wrong.empty, wrong.head().to_string()
    with running.store.connect() as connection:
        levels = pd.read_sql(
            sa.text(
                "SELECT a.level, count(*) AS cells FROM score_rollup s JOIN area a USING (area_id) "
                "WHERE s.last_pub = 2147483647 AND s.period IN ('m', 'q') AND s.start BETWEEN :first AND :last "
                "AND s.cut IN ('all', 'brand', 'mode', 'segment') GROUP BY a.level ORDER BY 1"
            ),
            connection, params={"first": QUARTER[0], "last": QUARTER[1]},
        )  # fmt: skip
    assert compared == levels["cells"].sum()
    assert set(levels["level"]) >= {1, 2, 3, 4}


def test_days_and_weeks_equal_a_recomputation(running: Running) -> None:
    # ISO weeks 2026-W36 to 2026-W39
    compared, wrong = recomputed.differences(running.store, date(2026, 8, 31), date(2026, 9, 27), "dw", ("all",), "own")
    assert compared > 1000
    assert wrong.empty, wrong.head().to_string()

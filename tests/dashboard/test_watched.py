"""Alerts and declared events beside the overview's figures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

import sql
from dashboard.navigation import open_alerts
from dashboard.pages.overview import data, map_legend, ranking
from dashboard.pages.overview.trend_figure import trend
from tests.conftest import app_engine
from tests.dashboard import sample

EPISODE = """
INSERT INTO episode (rule, version, kind, area_id, indicator_id, period, start, latest, severity, state, first_pub, opened_at)
SELECT :rule, 1, :kind, a.area_id, i.indicator_id, 'm', '2026-10-01', '2026-10-01', 1, 'firing', 1, now()
FROM area a LEFT JOIN indicator i ON i.code = :indicator WHERE a.code = :area
"""


@pytest.fixture
def seen(operator: sa.Engine) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    rows = [("outcome_fall", "fall", "440106", "mobile_overall"), ("data_quality", "quality", "440106", None)]
    with sql.begin(operator) as connection:
        for rule, kind, area, indicator in rows:
            connection.execute(sa.text(EPISODE), {"rule": rule, "kind": kind, "area": area, "indicator": indicator})
        connection.execute(sa.text("SELECT declare_event('tariff', a.area_id, NULL, '2026-09-03', '2026-09-03', '新套餐 <b>') FROM area a WHERE code = '44'"))
    app = app_engine(operator)
    yield operator, app
    app.dispose()
    with sql.begin(operator) as connection:
        connection.exec_driver_sql("DELETE FROM episode; DELETE FROM declared_event")


def test_open_alerts_are_counted_where_they_are_and_above(seen: tuple[sa.Engine, sa.Engine]) -> None:
    context = sample.context(*seen, "province", "4401")
    view = data.load(context)
    counted = {member.key: member.alerts for member in view.members}
    assert view.alerts == 2 and counted["440106"] == 2 and sum(counted.values()) == 2
    assert open_alerts(context) == {"alerts": 2}
    assert "有未关闭预警', className='ov-range'), Span(children='天河'" in str(map_legend.legend(view, context)), "what the outline means"
    rows = ranking.member_rows(view, "zh")
    assert "alerts" in [column["field"] for column in ranking.member_columns(view, context, rows)]


def test_a_month_whose_answers_changed_in_kind_has_no_arrow(seen: tuple[sa.Engine, sa.Engine]) -> None:
    above = data.load(sample.context(*seen, "province", "4401"))
    member = next(member for member in above.members if member.key == "440106")
    assert not above.doubtful and above.card.change is not None and member.change is None and member.reading is not None
    there = data.load(sample.context(*seen, "province", "440106"))
    assert there.doubtful and there.card.change is None and there.card.reading is not None


def test_declared_events_stand_on_the_trend(seen: tuple[sa.Engine, sa.Engine]) -> None:
    view = data.load(sample.context(*seen, "province", "4401"))
    assert [(one.kind, one.words) for one in view.declared] == [("tariff", "新套餐 <b>")]
    figure = trend(view, "zh", "light")
    (mark,) = [trace for trace in figure["data"] if trace.get("yaxis") == "y2"]
    assert view.trend[mark["x"][0]].period.code() == "2026-09" and "新套餐 &lt;b&gt;" in mark["text"][0]

"""Thin scores on the overview: shrunken values, rank bands, what tables and exports say, arrows that need proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

import sql
from dashboard.estimates import Shrunken, Told
from dashboard.pages.drivers import data as drivers
from dashboard.pages.drivers import wording as drivers_wording
from dashboard.pages.overview import data, operations, ranking, tables, wording
from dashboard.pages.overview.estimates import settled
from dashboard.pages.overview.model import View
from dashboard.pages.overview.reads import Cell, Ratio, Three
from etl.domain.area import Level
from etl.domain.estimate import Display
from etl.domain.period import Period
from etl.domain.reading import Reading
from etl.steps.estimate import estimate
from tests.conftest import app_engine, create_database
from tests.dashboard import sample

OCTOBER = Period("m", date(2026, 10, 1))
GRID = "440106-g2"


@pytest.fixture(scope="module")
def owner(server_url: str) -> Iterator[sa.Engine]:
    """The sample operator with its estimates."""
    made = create_database(server_url, sample.build)
    with sql.begin(made) as connection:
        connection.exec_driver_sql("CREATE TEMP TABLE rollup_span ON COMMIT DROP AS SELECT DISTINCT period, start FROM score_rollup")
        estimate(connection, 1, sample.FIRST, sample.LAST)
    yield made
    made.dispose()
    for engine in APPS:
        engine.dispose()


APPS: list[sa.Engine] = []


def app_of(owner: sa.Engine) -> sa.Engine:
    """The store as the dashboard's role sees it."""
    if not APPS:
        APPS.append(app_engine(owner))
    return APPS[0]


def told(owner: sa.Engine, code: str, indicator: str = "mobile_network") -> dict:
    with sql.begin(owner) as connection:
        return dict(connection.execute(sa.text(
            "SELECT e.* FROM estimate e JOIN area a USING (area_id) JOIN indicator i USING (indicator_id) "
            "WHERE a.code = :code AND i.code = :indicator AND e.period = 'm' AND e.start = '2026-10-01'"
        ), {"code": code, "indicator": indicator}).mappings().one())  # fmt: skip


def view(owner: sa.Engine, code: str, **query: str) -> View:
    return data.load(sample.context(owner, app_of(owner), code=code, outcome="mobile_network", **query))


def test_a_thin_grid_shows_its_shrunken_value_and_interval(owner: sa.Engine) -> None:
    stored, shown = told(owner, GRID), view(owner, GRID)
    reading = shown.card.reading
    assert stored["display"] == 1 and isinstance(reading, Shrunken) and not reading.ranked
    assert (reading.value, reading.low, reading.high) == pytest.approx(
        (stored["shrunken"], stored["shrunken_low"], stored["shrunken_high"])
    )
    assert reading.n == stored["n"] and reading.value != pytest.approx(stored["direct"], abs=0.01)
    assert shown.trend[-1].reading == reading, "the trend ends with what the card says"
    assert shown.card.spark[-1] == pytest.approx(reading.value)


def test_a_wide_base_shows_the_direct_value(owner: sa.Engine) -> None:
    stored, reading = told(owner, "440106"), view(owner, "440106").card.reading
    assert reading is not None and not isinstance(reading, Shrunken)
    assert reading.value == pytest.approx(stored["direct"])


def test_every_page_gives_the_same_figure_for_a_thin_score(owner: sa.Engine) -> None:
    card = view(owner, GRID).card.reading
    context = sample.context(owner, app_of(owner), code=GRID, outcome="mobile_network")
    shown = drivers.load(context)
    assert isinstance(card, Shrunken) and shown.here is not None and shown.here.shrunken
    assert (shown.here.value, shown.here.low, shown.here.high, shown.here.n) == (card.value, card.low, card.high, card.n)
    assert "向上级收缩" in drivers_wording.rests(shown.here, shown.outcome, "zh")
    wide = drivers.load(sample.context(owner, app_of(owner), code="440106", outcome="mobile_network"))
    assert wide.here is not None and not wide.here.shrunken and "收缩" not in drivers_wording.rests(wide.here, wide.outcome, "zh")
    assert shown.other is not None and shown.other.value == wide.here.value, "the county stands above its grid"


def test_members_are_ranked_by_bands_and_thin_ones_not_at_all(owner: sa.Engine) -> None:
    grids = {member.key: member for member in view(owner, "440106").members}
    assert isinstance(grids[GRID].reading, Shrunken) and grids[GRID].rank is None and wording.ranks(grids[GRID]) == ""
    counties = [member for member in view(owner, "4401").members if member.rank]
    assert len(counties) == 5
    for member in counties:
        first, last = member.ranks or (0, 0)
        assert 1 <= first <= member.rank <= last <= 5
    last = max(counties, key=lambda member: member.rank or 0)
    assert last.key == "440106" and last.ranks == (4, 5), "it fell by six points; the one before it is not far"
    rows = {row["code"]: row for row in ranking.member_rows(view(owner, "4401"), "zh")}
    assert rows["440106"]["rankText"] == "4–5"


def test_tables_say_estimate_and_window_and_exports_transform_and_publication(owner: sa.Engine) -> None:
    context = sample.context(owner, app_of(owner), code=GRID, outcome="mobile_network")
    loaded = data.load(context)
    card = dict(zip(tables.cards(loaded, context).columns, tables.cards(loaded, context).rows[2], strict=True))
    assert card["估计"] == "向上级收缩" and card["窗口"] == "近 1 月"
    for name, table in tables.TABLES.items():
        made = table(loaded, context)
        out = tables.exported(made, context)
        assert {len(row) for row in out.rows} <= {len(out.columns)}, name
        assert out.columns[-2:] == ("换算", "发布版")
        assert all("(x−1)/9×100" in row[-2] and row[-1].startswith("#1 ") for row in out.rows)
    perception = [row for row in tables.process(loaded, context).rows if row[0].startswith("网络覆盖")]
    assert perception and perception[0][7] > 5, "n_eff"
    english = replace(context, language="en")
    assert "Shrunken" in tables.trend(loaded, english).rows[0]


def test_ancestors_headlines_are_seen_and_nothing_of_siblings(owner: sa.Engine) -> None:
    with sql.scoped(app_of(owner), _user(owner, "tianhe")) as connection:
        seen = {tuple(row) for row in connection.execute(sa.text(
            "SELECT DISTINCT a.code, i.headline IS NOT NULL FROM estimate_shown e JOIN area a USING (area_id) JOIN indicator i USING (indicator_id) "
            "WHERE a.level <= 3"
        ))}  # fmt: skip
    assert seen == {("44", True), ("4401", True), ("440106", True), ("440106", False)}
    assert Level.COUNTY == 3


def _user(owner: sa.Engine, login: str) -> int:
    with sql.begin(owner) as connection:
        return int(connection.scalar(sa.text("SELECT user_id FROM app_user WHERE login = :login"), {"login": login}) or 0)


def test_another_window_or_a_wide_base_is_not_replaced() -> None:
    thin = Reading(12, 10.0, 70.0, 60.0, 80.0, 5.0, Display.SHRUNKEN)
    cell, estimates = Cell(1, 2), {(Cell(1, 2), OCTOBER): Told(1, 75.0, 71.0, 79.0)}
    (made,) = settled([thin], [cell], [OCTOBER], estimates)
    assert made is not None and (made.value, made.low, made.high, made.n) == (75.0, 71.0, 79.0, 12)
    for other in (replace(thin, window=3), replace(thin, display=Display.NORMAL), replace(thin, display=Display.HIDDEN)):
        assert settled([other], [cell], [OCTOBER], estimates) == [other]
    assert settled([thin, None], [Cell(9, 2), cell], [OCTOBER] * 2, estimates) == [thin, None]


@pytest.mark.parametrize(
    ("denominator", "now", "before", "proof"),
    [("due", (56, 70), (48, 80), 1), ("due", (20, 40), (19, 40), 0), ("subscribers", (5, 10_000), (30, 10_000), -1),
     ("subscribers", (28, 10_000), (30, 10_000), 0)],
)  # fmt: skip
def test_arrows_of_complaints_need_proof(
    owner: sa.Engine, denominator: str, now: tuple[int, int], before: tuple[int, int], proof: int
) -> None:
    loaded = view(owner, "440106")
    one = next(each for each in loaded.indicators if each.fact == "complaint")
    indicator = replace(one, denominator=denominator, direction=1)
    sums = {indicator.indicator_id: Three(*(Ratio(each[0], each[0], each[1]) for each in (now, before)))}
    (row,) = operations.operations([indicator], loaded.comparison, sums, {})
    assert row.tested and row.proven == proof
    words = ranking.process_rows(replace(loaded, process=(row,)), "zh")[0]["better"]
    assert words == {1: "好转", 0: "未证实", -1: "变差"}[proof]


def test_what_was_counted_in_full_needs_no_proof(owner: sa.Engine) -> None:
    row = next(row for row in view(owner, "440106").process if row.indicator.fact == "process" and row.change)
    assert not row.tested

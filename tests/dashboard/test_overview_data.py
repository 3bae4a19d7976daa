"""The overview's numbers against the roll-ups, and what row-level security leaves of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from dashboard.context import Context
from dashboard.pages.overview import components, data, ranking, scores, wording
from dashboard.snapshot import measures, sections
from etl.domain.period import Period, parse
from tests.conftest import app_engine
from tests.dashboard import sample


@pytest.fixture(scope="module")
def operator(operator: sa.Engine) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """The sample operator's store as its owner and as the dashboard's role."""
    app = app_engine(operator)
    yield operator, app
    app.dispose()


def see(operator: tuple[sa.Engine, sa.Engine], *args: str, **query: str) -> data.View:
    return data.load(sample.context(*operator, *args, **query))


def score(
    operator: tuple[sa.Engine, sa.Engine], code: str, start: str, kind: str = "m", cut: str = "all", value: str = ""
) -> float:
    """A mean straight from the roll-up."""
    with operator[0].connect() as connection:
        return connection.scalar(
            sa.text(
                "SELECT swx / sw FROM score_rollup JOIN area USING (area_id) JOIN indicator USING (indicator_id) WHERE area.code = :area"
                " AND indicator.code = 'mobile_overall' AND period = :kind AND start = CAST(:start AS date) AND cut = :cut AND value = :value"
            ),
            {"area": code, "start": start, "kind": kind, "cut": cut, "value": value},
        )


def test_a_card_is_the_roll_up(operator) -> None:
    card = see(operator, "province", "4401").card
    now, before, year = (score(operator, "4401", start) for start in ("2026-10-01", "2026-09-01", "2025-10-01"))
    assert card.reading.value == pytest.approx(now)
    assert (card.change.value, card.change_year.value) == (pytest.approx(now - before), pytest.approx(now - year))
    rival = score(operator, "4401", "2026-10-01", cut="brand", value="rival")
    assert card.lead.change.value == pytest.approx(now - rival) and card.lead.brand == "rival"
    assert card.band is not None and card.spark[-1] == pytest.approx(now) and len(card.spark) == 13


def test_there_are_ten_cards_and_the_address_chooses(operator) -> None:
    view = see(operator, "province", "44", outcome="hall")
    assert [card.indicator.headline for card in view.cards] == list(range(1, 11))
    assert view.outcome.code == "hall"
    assert see(operator, "province", "44", outcome="no-such").outcome.code == "mobile_overall"


def test_the_furthest_behind_stands_first_and_the_fall_is_proven(operator) -> None:
    view = see(operator, "province", "4401")
    worst = view.members[0]
    assert worst.key == "440106" and worst.change.proven == -1 and worst.against.proven == -1
    assert worst.gap == pytest.approx(worst.reading.value - view.card.reading.value)
    assert worst.rank == max(member.rank for member in view.members if member.rank)


def test_contributions_add_up_to_the_change(operator) -> None:
    view = see(operator, "province", "4401")
    for moved in (view.by_member, view.by_cut):
        movement = moved.movement
        assert sum(movement.within.values()) + movement.mix == pytest.approx(view.card.change.value)
    assert min(view.by_member.movement.within, key=view.by_member.movement.within.get) == "440106"


def test_a_running_month_is_compared_with_the_same_days(operator) -> None:
    view = see(operator, "province", "4401", "2026-11")
    assert not view.comparison.complete and view.comparison.days == 8
    assert view.comparison.previous == (date(2026, 10, 1), date(2026, 10, 8))
    with operator[0].connect() as connection:
        mean = connection.scalar(
            sa.text(
                "SELECT sum(swx) / sum(sw) FROM score_rollup JOIN area USING (area_id) JOIN indicator USING (indicator_id)"
                " WHERE area.code = '4401' AND indicator.code = 'mobile_overall' AND period = 'd' AND cut = 'all'"
                " AND start BETWEEN '2026-10-01' AND '2026-10-08'"
            )
        )
    assert view.card.change.value == pytest.approx(view.card.reading.value - mean)
    assert view.by_cut.reason == "running"


def test_a_leaf_lists_its_cuts_instead(operator) -> None:
    view = see(operator, "province", "440106-g1")
    assert view.leaf and {member.group for member in view.members} >= {"mode"}
    assert view.members_period.kind in "qy"  # cuts of grids are kept by longer periods only


def test_members_not_kept_by_week_are_read_by_month(operator) -> None:
    """Whatever depth is declared, a week in a county says which period its grids are shown by."""
    with operator[0].connect() as connection:
        weekly = connection.scalar(
            sa.text("SELECT count(*) FROM score_rollup JOIN area USING (area_id) WHERE level = 4 AND period = 'w'")
        )
    view = see(operator, "province", "440106", "2026-W44")
    assert view.members_period.kind == ("w" if weekly else "m")
    assert any(member.reading for member in view.members)
    if not weekly:
        assert view.by_member.reason == "not_kept_below"


def test_thin_parts_and_not_rights_are_named_where_rights_are_whole(operator) -> None:
    view = see(operator, "province", "440106")
    assert view.by_member.reason == view.by_cut.reason == "too_few"


def test_of_siblings_nothing_is_told(operator) -> None:
    view = see(operator, "guangzhou", "44")
    assert view.card.reading is not None
    told = {member.key: member.reading for member in view.members}
    assert told["4401"] is not None and told["4403"] is None and told["4404"] is None
    assert not any(member.rank for member in view.members)
    assert view.by_member.movement is None and view.by_cut.movement is None and view.process == ()


def test_a_line_owner_sees_his_indicators_everywhere_and_no_others(operator) -> None:
    own, other = (see(operator, "net", "44", outcome=outcome) for outcome in ("mobile_network", "hall"))
    assert all(member.open and member.reading for member in own.members) and own.by_member.movement is not None
    assert not any(member.open or member.reading for member in other.members)
    assert other.by_member.reason == other.by_cut.reason == "other_line"
    assert see(operator, "net", "44").outcome.line_id == "network"
    assert {row.indicator.line_id for row in own.process} == {"network"}


def test_a_stranger_to_an_area_sees_nothing_of_it(operator) -> None:
    view = see(operator, "tianhe", "4403")
    assert all(card.reading is None and card.band is None for card in view.cards)
    assert all(member.reading is None for member in view.members) and view.process == ()


def test_thin_members_are_grey_or_hidden_but_never_ranked(operator) -> None:
    view = see(operator, "province", "440106", "2026-W44")
    for member in view.members:
        if member.reading and member.reading.n_eff < 30:
            assert member.rank is None
        if member.reading and member.reading.window > 1:
            assert member.gap is None, "a longer window is not held against the county's own"
    assert any(member.reading and member.reading.window > 1 for member in view.members)


def test_process_rows_are_sums_of_numerators_over_denominators(operator) -> None:
    row = next(row for row in see(operator, "province", "44").process if row.indicator.code == "hotline_fcr")
    with operator[0].connect() as connection:
        ratio = connection.scalar(
            sa.text(
                "SELECT sum(r.numerator) / sum(r.denominator) FROM ratio_rollup r JOIN area USING (area_id) JOIN indicator USING (indicator_id)"
                " WHERE area.level = 2 AND indicator.code = 'hotline_fcr' AND period = 'm' AND start = '2026-10-01' AND cut = 'all'"
            )
        )
    assert row.value == pytest.approx(ratio * row.indicator.factor)


def test_running_ratios_are_compared_over_the_same_days_and_stocks_not_at_all(operator) -> None:
    rows = {row.indicator.code: row for row in see(operator, "province", "4401", "2026-11").process}
    with operator[0].connect() as connection:
        now, before = (
            connection.scalar(
                sa.text(
                    "SELECT sum(r.numerator) / sum(r.denominator) * min(i.factor) FROM ratio_rollup r JOIN area USING (area_id)"
                    " JOIN indicator i USING (indicator_id) WHERE area.code = '4401' AND i.code = 'hotline_fcr' AND period = 'd'"
                    " AND cut = 'all' AND start BETWEEN CAST(:first AS date) AND CAST(:last AS date)"
                ),
                {"first": f"2026-{month}-01", "last": f"2026-{month}-08"},
            )
            for month in ("11", "10")
        )
    assert rows["hotline_fcr"].change == pytest.approx(now - before)
    assert rows["complaints_per_10k"].value is not None and rows["complaints_per_10k"].change is None


def test_a_year_is_compared_with_the_year_before_in_both_columns(operator) -> None:
    """The period before a year is the same period a year before."""
    from dataclasses import replace

    from dashboard.context import Publication

    context = replace(
        sample.context(*operator, "province", "4401", "2025"), publication=Publication(1, sample.FIRST, sample.LAST)
    )
    row = next(row for row in data.load(context).process if row.indicator.code == "hotline_fcr")
    with operator[0].connect() as connection:
        now, before = (
            connection.scalar(
                sa.text(
                    "SELECT r.numerator / r.denominator * i.factor FROM ratio_rollup r JOIN area USING (area_id) JOIN indicator i"
                    " USING (indicator_id) WHERE area.code = '4401' AND i.code = 'hotline_fcr' AND period = 'y' AND cut = 'all'"
                    " AND start = CAST(:start AS date)"
                ),
                {"start": f"{year}-01-01"},
            )
            for year in (2025, 2024)
        )
    assert row.change == row.change_year == pytest.approx(now - before)


@pytest.mark.parametrize(
    ("language", "months", "short", "said"), [("zh", "近 {} 月", "近{}月", "近 4 周"), ("en", "{} months", "{} mo", "4 weeks")]
)
def test_a_lengthened_window_is_said(operator, language: str, months: str, short: str, said: str) -> None:
    """In a member's state and row, on its tile on paper, on a card, and at a perception: beside figures of one period."""
    view = see(operator, "province", "440106", "2026-W44")  # grids are kept by months
    members = [one for one in view.members if one.reading and one.reading.shown and one.reading.window > 1]
    rows, kind = {row["code"]: row for row in ranking.member_rows(view, language)}, view.members_period.kind
    assert members and any(row["window"] == "" for row in rows.values())
    for one in members:
        over = one.reading.window if one.reading else 0
        assert rows[one.key]["window"] == months.format(over) and months.format(over) in wording.member_words(one, kind, language)
        assert sections._tile(one, (0, 0), kind, language).more == short.format(over)
    context = sample.context(*operator, "province", "440106", "2026-W44", language=language)
    card = next(card for card in view.cards if card.reading and card.reading.shown and card.reading.window == 1)
    longer = replace(card, reading=replace(card.reading, window=4))
    assert said in str(components.card(longer, context, False).children[0].children)
    assert said not in str(components.card(card, context, False).children[0].children)
    row = next(row for row in view.process if row.reading and row.reading.shown)
    perception = ranking._process(replace(row, reading=longer.reading), "w", language)
    assert perception["window"] == said and str(measures._measure(perception)[0]).endswith(f" · {said}")
    assert ranking._process(replace(row, reading=card.reading), "w", language)["window"] == ""


def test_nothing_published_is_an_empty_page(store: sa.Engine) -> None:
    from etl.steps import define

    define.define(store, define.shipped())
    with store.begin() as connection:
        connection.exec_driver_sql("INSERT INTO area (code, level, name_zh, name_en) VALUES ('44', 1, '广东省', 'Guangdong')")
        connection.exec_driver_sql("INSERT INTO app_user (login, name, password_hash) VALUES ('province', 'p', '!')")
    bare: Context = replace(sample.context(store, store), publication=None)
    view = data.load(bare)
    assert view.members == () and all(card.reading is None for card in view.cards)


@pytest.mark.parametrize(("code", "kinds"), [("2026-10", "mqy"), ("2026-W46", "wmqy"), ("2026-Q3", "qy")])
def test_a_cut_is_sought_in_longer_periods(code: str, kinds: str) -> None:
    windows = scores.coarser(parse(code))
    assert "".join(window.kind for window in windows) == kinds
    assert all(window.start <= windows[0].end <= window.end for window in windows[1:])


def test_week_one_belongs_to_the_quarter_of_its_thursday() -> None:
    assert scores.coarser(parse("2026-W01"))[2] == Period("q", date(2026, 1, 1))

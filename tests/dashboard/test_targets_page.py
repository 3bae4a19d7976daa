"""The targets page on a planned operator: who sees and does what, what a trial shows, how a sheet comes back."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
import python_calamine
import sqlalchemy as sa

import sql
from dashboard import topbar
from dashboard.context import Context, Refused
from dashboard.exports import as_xlsx, facts
from dashboard.pages.overview import aimed, components
from dashboard.pages.overview import data as overview
from dashboard.pages.targets import card_score, data, exchange, matrix, moves, picked, trial, waterfall_figure, what_if, wording
from dashboard.pages.targets.layout import content, layout
from dashboard.pages.targets.model import View
from dashboard.pages.targets.negotiation import unanswered
from dashboard.pages.targets.page import PAGE
from dashboard.pages.targets.what_if import Edit, Wrong
from dashboard.periods import Offer
from dashboard.snapshot.report import compose
from etl.domain.cascade import Mode
from etl.domain.period import parse
from etl.steps.attain import judge
from etl.steps.plan import Asked, propose
from tests import plan_sample
from tests.conftest import app_engine, create_database
from tests.dashboard import sample

See = Callable[..., Context]


@pytest.fixture(scope="module")
def operator(server_url: str) -> Iterator[sa.Engine]:
    owner = create_database(server_url, sample.build)
    plan_sample.prepare(owner)
    with sql.begin(owner) as connection:
        for login, role, code, line in (("shenzhen", "manager", "4403", None), ("net", "line", "44", "network")):
            user = connection.scalar(
                sa.text("INSERT INTO app_user (login, name, password_hash) VALUES (:l, :l, '!') RETURNING user_id"), {"l": login}
            )
            connection.execute(sa.text("INSERT INTO user_grant SELECT :u, :r, area_id, :line FROM area WHERE code = :c"),
                               {"u": user, "r": role, "c": code, "line": line})  # fmt: skip
        connection.execute(sa.text("SELECT refresh_user_area()"))
    yield owner
    owner.dispose()


@pytest.fixture
def plan(operator: sa.Engine) -> int:
    """A new proposal for each test."""
    with sql.begin(operator) as connection:
        connection.exec_driver_sql("DELETE FROM appraisal")
        connection.exec_driver_sql("DELETE FROM plan")
    return int(propose(operator, plan_sample.root(operator), Asked(parse("2026"), lift=0.5), "test")["plan"])


@pytest.fixture(scope="module")
def see(operator: sa.Engine) -> Iterator[See]:
    app = app_engine(operator)

    def context(login: str = "province", code: str = "44", **query: str) -> Context:
        return replace(sample.context(operator, app, login, code, **query), page="targets")

    yield context
    app.dispose()


def save(context: Context, view: View, asked: object, mode: str | None, rows: list[dict[str, object]], note: str) -> int:
    """Keep what a browser sends; the version."""
    return moves.save(context, view, what_if.edited(view, asked, mode, rows), note)


def versions_of(context: Context, plan: int) -> list[dict[str, object]]:
    with context.read() as connection:
        return sql.rows(connection, "dashboard/plan_versions", plan=plan)


def test_a_version_of_an_address_is_one_there_is() -> None:
    asked = (None, "", "0", "2", "7", "-1", "x", "٣", "9" * 5000)
    assert [data.shown_version(one, 3) for one in asked] == [3, 3, 1, 2, 3, 3, 3, 3, 3]


def name_of(view: View, code: str) -> int:
    return next(one.area_id for one in view.members if one.code == code)


def test_a_province_sees_its_cities_and_a_city_its_own_alone(plan: int, see: See) -> None:
    whole = data.load(see())
    assert (
        whole.plan is not None and whole.plan.plan_id == plan and {one.code for one in whole.members} == {"4401", "4403", "4404"}
    )
    city = data.load(see("guangzhou", "4401"))
    assert {one.code for one in city.members} == {"440106", "440111", "440105", "440113", "440117"}
    above = data.load(see("guangzhou", "44"))
    assert {one.code for one in above.members} == {"4401"}, "no neighbour"
    root = above.here
    assert root is not None and all(one.outcome for one in above.indicators if above.target(root.area_id, one)), (
        "headline targets alone"
    )
    assert len([one for one in whole.indicators if whole.target(whole.here.area_id if whole.here else 0, one)]) == 13


def test_a_neighbour_s_plan_is_not_read_by_any_statement(plan: int, operator: sa.Engine, see: See) -> None:
    other, mine = see("shenzhen", "4403"), see("guangzhou", "4401")
    for table in ("plan_target", "attainment", "card_score", "plan_step", "plan_stand", "appraisal_score"):
        with mine.read() as connection:
            seen = {row.area_id for row in connection.execute(sa.text(f"SELECT DISTINCT area_id FROM {table}"))}
        with sql.begin(operator) as connection:
            theirs = set(connection.scalars(sa.text(
                "SELECT descendant_id FROM area_closure c JOIN area a ON a.area_id = c.ancestor_id WHERE a.code = '4403'")))  # fmt: skip
        assert not seen & theirs, table
    assert len(data.load(other).members) == 2


def test_only_the_right_side_moves_and_everything_is_noted(plan: int, operator: sa.Engine, see: See) -> None:
    city, province = see("guangzhou", "4401"), see("province", "44", at="4401")
    with pytest.raises(Refused):
        moves.move(city, data.load(city), "lock", {"words": "x"})
    with pytest.raises(Wrong, match="no_note"):
        moves.move(city, data.load(city), "counter", {"value": 80, "words": " "})
    with pytest.raises(Wrong, match="no_value"):
        moves.move(city, data.load(city), "counter", {"words": "x"})
    before = data.load(province)
    asked = before.target(name_of(before, "4401"), before.indicator)
    assert asked is not None and before.complete and not data.load(see("guangzhou", "44")).complete
    moves.move(city, data.load(city), "counter", {"value": asked.target - 0.2, "words": "基站搬迁"})
    view = data.load(province)
    above = data.load(see("guangzhou", "44"))
    assert wording.residual(view) == pytest.approx(wording.residual(above)) and wording.residual(view) == pytest.approx(
        0.2 * asked.weight / view.target(view.here.area_id, view.indicator).weight)  # type: ignore[union-attr]  # fmt: skip
    assert view.target(name_of(view, "4401"), view.indicator).state == "countered"  # type: ignore[union-attr]
    with pytest.raises(Wrong, match="unanswered"):
        moves.turn(province, view, "lock", {})
    assert ["at=4401" in str(link.href) for link in unanswered(view, province)] == [True], "who waits is named"
    shenzhen = see("shenzhen", "4403")
    assert unanswered(data.load(shenzhen), shenzhen) == []
    moves.move(province, view, "accept", {})
    after = data.load(province)
    kept = after.target(name_of(after, "4401"), after.indicator)
    assert kept is not None and kept.lock == pytest.approx(asked.target - 0.2) == kept.target and kept.state == "agreed"
    others = [(before.targets[key].target, after.targets[key].target) for key in before.targets
              if key[0] in (name_of(before, "4403"), name_of(before, "4404")) and key[1] == before.indicator.indicator_id]  # type: ignore[union-attr]  # fmt: skip
    assert all(now > then for then, now in others), "the others take the difference"
    root = after.here
    assert root is not None and after.target(root.area_id, after.indicator).target == pytest.approx(  # type: ignore[union-attr]
        before.target(root.area_id, before.indicator).target)  # type: ignore[union-attr]  # fmt: skip
    assert [row["at"] is None for row in versions_of(see("shenzhen", "4403"), plan)] == [True, False], "no neighbour is told"
    assert versions_of(city, plan)[0]["note"].startswith("4401 mobile_overall = ")
    with sql.begin(operator) as connection:
        noted = list(
            connection.scalars(sa.text("SELECT action FROM audit WHERE subject = :s ORDER BY audit_id"), {"s": f"plan {plan}"})
        )
    assert noted == ["plan.propose", "plan.counter", "plan.accept", "plan.version"]


def test_what_is_locked_stays_and_who_agreed_to_another_level_is_asked_again(plan: int, see: See) -> None:
    cities = {code: see("province", "44", at=code) for code in ("4401", "4403")}
    moves.move(cities["4401"], data.load(cities["4401"]), "lock", {"words": "省里定"})
    shenzhen = see("shenzhen", "4403")
    moves.move(shenzhen, data.load(shenzhen), "agree", {})
    before = data.load(see())
    held, free = (before.target(name_of(before, code), before.indicator) for code in ("4401", "4403"))
    assert held is not None and held.state == "locked" and held.lock == pytest.approx(held.target)
    assert free is not None and free.state == "agreed" and before.plan is not None and before.plan.version == 2
    root = before.target(before.here.area_id, before.indicator)  # type: ignore[union-attr]
    save(see(), before, round(root.target + 0.2, 2), None, [], "更高")  # type: ignore[union-attr]
    after = data.load(see())
    kept, moved = (after.target(name_of(after, code), after.indicator) for code in ("4401", "4403"))
    assert kept is not None and kept.target == pytest.approx(held.target) and kept.state == "locked"
    assert moved is not None and moved.target > free.target and moved.state == "proposed"
    assert data.load(cities["4403"]).steps[0]["action"] == "anew"
    moves.move(cities["4401"], data.load(cities["4401"]), "unlock", {"words": "重谈"})
    assert data.load(see()).target(name_of(after, "4401"), after.indicator).lock is None  # type: ignore[union-attr]


def test_a_city_shares_out_its_own_and_cannot_move_what_was_asked_of_it(plan: int, see: See) -> None:
    city = see("guangzhou", "4401")
    view = data.load(city)
    tianhe = name_of(view, "440106")
    level = view.target(tianhe, view.indicator).target - 0.1  # type: ignore[union-attr]
    assert save(city, view, 99.0, "uniform", [{"code": "440106", "lock": level, "cap": None}], "地铁施工") == 2
    after = data.load(city)
    own = after.here
    assert own is not None and after.target(own.area_id, after.indicator).target == pytest.approx(  # type: ignore[union-attr]
        view.target(own.area_id, view.indicator).target)  # type: ignore[union-attr]  # fmt: skip
    assert after.target(tianhe, after.indicator).target == pytest.approx(level)  # type: ignore[union-attr]
    with pytest.raises(Wrong, match="changed"):  # the old view is not written over the new version
        save(city, view, None, None, [{"code": "440111", "lock": 80.0, "cap": None}], "")
    forged = replace(see("shenzhen", "4403"), area=city.area, trail=city.trail)
    with pytest.raises((Refused, Wrong)):
        what_if.save(forged, replace(after, rights=replace(after.rights, below=True)), Edit(locks={tianhe: 70.0}), "forged")
    assert data.load(city).plan.version == 2  # type: ignore[union-attr]


def test_nobody_decides_on_what_he_has_not_seen(plan: int, see: See) -> None:
    city, province = see("guangzhou", "4401"), see("province", "44", at="4401")
    then, old = data.load(city), data.load(province)
    moves.move(city, then, "counter", {"value": 80.0, "words": "x", "standing": then.standing})
    seen = data.load(province).standing
    moves.move(city, data.load(city), "counter", {"value": 79.0, "words": "x"})
    for what in ("accept", "decline"):
        with pytest.raises(Wrong, match="changed"):
            moves.move(province, data.load(province), what, {"words": "x", "standing": seen})
    stale = data.load(province)
    moves.move(city, data.load(city), "counter", {"value": 78.0, "words": "x"})
    for what in ("accept", "decline"):
        with pytest.raises(Wrong, match="changed"):  # between the reading and the move of one request
            moves.move(province, stale, what, {"words": "x", "standing": stale.standing})
    assert data.load(province).target(stale.at.area_id, stale.indicator).countered == 78.0  # type: ignore[union-attr]
    before = data.load(city)
    assert save(see(), old, round(old.target(old.here.area_id, old.indicator).target + 0.1, 2), None, [], "x") == 2  # type: ignore[union-attr]
    with pytest.raises(Wrong, match="changed"):
        moves.move(city, data.load(city), "agree", {"standing": then.standing})
    with pytest.raises(Wrong, match="changed"):
        moves.move(city, before, "agree", {"standing": before.standing})
    with pytest.raises(Wrong, match="changed"):  # a colleague has asked for more since
        moves.save(see(), data.load(see()), Edit(asked=70.0), "x", old.drawn)


def test_a_trial_left_open_takes_off_nobody_s_lock(plan: int, see: See) -> None:
    city = see("guangzhou", "4401")
    view = data.load(city)
    rows, levels = trial.rows(view, city, None), {code: view.target(name_of(view, code), view.indicator).target for code in ("440106", "440111")}  # type: ignore[union-attr]
    save(city, view, None, None, [{"code": "440106", "lock": levels["440106"] + 0.1, "cap": None}], "a colleague")
    now = data.load(city)
    rows[[row["code"] for row in rows].index("440111")]["lock"] = levels["440111"] - 0.1
    edit = what_if.edited(now, None, None, rows)
    assert set(edit.locks) == {name_of(now, "440111")}, "the colleague's lock stays"
    rows[[row["code"] for row in rows].index("440106")]["lock"] = levels["440106"]
    with pytest.raises(Wrong, match="changed"):
        what_if.edited(now, None, None, rows)


def test_a_sheet_made_before_a_lock_does_not_take_it_off(plan: int, see: See) -> None:
    city, province = see("guangzhou", "4401"), see("province", "44", at="4401")

    def untouched(_rows: list[list[object]], _names: list[str]) -> None:
        return

    rows = returned(city, untouched)
    names = [str(name) for name in rows[0]]
    moves.move(province, data.load(province), "lock", {"words": "省里定"})
    found = exchange.brought(rows, data.load(city), city)
    assert not found.wishes and not found.left
    mine = next(row for row in rows if row[names.index("区域编码")] == "4401" and row[names.index("指标编码")] == "mobile_overall")
    mine[names.index("锁定值")] = 70.0
    found = exchange.brought(rows, data.load(city), city)
    assert not found.wishes and "锁定或提升上限" in found.left[0][1]


@pytest.mark.parametrize("statement", [
    "INSERT INTO plan_stand (plan_id, area_id, indicator_id, state, by) VALUES (1, 1, 1, 'locked', 'x')",
    "UPDATE plan_target SET target = 0", "DELETE FROM plan_step", "UPDATE plan SET status = 'published'",
    "UPDATE attainment SET state = 1", "UPDATE appraisal_score SET score = 120",
])  # fmt: skip
def test_the_dashboard_s_role_writes_no_plan_past_the_functions(plan: int, see: See, statement: str) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), see().read() as connection:
        connection.execute(sa.text(statement))


def test_levels_that_do_not_roll_up_are_not_kept(plan: int, see: See) -> None:
    context = see()
    view = data.load(context)
    with pytest.raises(Wrong, match="off"), moves.told(), context.read() as connection:
        made = what_if.solved(connection, view, view.indicator, view.here.area_id, Edit())  # type: ignore[arg-type, union-attr]
        made.answer.cascade.target[1] += 0.5
        what_if.begin(connection, view, view.here.area_id, view.here.area_id, "")  # type: ignore[union-attr]
        what_if.keep(connection, view, view.indicator, view.here.area_id, made)  # type: ignore[arg-type, union-attr]
    assert data.load(context).plan.version == 1  # type: ignore[union-attr]


def test_what_if_shows_before_it_keeps(plan: int, see: See) -> None:
    context = see()
    view = data.load(context)
    root = view.target(view.here.area_id, view.indicator)  # type: ignore[union-attr]
    edit = what_if.edited(view, root.target + 0.3, str(Mode.UNIFORM), [])  # type: ignore[union-attr]
    with context.read() as connection:
        made = what_if.tried(connection, view, edit)
    assert made.feasible and made.low < root.target + 0.3 < made.high and made.carriers  # type: ignore[union-attr]
    assert data.load(context).plan.version == 1, "nothing was kept"  # type: ignore[union-attr]
    rows = trial.rows(view, context, made)
    assert len(rows) == 3 and all(row["moved"] == 1 for row in rows)
    with context.read() as connection:
        far = what_if.tried(connection, view, Edit(asked=99.9))
    assert not far.feasible and far.residual > 0
    with pytest.raises(Wrong, match="infeasible"):
        save(context, view, 99.9, None, [], "")
    assert save(context, view, round(root.target + 0.3, 2), None, [], "更高") == 2  # type: ignore[union-attr]
    after = data.load(context)
    serving = {one.code: after.target(after.here.area_id, one) for one, _ in after.serving}  # type: ignore[union-attr]
    before = {one.code: view.target(view.here.area_id, one) for one, _ in view.serving}  # type: ignore[union-attr]
    assert any(abs(serving[code].target - before[code].target) > 1e-6 for code in before)  # type: ignore[union-attr]


@pytest.mark.parametrize("said", ["abc", "1e999", True, "nan", {"a": 1}])
def test_what_is_no_number_is_refused(plan: int, see: See, said: object) -> None:
    with pytest.raises(Wrong, match="number"):
        what_if.edited(data.load(see()), said, None, [])


def test_strangers_rows_are_left_alone(plan: int, see: See) -> None:
    view = data.load(see("guangzhou", "4401"))
    assert not what_if.edited(view, None, None, [{"code": "4403", "lock": 70}, "x", {"code": None}, {}]).any
    assert not what_if.edited(view, None, None, "x").any


def returned(context: Context, change: Callable[[list[list[object]], list[str]], None]) -> list[list[object]]:
    """The sheet as it is exported, worked on, and read again."""

    table = exchange.sheet(data.load(context), context)
    book = python_calamine.load_workbook(io.BytesIO(as_xlsx(table, facts(context, table))))
    rows = book.get_sheet_by_index(0).to_python()
    change(rows, [str(name) for name in rows[0]])
    return rows


def test_a_sheet_comes_back_with_wishes_and_conflicts(plan: int, operator: sa.Engine, see: See) -> None:
    city = see("guangzhou", "4401")

    def work(rows: list[list[object]], names: list[str]) -> None:
        for row in rows[1:]:
            if row[names.index("指标编码")] == "mobile_overall" and row[names.index("区域编码")] == "440106":
                row[names.index("锁定值")] = float(row[names.index("目标")]) - 0.1  # type: ignore[arg-type]
            if row[names.index("指标编码")] == "mobile_overall" and row[names.index("区域编码")] == "4401":
                row[names.index("反提值")], row[names.index("理由")] = float(row[names.index("目标")]) - 0.3, "离线"  # type: ignore[arg-type]

    rows = returned(city, work)
    found = exchange.brought(rows, data.load(city), city)
    assert len(found.wishes) == 2 and not found.left
    english = see("guangzhou", "4401", language="en")
    assert exchange.brought(rows, data.load(english), english).wishes
    view = data.load(city)
    save(
        city,
        view,
        None,
        None,
        [{"code": "440106", "lock": view.target(name_of(view, "440106"), view.indicator).target + 0.05, "cap": None}],
        "",
    )  # type: ignore[union-attr]
    again = exchange.brought(rows, data.load(city), city)
    assert [wish.area.code for wish in again.wishes] == ["4401"] and "440106" in again.left[0][1], "the changed row is a conflict"
    assert moves.apply(city, again) == 1
    assert data.load(city).target(data.load(city).here.area_id, view.indicator).countered is not None  # type: ignore[union-attr]
    with pytest.raises(Wrong, match="sheet_columns"):
        exchange.brought([["x", "y"]], view, city)
    for wrong in (None, "x", "data:x,!!!!", "data:x,aGVsbG8="):
        with pytest.raises(Wrong, match=r"^sheet$"):
            exchange.read(wrong, view, city)


def test_a_small_file_does_not_unpack_into_much(plan: int, see: See) -> None:
    context = see("guangzhou", "4401")
    view, table = data.load(context), exchange.sheet(data.load(context), context)
    packed = io.BytesIO(as_xlsx(table, facts(context, table)))
    assert exchange.read(sent(packed), view, context).rows == len(table.rows)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet9.xml", b" " * exchange.MOST_UNPACKED)
    assert len(packed.getvalue()) < exchange.MOST_BYTES
    with pytest.raises(Wrong, match=r"^sheet$"):
        exchange.read(sent(packed), view, context)


def sent(workbook: io.BytesIO) -> str:
    """As a browser sends it."""
    return "data:x;base64," + base64.b64encode(workbook.getvalue()).decode()


def test_a_published_plan_shows_attainment_and_is_changed_no_more(plan: int, operator: sa.Engine, see: See) -> None:
    province = see()
    for what in ("lock", "publish"):
        moves.turn(province, data.load(province), what, {})
    judge(operator)
    view = data.load(province)
    root = view.target(view.here.area_id, view.indicator)  # type: ignore[union-attr]
    assert root is not None and root.attained is not None and view.judged == parse("2026")
    assert card_score.score_of(view) is not None and "实际" in wording.sentence(view, province)
    with pytest.raises(Wrong, match="closed"):
        save(province, view, 80.0, None, [], "")
    parts = waterfall_figure.by_member(view, "zh")
    assert sum(part.asked for part in parts) == pytest.approx(root.lift(1)), "the members' shares make the whole"
    monthly = data.load(see(judged="m"))
    assert monthly.judged == parse("2026-10") and monthly.target(monthly.here.area_id, monthly.indicator).attained  # type: ignore[union-attr]
    week = data.load(replace(see(judged="m"), period=parse("2026-W44")))  # 26 October to 1 November
    assert week.judged == parse("2026-10")
    assert len(matrix.export(view, province).rows) == sum(1 for key in view.targets)
    seen = overview.load(replace(province, page="overview"))
    assert len(seen.aims) == 10 and seen.aims["mobile_overall"].state in (-1, 0, 1)
    card = str(components.card(seen.card, province, True, None, seen.aims["mobile_overall"]))
    assert f"目标 {seen.aims['mobile_overall'].target:.1f}" in card and aimed.word(seen.aims["mobile_overall"], "zh") in card
    blocks = compose(replace(province, page="overview"))[0]["blocks"]
    assert any("N+1" in block.get("text", "") for block in blocks)
    assert not overview.load(see(period="2026-W40")).aims, "targets are of months, quarters and years"
    moves.close(province, view, "2026-10")
    assert "2026年10月" in str(content(see(view="appraisal")))


def offered(context: Context) -> Offer | None:
    with context.read() as connection:
        return picked.offer(connection, context)


def test_the_picker_offers_what_the_plan_is_judged_by(
    plan: int, operator: sa.Engine, see: See, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topbar, "installed", lambda: SimpleNamespace(pages={"targets": PAGE}))

    def picker(context: Context) -> str:
        return str(topbar.parts(context)[1])

    asked = offered(see())
    assert asked is not None and (asked.period, list(asked.kinds)) == (parse("2026"), ["y"]), "a proposal is not judged yet"
    for what in ("lock", "publish"):
        moves.turn(see(), data.load(see()), what, {})
    judge(operator)
    begun: list[sa.Connection] = []
    noted = begun.append
    sa.event.listen(see().store, "begin", noted)
    assert "2026年10月" not in picker(see()) and len(begun) == 1, "the whole bar is read in one transaction"
    sa.event.remove(see().store, "begin", noted)
    whole = offered(see())
    assert whole is not None and (whole.period, list(whole.kinds), list(whole.periods)) == (parse("2026"), ["m", "q", "y"], [parse("2026")])
    assert whole.earlier is whole.later is None and "2026年10月" not in picker(see()) and "2026年" in picker(see())
    month = offered(see(period="2026-09", judged="m"))
    assert month is not None and list(month.periods) == [parse(f"2026-{at:02d}") for at in range(11, 0, -1)], "none of another year"
    assert "judged=m" in whole.kinds["m"] and "judged" not in month.kinds["y"]
    for there, said in ((month.earlier, "2026-08"), (month.later, "2026-10")):
        assert there is not None and f"period={said}" in there and "judged=m" in there
    first = offered(see(period="2026-01", judged="m"))
    assert first is not None and first.earlier is None
    quarter = see(judged="q")
    assert "2026年4季度" in picker(quarter) and "2026年4季度实际" in wording.sentence(data.load(quarter), quarter)
    assert "2026年10月" in picker(replace(see(), trail=see("guangzhou", "4401").trail[1:], page="targets")), "no plan: the calendar"


def shown(context: Context) -> int | None:
    with context.read() as connection:
        found = data.chosen_plan(data.read_plans(connection, context), context)
    return found and found.plan_id


def test_the_picker_stays_with_the_plan_shown(plan: int, operator: sa.Engine, see: See) -> None:
    """Of a year's plan and a quarter's, both in force, every way on leads to the one in hand."""
    moves.turn(see(), data.load(see()), "lock", {})
    moves.turn(see(), data.load(see()), "publish", {})
    short = int(propose(operator, plan_sample.root(operator), Asked(parse("2026-Q4"), lift=0.5), "test")["plan"])
    for what in ("lock", "publish"):
        moves.turn(see(plan=str(short)), data.load(see(plan=str(short))), what, {})
    judge(operator)
    for query, mine in (({"period": "2026-09", "judged": "m"}, plan), ({"period": "2026-09"}, plan), ({"judged": "m"}, short),
                        ({"plan": str(plan), "judged": "q"}, plan), ({"plan": str(short), "period": "2026-03"}, short)):  # fmt: skip
        found = offered(see(**query))
        assert found is not None and shown(see(**query)) == mine
        ways = [*found.kinds.values(), *found.periods.values()]
        assert {shown(see(**dict(parse_qsl(urlsplit(way).query)))) for way in ways} == {mine}


@pytest.mark.parametrize("name", ["matrix", "trial", "versions", "exchange"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_view_is_drawn_in_both_languages(plan: int, see: See, name: str, language: str) -> None:
    for login, code in (("province", "44"), ("tianhe", "440106"), ("net", "4401")):
        assert "tg-strip" in str(layout(see(login, code, view=name, language=language)))


def test_without_a_plan_the_planner_may_ask_for_one_and_others_are_told(operator: sa.Engine, see: See) -> None:
    with sql.begin(operator) as connection:
        connection.exec_driver_sql("DELETE FROM appraisal")
        connection.exec_driver_sql("DELETE FROM plan")
    assert "propose" in str(content(see())) and "propose" not in str(content(see("guangzhou", "4401")))
    province = see()
    moves.propose(province, data.load(province), {"period": "2026", "lift": 0.5, "mode": "gap"})
    with sql.begin(operator) as connection:
        row = connection.execute(sa.text("SELECT asked, asked_by FROM job_run WHERE job = 'propose'")).one()
    assert row.asked_by == "province" and row.asked["period"] == "2026"
    city = see("guangzhou", "4401")
    with pytest.raises(Refused):
        moves.propose(city, data.load(city), {"period": "2026"})

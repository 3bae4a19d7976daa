"""Reports in bulk: each made once on one publication, kept for good, sent once to each address, and what lacks is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

import sql
from etl import schedule
from etl.domain.failure import Failure
from etl.domain.period import Period, parse
from etl.domain.report import Made, Unmade, Wanted, due
from etl.steps import subscribing as others
from etl.steps.report_letters import enclosed
from etl.steps.reports import NoReport, make_one, make_reports
from tests.conftest import app_engine

NOW = datetime(2026, 11, 9, 0, 0, tzinfo=UTC)
WEEK = parse("2026-W45")
AREAS = (("44", 1, None), ("4401", 2, "44"), ("440106", 3, "4401"), ("440105", 3, "4401"), ("440106-g1", 4, "440106"))
PEOPLE = (("boss", "manager", "44", None), ("tianhe", "manager", "440106", None), ("net", "line", "44", "network"))
LINK = "http://manyi.example"


@pytest.fixture
def desk(store: sa.Engine) -> sa.Engine:
    """Two counties of a city of a province, a publication, and three people; a line owner among them."""
    with sql.begin(store) as connection:
        connection.exec_driver_sql("INSERT INTO line (line_id, name_zh, name_en, position) VALUES ('network', '网络线', 'Network', 1)")
        for code, level, parent in AREAS:
            connection.execute(sa.text(
                "INSERT INTO area (code, level, kind, name_zh, name_en, sort_key)"
                " VALUES (:code, :level, 'administrative', '区' || :code, 'Area ' || :code, :code)"), {"code": code, "level": level})  # fmt: skip
            if parent:
                connection.execute(sa.text("INSERT INTO area_parent (area_id, parent_id) SELECT a.area_id, p.area_id"
                                           " FROM area a, area p WHERE a.code = :code AND p.code = :parent"),
                                   {"code": code, "parent": parent})  # fmt: skip
        connection.exec_driver_sql("SELECT rebuild_area_closure()")
        for login, role, area, line in PEOPLE:
            connection.execute(sa.text("INSERT INTO app_user (login, name, email, password_hash) VALUES (:l, :l, :l || '@x.cn', '!')"),
                               {"l": login})  # fmt: skip
            connection.execute(sa.text("INSERT INTO user_grant SELECT u.user_id, :role, a.area_id, :line FROM app_user u, area a"
                                       " WHERE u.login = :l AND a.code = :area"),
                               {"l": login, "role": role, "area": area, "line": line})  # fmt: skip
        connection.exec_driver_sql("SELECT refresh_user_area()")
    publish(store)
    return store


def publish(store: sa.Engine) -> None:
    with sql.begin(store) as connection:
        connection.exec_driver_sql("INSERT INTO publication (data_from, data_to, answers) VALUES ('2026-01-01', '2026-11-08', 1)")


def scalars(store: sa.Engine, statement: str) -> list[Any]:
    with sql.begin(store) as connection:
        return list(connection.scalars(sa.text(statement)))


def user(store: sa.Engine, login: str) -> int:
    return int(scalars(store, f"SELECT user_id FROM app_user WHERE login = '{login}'")[0])


class Machine:
    """A press that remembers what it was asked for; ``broken`` fail, ``thin`` lack a part, after ``most`` it dies."""

    def __init__(self, broken: Sequence[str] = (), thin: Sequence[str] = (), most: int = 999, size: int = 10):
        self.broken, self.thin, self.most, self.size = broken, thin, most, size
        self.done: list[Wanted] = []

    def __call__(self, wanted: Iterable[Wanted]) -> Iterator[tuple[Wanted, Made | Unmade]]:
        for one in wanted:
            if len(self.done) == self.most:
                raise SystemExit("the machine stands still")
            self.done.append(one)
            if one.code in self.broken:
                yield one, Unmade(Failure("Error", "坏了", "broken"))
            else:
                missing = ("ranking",) if one.code in self.thin else ()
                content = f"%PDF {one.code} {one.language} {one.reader_id}".encode().ljust(self.size, b".")
                yield one, Made(content, f"{one.name_zh} 周报", 4, ("第一句", "变化"), missing, (), 0.1)

    @property
    def codes(self) -> list[str]:
        return [one.code for one in self.done]


def make(store: sa.Engine, machine: Machine, run: int = 1, period: Period = WEEK) -> dict[str, Any]:
    return make_reports(store, run, period, machine, LINK, lambda: NOW + timedelta(minutes=run))


def subscribe(store: sa.Engine, area: str, login: str, addresses: str | None = None, language: str = "zh") -> None:
    with sql.begin(store) as connection:
        connection.execute(sa.text(
            "INSERT INTO report_subscription (area_id, cadence, language, user_id, addresses, made_by)"
            " SELECT a.area_id, 'w', :language, CASE WHEN CAST(:list AS text) IS NULL THEN u.user_id END,"
            " string_to_array(:list, ' '), u.user_id FROM area a, app_user u WHERE a.code = :area AND u.login = :login"),
            {"area": area, "login": login, "list": addresses, "language": language})  # fmt: skip


def letters(store: sa.Engine) -> list[tuple[str, str]]:
    with sql.begin(store) as connection:
        return [(row.address, row.occurrence) for row in connection.execute(sa.text("SELECT * FROM letter ORDER BY letter_id"))]


def test_every_area_down_to_the_county_has_its_report_once(desk: sa.Engine) -> None:
    machine, again = Machine(), Machine()
    told = make(desk, machine)
    assert machine.codes == ["44", "4401", "440105", "440106"]
    assert (told["reports"], told["publication"], told["period"]) == (4, 1, "2026-W45")
    assert make(desk, again, run=2)["reports"] == 0 and again.done == []


def test_the_eyes_are_those_of_who_sees_least_beyond_the_area(desk: sa.Engine) -> None:
    machine = Machine()
    make(desk, machine)
    eyes = {one.code: one.eyes for one in machine.done}
    assert eyes["440106"] == user(desk, "tianhe") and eyes["440105"] == user(desk, "boss") == eyes["44"]


def test_a_crashed_run_goes_on_with_its_publication_and_makes_nothing_twice(desk: sa.Engine) -> None:
    with pytest.raises(SystemExit):
        make(desk, Machine(most=2))
    publish(desk)
    rest = Machine()
    told = make(desk, rest)
    assert rest.codes == ["440105", "440106"]
    assert {one.publication_id for one in rest.done} == {1} == {told["publication"]}
    assert scalars(desk, "SELECT count(DISTINCT area_id) || '/' || count(*) FROM report") == ["4/4"]


def test_a_new_publication_is_reported_anew_by_another_run(desk: sa.Engine) -> None:
    make(desk, Machine())
    publish(desk)
    assert make(desk, Machine(), run=2)["reports"] == 4
    assert scalars(desk, "SELECT count(*) FROM report GROUP BY publication_id") == [4, 4]


def test_what_lacks_a_part_is_an_incident_until_a_run_lacks_nothing(desk: sa.Engine) -> None:
    told = make(desk, Machine(broken=["440105"], thin=["44"]))
    assert (told["reports_failed"], told["reports_partial"], told["reports"]) == (["440105"], ["44"], 3)
    (said,) = scalars(desk, "SELECT said_en FROM incident WHERE kind = 'report' AND closed_at IS NULL")
    assert "440105" in said and "44;" in said and "ranking" in said
    machine = Machine()
    make(desk, machine, run=2)
    assert sorted(machine.codes) == ["44", "440105"]
    assert scalars(desk, "SELECT count(*) FROM incident WHERE closed_at IS NULL") == [0]


def test_where_nothing_can_be_made_nothing_is_sent_and_the_run_fails(desk: sa.Engine) -> None:
    subscribe(desk, "44", "boss")
    with pytest.raises(NoReport, match="nothing was sent"):
        make(desk, Machine(broken=["44", "4401", "440105", "440106"]))
    assert letters(desk) == [] and scalars(desk, "SELECT count(*) FROM report") == [0]


def steward(store: sa.Engine) -> None:
    with sql.begin(store) as connection:
        connection.exec_driver_sql("WITH u AS (INSERT INTO app_user (login, name, email, password_hash) VALUES"
                                   " ('o', 'o', 'ops@x.cn', '!') RETURNING user_id) INSERT INTO user_grant SELECT user_id, 'steward', area_id FROM u, area"
                                   " WHERE code = '44'")  # fmt: skip


def test_who_runs_the_installation_is_told_once(desk: sa.Engine) -> None:
    subscribe(desk, "44", "boss")
    steward(desk)
    for run in (1, 2):
        with pytest.raises(NoReport):
            make(desk, Machine(broken=["44", "4401", "440105", "440106"]), run=run)
    assert letters(desk) == [("ops@x.cn", "reports unmade 2026-W45")]
    (told,) = scalars(desk, "SELECT subject || plain FROM letter")
    assert "2026年第45周的报告没有生成" in told and "坏了" in told and "manyi report bulk --week 2026-W45" in told
    make(desk, Machine(thin=["4401"]), run=3)
    assert letters(desk)[1:] == [("ops@x.cn", "reports lacking 2026-W45"), ("boss@x.cn", "report 44 2026-W45")]


def test_a_steward_of_one_tree_is_not_told_what_failed_in_another(desk: sa.Engine) -> None:
    steward(desk)
    with sql.begin(desk) as connection:
        assert [row["email"] for row in sql.rows(connection, "etl/operator_staff")] == ["ops@x.cn"]
        connection.exec_driver_sql("INSERT INTO area (code, level, name_zh, name_en) VALUES ('99', 1, '别家', 'Others')")
        assert sql.rows(connection, "etl/operator_staff") == []
        connection.exec_driver_sql("INSERT INTO user_grant SELECT user_id, 'admin', area_id FROM app_user, area WHERE login = 'o' AND code = '99'")
        assert [row["email"] for row in sql.rows(connection, "etl/operator_staff")] == ["ops@x.cn"]


def test_a_period_without_data_is_no_report(desk: sa.Engine) -> None:
    with pytest.raises(NoReport, match="nothing is published for 2026-W50"):
        make(desk, Machine(), period=parse("2026-W50"))


def test_each_address_gets_a_period_once_and_only_what_it_may_see(desk: sa.Engine) -> None:
    for area, login, addresses in (("44", "boss", None), ("440106", "boss", "a@x.cn b@x.cn boss@x.cn"), ("440106", "tianhe", None),
                                   ("440105", "tianhe", None), ("440106", "boss", "a@x.cn")):  # fmt: skip
        subscribe(desk, area, login, addresses)
    assert make(desk, Machine())["letters"] == 5
    told = letters(desk)
    assert sorted(told) == sorted({
        ("boss@x.cn", "report 44 2026-W45"), ("a@x.cn", "report 440106 2026-W45"), ("b@x.cn", "report 440106 2026-W45"),
        ("boss@x.cn", "report 440106 2026-W45"), ("tianhe@x.cn", "report 440106 2026-W45")})  # fmt: skip
    publish(desk)
    assert make(desk, Machine(), run=2)["letters"] == 0, "a second report of the week is kept, and not sent again"
    assert letters(desk) == told


def test_who_sees_an_area_in_part_gets_a_report_of_the_own(desk: sa.Engine) -> None:
    subscribe(desk, "4401", "net", language="en")
    machine = Machine()
    make(desk, machine)
    own = [one for one in machine.done if one.reader_id is not None]
    assert [(one.code, one.language, one.eyes) for one in own] == [("4401", "en", user(desk, "net"))] and own[0].eyes == own[0].reader_id
    assert letters(desk) == [("net@x.cn", "report 4401 2026-W45")]


def test_a_closed_account_gets_nothing(desk: sa.Engine) -> None:
    subscribe(desk, "44", "boss")
    subscribe(desk, "44", "boss", "a@x.cn")
    with sql.begin(desk) as connection:
        connection.exec_driver_sql("UPDATE app_user SET disabled = true WHERE login = 'boss'")
    make(desk, Machine())
    assert letters(desk) == []


def test_a_large_report_is_told_by_its_link_alone(desk: sa.Engine) -> None:
    subscribe(desk, "44", "boss")
    subscribe(desk, "440106", "tianhe", language="en")
    with sql.begin(desk) as connection:
        connection.exec_driver_sql("INSERT INTO policy (name, value, valid_from) VALUES ('report_mail_kb', 2, '2026-01-01')")
    make(desk, Machine(size=2048))
    assert scalars(desk, "SELECT count(*) FROM letter_part") == [2]
    publish(desk)
    with sql.begin(desk) as connection:
        connection.exec_driver_sql("TRUNCATE letter CASCADE")
    make(desk, Machine(size=2049), run=2)
    assert scalars(desk, "SELECT count(*) FROM letter_part") == [0]
    number = scalars(desk, "SELECT max(report_id) FROM report WHERE language = 'en'")[0]
    (plain,) = scalars(desk, "SELECT plain FROM letter WHERE language = 'en'")
    assert f"{LINK}/reports?report={number}" in plain and "too much for a mail" in plain


def test_the_mail_encloses_the_kept_bytes_and_says_the_first_sentence(desk: sa.Engine) -> None:
    subscribe(desk, "440106", "tianhe")
    make(desk, Machine(thin=["440106"]))
    with sql.begin(desk) as connection:
        letter = sql.rows(connection, "etl/letter_parts", letter_id=1)[0]
        content = enclosed(connection, letter["reference"])
        subject, plain, html = connection.execute(sa.text("SELECT subject, plain, html FROM letter")).one()
    assert content is not None and content.startswith(b"%PDF 440106 zh None")
    assert subject == "区440106 周报" and "第一句" in plain and "- 变化" in plain and "没有生成" in plain
    assert "第一句" in html and "http" not in html.replace(LINK, "")


def test_a_kept_report_is_neither_changed_nor_deleted(desk: sa.Engine) -> None:
    make(desk, Machine())
    for act in ("UPDATE report SET title = ''", "DELETE FROM report", "TRUNCATE report"):
        with pytest.raises(sa.exc.DBAPIError, match="neither changed nor deleted"), sql.begin(desk) as connection:
            connection.exec_driver_sql(act)


def test_readers_see_the_reports_of_areas_they_see_in_full_and_their_own(desk: sa.Engine) -> None:
    subscribe(desk, "44", "net")
    make(desk, Machine())
    app = app_engine(desk)
    seen = {}
    for login in ("boss", "tianhe", "net"):
        with sql.scoped(app, user(desk, login)) as connection:
            seen[login] = sorted(connection.scalars(sa.text("SELECT a.code FROM report JOIN area a USING (area_id)")))
    app.dispose()
    assert seen == {"boss": ["44", "4401", "440105", "440106"], "tianhe": ["440106"], "net": ["44"]}


def test_one_that_was_asked_for_is_made_once(desk: sa.Engine) -> None:
    machine = Machine()
    first = make_one(desk, "440106", WEEK, "en", user(desk, "tianhe"), machine, lambda: NOW)
    assert make_one(desk, "440106", WEEK, "en", user(desk, "boss"), machine, lambda: NOW) == first
    assert [one.reader_id for one in machine.done] == [None]
    own = make_one(desk, "4401", WEEK, "en", user(desk, "tianhe"), machine, lambda: NOW)
    assert own["report"] != first["report"] and machine.done[-1].reader_id == user(desk, "tianhe")
    with pytest.raises(NoReport, match="may not see"):
        make_one(desk, "440105", WEEK, "en", user(desk, "tianhe"), machine, lambda: NOW)


def test_managers_are_subscribed_to_their_own_areas_once(desk: sa.Engine) -> None:
    assert others.subscribe(desk, None, None, "w", None, actor="cli") == 2
    assert others.subscribe(desk, None, None, "w", "en", actor="cli") == 0
    assert others.subscribe(desk, ["tianhe", "boss"], "4401", "m", "en", actor="cli") == 2
    assert others.subscribe(desk, ["tianhe"], "440105", "w", None, actor="cli") == 0, "it is not his to see"
    with sql.begin(desk) as connection:
        made = connection.execute(sa.text("SELECT u.login, a.code, s.cadence, s.language FROM report_subscription s"
                                          " JOIN app_user u ON u.user_id = s.user_id JOIN area a USING (area_id) ORDER BY 3, 1")).all()  # fmt: skip
    assert [tuple(row) for row in made] == [("boss", "4401", "m", "en"), ("tianhe", "4401", "m", "en"), ("boss", "44", "w", "zh"),
                                            ("tianhe", "440106", "w", "zh")]  # fmt: skip


def test_monday_reports_on_the_week_that_ended() -> None:
    assert due("w", date(2026, 11, 9)) == WEEK and due("w", date(2026, 11, 15)) == WEEK
    assert due("m", date(2026, 11, 2)) == parse("2026-10")


def test_after_three_mondays_asleep_there_is_one_late_run(desk: sa.Engine) -> None:
    job = next(job for job in schedule.JOBS if job.name == "reports")
    monday = datetime(2026, 11, 9, 7, 30, tzinfo=ZoneInfo(schedule.TIME_ZONE))
    schedule.fire(desk, job, monday)
    with sql.begin(desk) as connection:
        connection.exec_driver_sql("UPDATE job_run SET state = 'done'")
    later = NOW + timedelta(days=22, hours=9)
    for _ in range(2):
        schedule.catch_up(desk, [job], later)
    with sql.begin(desk) as connection:
        runs = sql.rows(connection, "etl/list_job_runs", job="reports", most=9)
    assert [run["late"] for run in runs] == [True, False]
    assert due("w", runs[0]["scheduled_for"].date()) == parse("2026-W48")

"""Another database read on from its watermark: nothing lost, nothing twice, nothing held back by a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.sources.credential import FetchError
from etl.sources.declaration import Feed
from etl.steps import fetch as fetching
from tests.etl.feeds.sample import number, rows
from tests.etl.fetch import sample

ROWS = sample.answers(60)


@pytest.fixture
def environment(elsewhere: sa.Engine) -> dict[str, str]:
    return {
        "DB_PASSWORD": str(elsewhere.url.password or "a-password-nobody-asks-for"),
        "DB_URL": elsewhere.url.render_as_string(hide_password=False),
    }


@pytest.fixture
def declared(elsewhere: sa.Engine) -> Feed:
    return feed_on(elsewhere)


def feed_on(elsewhere: sa.Engine, more: str = "page = 25") -> Feed:
    url = elsewhere.url._replace(password=None).render_as_string(hide_password=False)
    return sample.feed(sample.in_database(url, more))


def run(elsewhere: sa.Engine, statement: str) -> None:
    with elsewhere.begin() as connection:
        connection.exec_driver_sql(statement)


def ids(store: sa.Engine) -> int:
    return int(str(number(store, "SELECT count(*) FROM response")))


def counted(results: list[fetching.LoadResult]) -> list[tuple[str, int, int, int]]:
    return [(r.state, r.read, r.accepted, r.duplicate) for r in results]


def test_pages_end_where_rows_share_a_time_and_nothing_comes_twice(
    store: sa.Engine, elsewhere: sa.Engine, declared: Feed, environment: dict[str, str], home: Path
) -> None:
    same = [{**row, "area_code": "G1", "answered_at": "2026-06-03 10:00:00", "changed_at": "2026-06-03 10:00:00"} for row in ROWS]
    sample.fill_table(elsewhere, same)
    assert counted(sample.fetch(store, declared, home, environment)) == [
        ("loaded", 25, 25, 0),
        ("loaded", 25, 25, 0),
        ("loaded", 10, 10, 0),
    ]
    assert sample.fetch(store, declared, home, environment) == []
    assert ids(store) == 60
    mark = rows(store, "SELECT mark ->> 'type' AS kind, mark ->> 'value' AS value FROM source_state WHERE item = 'watermark'")
    assert mark == [{"kind": "datetime", "value": "2026-06-03T02:00:00+00:00"}], "kept in UTC"
    assert number(store, "SELECT count(*) FROM file WHERE name LIKE 'survey_start%'") == 1


def test_a_row_that_becomes_visible_late_is_found_within_the_overlap(
    store: sa.Engine, elsewhere: sa.Engine, declared: Feed, environment: dict[str, str], home: Path
) -> None:
    sample.fill_table(elsewhere, [{**row, "area_code": "G1"} for row in ROWS[:10]])
    sample.fetch(store, declared, home, environment)
    last = max(row["changed_at"] for row in ROWS[:10])
    late = {**ROWS[11], "area_code": "G1", "changed_at": str(sample.pd.Timestamp(last) - sample.timedelta(minutes=14))}
    lost = {**ROWS[12], "area_code": "G1", "changed_at": str(sample.pd.Timestamp(last) - sample.timedelta(minutes=16))}
    sample.fill_table(elsewhere, [late, lost], fresh=False)
    assert counted(sample.fetch(store, declared, home, environment)) == [("loaded", 1, 1, 0)]
    assert ids(store) == 11, "a row later than the overlap is not seen: the overlap is a promise of the source"
    assert sample.fetch(store, declared, home, environment) == []
    again = {**late, "id": "later still"}  # the mark's value has not changed since
    sample.fill_table(elsewhere, [again], fresh=False)
    assert counted(sample.fetch(store, declared, home, environment)) == [("loaded", 1, 1, 0)]
    assert ids(store) == 12, "what came late before stays"


def test_rows_without_a_watermark_come_as_a_whole_and_move_on_when_they_get_one(
    store: sa.Engine, elsewhere: sa.Engine, declared: Feed, environment: dict[str, str], home: Path
) -> None:
    sample.fill_table(elsewhere, [{**row, "area_code": "G2"} for row in ROWS[:10]])
    run(elsewhere, "UPDATE answers SET changed_at = NULL WHERE id IN ('r0', 'r1')")
    assert counted(sample.fetch(store, declared, home, environment)) == [("loaded", 2, 2, 0), ("loaded", 8, 8, 0)]
    assert [r.state for r in sample.fetch(store, declared, home, environment)] == ["already"]
    run(elsewhere, "UPDATE answers SET changed_at = '2026-06-30 10:00:00+08' WHERE changed_at IS NULL")
    assert counted(sample.fetch(store, declared, home, environment)) == [("loaded", 0, 0, 0), ("loaded", 2, 2, 0)]
    assert ids(store) == 10
    assert sample.fetch(store, declared, home, environment)[1:] == []


def test_a_page_taken_again_after_a_crash_takes_its_own_place(
    store: sa.Engine, elsewhere: sa.Engine, environment: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = feed_on(elsewhere, "page = 20")
    sample.fill_table(elsewhere, [{**row, "area_code": "G2"} for row in ROWS])
    keep, kept = fetching._keep, list[str]()

    def killed_at_the_second(*args: object) -> None:
        if kept:
            raise KeyboardInterrupt
        kept.append("one")
        keep(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(fetching, "_keep", killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            sample.fetch(store, declared, home, environment)
    assert ids(store) == 40
    late = {**ROWS[20], "id": "late", "area_code": "G2"}  # the page is another one now
    sample.fill_table(elsewhere, [late], fresh=False)
    again = sample.fetch(store, declared, home, environment)
    assert [(r.state, r.read, r.duplicate) for r in again] == [("loaded", 20, 0), ("loaded", 20, 0), ("loaded", 1, 0)]
    assert again[0].replaced and ids(store) == 61


@pytest.mark.parametrize("moment", ["load_file", "_keep", "_put_away"])
def test_a_crash_anywhere_is_mended_by_the_next_fetch(
    store: sa.Engine, elsewhere: sa.Engine, environment: dict[str, str], home: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = feed_on(elsewhere, "page = 20")
    sample.fill_table(elsewhere, [{**row, "area_code": "G2"} for row in ROWS])

    def killed(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(fetching, moment, killed)
        with pytest.raises(KeyboardInterrupt):
            sample.fetch(store, declared, home, environment)
    assert ids(store) == (0 if moment == "load_file" else 20)
    assert number(store, "SELECT count(*) FROM source_state") == (1 if moment == "_put_away" else 0)
    sample.fill_table(elsewhere, [{**ROWS[0], "id": "late", "area_code": "G2"}], fresh=False)  # the page is another one now
    sample.fetch(store, declared, home, environment)
    assert ids(store) == (60 if moment == "_put_away" else 61)
    assert number(store, "SELECT count(DISTINCT response_id) FROM response") == ids(store)
    assert sample.fetch(store, declared, home, environment) == []
    assert not list((home / "landing").rglob("*.csv"))


def test_a_refusal_leaves_the_mark_and_the_mended_page_is_taken(
    store: sa.Engine, elsewhere: sa.Engine, declared: Feed, environment: dict[str, str], home: Path
) -> None:
    sample.fill_table(elsewhere, [{**row, "area_code": "G1" if at < 25 else "nowhere"} for at, row in enumerate(ROWS)])
    assert [r.state for r in sample.fetch(store, declared, home, environment)] == ["loaded", "refused"]
    kept = rows(store, "SELECT mark, state FROM source_state")
    assert [r.state for r in sample.fetch(store, declared, home, environment)] == ["refused"]
    assert rows(store, "SELECT mark, state FROM source_state") == kept
    why = next((home / "failed").rglob("*.why.txt")).read_text("utf-8")
    assert "行有错" in why and "rows are bad" in why
    run(elsewhere, "UPDATE answers SET area_code = 'G2' WHERE area_code = 'nowhere'")
    assert counted(sample.fetch(store, declared, home, environment)) == [("loaded", 25, 25, 0), ("loaded", 10, 10, 0)]
    assert ids(store) == 60
    assert not [path for path in (home / "failed").rglob("*") if path.is_file()]


def test_two_fetches_of_one_feed_do_not_meet(
    store: sa.Engine, elsewhere: sa.Engine, declared: Feed, environment: dict[str, str], home: Path
) -> None:
    sample.fill_table(elsewhere, [{**row, "area_code": "G1"} for row in ROWS])
    premises = fetching.Premises(home)
    under_way = fetching.fetch_feed(store, declared, premises, "s", environment=environment, today=sample.TODAY)
    assert next(under_way).state == "loaded"
    assert sample.fetch(store, declared, home, environment) == []
    assert [r.state for r in under_way] == ["loaded", "loaded"]


def test_a_query_a_counter_and_a_whole_table(store: sa.Engine, tmp_path: Path, home: Path) -> None:
    """SQLite: another driver, with a whole number as the watermark."""
    other = sa.create_engine(f"sqlite:///{tmp_path}/x.db")
    with other.begin() as connection:
        names = ", ".join(sample.HEADER[:-1])
        connection.exec_driver_sql(f"CREATE TABLE a (n integer PRIMARY KEY, {names})")
        for at, row in enumerate(ROWS[:30], 1):
            values = [row[name] if name != "area_code" else "G1" for name in sample.HEADER[:-1]]
            connection.exec_driver_sql(f"INSERT INTO a VALUES ({at}, {', '.join('?' * len(values))})", tuple(values))
    source = f'[source]\nkind = "database"\nurl = "sqlite:///{tmp_path}/x.db"\norder = ["id"]\n'
    read = f"query = \"SELECT {', '.join(sample.HEADER[:-1])}, n AS changed_at FROM a WHERE brand <> 'a:b' -- all\"\npage = 20\n"
    onward = sample.feed(source + read + 'watermark = "changed_at"\noverlap = 3')
    assert [r.accepted for r in sample.fetch(store, onward, home)] == [20, 10]
    assert sample.fetch(store, onward, home) == []
    with pytest.raises(FetchError, match="overlap does not fit"):
        sample.fetch(store, sample.feed(source + read + 'watermark = "changed_at"\noverlap = "1h"'), home)
    whole = sample.feed(source + read)
    assert [(r.state, r.duplicate) for r in sample.fetch(store, whole, home)] == [("loaded", 30)]
    assert [r.state for r in sample.fetch(store, whole, home)] == ["already"]
    other.dispose()


def test_a_dry_run_tells_what_would_come_and_keeps_nothing(
    store: sa.Engine, elsewhere: sa.Engine, declared: Feed, environment: dict[str, str], home: Path
) -> None:
    sample.fill_table(elsewhere, ROWS)
    result = fetching.try_feed(store, declared, environment=environment)
    assert result and (result.state, result.read, result.rejected) == ("checked", 25, 0)
    assert number(store, "SELECT (SELECT count(*) FROM source_state) + (SELECT count(*) FROM file WHERE feed_id = 'survey')") == 0


def test_what_the_source_says_comes_without_its_secrets(
    store: sa.Engine, elsewhere: sa.Engine, environment: dict[str, str], home: Path
) -> None:
    wrong = {**environment, "DB_PASSWORD": "wrong-pass-word"}
    unknown = feed_on(elsewhere, "").text.replace('table = "answers"', 'table = "nothing"')
    with pytest.raises(FetchError, match=r"源数据库.*nothing.*does not exist") as error:
        sample.fetch(store, sample.parse_feed(unknown, "t"), home, environment)
    assert environment["DB_PASSWORD"] not in str(error.value)
    refused = elsewhere.url.set(host="127.0.0.1", port=1, query={}).render_as_string(hide_password=False)
    with pytest.raises(FetchError) as error:
        named = feed_on(elsewhere, "").text.replace('url = "', 'url_env = "DB_URL"\n#')
        sample.fetch(store, sample.parse_feed(named, "t"), home, {**wrong, "DB_URL": refused})
    assert "wrong-pass-word" not in str(error.value) and environment["DB_PASSWORD"] not in str(error.value)
    assert error.value.__cause__ is None

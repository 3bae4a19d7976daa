"""``manyi scores`` reads one publication, says n and n_eff, and hides what is too few."""

import pytest
import sqlalchemy as sa

from etl.commands.console import Refused
from etl.commands.scores import periods, read_scores
from etl.domain.period import parse
from etl.steps import define

# indicator       n   value  first last   (weights 1, sd about 10)
CELLS = """
mobile_overall    100  80.0   1    2
mobile_overall    120  82.0   2    9
voice             4    70.0   1    9
"""


@pytest.fixture
def filled(store: sa.Engine) -> sa.Engine:
    define.define(store, define.shipped())
    with store.begin() as connection:
        connection.execute(sa.text("INSERT INTO area (code, level, name_zh, name_en) VALUES ('44', 1, '广东省', 'Guangdong')"))
        connection.execute(sa.text("SELECT rebuild_area_closure()"))
        for line in CELLS.strip().splitlines():
            code, n, value, first, last = line.split()
            count, mean = int(n), float(value)
            connection.execute(sa.text(
                "INSERT INTO score_rollup SELECT a.area_id, i.indicator_id, 'm', 'all', '2026-10-01', '', :n, :n, :n, :swx, :swx2,"
                " '{}', :first, :last FROM area a, indicator i WHERE i.code = :code"),
                {"n": count, "swx": count * mean, "swx2": count * (mean**2 + 100), "first": int(first), "last": int(last), "code": code})
    return store


def test_nothing_published_says_so(filled: sa.Engine) -> None:
    with pytest.raises(Refused, match="manyi run publish"):
        read_scores(filled, "44", parse("2026-10"), False)


def test_the_latest_publication_alone_is_read(filled: sa.Engine) -> None:
    with filled.begin() as connection:
        connection.execute(sa.text("INSERT INTO publication DEFAULT VALUES"))
        connection.execute(sa.text("INSERT INTO publication DEFAULT VALUES"))
    shown, hidden = read_scores(filled, "44", parse("2026-10"), False)
    assert (shown["indicator"], shown["value"], shown["n"], shown["state"]) == ("mobile_overall", 82.0, 120, "normal")
    assert shown["low"] < 82 < shown["high"]
    assert (hidden["indicator"], hidden["value"], hidden["n"], hidden["state"]) == ("voice", None, 4, "hidden")


def test_an_unknown_area_is_refused_with_the_nearest(filled: sa.Engine) -> None:
    with filled.begin() as connection:
        connection.execute(sa.text("INSERT INTO area (code, level, name_zh, name_en) VALUES ('4401', 2, '广州市', 'Guangzhou')"))
        connection.execute(
            sa.text(
                "INSERT INTO area_parent (area_id, parent_id) SELECT c.area_id, p.area_id FROM area c, area p"
                " WHERE c.code = '4401' AND p.code = '44'"
            )
        )
    for wrong in ("广州市", "Guangzhou", "4410", "44-01"):
        with pytest.raises(Refused, match=rf"no area with the code '{wrong}'; did you mean .*4401 广州市"):
            read_scores(filled, wrong, parse("2026-10"), False)
    with pytest.raises(Refused, match="the codes begin at 44 广东省;"):
        read_scores(filled, "x", parse("2026-10"), False)


def test_a_period_without_answers_names_those_there_are(filled: sa.Engine) -> None:
    with filled.begin() as connection:
        connection.execute(sa.text("INSERT INTO publication DEFAULT VALUES"))
    assert periods(filled, "44", parse("2025-01")) == "the latest with answers is 2026-10"
    assert "none of its length" in periods(filled, "44", parse("2026-W40"))


def test_a_thin_score_is_told_shrunken(filled: sa.Engine) -> None:
    with filled.begin() as connection:
        connection.execute(sa.text("INSERT INTO publication DEFAULT VALUES"))
        connection.execute(sa.text(
            "UPDATE score_rollup SET n = 12, sw = 12, sw2 = 12, swx = 960, swx2 = 78000 WHERE last_pub = 2"))
        connection.execute(sa.text(
            "INSERT INTO estimate SELECT area_id, indicator_id, period, start, 0, 1, 12, 12, 1, 80, 3, 74, 86, 77.5, 73, 82, 4, 0.3, 12, 78,"
            " 1, 0, 0, 0, 0, 1, 2, 1 FROM score_rollup WHERE last_pub = 2"))
    told = {one["indicator"]: one for one in read_scores(filled, "44", parse("2026-10"), False)}
    thin, hidden = told["mobile_overall"], told["voice"]
    assert (thin["estimate"], thin["state"], thin["value"], thin["low"], thin["high"]) == ("shrunken", "shrunken", 77.5, 73.0, 82.0)
    assert (hidden["estimate"], hidden["value"]) == (None, None)

"""``manyi scores`` reads one publication, says n and n_eff, and hides what is too few."""

import pytest
import sqlalchemy as sa

from etl.commands.console import Refused
from etl.commands.scores import read_scores
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


def test_an_unknown_area_is_refused(filled: sa.Engine) -> None:
    with pytest.raises(Refused, match="no area with the code 'x'"):
        read_scores(filled, "x", parse("2026-10"), False)

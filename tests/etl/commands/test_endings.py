"""Every way a command can end badly says what to do next and has the exit code for it: 1 failed, 2 refused input."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from etl.__main__ import app
from etl.commands.running import _ending
from tests.conftest import create_database
from tests.etl.feeds.sample import FILES, SURVEY

PASSWORD = "a long enough one"


@pytest.fixture(scope="module")
def place(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of an installation with areas, a survey, a refused file, one publication and one user."""
    home, store = tmp_path_factory.mktemp("home"), create_database(server_url)
    environment = {
        "MANYI_HOME": str(home), "MANYI_DATABASE_URL": store.url.render_as_string(hide_password=False), "MANYI_SECRET": "x",
        "COLUMNS": "200", "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    assert manyi(environment, "db", "upgrade").exit_code == 0
    for name, text in {**FILES, "bad.csv": SURVEY.replace("G1", "nowhere"), "odd.toml": 'feed = "x"', "cut.toml": '"'}.items():
        (home / name).write_text(text)
    feed = str(Path(__file__).parents[3] / "etl" / "feeds" / "demo")
    try:
        for name, file in (("areas", "areas"), ("touchpoints", "touchpoints"), ("survey", "survey_sms_2026-06")):
            assert manyi(environment, "feed", "load", f"{feed}/{name}.toml", f"{home}/{file}.csv").exit_code == 0
        refused = manyi(environment, "feed", "load", f"{feed}/survey.toml", f"{home}/bad.csv", "--json")
        assert refused.exit_code == 2
        assert manyi(environment, "run", "publish").exit_code == 0
        added = ("user", "add", "zhang", "--role", "manager", "--area", "K1")
        assert CliRunner().invoke(app, added, env=environment, input=PASSWORD).exit_code == 0
        bad = str(json.loads(refused.stdout)[0]["file_id"])
        yield {**environment, "FEED": f"{feed}/survey.toml", "HOME_FOLDER": str(home), "BAD": bad}
    finally:
        store.dispose()


def manyi(environment: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(app, words, env=environment, input="")


REFUSED = """
nosuch                                                 | No such command
scores --area P                                        | --period
scores --area P --period soon                          | write 2026-10, 2026-W46
scores --area P --period 2020-01                       | no answers in P for 2020-01; the latest with answers is 2026-06
scores --area P --period 2026-W01                      | the latest with answers is 2026-W2
scores --area K9 --period 2026                         | the codes begin at P 甲省; `manyi scores --children` shows
scores --area 甲省 --period 2026 --json                | did you mean P 甲省?
run nosuch                                             | choose one of load
run load                                               | no feed is declared; put feed files (.toml) into
jobs pause nosuch                                      | choose one of load
jobs resume load                                       | `manyi jobs list`
feed list                                              | no feed is declared; put feed files (.toml) into
feed list --folder /nowhere                            | how a feed file is written:
feed check nosuch {home}/bad.csv                       | no feed is declared
feed check /nowhere.toml {home}/bad.csv                | how a feed file is written:
feed check {home}/odd.toml {home}/bad.csv              | kind is missing
feed check {home}/cut.toml {home}/bad.csv              | how a feed file is written:
feed check {feed} {home}/none.csv                      | does not exist
feed check {feed} {home}/bad.csv                       | try with `manyi feed check FEED FILE`
feed load {feed} {home}/bad.csv                        | `manyi feed rejects {bad}` lists faults; mend the file
feed files nosuch                                      | `manyi feed files` lists those of all feeds
feed rejects 99                                        | `manyi feed files` lists the files with their numbers
feed rejects x                                         | valid integer
user add                                               | Missing
user add li --role king --area P                       | choose one of admin
user add li --role manager --area X                    | the codes begin at P 甲省
user add li --role line --area P                       | --role line --line LINE
user add li --role line --area P --line moon           | choose one of
user add li --role admin --area K1                     | only of a highest area; the codes begin at P 甲省
user add zhang --role manager --area P                 | `manyi user password zhang`
user add li --role manager --area P                    | at a terminal, which asks for it, or hand it over
user add x --role manager --area P                     | use 2 to 64 of a-z
user password zhang                                    | at a terminal, which asks for it, or hand it over
user password nobody                                   | `manyi user list` names them
user scope nobody --role manager --area P              | `manyi user list` names them
user disable nobody                                    | `manyi user list` names them
user enable nobody                                     | `manyi user list` names them
db start                                               | unset it for the embedded one
db stop                                                | unset it for the embedded one
demo --scale huge                                      | small or full
"""


@pytest.mark.parametrize("line", REFUSED.strip().splitlines(), ids=lambda line: line.partition("|")[0].strip())
def test_refused_input_says_what_to_do(place: dict[str, str], line: str) -> None:
    words, _, told = line.partition("|")
    ended = manyi(place, *words.strip().format(home=place["HOME_FOLDER"], feed=place["FEED"]).split())
    assert ended.exit_code == 2, ended.output
    assert told.strip().format(bad=place["BAD"]) in " ".join(ended.stderr.split()), ended.stderr


@pytest.mark.parametrize(
    ("url", "code", "told"),
    [("foo", 2, "postgresql://NAME"), ("mysql://x/y", 2, "postgresql://NAME"),
     ("postgresql://x@127.0.0.1:1/y", 1, "are host, name and password right?")],
)  # fmt: skip
def test_a_database_that_cannot_be_reached(place: dict[str, str], url: str, code: int, told: str) -> None:
    for words in (["user", "list"], ["db", "check"], ["run", "load"], ["feed", "files", "--json"]):
        ended = manyi({**place, "MANYI_DATABASE_URL": url}, *words)
        assert (ended.exit_code, ended.stdout) == (code, ""), words
        assert told in ended.stderr, words


def test_a_home_that_cannot_be_one(place: dict[str, str]) -> None:
    ended = manyi({**place, "MANYI_DATABASE_URL": "", "MANYI_HOME": "/etc/passwd"}, "db", "start")
    assert ended.exit_code == 1 and "choose another with MANYI_HOME" in ended.stderr


def test_nothing_new_is_said_and_the_json_keeps_its_names(place: dict[str, str]) -> None:
    said = manyi(place, "run", "publish")
    assert (said.exit_code, said.stdout) == (0, "nothing new since publication 1\n")
    told = json.loads(manyi(place, "run", "publish", "--json").stdout)
    assert (told["publication"], told["latest"], told["cells_changed"], told["months"]) == (None, 1, 0, [])
    assert told.keys() == {"job", "state", "publication", "latest", "data_from", "data_to", "answers", "cells_changed", "months",
                           "warnings"}  # fmt: skip


def test_nothing_to_publish_yet_is_said(store: sa.Engine, tmp_path: Path) -> None:
    said = manyi(
        {"MANYI_HOME": str(tmp_path), "MANYI_DATABASE_URL": store.url.render_as_string(hide_password=False)}, "run", "publish"
    )
    assert (said.exit_code, said.stdout) == (0, "there is nothing to publish yet; load files first\n")


def test_a_failed_run_tells_refusals_from_failures() -> None:
    assert _ending("load", "Refused", "no feed; put one there") == ("no feed; put one there", 2)
    stopped, code = _ending("publish", "PublicationStopped", "means_within_range: … [{}]")
    assert code == 1 and stopped.startswith("means_within_range") and "`manyi db check`" in stopped
    failed, code = _ending("publish", "ValueError", "the program failed (ValueError): odd: thing")
    assert code == 1 and "(ValueError): odd: thing" in failed and "`manyi jobs history publish`" in failed


def test_an_error_is_told_in_the_terminals_language_and_json_has_both(place: dict[str, str]) -> None:
    english, chinese = (manyi({**place, "LC_ALL": lang}, "run", "load") for lang in ("en_GB.UTF-8", "zh_CN.UTF-8"))
    told = json.loads(manyi(place, "run", "load", "--json").stdout)
    history = json.loads(manyi(place, "jobs", "history", "load", "-n", "1", "--json").stdout)[0]
    table = manyi({**place, "LC_ALL": "zh_CN.UTF-8"}, "jobs", "history", "load", "-n", "1").stdout
    assert "no feed is declared" in english.stderr and "还没有声明数据源" in chinese.stderr and chinese.exit_code == 2
    for one in (told, history):
        assert "还没有声明数据源" in one["error_zh"] and "no feed is declared" in one["error_en"]
    assert "还没有声明数据源" in table and "no feed is declared" not in table


def test_pausing_and_resuming_are_said(place: dict[str, str]) -> None:
    assert "`manyi jobs resume load`" in manyi(place, "jobs", "pause", "load").stdout
    assert manyi(place, "jobs", "resume", "load").stdout == "load is planned again\n"


def test_received_files_are_listed(place: dict[str, str]) -> None:
    listed = json.loads(manyi(place, "feed", "files", "--json").stdout)
    assert {(one["name"], one["state"]) for one in listed} == {
        ("areas.csv", "loaded"), ("touchpoints.csv", "loaded"), ("survey_sms_2026-06.csv", "loaded"), ("bad.csv", "refused"),
    }  # fmt: skip
    newest = manyi(place, "feed", "files", "demo_survey", "-n", "1")
    assert "bad.csv" in newest.stdout and "areas.csv" not in newest.stdout
    assert "rows are bad" in newest.stdout and "the newest 1 only" in newest.stderr

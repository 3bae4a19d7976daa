"""``manyi report``: a PDF with the eyes of a reader, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from etl.__main__ import app
from tests.conftest import APP_PASSWORD
from tests.dashboard.conftest import build_operator


@pytest.fixture(scope="module")
def operator(server_url: str) -> sa.Engine:
    return build_operator(server_url)


@pytest.fixture(autouse=True)
def _installation(operator: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = operator.url
    monkeypatch.setenv("MANYI_HOME", str(tmp_path))
    monkeypatch.setenv("MANYI_DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv(
        "MANYI_APP_DATABASE_URL", url.set(username="manyi_app", password=APP_PASSWORD).render_as_string(hide_password=False)
    )
    monkeypatch.delenv("MANYI_SECRET", raising=False)


def run(tmp_path: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["report", "-o", str(tmp_path / "out.pdf"), *words])
    return done.exit_code, done.stdout, done.stderr


def test_a_report_is_written_with_the_eyes_of_its_reader(tmp_path: Path) -> None:
    code, told, _ = run(tmp_path, "--area", "4401", "--week", "2026-W43", "--as", "gz", "--language", "en", "--json")
    assert code == 0
    record = json.loads(told)
    assert (tmp_path / "out.pdf").read_bytes()[:5] == b"%PDF-"
    assert record["missing"] == [] and "weekly report" in record["title"] and len(record["sha256"]) == 64
    assert run(tmp_path, "--area", "44", "--period", "2026-10")[0] == 0  # somebody of the province


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--area", "44"), "name one of --week"),
        (("--area", "44", "--week", "2026-W43", "--period", "2026-10"), "name one of --week"),
        (("--area", "44", "--week", "2026-10"), "no week"),
        (("--area", "44", "--period", "2026-10-03"), "no week, month"),
        (("--area", "44", "--week", "soon"), "soon"),
        (("--area", "44", "--week", "2026-W43", "--language", "fr"), "write zh or en"),
        (("--area", "44", "--week", "2026-W43", "--as", "nobody"), "no active user"),
        (("--area", "99", "--week", "2026-W43"), "no area '99'"),
        (("--area", "4403", "--week", "2026-W43", "--as", "gz"), "may not see '4403'"),
        (("--area", "44", "--period", "2031-01"), "nothing is published"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    code, printed, told = run(tmp_path, *words)
    assert (code, printed) == (2, "") and said in told
    assert not (tmp_path / "out.pdf").exists()


@pytest.fixture
def _forgotten(operator: sa.Engine) -> Iterator[None]:
    """What a test kept and ran is gone afterwards."""
    yield
    with operator.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE report DISABLE TRIGGER report_kept")
        for table in ("report", "report_run", "job_run WHERE job = 'reports'", "incident WHERE subject = 'reports'",
                      "report_subscription", "letter"):  # fmt: skip
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("ALTER TABLE report ENABLE TRIGGER report_kept")


def said(*words: str) -> str:
    done = CliRunner().invoke(app, ["report", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.usefixtures("_forgotten")
def test_all_of_a_week_are_made_kept_listed_and_given_back(tmp_path: Path) -> None:
    assert "new subscriptions" in said("subscribe", "gz", "th", "--language", "en")
    told = json.loads(said("bulk", "--week", "2026-W43", "--json"))
    assert (told["reports"], told["publication"], told["period"]) == (15, 1, "2026-W43"), "13 in Chinese, two subscribed in English"
    again = json.loads(said("bulk", "--week", "2026-W43", "--json"))
    assert again["reports"] == 0
    (english,) = [row for row in json.loads(said("list", "--area", "440106", "--json")) if row["language"] == "en"]
    assert english["period"] == "2026-W43" and english["missing"] == "" and english["reader"] is None
    said("get", str(english["report"]), "-o", str(tmp_path / "kept.pdf"))
    assert sha256((tmp_path / "kept.pdf").read_bytes()).hexdigest() == english["sha256"]
    refused = CliRunner().invoke(app, ["report", "get", "999999", "-o", str(tmp_path / "none.pdf")])
    assert refused.exit_code == 2 and not (tmp_path / "none.pdf").exists()


@pytest.mark.usefixtures("_forgotten")
def test_a_week_without_data_fails_and_says_so() -> None:
    done = CliRunner().invoke(app, ["report", "bulk", "--week", "2031-W01"])
    assert done.exit_code == 1 and "nothing is published for 2031-W01" in done.output
    assert CliRunner().invoke(app, ["report", "bulk", "--period", "2026-Q3"]).exit_code == 2
    assert CliRunner().invoke(app, ["report", "subscribe", "nobody"]).exit_code == 2

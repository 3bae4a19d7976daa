"""``manyi alerts test-mail``, and the settings by which letters leave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from etl.commands.alerts import app
from etl.commands.console import Refused
from etl.commands.posting import ways
from etl.config import read_settings
from etl.outbox.letter import MAIL, WEBHOOK
from tests.etl.outbox.smtp_server import Post, serving


@pytest.fixture
def home(store: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MANYI_HOME", str(tmp_path))
    monkeypatch.setenv("MANYI_DATABASE_URL", store.url.render_as_string(hide_password=False))
    return tmp_path


def test_a_test_mail_tells_what_the_server_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Post()) as post:
        monkeypatch.setenv("MANYI_SMTP_URL", f"smtp://127.0.0.1:{post.port}?tls=none")
        told = {who: CliRunner().invoke(app, ["test-mail", f"{who}@manyi.test", "--json"]) for who in ("zhang", "gone")}
    assert told["zhang"].exit_code == 0 and json.loads(told["zhang"].stdout)["said"] == "250 2.0.0 taken"
    assert told["gone"].exit_code == 1 and json.loads(told["gone"].stdout)["state"] == "refused"
    assert post.addresses() == ["zhang@manyi.test"]


def test_without_a_server_it_says_where_the_mail_lies(home: Path) -> None:
    told = CliRunner().invoke(app, ["test-mail", "zhang@manyi.test", "--json"])
    assert told.exit_code == 0 and json.loads(told.stdout)["state"] == "captured"
    assert len(list((home / "outbox").glob("*.eml"))) == 1
    assert CliRunner().invoke(app, ["test-mail", "zhang"]).exit_code == 2


def test_no_secret_of_the_settings_is_printed(tmp_path: Path) -> None:
    secrets = {"MANYI_HOME": str(tmp_path), "MANYI_SMTP_URL": "smtps://manyi:geheim@mail.example", "MANYI_WEBHOOK_SECRET": "geheim und lang genug",
               "MANYI_WEBHOOK_URL": "https://messenger.example/geheim"}  # fmt: skip
    settings = read_settings(secrets)
    assert "geheim" not in repr(settings) + settings.mail_place and settings.mail_place == "mail.example"
    assert set(ways(settings, lambda: None)) == {MAIL, WEBHOOK}  # type: ignore[arg-type, return-value]
    for name, wrong in (("MANYI_SMTP_URL", "smtp://manyi:geheim@mail.example?tls=none"), ("MANYI_WEBHOOK_SECRET", "geheim")):
        with pytest.raises(Refused) as refused:
            ways(read_settings({**secrets, name: wrong}), lambda: None)  # type: ignore[arg-type, return-value]
        assert "geheim" not in str(refused.value) + refused.value.reason_zh and "MANYI" in str(refused.value)

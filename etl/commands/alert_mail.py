"""``manyi alerts test-mail``: one letter of no meaning, to see that letters arrive."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

import sql
from etl.commands.console import AsJson, Refused, show_one, speaking, stop
from etl.commands.posting import ways
from etl.commands.stores import open_store
from etl.config import read_settings
from etl.outbox.delivery import Unreachable
from etl.outbox.letter import LANGUAGES, MAIL, Letter
from etl.steps.post import deliver, letter_numbered, put_numbered

WORDS = {
    "zh": ("【测试】满意 邮件通道", "这是一封测试邮件：收到即说明预警和报告可以送达。\n"),
    "en": ("[Test] Manyi mail", "This is a test: since it arrived, alerts and reports can reach you.\n"),
}
GOOD = ("sent", "captured")


def _now() -> datetime:
    return datetime.now().astimezone()


def test_mail(
    address: Annotated[str, typer.Argument(help="where it goes")],
    language: Annotated[str, typer.Option(help="zh or en")] = "zh",
    as_json: AsJson = False,
) -> None:
    """Send a test letter now, and say what the server answered; without a server it is written into a folder."""
    with speaking():
        if language not in LANGUAGES:
            raise Refused(f"no language {language!r}; write zh or en")
        settings, moment = read_settings(), _now()
        subject, text = WORDS[language]
        try:
            letter = Letter(f"test {moment.isoformat()}", "test", address, subject, text, language=language,
                            link=settings.post.public_url)  # fmt: skip
        except ValueError as error:
            raise Refused(str(error)) from None
        target, going = open_store(settings), ways(settings, _now)
        with sql.begin(target) as connection:
            number = put_numbered(connection, letter, moment)
        said = ""
        try:
            deliver(target, {MAIL: going[MAIL]}, _now, only=number)
        except Unreachable as error:
            said = error.reason_en
        ended = letter_numbered(target, number or 0)
        told = {"to": address, "by": settings.mail_place, "state": ended["state"], "said": said or ended["said"]}
        show_one(told, as_json)
        if ended["state"] not in GOOD:
            stop("see to MANYI_SMTP_URL and MANYI_MAIL_FROM; the letter stays in the outbox and is tried again", 1)

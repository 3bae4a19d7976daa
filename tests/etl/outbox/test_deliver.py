"""Letters against a mail server that takes, refuses, puts off, stalls and hangs up."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import sql
from etl.outbox.delivery import Unreachable
from etl.outbox.folder import LABEL, Folder
from etl.outbox.letter import MAIL, Attachment, Letter
from etl.outbox.smtp import Mailer, Server
from etl.steps.bounces import take_bounces
from etl.steps.post import AWAY, Way, deliver, post_due, put
from tests.etl.outbox.smtp_server import NOTICE, Post, certified, serving

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SENDER = "满意 <alerts@manyi.test>"


@pytest.fixture
def post() -> Iterator[Post]:
    with serving(Post()) as served:
        yield served


def letter(address: str, occurrence: str = "one", **other: Any) -> Letter:
    return Letter(occurrence, other.pop("kind", "alert"), address, "【预警】天河区 78.1", "下降 3.4\n.点开头\n", **other)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def mailing(post: Post, asked: str = "tls=none&timeout=1", host: str = "127.0.0.1", login: str = "") -> dict[str, Way]:
    server = Server.parse(f"smtp://{login}{host}:{post.port}?{asked}")
    return {MAIL: Way(Mailer(server, SENDER), server.rate)}


def queue(store: sa.Engine, *letters: Letter) -> None:
    with sql.begin(store) as connection:
        assert all(put(connection, one, NOW) for one in letters)


def states(store: sa.Engine) -> dict[str, tuple[str, int, str]]:
    with store.connect() as connection:
        found = connection.execute(sa.text("SELECT address, state, attempts, said FROM letter"))
        return {row.address.partition("@")[0]: (row.state, row.attempts, row.said) for row in found}


def test_every_ending_is_written_down_with_the_last_words(store: sa.Engine, post: Post) -> None:
    names = ("zhang", "gone", "later", "leave", "hang", "large", "busy", "drop", "stall", "never", "li")
    queue(store, *(letter(f"{name}@manyi.test") for name in names))
    first = deliver(store, mailing(post), at(NOW))
    assert first == {"sent": 2, "refused": 2, "later": 5, "unknown": 2}
    assert not post_due(store, NOW) and post_due(store, NOW + timedelta(minutes=1))
    assert deliver(store, mailing(post), at(NOW + timedelta(minutes=1))) == {"sent": 4, "later": 1}
    told = states(store)
    assert {name: state for name, (state, _, _) in told.items()} == {
        "zhang": "sent", "li": "sent", "later": "sent", "leave": "sent", "hang": "sent", "busy": "sent", "gone": "refused",
        "large": "refused", "drop": "unknown", "stall": "unknown", "never": "queued",
    }  # fmt: skip
    assert told["gone"] == ("refused", 1, "550 5.1.1 no such user") and told["later"][1] == 2
    assert told["zhang"][2] == "250 2.0.0 taken" and told["never"][2] == "450 4.2.2 over quota"
    assert sorted(post.addresses()) == sorted({f"{name}@manyi.test" for name in names} - {"gone@manyi.test", "large@manyi.test",
                                                                                         "never@manyi.test"})  # fmt: skip


def test_what_is_put_off_for_three_days_has_failed(store: sa.Engine, post: Post) -> None:
    queue(store, letter("never@manyi.test"))
    moment, ends = NOW, []
    while not ends or ends[-1] != {"failed": 1}:
        ends.append(deliver(store, mailing(post), at(moment)))
        with store.connect() as connection:
            moment = connection.scalar(sa.text("SELECT next_at FROM letter"))
    assert states(store)["never"] == ("failed", len(ends), "450 4.2.2 over quota")
    assert moment - NOW <= timedelta(hours=72) and len(ends) == post.asked["never@manyi.test"] > 10


def test_one_occurrence_is_told_once_to_an_address(store: sa.Engine) -> None:
    with sql.begin(store) as connection:
        told = [put(connection, one) for one in (letter("a@b.cn"), letter("a@b.cn"), letter("c@b.cn"), letter("a@b.cn", "two"))]
    assert told == [True, False, True, True]


def test_a_mail_reads_as_it_was_written(store: sa.Engine, post: Post) -> None:
    parts = (Attachment("trend.png", "image/png", b"\x89PNG", content_id="trend"), Attachment("周报.pdf", "application/pdf", b"%PDF"),
             Attachment("kept.pdf", "application/pdf", reference="report:1"))  # fmt: skip
    queue(store, letter("zhang@manyi.test", html='<p>下降 <img src="cid:trend"></p>', attachments=parts))
    deliver(store, mailing(post), at(NOW), lambda _, reference: reference.encode())
    mail = email.message_from_bytes(post.taken[0][1], policy=email.policy.default)
    assert mail["Subject"] == "【预警】天河区 78.1" and mail["From"] == SENDER and mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and plain.get_content().splitlines() == ["下降 3.4", ".点开头"] and html is not None
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
                     "application/pdf", "application/pdf"]  # fmt: skip
    found = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert found == {"周报.pdf": b"%PDF", "kept.pdf": b"report:1"}


def test_login_over_starttls_with_the_name_proven(store: sa.Engine, tmp_path: Path) -> None:
    context, ca = certified(tmp_path)
    with serving(Post(login=("manyi", "geheim/1"), tls=context)) as post:
        queue(store, letter("zhang@manyi.test"))
        wrong = {"an unknown authority": mailing(post, "timeout=1", "localhost", "manyi:geheim%2F1@"),
                 "another name": mailing(post, f"timeout=1&ca={ca}", "127.0.0.1", "manyi:geheim%2F1@"),
                 "a wrong password": mailing(post, f"timeout=1&ca={ca}", "localhost", "manyi:falsch@")}  # fmt: skip
        moment = NOW
        for ways in wrong.values():
            with pytest.raises(Unreachable) as told:
                deliver(store, ways, at(moment))
            assert "falsch" not in str(told.value) + told.value.reason_zh and not post_due(store, moment)
            moment += AWAY
        assert states(store)["zhang"][:2] == ("queued", 0)
        assert deliver(store, mailing(post, f"timeout=1&ca={ca}", "localhost", "manyi:geheim%2F1@"), at(moment)) == {"sent": 1}


def test_a_server_that_is_away_or_refuses_our_sender_loses_nothing(store: sa.Engine, post: Post) -> None:
    queue(store, letter("a@manyi.test"), letter("b@manyi.test"))
    for ways in ({MAIL: Way(Mailer(Server.parse(f"smtp://127.0.0.1:{post.port}?tls=none"), "nobody@manyi.test"))},
                 {MAIL: Way(Mailer(Server.parse("smtp://127.0.0.1:9?tls=none"), SENDER))}):  # fmt: skip
        with pytest.raises(Unreachable):
            deliver(store, ways, at(NOW))
        with sql.begin(store) as connection:
            connection.exec_driver_sql("UPDATE letter SET next_at = not_before")
    assert deliver(store, mailing(post), at(NOW)) == {"sent": 2}


def test_no_more_a_minute_than_the_server_may_be_asked(store: sa.Engine, post: Post) -> None:
    queue(store, *(letter(f"u{turn}@manyi.test") for turn in range(5)))
    counts = [deliver(store, mailing(post, "tls=none&rate=2"), at(NOW + timedelta(seconds=61 * turn))) for turn in range(4)]
    assert counts == [{"sent": 2}, {"sent": 2}, {"sent": 1}, {}]


def test_without_a_server_letters_are_captured_and_labelled(store: sa.Engine, tmp_path: Path) -> None:
    queue(store, letter("zhang@manyi.test"))
    assert deliver(store, {MAIL: Way(Folder(tmp_path / "outbox", SENDER), 1000)}, at(NOW)) == {"captured": 1}
    (kept,) = (tmp_path / "outbox").iterdir()
    mail = email.message_from_bytes(kept.read_bytes(), policy=email.policy.default)
    assert kept.suffix == ".eml" and mail[LABEL] and mail["To"] == "zhang@manyi.test"


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_came_back_is_marked(store: sa.Engine, post: Post, tmp_path: Path, kind: str) -> None:
    queue(store, letter("zhang@manyi.test"), letter("li@manyi.test"))
    deliver(store, mailing(post), at(NOW))
    with store.connect() as connection:
        tokens = list(connection.scalars(sa.text("SELECT token FROM letter ORDER BY letter_id")))
    for name, action, token in (("1", "failed", tokens[0]), ("2", "delayed", tokens[1]), ("3", "failed", "forged")):
        (tmp_path / name).write_text(NOTICE.format(action=action, kind=kind, token=token))
    (tmp_path / "4").write_bytes(b"\xff\x00 no mail at all")
    assert take_bounces(store, tmp_path, NOW) == 1 and take_bounces(store, tmp_path, NOW) == 0
    assert states(store)["zhang"] == ("bounced", 1, "550 5.1.1 no such mailbox") and states(store)["li"][0] == "sent"


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "smtp://a:b@mail?tls=none", "smtp://mail?tls=maybe", "smtp://mail?x=1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Server.parse(url)


@pytest.mark.parametrize("wrong", ["zhang", "a@b\r\nBcc: c@d.cn", "张@b.cn", "a b@c.cn", "a@", "<a@b.cn>"])
def test_no_letter_goes_to_what_is_no_address(wrong: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        letter(wrong)


def test_a_notice_may_come_before_the_sender_has_written_down_the_end(store: sa.Engine, tmp_path: Path) -> None:
    """A sender that died after the server's word leaves its letter to be settled: the notice must not be read in vain meanwhile."""
    queue(store, letter("zhang@manyi.test"), letter("li@manyi.test"))
    with sql.begin(store) as connection:
        connection.exec_driver_sql("UPDATE letter SET state = 'sending', sender = 1")
        connection.exec_driver_sql("UPDATE letter SET handed_at = now() WHERE address LIKE 'zhang%%'")
        for token in connection.scalars(sa.text("SELECT token FROM letter")):
            (tmp_path / token).write_text(NOTICE.format(action="failed", kind="message/rfc822", token=token))
    assert take_bounces(store, tmp_path, NOW) == 1
    with store.connect() as connection:
        found = dict(connection.execute(sa.text("SELECT address, state FROM letter")).all())
    assert found == {"zhang@manyi.test": "bounced", "li@manyi.test": "sending"}

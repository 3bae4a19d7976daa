"""Letters to an enterprise messenger: signed, once, and every answer understood."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa

import sql
from etl.outbox.delivery import Unreachable
from etl.outbox.letter import WEBHOOK, Letter
from etl.outbox.webhook import Hook
from etl.steps.post import Way, deliver, put

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SECRET = "a secret of sixteen letters"


@dataclass
class Messenger:
    """What was posted; ``answers`` by the recipient's login, 200 for all others, ``None`` for hanging up."""

    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, int | None] = field(default_factory=dict)
    port: int = 0


class _Talk(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        messenger: Messenger = self.server.messenger  # type: ignore[attr-defined]
        content = self.rfile.read(int(self.headers["Content-Length"]))
        messenger.posted.append((dict(self.headers), content))
        status = messenger.answers.get(json.loads(content)["to"], 200)
        if status is not None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"said so")

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def messenger() -> Iterator[Messenger]:
    served = Messenger()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Talk) as server:
        server.messenger, served.port = served, server.server_address[1]  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield served
        server.shutdown()
        thread.join()


def send(store: sa.Engine, messenger: Messenger, *logins: str) -> dict[str, int]:
    with sql.begin(store) as connection:
        for login in logins:
            put(connection, Letter("one", "alert", login, "【预警】", "下降", channel=WEBHOOK, link="https://manyi.test/alerts"), NOW)
    hook = Hook(f"http://127.0.0.1:{messenger.port}/in", SECRET, lambda: NOW)
    return deliver(store, {WEBHOOK: Way(hook)}, lambda: NOW)


def test_a_post_is_signed_and_says_who_it_is_for(store: sa.Engine, messenger: Messenger) -> None:
    assert send(store, messenger, "zhang") == {"sent": 1}
    headers, content = messenger.posted[0]
    told = json.loads(content)
    assert (told["to"], told["subject"], told["link"], told["kind"]) == ("zhang", "【预警】", "https://manyi.test/alerts", "alert")
    signed = hmac.new(SECRET.encode(), headers["X-Manyi-Timestamp"].encode() + b"." + content, hashlib.sha256).hexdigest()
    assert headers["X-Manyi-Signature"] == f"sha256={signed}" and headers["X-Manyi-Timestamp"] == str(int(NOW.timestamp()))
    assert send(store, messenger) == {} and len(messenger.posted) == 1


def test_every_answer_is_understood(store: sa.Engine, messenger: Messenger) -> None:
    messenger.answers = {"busy": 429, "broken": 503, "wrong": 422, "gone": 410, "silent": None}
    assert send(store, messenger, "busy", "broken", "wrong", "gone", "silent") == {"later": 2, "refused": 2, "unknown": 1}


@pytest.mark.parametrize("status", [401, 404, 302])
def test_who_does_not_take_us_loses_no_letter(store: sa.Engine, messenger: Messenger, status: int) -> None:
    messenger.answers = {"zhang": status}
    with pytest.raises(Unreachable):
        send(store, messenger, "zhang")
    with store.connect() as connection:
        assert connection.execute(sa.text("SELECT state, attempts FROM letter")).one() == ("queued", 0)


@pytest.mark.parametrize(("url", "secret"), [("http://messenger.example/in", SECRET), ("https://messenger.example/in", "short"), ("", SECRET)])
def test_no_post_goes_without_tls_or_signature(url: str, secret: str) -> None:
    with pytest.raises(ValueError, match="MANYI_WEBHOOK"):
        Hook(url, secret, lambda: NOW)

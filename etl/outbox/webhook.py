"""Enterprise messengers: a JSON POST, signed, so that the receiver knows who speaks and when.

The receiver checks ``X-Manyi-Signature``, which is ``sha256=`` and the HMAC-SHA256 of ``<X-Manyi-Timestamp>.<body>`` under the
shared secret, and takes an ``id`` once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import urllib3

from etl.outbox.delivery import Declined, Handing, Putoff, Unreachable, Unsure
from etl.outbox.letter import Envelope

TIMEOUT = 15.0  # seconds a receiver may be silent
MOST_WORDS = 500  # characters of what a receiver says
BUSY = (408, 425, 429)  # refusals that pass
KNOWN_BY_ID = (401, 403, 404, 405)  # refusals of us, not of the letter
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Hook:
    """Posts each letter to one address."""

    ending = "sent"

    def __init__(self, url: str, secret: str, clock: Callable[[], datetime]) -> None:
        """Raises :class:`ValueError` for an address without TLS elsewhere than on this machine, and for a secret too short."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("MANYI_WEBHOOK_URL must be https://…")
        if len(secret) < 16:
            raise ValueError("MANYI_WEBHOOK_SECRET needs at least 16 characters")
        self._url, self._host, self._secret, self._clock = url, parts.hostname, secret.encode(), clock
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def send(self, envelope: Envelope, handing: Handing) -> str:
        """Post one letter (see :class:`~etl.outbox.delivery.Transport`)."""
        content = body(envelope)
        handing()
        try:
            answer = self._pool.request("POST", self._url, body=content, headers=self._headers(content), redirect=False)
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise self._unreachable(type(error).__name__) from None
        except urllib3.exceptions.SSLError:
            raise self._unreachable("its certificate is not accepted") from None
        except urllib3.exceptions.HTTPError as error:
            raise Unsure(f"no answer: {type(error).__name__}") from None
        words = " ".join(answer.data[: 4 * MOST_WORDS].decode("utf-8", "replace").split())[:MOST_WORDS]
        said = f"{answer.status} {words}".strip()
        self._judge(answer.status, said)
        return said

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _headers(self, content: bytes) -> dict[str, str]:
        stamp = str(int(self._clock().timestamp()))
        signature = hmac.new(self._secret, stamp.encode() + b"." + content, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json; charset=utf-8", "X-Manyi-Timestamp": stamp,
                "X-Manyi-Signature": f"sha256={signature}"}  # fmt: skip

    def _judge(self, status: int, said: str) -> None:
        if 200 <= status < 300:
            return
        if status in KNOWN_BY_ID or 300 <= status < 400:
            raise self._unreachable(said)
        if status in BUSY or status >= 500:
            raise Putoff(said)
        raise Declined(said)

    def _unreachable(self, said: str) -> Unreachable:
        return Unreachable(f"消息接口 {self._host} 不可用：{said}", f"the webhook at {self._host} does not take anything: {said}")


def body(envelope: Envelope) -> bytes:
    """What is posted: the letter in words, without its pictures."""
    letter = envelope.letter
    told = {
        "id": envelope.letter_id, "occurrence": letter.occurrence, "kind": letter.kind, "to": letter.address,
        "language": letter.language, "subject": letter.subject, "text": letter.text, "link": letter.link,
        "created_at": envelope.created_at.isoformat(),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False).encode()

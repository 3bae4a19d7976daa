"""A careful HTTP client for interfaces: asks again with growing pauses, obeys Retry-After, follows no redirect."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import urllib3

from etl.sources.credential import FetchError, Vault

PASSING = (408, 425, 429, 500, 502, 503, 504)  # worth another try
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds; doubled from try to try
LONGEST_RETRY_AFTER = 300.0  # asked to wait longer, we leave it to the next run
LARGEST_ANSWER = 64 << 20  # bytes

Sleep = Callable[[float], None]


@dataclass(frozen=True)
class Answer:
    """A JSON answer, with the address its ``Link`` header calls the next."""

    content: Any
    next_link: str | None


class Web:
    """Asks one interface for JSON with its token."""

    def __init__(self, headers: Mapping[str, str], vault: Vault, *, timeout: float, attempts: int, ca_file: str | None,
                 sleep: Sleep = time.sleep) -> None:  # fmt: skip
        self.headers, self.vault, self.attempts, self.sleep = dict(headers), vault, attempts, sleep
        limits = urllib3.Timeout(connect=min(timeout, 15.0), read=timeout)
        self.pool = urllib3.PoolManager(1, timeout=limits, retries=False, cert_reqs="CERT_REQUIRED", ca_certs=ca_file)

    def close(self) -> None:
        """End its connections."""
        self.pool.clear()

    def get(self, url: str, params: Mapping[str, str]) -> Answer:
        """The answer to one question; :class:`FetchError` when there is none after all tries."""
        for attempt in range(1, self.attempts + 1):
            pause = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311
            try:
                answer = self.pool.request("GET", url, fields=dict(params) or None, headers=self.headers, redirect=False,
                                           preload_content=False)  # fmt: skip
                body = _body(answer)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                problem = self.vault.failed(f"接口 {url} 无应答", f"{url} does not answer", error)
            else:
                if answer.status == 200:
                    return Answer(_parsed(body, url), _next_link(answer.headers.get("Link", "")))
                problem = self._refused(url, answer.status, body)
                if answer.status not in PASSING:
                    raise problem
                pause = max(pause, _asked_pause(answer.headers.get("Retry-After"))) if attempt < self.attempts else pause
                if pause > LONGEST_RETRY_AFTER:
                    raise FetchError(f"接口要求 {pause:.0f} 秒后再来", f"the interface asks to come back in {pause:.0f} seconds")
            if attempt < self.attempts:
                self.sleep(pause)
        raise problem

    def _refused(self, url: str, status: int, body: bytes) -> FetchError:
        if status in (401, 403):
            return FetchError(f"接口拒绝了令牌（HTTP {status}）", f"the interface refuses the token (HTTP {status})")
        if 300 <= status < 400:
            return FetchError(
                f"接口转向别处（HTTP {status}），请写最终地址",
                f"the interface points elsewhere (HTTP {status}); declare that address",
            )
        return self.vault.failed(
            f"接口 {url} 返回 HTTP {status}", f"{url} answers HTTP {status}", ValueError(body[:200].decode("utf-8", "replace"))
        )


def _body(answer: urllib3.BaseHTTPResponse) -> bytes:
    try:
        body = answer.read(LARGEST_ANSWER + 1, decode_content=True)
    finally:
        answer.release_conn()
    if len(body) > LARGEST_ANSWER:
        raise FetchError(
            "接口单次应答过大，请调小 size", f"one answer is larger than {LARGEST_ANSWER >> 20} MiB; ask for smaller pages"
        )
    return body


def _parsed(body: bytes, url: str) -> Any:
    """JSON with its numbers as they are written."""
    try:
        return json.loads(body, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise FetchError("接口返回的不是 JSON", "the answer is no JSON; does url name the interface itself?") from None


def _asked_pause(written: str | None) -> float:
    """Seconds of a ``Retry-After``: a count, or a date."""
    if not written:
        return 0.0
    try:
        return max(float(written), 0.0)
    except ValueError:
        pass
    try:
        return max((parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return 0.0


def _next_link(header: str) -> str | None:
    """The address of ``rel="next"`` in a ``Link`` header."""
    for link in header.split(","):
        address, _, rest = link.strip().partition(";")
        if 'rel="next"' in rest.replace(" ", "").lower() or "rel=next" in rest.replace(" ", "").lower():
            return address.strip().strip("<>")
    return None

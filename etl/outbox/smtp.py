"""Mail by SMTP: TLS with the server's name proven, login, permanent and temporary refusals apart.

The dialogue is spelled out, because one moment counts: from the end of the content on the server may have the mail, and who does
not hear its answer must not send again.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from etl.outbox.delivery import Declined, Handing, Putoff, Unreachable, Unsure
from etl.outbox.letter import Envelope
from etl.outbox.message import message

PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT = 30.0  # seconds a server may be silent
RATE = 60  # letters a minute
MOST_WORDS = 500  # characters of what a server says
CLOSING = 421  # "service not available, closing": whatever was asked
TOO_LARGE = 552  # the one refusal of a sender's command that is about the letter
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Server:
    """Where mail goes: ``smtp://name:password@host:587?rate=60&timeout=30&ca=/etc/ca.pem`` (STARTTLS) or ``smtps://…``.

    ``tls`` is ``starttls``, ``tls`` or ``none``; ``ca`` a file of one's own authority.
    """

    host: str
    port: int
    tls: str
    login: str = ""
    password: str = ""
    rate: int = RATE
    timeout: float = TIMEOUT
    ca: str | None = None

    def __repr__(self) -> str:
        return f"{self.tls}://{self.host}:{self.port}"  # never the password

    @classmethod
    def parse(cls, url: str) -> Server:
        """Read an address; without TLS only as ``?tls=none``, then without a login but on this machine.

        Raises :class:`ValueError`, whose words hold no secret.
        """
        parts, asked = urlsplit(url), {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("it is no smtp://HOST or smtps://HOST")
        tls = asked.pop("tls", "tls" if parts.scheme == "smtps" else "starttls")
        made = cls(
            parts.hostname, parts.port or PORTS[parts.scheme], tls, unquote(parts.username or ""), unquote(parts.password or ""),
            int(asked.pop("rate", RATE)), float(asked.pop("timeout", TIMEOUT)), asked.pop("ca", None),
        )  # fmt: skip
        if asked or tls not in ("starttls", "tls", "none"):
            raise ValueError(f"it knows tls (starttls, tls, none), rate, timeout and ca, not {', '.join(asked) or tls}")
        if tls == "none" and made.login and made.host not in LOOPBACK:
            raise ValueError("a login goes over TLS only")
        return made


class Mailer:
    """Sends letters over one connection, opened when first needed and again when it broke."""

    ending = "sent"

    def __init__(self, server: Server, sender: str) -> None:
        self._server, self._sender = server, sender
        self._line: smtplib.SMTP | None = None

    def send(self, envelope: Envelope, handing: Handing) -> str:
        """Hand one mail over (see :class:`~etl.outbox.delivery.Transport`)."""
        line = self._line or self._open()
        content = _lines(message(envelope, self._sender).as_bytes())
        try:
            self._address(line, envelope.letter.address, len(content))
            handing()
            return self._content(line, content)
        except (Putoff, Declined):
            self._begin_anew(line)
            raise
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Putoff(_words(str(error) or "the connection broke")) from None
        except BaseException:
            self._drop()
            raise

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError, smtplib.SMTPException):
                line.quit()
            line.close()

    def _open(self) -> smtplib.SMTP:
        try:
            self._line = _connected(self._server)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            said = _words(str(error))
            raise Unreachable(
                f"邮件服务器 {self._server} 连接或登录失败：{said}",
                f"the mail server {self._server} cannot be reached or refuses the login: {said}",
            ) from None
        return self._line

    def _address(self, line: smtplib.SMTP, address: str, size: int) -> None:
        """Sender, recipient and the word that content comes; what is refused here never left us."""
        sizes = [f"size={size}"] if line.has_extn("size") else []
        code, said = line.mail(parseaddr(self._sender)[1], sizes)
        if code >= 500 and code != TOO_LARGE:  # it is about us: other letters would fare no better
            raise Unreachable(f"邮件服务器不接受发件人：{code} {_text(said)}",
                              f"the mail server does not take our sender: {code} {_text(said)}")  # fmt: skip
        _judge(code, said)
        _judge(*line.rcpt(address))

    def _content(self, line: smtplib.SMTP, content: bytes) -> str:
        code, said = line.docmd("DATA")
        if code != 354:
            _judge(code, said)
            raise Putoff(f"{code} {_text(said)}")
        try:
            line.send(content)
            code, said = line.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unsure(_words(str(error) or "the connection broke after the content")) from None
        _judge(code, said)
        return f"{code} {_text(said)}"

    def _begin_anew(self, line: smtplib.SMTP) -> None:
        """Ready for the next letter on this line, or without one."""
        try:
            if line.rset()[0] != 250:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=server.ca)
    if server.tls == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        line.ehlo_or_helo_if_needed()
        if server.tls == "starttls":
            line.starttls(context=context)
            line.ehlo_or_helo_if_needed()
        if server.login:
            line.login(server.login, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _judge(code: int, said: bytes) -> None:
    if 200 <= code < 400:
        return
    words = f"{code} {_text(said)}"
    if 500 <= code < 600:
        raise Declined(words)
    raise Putoff(words)


def _lines(content: bytes) -> bytes:
    """As it goes over the line: a dot at the begin of a line doubled, a lone one at the end."""
    whole = re.sub(rb"(?m)^\.", b"..", re.sub(rb"\r\n|\r|\n", b"\r\n", content))
    return whole + (b"" if whole.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _text(said: bytes) -> str:
    return _words(said.decode("utf-8", "replace"))


def _words(said: str) -> str:
    return " ".join(said.split())[:MOST_WORDS]

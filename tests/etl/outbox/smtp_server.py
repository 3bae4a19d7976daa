"""A small mail server on this machine that takes, refuses, puts off, stalls and hangs up as the recipient's name says."""

from __future__ import annotations

import base64
import email
import socketserver
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Post:
    """What the server took, and how it is to behave: ``login`` it asks for, ``pause`` before its last word, the folder its
    ``notices`` of what came back go to."""

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    login: tuple[str, str] | None = None
    pause: float = 0.0
    tls: ssl.SSLContext | None = None
    asked: Counter[str] = field(default_factory=Counter)
    port: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    notices: Path | None = None

    def addresses(self) -> list[str]:
        return [address for address, _ in self.taken]


class _Gone(Exception):
    """The server hangs up."""


class _Talk(socketserver.StreamRequestHandler):
    """One connection. What comes before the ``@`` decides: gone, later, hang, leave, large, stall, drop, back; all others are taken."""

    def handle(self) -> None:
        self.post: Post = self.server.post  # type: ignore[attr-defined]
        self.secure = self.known = False
        self.rcpt = ""
        try:
            self.say("220 here")
            while line := self.rfile.readline():
                self.answer(line.decode().strip())
        except (_Gone, OSError):
            return

    def finish(self) -> None:
        """The socket with TLS is not the one the server closes."""
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")
        self.wfile.flush()

    def answer(self, line: str) -> None:
        verb = line.split()[0].upper() if line else ""
        act = getattr(self, f"on_{verb.lower()}", None)
        if act is None:
            self.say("502 no such word")
        else:
            act(line)

    def on_ehlo(self, _: str) -> None:
        offers = ["here", "SIZE 1000000", *(["STARTTLS"] if self.post.tls and not self.secure else []), "AUTH PLAIN"]
        for offer in offers[:-1]:
            self.say(f"250-{offer}")
        self.say(f"250 {offers[-1]}")

    def on_starttls(self, _: str) -> None:
        self.say("220 go on")
        assert self.post.tls is not None
        self.connection = self.post.tls.wrap_socket(self.connection, server_side=True, do_handshake_on_connect=False)
        self.connection.do_handshake()
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")  # type: ignore[assignment]
        self.secure = True

    def on_auth(self, line: str) -> None:
        _, name, password = base64.b64decode(line.split()[2]).decode().split("\0")
        self.known = (name, password) == self.post.login
        self.say("235 welcome" if self.known else "535 no")

    def on_mail(self, line: str) -> None:
        if self.post.login and not self.known:
            self.say("530 sign in first")
        elif "nobody@" in line:
            self.say("550 no such sender")
        elif "size=9" in line.lower() and len(line.lower().split("size=")[1]) > 6:
            self.say("552 too large")
        else:
            self.say("250 yes")

    def on_rcpt(self, line: str) -> None:
        self.rcpt = line.split("<")[1].rstrip(">")
        self.post.asked[self.rcpt] += 1
        name = self.rcpt.partition("@")[0]
        if name.startswith("gone"):
            self.say("550 5.1.1 no such user")
        elif name.startswith("later") and self.post.asked[self.rcpt] == 1:
            self.say("450 4.2.1 greylisted")
        elif name.startswith("never"):
            self.say("450 4.2.2 over quota")
        elif name.startswith("leave") and self.post.asked[self.rcpt] == 1:
            raise _Gone
        elif name.startswith("hang") and self.post.asked[self.rcpt] == 1:
            self.post.over.wait(20)
        else:
            self.say("250 yes")

    def on_data(self, _: str) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise _Gone
            lines.append(line[1:] if line.startswith(b".") else line)
        self.take(b"".join(lines))

    def take(self, content: bytes) -> None:
        name = self.rcpt.partition("@")[0]
        if name.startswith("large"):
            self.say("554 5.7.1 we do not want this")
            return
        if name.startswith("busy") and self.post.asked[self.rcpt] == 1:
            self.say("451 4.3.0 try again")
            return
        self.post.taken.append((self.rcpt, content))
        if name.startswith("back") and self.post.notices is not None:
            come_back(content, self.post.notices, name)
        if name.startswith("stall"):
            self.post.over.wait(20)
        if name.startswith("drop"):
            raise _Gone
        time.sleep(self.post.pause)
        self.say("250 2.0.0 taken")

    def on_rset(self, _: str) -> None:
        self.say("250 yes")

    def on_quit(self, _: str) -> None:
        self.say("221 bye")
        raise _Gone


NOTICE = """From: MAILER-DAEMON@mx.test
To: alerts@manyi.test
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; zhang@manyi.test
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox

--b
Content-Type: {kind}

Message-ID: <{token}@manyi.test>
Subject: x

--b--
"""


def come_back(content: bytes, folder: Path, name: str) -> None:
    """Drop the notice of a mail that could not be delivered further on; it is there whole or not at all."""
    token = email.message_from_bytes(content)["Message-ID"].strip("<>").partition("@")[0]
    folder.mkdir(exist_ok=True)
    written = folder.parent / f"{name}.part"
    written.write_text(NOTICE.format(action="failed", kind="message/rfc822", token=token))
    written.replace(folder / name)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    block_on_close = False


@contextmanager
def serving(post: Post) -> Iterator[Post]:
    """The server at work, on a port of its own."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.post, post.port = post, server.server_address[1]  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield post
        finally:
            post.over.set()
            server.shutdown()
            thread.join()


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate of localhost by an authority of its own, and that authority's file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, secret = folder / "ca.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                         serialization.NoEncryption()))  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return context, pem

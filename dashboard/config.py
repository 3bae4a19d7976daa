"""The web face's settings, read once from the environment when the application is made."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class Misconfigured(RuntimeError):
    """The dashboard must not be served like this; the text says what to do."""


@dataclass(frozen=True)
class Config:
    """``database_url`` connects as the dashboard's own role, never as the owner. ``secret`` signs sessions."""

    database_url: str
    secret: str
    https: bool = False
    demo: bool = False
    proxies: int = 0
    pool_size: int = 5


def read_config(environment: Mapping[str, str] = os.environ) -> Config:
    """Config from ``MANYI_APP_DATABASE_URL``, ``MANYI_SECRET`` (or the file ``MANYI_HOME/secret``), ``MANYI_HTTPS=1``,
    ``MANYI_DEMO=1`` and ``MANYI_PROXIES`` (how many reverse proxies stand in front).

    Raises :class:`Misconfigured` when the address or the secret is missing.
    """
    url = environment.get("MANYI_APP_DATABASE_URL")
    if not url:
        raise Misconfigured("MANYI_APP_DATABASE_URL is not set; start with `manyi serve`, which sets it")
    return Config(
        database_url=url,
        secret=_secret(environment),
        https=environment.get("MANYI_HTTPS") == "1",
        demo=environment.get("MANYI_DEMO") == "1",
        proxies=int(environment.get("MANYI_PROXIES") or 0),
    )


def _secret(environment: Mapping[str, str]) -> str:
    given = environment.get("MANYI_SECRET")
    kept = Path(environment["MANYI_HOME"]) / "secret" if environment.get("MANYI_HOME") else None
    if given:
        return given
    if kept and kept.exists():
        return kept.read_text("utf-8").strip()
    raise Misconfigured("MANYI_SECRET is not set and MANYI_HOME holds no secret; start with `manyi serve`, which makes one")


def assets_folder() -> Path:
    """Where css, scripts and fonts lie: beside the package when installed, at the top of a checkout."""
    inside = Path(__file__).parent / "assets"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "assets"

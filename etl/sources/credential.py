"""Secrets are named in a feed file and never stand in it; what they hold is masked in everything we say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote, urlsplit

MASK = "***"
SHORTEST = 3  # a shorter secret would mask half of every sentence
IN_URL = re.compile(r"(://[^/@\s:]*):[^@\s]*@")
TELLING = re.compile(
    r"pass(word|wd|phrase)?$|^pwd$|secret|token|api[-_]?key|access[-_]?key|authorization|cookie|credential|signature", re.I
)
NAMES_ONE = re.compile(r"_(env|file|header|prefix)$")


@dataclass(frozen=True)
class Credential:
    """Where a secret is kept: the environment variable or the file of that name."""

    env: str | None = None
    file: str | None = None

    @property
    def place(self) -> str:
        """How messages name it."""
        return self.env or self.file or ""


class FetchError(Exception):
    """A source that could not be read, told in both languages; nothing secret stands in it."""

    def __init__(self, reason_zh: str, reason_en: str) -> None:
        super().__init__(f"{reason_zh} · {reason_en}")
        self.reason_zh = reason_zh
        self.reason_en = reason_en


class Vault:
    """Opens credentials, and masks in texts what it has opened."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._opened: set[str] = set()

    def reveal(self, credential: Credential | None) -> str | None:
        """The secret itself; ``None`` when none is declared, :class:`FetchError` when its place is empty."""
        if credential is None:
            return None
        value = self._environment.get(credential.env, "") if credential.env else _content(credential.file or "")
        if not value:
            what_zh, what_en = ("环境变量", "the environment variable") if credential.env else ("文件", "the file")
            raise FetchError(f"{what_zh} {credential.place} 为空或不存在", f"{what_en} {credential.place} is empty or missing")
        self.hide(value)
        return value

    def reveal_url(self, url: str | Credential) -> str:
        """An address, also one that is kept as a credential: the password in it is masked from then on."""
        if isinstance(url, str):
            return url
        value = self.reveal(url) or ""
        self.hide(_password(value))
        return value

    def hide(self, value: str | None) -> None:
        """Mask ``value`` from now on, as it is and as it stands in addresses."""
        for text in (value, unquote(value)) if value else ():
            self._opened |= {
                form for form in (text, quote(text, safe=""), quote_plus(text), quote(text)) if len(form) >= SHORTEST
            }

    def mask(self, text: str) -> str:
        """``text`` without anything secret."""
        for value in sorted(self._opened, key=len, reverse=True):
            text = text.replace(value, MASK)
        return IN_URL.sub(rf"\1:{MASK}@", text)

    def failed(self, what_zh: str, what_en: str, error: BaseException) -> FetchError:
        """The error of a source, its cause masked and cut to what people read."""
        cause = self.mask(" ".join(str(error).partition("\n\nDebug")[0].split()))[:500] or type(error).__name__
        return FetchError(f"{self.mask(what_zh)}：{cause}", f"{self.mask(what_en)}: {cause}")


def _content(path: str) -> str:
    try:
        return Path(path).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _password(url: str) -> str | None:
    try:
        return urlsplit(url).password
    except ValueError:
        return None


def tells_secret(name: str) -> bool:
    """Whether an entry of that name would hold a secret itself (``password``), not the place of one (``password_env``)."""
    return bool(TELLING.search(name)) and not NAMES_ONE.search(name)


def secret_in_url(url: str) -> bool:
    """Whether an address carries a password, or a token among its parameters."""
    try:
        parts = urlsplit(url)
        carried = parts.password is not None
    except ValueError:
        return True  # what cannot be read cannot be cleared
    pairs = [pair.partition("=") for pair in re.split("[&;]", unquote(parts.query)) if "=" in pair]
    return carried or any(value and tells_secret(name.strip()) for name, _, value in pairs)

"""Every word the face says, in Chinese and English, from one catalogue of TOML files.

``dashboard/texts.toml`` holds the shell's texts, ``dashboard/snapshot``, ``alerts`` and ``mail`` their own, and
``dashboard/pages/<name>/texts.toml`` each page's; a key is ``table.name`` and its value ``{zh = "…", en = "…"}``.
``{placeholders}`` are filled by :func:`t`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

LANGUAGES = ("zh", "en")
DEFAULT = "zh"


class UnknownText(KeyError):
    """A key that stands in no catalogue file."""


def t(key: str, language: str, **values: Any) -> str:
    """The text under ``key``; :class:`UnknownText` when there is none, :class:`KeyError` when a placeholder is not given."""
    try:
        text = catalogue()[key]
    except KeyError:
        raise UnknownText(key) from None
    chosen = text[language if language in LANGUAGES else DEFAULT]
    return chosen.format(**values) if values else chosen


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """key → {zh, en}; :class:`ValueError` when two files give the same key."""
    merged: dict[str, Mapping[str, str]] = {}
    for source in sources():
        for key, text in _flat(tomllib.loads(source.read_text("utf-8"))):
            if key in merged:
                raise ValueError(f"the text {key!r} stands twice (again in {source.name})")
            merged[key] = text
    return MappingProxyType(merged)


def sources() -> list[Traversable]:
    """The catalogue's files: the shell's, those of reports, alerts and mails, then each page's."""
    root = files("dashboard")
    pages = sorted(root.joinpath("pages").iterdir(), key=lambda entry: entry.name)
    shared = [root.joinpath("texts.toml"), *(root.joinpath(part, "texts.toml") for part in ("snapshot", "alerts", "mail"))]
    found = [*shared, *(page.joinpath("texts.toml") for page in pages if page.is_dir())]
    return [source for source in found if source.is_file()]


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and set(value) <= set(LANGUAGES):
            yield key, value
        else:
            yield from _flat(value, f"{key}.")

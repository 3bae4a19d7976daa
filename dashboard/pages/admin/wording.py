"""Users and acts in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboard.context import ZONE
from dashboard.texts import catalogue, t


def scope(grants: list[dict[str, Any]], language: str) -> str:
    """Manager · Guangzhou; Line owner · Network …"""
    return t("admin.between", language).join(grant(each, language) for each in grants) or t("admin.no_scope", language)


def grant(given: Mapping[str, Any], language: str) -> str:
    """Manager · Guangzhou."""
    pieces = [t(f"role.{given['role']}", language), given[f"area_{language}"], given[f"line_{language}"]]
    return " · ".join(piece for piece in pieces if piece)


def act(action: str, language: str) -> str:
    """What was done; an act without a word of its own is shown by its name."""
    key = f"admin.act_{action.replace('.', '_')}"
    return t(key, language) if key in catalogue() else action


def detail(values: dict[str, Any], language: str) -> str:
    """The particulars as pairs of name and value; one without a word of its own is shown by its name."""
    told = {name: value for name, value in values.items() if value not in (None, "", [])}
    return " · ".join(f"{_particular(name, language)} {_value(name, value, language)}" for name, value in told.items())


def _particular(name: str, language: str) -> str:
    key = f"admin.particular.{name}"
    return t(key, language) if key in catalogue() else name


def _value(name: str, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return t("admin.yes" if value else "admin.no", language)
    if name == "role" and f"role.{value}" in catalogue():
        return t(f"role.{value}", language)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def moment(when: datetime | None) -> str:
    return when.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S") if when else "—"

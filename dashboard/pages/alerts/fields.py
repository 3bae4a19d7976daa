"""Buttons and fields of the page's forms, known by what they do and by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

FIELD, ACT = "alerts-field", "alerts-act"


def act_id(do: str, on: str | int = "") -> dict[str, str]:
    return {"kind": ACT, "do": do, "on": str(on)}


def field_id(name: str) -> dict[str, str]:
    return {"kind": FIELD, "name": name}


def button(words: str, do: str, on: str | int = "", *, quiet: bool = False) -> html.Button:
    return html.Button(words, id=act_id(do, on), className="quiet button" if quiet else "button", type="button")


def select(name: str, label: str, options: Sequence[tuple[str, str]], value: str | None) -> dmc.Select:
    """A choice of ``options``: value and words."""
    data: list[Mapping[str, Any]] = [{"value": code, "label": words} for code, words in options]
    return dmc.Select(id=field_id(name), label=label, data=data, value=value, allowDeselect=False)


def text(name: str, label: str, value: str = "", hint: str = "") -> dmc.TextInput:
    return dmc.TextInput(id=field_id(name), label=label, value=value, placeholder=hint, debounce=False, autoComplete="off")

"""Buttons and fields of the page, which its one callback hears."""

from __future__ import annotations

from dash import html

ACT, FIELD = "report-act", "report-field"


def act_id(do: str, on: str = "") -> dict[str, str]:
    return {"kind": ACT, "do": do, "on": on}


def field_id(name: str) -> dict[str, str]:
    return {"kind": FIELD, "name": name}


def act_button(do: str, on: str, words: str, *, disabled: bool = False, classes: str = "dt-act", label: str = "") -> html.Button:
    """A button that does something to ``on``; ``label`` where its words alone do not say to what."""
    more = {"aria-label": label} if label else {}
    return html.Button(words, id=act_id(do, on), className=classes, disabled=disabled, type="button", **more)

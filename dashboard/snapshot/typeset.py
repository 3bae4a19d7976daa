"""Typesetting: a report's JSON through the template to PDF or PNG bytes, with our own fonts alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from dashboard.config import assets_folder


def pdf(report: Mapping[str, Any]) -> bytes:
    """The report as a PDF of A4 pages. Raises :class:`typst.TypstError` where the template cannot take it."""
    return bytes(typst.compile(_template(), **_options(report)))


def pages(report: Mapping[str, Any], resolution: float = 110) -> list[bytes]:
    """The report's pages as PNG, ``resolution`` pixels an inch."""
    made = typst.compile(_template(), format="png", ppi=resolution, **_options(report))
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]


def _options(report: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sys_inputs": {"report": json.dumps(report, ensure_ascii=False)},
        "font_paths": [str(fonts_folder())],
        "ignore_system_fonts": True,
    }


@cache
def fonts_folder() -> Path:
    """Where our fonts lie."""
    return Path(assets_folder()) / "fonts"


@cache
def _template() -> bytes:
    return files("dashboard").joinpath("snapshot", "report.typ").read_bytes()

"""Typesetting: a report's JSON through the template to PDF or PNG bytes, with our own fonts alone.

PDFs are made by the accessibility standard PDF/UA-1, whose exporter refuses what a screen reader could not follow (a picture
without a description, a heading out of order).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from dashboard.config import assets_folder
from dashboard.snapshot.glyphs import covered

STANDARD = "ua-1"
GLYPHLESS = chr(0x3013)  # the geta mark, printers' own for a character the case does not hold
_PAGE = '#set page(width: 210mm, height: 297mm, margin: 0pt)\n#image("report.pdf", page: int(sys.inputs.page), width: 100%)'


def pdf(report: Mapping[str, Any]) -> bytes:
    """The report as a PDF of A4 pages. Raises :class:`typst.TypstError` where the template cannot take it."""
    return bytes(_compile(report, pdf_standards=STANDARD))


def pages(report: Mapping[str, Any], resolution: float = 110) -> list[bytes]:
    """The report's pages as PNG, ``resolution`` pixels an inch."""
    made = _compile(report, format="png", ppi=resolution)
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]


def picture(content: bytes, page: int, resolution: float = 80) -> bytes:
    """One page (from 1) of a finished PDF as PNG, as it was printed. Raises :class:`typst.TypstError` where there is none."""
    with TemporaryDirectory() as folder:
        Path(folder, "report.pdf").write_bytes(content)
        Path(folder, "page.typ").write_text(_PAGE, "utf-8")
        shown = typst.Compiler(Path(folder, "page.typ"), root=folder, font_paths=_fonts())
        return bytes(shown.compile(format="png", ppi=resolution, sys_inputs={"page": str(page)}))


def lacking(report: Mapping[str, Any]) -> tuple[str, ...]:
    """The characters of a report that our fonts have no glyph for; they are printed as :data:`GLYPHLESS`."""
    return tuple(sorted(set(_told(report)) - covered(str(fonts_folder()))))


def _told(report: Mapping[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False)


def _compile(report: Mapping[str, Any], **options: Any) -> Any:
    told = _told(report).translate({ord(character): GLYPHLESS for character in lacking(report)})
    return _press().compile(input=_template(), sys_inputs={"report": told}, **options)


def get_ready() -> None:
    """Read the fonts and the template now rather than with the first report."""
    _fonts(), _template(), covered(str(fonts_folder()))


@cache
def _press() -> typst.Compiler:
    return typst.Compiler(font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    """Our fonts, read once."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts_folder())])


@cache
def fonts_folder() -> Path:
    """Where our fonts lie."""
    return Path(assets_folder()) / "fonts"


@cache
def _template() -> bytes:
    return files("dashboard").joinpath("snapshot", "report.typ").read_bytes()

"""Both languages are complete, and no page says a word that stands outside the catalogue."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from dashboard import texts, theme

ROOT = Path(__file__).parents[2] / "dashboard"
CHINESE = re.compile(r"[\u3400-\u9fff\uff01-\uff5e\u3001-\u303f]")
UNITS = {"numbers.py": {"亿", "万"}}  # how numbers are shortened is no text
KEY = re.compile(r"\bt\(\s*\"([a-z_]+(?:\.[a-z0-9_]+)+)\"")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_is_there_in_both_languages_with_the_same_placeholders() -> None:
    assert len(texts.catalogue()) > 100
    for key, text in texts.catalogue().items():
        assert set(text) == set(texts.LANGUAGES), key
        assert all(word.strip() for word in text.values()), key
        assert placeholders(text["zh"]) == placeholders(text["en"]), key


def test_english_texts_hold_no_chinese_and_chinese_ones_no_half_width_stops() -> None:
    apart = {"login.other_language", "shell.language_name", "shell.language_short"}
    for key, text in texts.catalogue().items():
        assert key in apart or not CHINESE.search(text["en"]), f"{key}: {text['en']}"
        assert not re.search(r"[\u3400-\u9fff][,;:!?](?!\d)", text["zh"]), f"{key}: {text['zh']}"


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_chinese_stands_in_the_code(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    said = {
        id(node.body[0].value) for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            said_here = node.value in UNITS.get(path.name, ())
            assert said_here or not CHINESE.search(node.value), (
                f"{path.name}:{node.lineno}: {node.value!r} belongs in a texts.toml"
            )


def test_no_chinese_stands_in_templates_and_assets() -> None:
    found = [*ROOT.rglob("*.html"), *(ROOT.parent / "assets").glob("*.js"), *(ROOT.parent / "assets").glob("*.css")]
    assert found
    assert [path.name for path in found if CHINESE.search(path.read_text("utf-8"))] == []


def test_every_key_the_code_asks_for_is_in_the_catalogue() -> None:
    asked = {
        key for path in [*modules(), *ROOT.rglob("*.html")] for key in KEY.findall(path.read_text("utf-8").replace("'", '"'))
    }
    assert len(asked) > 60
    assert asked - set(texts.catalogue()) == set()


def test_an_unknown_key_and_a_missing_placeholder_are_errors() -> None:
    with pytest.raises(texts.UnknownText):
        texts.t("nothing.here", "zh")
    with pytest.raises(KeyError):
        texts.t("login.often", "zh", hours=1)
    assert texts.t("login.enter", "fr") == texts.t("login.enter", "zh"), "Chinese is the default"


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", theme.THEMES)
def test_text_is_readable_in_both_themes(name: str) -> None:
    """WCAG AA: 4.5 to 1 for text on what it stands on."""
    colours = theme.tokens(name)
    pairs = [
        (ink, ground)
        for ink in ("ink", "ink2", "accent", "bad", "good", "fire", "recovering", "pending")
        for ground in ("paper", "canvas")
    ]
    pairs += [
        ("onaccent", "accent"),
        ("accent", "accentbg"),
        *((f"on-{step}", f"d-{step}") for step in ("n3", "n2", "n1", "z0", "p1", "p2", "p3")),
    ]
    poor = {}
    for ink, ground in pairs:
        dark, light = sorted((luminance(colours[ink]), luminance(colours[ground])))
        ratio = (light + 0.05) / (dark + 0.05)
        if ratio < 4.5:
            poor[ink, ground] = round(ratio, 2)
    assert poor == {}


def test_both_themes_name_the_same_colours_and_reach_css_plotly_and_grid() -> None:
    assert set(theme.tokens("light")) == set(theme.tokens("dark"))
    for name in theme.THEMES:
        assert f"--ink:{theme.tokens(name)['ink']}" in theme.css()
        assert theme.plotly_template(name)["layout"]["font"]["color"] == theme.tokens(name)["ink"]
    assert "var(--ink)" in theme.grid()["function"]

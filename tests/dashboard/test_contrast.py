"""Every text the face sets is readable: contrast AA (WCAG 2.2, 1.4.3) in light and dark."""

from __future__ import annotations

import pytest

from dashboard.theme import THEMES, tokens

LEAST = 4.5  # for text of ordinary size
ON_GROUND = ("ink", "ink2", "accent", "bad", "good", "fire", "pending", "ack", "recovering", "target")
GROUNDS = ("paper", "canvas")
PAIRS = [
    *((ink, ground) for ink in ON_GROUND for ground in GROUNDS), ("accent", "accentbg"), ("ink", "accentbg"),
    ("onaccent", "accent"), *((f"on-{bin_}", f"d-{bin_}") for bin_ in ("n3", "n2", "n1", "z0", "p1", "p2", "p3")),
    ("on-few", "hatch1"), ("on-few", "hatch2"),
]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB``, after WCAG."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_stands_out_from_its_ground(theme: str) -> None:
    colours = tokens(theme)
    weak = {f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2) for ink, ground in PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < LEAST} == {}


def test_contrast_is_measured_as_the_guideline_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21) and contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)

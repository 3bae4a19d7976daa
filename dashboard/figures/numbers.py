"""Numbers as they are written everywhere: a real minus sign, thousands apart, large counts in 万/亿 or k/M."""

from __future__ import annotations

import math

MINUS = "−"
NONE = "—"
_STEPS = {"zh": ((1e8, "亿"), (1e4, "万")), "en": ((1e6, "M"), (1e4, "k"))}
_SCALE = {"亿": 1e8, "万": 1e4, "M": 1e6, "k": 1e3}


def plain(value: float | None, decimals: int = 1) -> str:
    """``82.4``, ``1,234.5``; a dash for nothing."""
    if value is None or math.isnan(value):
        return NONE
    return _unsigned_zero(f"{value:,.{decimals}f}").replace("-", MINUS)


def signed(value: float | None, decimals: int = 1) -> str:
    """``+1.3``, ``−0.4``, ``0.0`` for what rounds to nothing."""
    if value is None or math.isnan(value):
        return NONE
    return _unsigned_zero(f"{value:+,.{decimals}f}").replace("-", MINUS)


def count(value: float | None, language: str) -> str:
    """``3,816``; from ten thousand on ``12.3万`` or ``123k``."""
    if value is None or math.isnan(value):
        return NONE
    for step, unit in _STEPS["zh" if language == "zh" else "en"]:
        if abs(value) >= step:
            short = value / _SCALE[unit]
            return plain(short, 1 if abs(short) < 100 else 0) + unit
    return plain(value, 0)


def chance(value: float | None) -> str:
    """A probability in per cent; before the end nothing is impossible or certain."""
    if value is None or math.isnan(value):
        return NONE
    return "< 1%" if value < 0.01 else "> 99%" if value > 0.99 else f"{100 * value:.0f}%"


def arrow(value: float | None) -> str:
    """``↑``, ``↓`` or ``→`` for what rounds to nothing at one decimal; empty for nothing."""
    if value is None or math.isnan(value):
        return ""
    return "→" if abs(value) < 0.05 else "↑" if value > 0 else "↓"


def _unsigned_zero(text: str) -> str:
    return text.lstrip("+-") if not text.strip("+-0.,") else text

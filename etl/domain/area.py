"""The levels of the dated area tree, the only place that names them."""

from __future__ import annotations

from enum import IntEnum

UNKNOWN_SUFFIX = "-?"
UNKNOWN_ZH, UNKNOWN_EN = "不详", "Unknown"


class Level(IntEnum):
    """A level of the tree; smaller is higher. Facts hang on grids (or a grid's unknown stand-in)."""

    COUNTRY = 0
    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    GRID = 4

    def name_in(self, language: str) -> str:
        """The level's name, ``zh`` or ``en``."""
        return _NAMES[self][0 if language == "zh" else 1]

    def plural_in(self, language: str) -> str:
        """The level's name for several areas; Chinese has one form."""
        return _NAMES[self][0 if language == "zh" else 2]

    @property
    def below(self) -> Level | None:
        """The next finer level, ``None`` at the leaf."""
        return Level(self + 1) if self < Level.GRID else None


LEAF = Level.GRID

_NAMES = {
    Level.COUNTRY: ("全国", "country", "countries"),
    Level.PROVINCE: ("省", "province", "provinces"),
    Level.CITY: ("地市", "city", "cities"),
    Level.COUNTY: ("区县", "county", "counties"),
    Level.GRID: ("网格", "grid", "grids"),
}


def parse_level(word: str) -> Level:
    """``province`` or ``1`` or ``省`` → the level; :class:`ValueError` names what is allowed."""
    lowered = word.strip().lower()
    for level, names in _NAMES.items():
        if lowered in (level.name.lower(), str(int(level)), *names):
            return level
    allowed = ", ".join(level.name.lower() for level in Level)
    raise ValueError(f"no level {word!r}; allowed: {allowed}")


def unknown_code(parent_code: str) -> str:
    """The code of an area's unknown member: still counted in its parent."""
    return parent_code + UNKNOWN_SUFFIX

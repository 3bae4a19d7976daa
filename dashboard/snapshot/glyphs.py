"""Which characters our fonts can print: read from the fonts' own tables, so that nothing is printed as an empty box."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

SEGMENTED, GROUPED = 4, 12  # formats of a cmap table: of the first 65,536 characters, and of all


@cache
def covered(folder: str) -> frozenset[str]:
    """The characters every font (``*.otf``) of a folder has a glyph for."""
    fonts = [_characters(path.read_bytes()) for path in sorted(Path(folder).glob("*.otf"))]
    return frozenset(chr(code) for code in set.intersection(*fonts))


def spoken(characters: Iterable[str]) -> str:
    """Characters that cannot be printed, by their numbers."""
    return ", ".join(f"U+{ord(character):04X}" for character in characters)


def _characters(font: bytes) -> set[int]:
    """The code points of a font's Unicode table. Raises :class:`ValueError` where it has none we can read."""
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    offsets = {struct.unpack_from(">HHI", font, start + 4 + 8 * at)[2] for at in range(count)}
    forms = {struct.unpack_from(">H", font, start + offset)[0]: start + offset for offset in offsets}
    best = next((forms[form] for form in (GROUPED, SEGMENTED) if form in forms), None)
    if best is None:
        raise ValueError("the font has no table of Unicode characters")
    return set(_mapped(font, best))


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for at in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * at)
        if name == tag:
            return int(offset)
    raise ValueError(f"the font has no table {tag!r}")


def _mapped(font: bytes, at: int) -> Iterator[int]:
    (form,) = struct.unpack_from(">H", font, at)
    if form == GROUPED:
        (groups,) = struct.unpack_from(">I", font, at + 12)
        for first, last, _ in struct.iter_unpack(">III", font[at + 16 : at + 16 + 12 * groups]):
            yield from range(first, last + 1)
    elif form == SEGMENTED:
        (double,) = struct.unpack_from(">H", font, at + 6)
        ends = struct.unpack_from(f">{double // 2}H", font, at + 14)
        starts = struct.unpack_from(f">{double // 2}H", font, at + 16 + double)
        for first, last in zip(starts, ends, strict=True):
            yield from range(first, min(last, 0xFFFE) + 1)

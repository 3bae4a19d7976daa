"""Phone and identity-card numbers never enter the store: they are masked on the way in."""

from __future__ import annotations

import polars as pl

# An identity card first (a phone number may stand inside it); blanks or hyphens may divide a phone number.
# More is masked than need be (a longer run of digits may hold eleven that look like a phone): privacy before detail.
CARD = r"[1-9]\d{16}[\dXx]"
PHONE = r"[1１][3-9３-９]\d[ -]?\d{4}[ -]?\d{4}"
CARD_MASK, PHONE_MASK = "[身份证号]", "[手机号]"


def mask(texts: pl.Series) -> pl.Series:
    """Texts with 18-digit identity-card numbers and mobile numbers (1[3-9] and nine more digits) replaced."""
    return texts.str.replace_all(CARD, CARD_MASK).str.replace_all(PHONE, PHONE_MASK)


def mask_one(text: str) -> str:
    """One text masked."""
    return str(mask(pl.Series([text], dtype=pl.String))[0])

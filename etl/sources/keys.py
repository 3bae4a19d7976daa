"""Identities: a row's id from its key, or from its file and line; a customer's keyed hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import polars as pl

from etl.sources.reader import LINE

APART = "\x1f"  # stands between the parts of a key, so that "a", "bc" is not "ab", "c"
HASH_BYTES = 16
PARTS_BITS = 16  # of the id of a row without a key: which of the row's readings it is


def key_ids(feed_id: str, frame: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """Ids (32 hexadecimal digits) of rows by their key columns: blake2b-128 of the feed and the key's texts."""
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in key]
    texts = frame.select(pl.concat_str([pl.lit(feed_id), *parts], separator=APART)).to_series()
    blake = hashlib.blake2b
    return pl.Series("id", [blake(text.encode(), digest_size=HASH_BYTES).hexdigest() for text in texts], dtype=pl.String)


def line_ids(feed_id: str, slot: str, frame: pl.DataFrame, part: int = 0) -> pl.Series:
    """Ids of rows without a key: the file's slot and the line (and ``part``, which of a row's readings it is)."""
    stem = hashlib.blake2b(f"{feed_id}{APART}{slot}".encode(), digest_size=HASH_BYTES // 2).hexdigest()
    return pl.Series("id", [f"{stem}{line << PARTS_BITS | part:016x}" for line in frame[LINE]], dtype=pl.String)


def part_ids(ids: pl.Series, part: str) -> pl.Series:
    """Ids of one of the readings a keyed row holds."""
    blake = hashlib.blake2b
    found = [blake(f"{one}{APART}{part}".encode(), digest_size=HASH_BYTES).hexdigest() for one in ids]
    return pl.Series("id", found, dtype=pl.String)


def customer_hashes(customers: pl.Series, secret: str) -> pl.Series:
    """Identifiers as keyed hashes (keyed BLAKE2b, RFC 7693, 128 bits, as ``\\x…``); a blank stays blank."""
    key = hashlib.sha256(b"customer " + secret.encode()).digest()
    unique = customers.drop_nulls().unique()
    blake = hashlib.blake2b
    hashed = ["\\x" + blake(text.encode(), key=key, digest_size=HASH_BYTES).hexdigest() for text in unique]
    return customers.replace_strict(unique, pl.Series(hashed, dtype=pl.String), default=None, return_dtype=pl.String)


class Seen:
    """The ids that came before, 16 bytes each whatever their number: sorted runs, merged as they grow."""

    def __init__(self) -> None:
        self._runs: list[tuple[np.ndarray, np.ndarray]] = []  # low half (sorted) and high half

    def fresh(self, ids: pl.Series) -> pl.Series:
        """Mask of the ids that are new: neither seen before nor earlier in ``ids``; they count as seen from now on."""
        low, high = _halves(ids)
        new = pl.DataFrame({"id": ids}).select(pl.col("id").is_first_distinct()).to_series().to_numpy().copy()
        for run_low, run_high in self._runs:
            at = np.minimum(np.searchsorted(run_low, low), len(run_low) - 1)
            alike = run_low[at] == low
            known = alike & (run_high[at] == high)
            for row in np.flatnonzero(alike & ~known):  # as good as never: equal low halves of different ids
                last = np.searchsorted(run_low, low[row], side="right")
                known[row] = high[row] in run_high[at[row] : last]
            new &= ~known
        if new.any():
            self._add(low[new], high[new])
        return pl.Series(new)

    def _add(self, low: np.ndarray, high: np.ndarray) -> None:
        while True:
            order = np.argsort(low, kind="stable")
            low, high = low[order], high[order]
            if not self._runs or len(self._runs[-1][0]) > 2 * len(low):
                break
            other_low, other_high = self._runs.pop()
            low, high = np.concatenate((other_low, low)), np.concatenate((other_high, high))
        self._runs.append((low, high))


def _halves(ids: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    plain = ids.str.replace_all("-", "", literal=True)
    whole = np.frombuffer(bytes.fromhex("".join(plain.to_list())), dtype=">u8").reshape(-1, 2)
    return whole[:, 1].astype("u8"), whole[:, 0].astype("u8")

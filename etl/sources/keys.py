"""Identities: a row's id from its key, or from its file and line; a customer's keyed hash.

An id is 128 bits, held as two columns of a frame: ``id_high`` and ``id_low``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import polars as pl

from etl.sources.lines import LINE

APART = "\x1f"  # stands between the parts of a key, so that "a", "bc" is not "ab", "c"
HASH_BYTES = 16
PARTS_BITS = 16  # of the id of a row without a key: which of the row's readings it is
HIGH, LOW = "id_high", "id_low"
ID = (HIGH, LOW)
LONGEST_RUN = 1 << 21  # ids that are still merged with others: merging takes memory for a moment


def key_ids(feed_id: str, frame: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Ids of rows by their key columns: blake2b-128 of the feed and the key's texts."""
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in key]
    texts = frame.select(pl.concat_str([pl.lit(feed_id), *parts], separator=APART)).to_series()
    return _hashed(texts.cast(pl.Binary).to_list())


def line_ids(feed_id: str, slot: str, frame: pl.DataFrame, part: int = 0) -> pl.DataFrame:
    """Ids of rows without a key: the file's slot and the line (and ``part``, which of a row's readings it is)."""
    stem = hashlib.blake2b(f"{feed_id}{APART}{slot}".encode(), digest_size=HASH_BYTES // 2).digest()
    low = (frame[LINE].to_numpy().astype("u8") << np.uint64(PARTS_BITS)) | np.uint64(part)
    return _frame(np.full(frame.height, int.from_bytes(stem, "big"), dtype="u8"), low)


def part_ids(ids: pl.DataFrame, part: str) -> pl.DataFrame:
    """Ids of one of the readings a keyed row holds."""
    return _hashed([f"{one}{APART}{part}".encode() for one in hex_ids(ids)])


def hex_ids(ids: pl.DataFrame) -> list[str]:
    """Ids as 32 hexadecimal digits."""
    digits = id_bytes(ids).tobytes().hex()
    return [digits[at : at + 32] for at in range(0, len(digits), 32)]


def id_bytes(ids: pl.DataFrame) -> np.ndarray:
    """Ids as they are sent: 16 bytes each."""
    whole = np.empty((ids.height, 2), dtype=">u8")
    whole[:, 0], whole[:, 1] = ids[HIGH].to_numpy(), ids[LOW].to_numpy()
    return whole.view("V16").reshape(-1)


def ids_of(content: bytes) -> pl.DataFrame:
    """Ids from their bytes, 16 each."""
    whole = np.frombuffer(content, dtype=">u8").reshape(-1, 2)
    return _frame(whole[:, 0].astype("u8"), whole[:, 1].astype("u8"))


def _hashed(texts: list[bytes]) -> pl.DataFrame:
    blake = hashlib.blake2b
    return ids_of(b"".join([blake(text, digest_size=HASH_BYTES).digest() for text in texts]))


def _frame(high: np.ndarray, low: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({HIGH: pl.Series(high, dtype=pl.UInt64), LOW: pl.Series(low, dtype=pl.UInt64)})


def customer_digests(customers: pl.Series, secret: str) -> list[bytes | None]:
    """Identifiers as keyed hashes (keyed BLAKE2b, RFC 7693, 128 bits); a blank stays blank."""
    key = hashlib.sha256(b"customer " + secret.encode()).digest()
    blake = hashlib.blake2b
    texts = customers.cast(pl.Binary).to_list()
    return [None if text is None else blake(text, key=key, digest_size=HASH_BYTES).digest() for text in texts]


def customer_hashes(customers: pl.Series, secret: str) -> pl.Series:
    """The same as ``\\x…``, for a COPY in text."""
    hashed = [None if digest is None else "\\x" + digest.hex() for digest in customer_digests(customers, secret)]
    return pl.Series(customers.name, hashed, dtype=pl.String)


class Seen:
    """The ids that came before, 16 bytes each whatever their number: sorted runs, merged as they grow."""

    def __init__(self) -> None:
        self._runs: list[tuple[np.ndarray, np.ndarray]] = []  # low half (sorted) and high half

    def fresh(self, ids: pl.DataFrame) -> pl.Series:
        """Mask of the ids that are new: neither seen before nor earlier in ``ids``; they count as seen from now on."""
        high, low = ids[HIGH].to_numpy(), ids[LOW].to_numpy()
        order = np.argsort(low, kind="stable")  # whoever looks up in order finds faster
        new = ids.select(pl.struct(ID).is_first_distinct()).to_series().to_numpy()[order]
        high, low = high[order], low[order]
        for run in self._runs:
            new &= ~_among(low, high, *run)
        if new.any():
            self._add(low[new], high[new])
        mask = np.empty(len(new), dtype=bool)
        mask[order] = new
        return pl.Series(mask)

    def _add(self, low: np.ndarray, high: np.ndarray) -> None:
        while self._runs and len(self._runs[-1][0]) <= min(2 * len(low), LONGEST_RUN):
            other_low, other_high = self._runs.pop()
            low, high = np.concatenate((other_low, low)), np.concatenate((other_high, high))
            order = np.argsort(low, kind="stable")
            low, high = low[order], high[order]
        self._runs.append((low, high))


def _among(low: np.ndarray, high: np.ndarray, run_low: np.ndarray, run_high: np.ndarray) -> np.ndarray:
    """Which ids are in a run."""
    at = np.minimum(np.searchsorted(run_low, low), len(run_low) - 1)
    alike = run_low[at] == low
    known = alike & (run_high[at] == high)
    for row in np.flatnonzero(alike & ~known):  # as good as never: equal low halves of different ids
        last = np.searchsorted(run_low, low[row], side="right")
        known[row] = high[row] in run_high[at[row] : last]
    return known

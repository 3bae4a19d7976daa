"""The words of the demonstration: tags and remarks of a survey, texts and replies of a complaint; all made up."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.demo.chain import ITEM, ITEMS

LOW, HIGH = 5, 9  # answers up to LOW are explained, from HIGH on sometimes praised
TICKED, WRITTEN = 0.6, 0.07  # shares of answers with a tag, with words
PHONE_PREFIXES = ("142", "154")  # of no operator
CARD_REGION = "999999"  # of no place
AMOUNTS = np.array(["5", "10", "12.5", "19", "20", "38", "49", "66", "88", "120"])


@dataclass(frozen=True)
class Topic:
    """A kind of complaint: its codes, names, limit in hours and share among complaints."""

    topic1: str
    topic2: str
    business: str
    line: str
    name_zh: str
    name_en: str
    weight: float
    hours: int
    texts: tuple[str, ...]
    about: str  # what its closing words are about

    @property
    def network(self) -> bool:
        """Whether a bad network brings more of it."""
        return self.about == "network"


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """wording.toml as it stands."""
    return tomllib.loads((Path(__file__).parent / "wording.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """The kinds of complaint."""
    return tuple(Topic(**{**entry, "texts": tuple(entry["texts"])}) for entry in words()["topic"])


def verbatims(
    raw: NDArray[np.int8], put: NDArray[np.bool_], resolved: NDArray[np.bool_], rng: np.random.Generator
) -> pl.DataFrame:
    """Columns tags (divided by ``|``) and verbatim, from the lowest answer of each response; raw and put [item, response]."""
    shown = np.where(put, raw, 99)
    worst, lowest = shown.argmin(axis=0), shown.min(axis=0)
    low, size = lowest <= LOW, raw.shape[1]
    tag = np.array([words()["tags"][item] for item in ITEMS])[worst]
    tag = np.where(low & (rng.random(size) < TICKED), tag, "")
    outcome = np.where(put[ITEM["complaint_handling"]], np.where(resolved, "已解决", "未解决"), "")
    said, written = np.array([words()["low"][item] for item in ITEMS]), rng.random(size) < WRITTEN
    bad, good = said[worst, rng.integers(0, said.shape[1], size)], rng.choice(words()["high"]["any"], size)
    remark = np.where(written & low, bad, np.where(written & (lowest >= HIGH), good, ""))
    return pl.DataFrame({"tag": tag, "outcome": outcome, "verbatim": remark}).select(
        pl.concat_str("tag", "outcome", separator="|").str.strip_chars("|").replace("", None).alias("tags"),
        pl.col("verbatim").replace("", None),
    )


def complaint_texts(topic: NDArray[np.int64], repeated: NDArray[np.bool_], rng: np.random.Generator) -> pl.Series:
    """A text a complaint; ``topic`` numbers :func:`topics`."""
    size, book = len(topic), words()
    most = max(len(kind.texts) for kind in topics())
    bodies = np.array([[kind.texts[i % len(kind.texts)] for i in range(most)] for kind in topics()])
    before = np.where(repeated, rng.choice(book["again"], size), "")
    body = bodies[topic, rng.integers(0, most, size)]
    parts = (rng.choice(book["openings"], size), before, body, rng.choice(book["endings"], size))
    return filled(pl.DataFrame({str(i): part for i, part in enumerate(parts)}).select(pl.concat_str(pl.all()))["0"], rng)


def replies(topic: NDArray[np.int64], resolved: NDArray[np.bool_], rng: np.random.Generator) -> pl.Series:
    """A clerk's closing words a complaint, fitting its kind and its end."""
    endings = [[_closings(kind.about, good) for good in (False, True)] for kind in topics()]
    most = max(len(texts) for pair in endings for texts in pair)
    table = np.array([[[texts[i % len(texts)] for i in range(most)] for texts in pair] for pair in endings])
    return filled(pl.Series(table[topic, resolved.astype(int), rng.integers(0, most, len(topic))]), rng)


def _closings(about: str, good: bool) -> list[str]:
    book = words()["resolved" if good else "unresolved"]
    return [*book[about], *book["any"]]


def filled(texts: pl.Series, rng: np.random.Generator) -> pl.Series:
    """The texts with their slots filled."""
    size, book = len(texts), words()
    slots = {slot: rng.choice(book[slot + "s"], size) for slot in ("place", "plan", "when", "date")}
    slots |= {"amount": rng.choice(AMOUNTS, size), "days": rng.integers(2, 8, size).astype(str),
              "ago": rng.integers(8, 21, size).astype(str)}  # fmt: skip
    frame = pl.DataFrame({"text": texts, **slots, "phone": _phones(size, rng), "card": _cards(size, rng)})
    text = pl.col("text")
    for slot in (*slots, "phone", "card"):
        text = text.str.replace("{" + slot + "}", pl.col(slot), literal=True)
    return frame.select(text)["text"]


def _phones(size: int, rng: np.random.Generator) -> pl.Series:
    number = pl.Series(rng.integers(0, 10**8, size)).cast(pl.String).str.zfill(8)
    return pl.Series(rng.choice(PHONE_PREFIXES, size)) + number


def _cards(size: int, rng: np.random.Generator) -> pl.Series:
    born = pl.Series(np.datetime64("1950-01-01") + rng.integers(0, 20_000, size)).dt.strftime("%Y%m%d")
    return CARD_REGION + born + pl.Series(rng.integers(0, 10**4, size)).cast(pl.String).str.zfill(4)

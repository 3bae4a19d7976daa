"""What is known of a customer, as a table a model can read: encoded by what the training rows held, and never by later ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RARE = 20  # a category of fewer training rows is "other"
MOST_CATEGORIES = 60
KINDS = ("number", "tick", "category")
OTHER = "\N{HORIZONTAL ELLIPSIS}"  # the category of all rare ones
SCORE_VALUES = 8  # so many different whole numbers from 0 to 10 look like a score
SCORE_LIKENESS = 0.4  # and so strong a rank correlation with the target is one of the same answer


class Leak(ValueError):
    """A feature tells what is to be predicted; ``names`` are the columns."""

    def __init__(self, names: Sequence[str], why: str) -> None:
        self.names = tuple(names)
        super().__init__(f"{', '.join(names)}: {why}")


@dataclass(frozen=True)
class Feature:
    """One thing known of a customer. ``said``: the customer said so when asked, so it is unknown of those never asked."""

    name: str
    kind: str = "number"
    said: bool = False
    zh: str = ""
    en: str = ""


def refuse_leaks(features: Sequence[Feature], frame: pd.DataFrame, score: Floats, same_answer: Sequence[str] = ()) -> None:
    """:class:`Leak` for a feature that is a score or a text of the same answer, as declared or as the numbers show.

    ``same_answer``: the names that are known only because the customer answered. A column of 1-10 marks that goes with the target
    is taken for one as well, whatever it is called.
    """
    known = [feature.name for feature in features if feature.name in set(same_answer)]
    if known:
        raise Leak(known, "known only after the customer has answered; a score or a text of the same answer is no input")
    alike = [feature.name for feature in features if feature.kind == "number" and _is_mark(frame[feature.name], score)]
    if alike:
        raise Leak(alike, "marks that go with the target like another score of the same answer; leave them out")


def _is_mark(values: pd.Series, score: Floats) -> bool:
    seen = values.to_numpy(float)
    there = ~np.isnan(seen)
    found = np.unique(seen[there])
    if len(found) < SCORE_VALUES or len(found) > 11 or found.min() < 0 or found.max() > 10 or (found != np.floor(found)).any():
        return False
    likeness = pd.Series(seen[there]).corr(pd.Series(np.asarray(score, float)[there]), method="spearman")
    return bool(abs(likeness) >= SCORE_LIKENESS)


@dataclass(frozen=True)
class Encoding:
    """The order of the columns (categories first) and the categories each may have."""

    names: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def categorical(self) -> int:
        """How many of the first columns are categories."""
        return len(self.categories)

    @property
    def widest(self) -> int:
        return max((len(words) for words in self.categories.values()), default=0)

    def table(self, frame: pd.DataFrame) -> Floats:
        """[row, column]: codes and numbers; what is missing or was never seen is NaN. :class:`KeyError`: a column is absent."""
        return np.column_stack([self._column(name, frame[name]) for name in self.names])

    def _column(self, name: str, values: pd.Series) -> Floats:
        return self._codes(name, values) if name in self.categories else values.to_numpy(float)

    def _codes(self, name: str, values: pd.Series) -> Floats:
        words = {word: float(code) for code, word in enumerate(self.categories[name])}
        rest = words.get(OTHER, np.nan)
        return values.map(lambda value: np.nan if pd.isna(value) else words.get(str(value), rest)).to_numpy(float)

    def flat(self, table: Floats) -> Floats:
        """One-hot categories, numbers with the missing at their column's middle beside a mark: for a linear model."""
        words = [len(self.categories[name]) for name in self.names[: self.categorical]]
        codes = [table[:, [at]] == np.arange(count) for at, count in enumerate(words)]
        return np.column_stack([*codes, np.nan_to_num(table[:, self.categorical :]), np.isnan(table)]).astype(float)

    def written(self) -> dict[str, Any]:
        return {"names": list(self.names), "categories": {name: list(words) for name, words in self.categories.items()}}

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Encoding:
        return cls(tuple(content["names"]), {name: tuple(words) for name, words in content["categories"].items()})


def encode(features: Sequence[Feature], frame: pd.DataFrame) -> Encoding:
    """The encoding the rows of ``frame`` give. A category of no training row is unknown later, a rare one is "other"."""
    categories = {feature.name: _words(frame[feature.name]) for feature in features if feature.kind == "category"}
    rest = [feature.name for feature in features if feature.kind != "category"]
    return Encoding((*categories, *rest), categories)


def _words(values: pd.Series) -> tuple[str, ...]:
    counts = values.dropna().astype(str).value_counts().sort_index().sort_values(ascending=False, kind="stable")
    kept = list(counts.index[counts >= RARE][:MOST_CATEGORIES])
    return (*kept, OTHER) if len(kept) < len(counts) else tuple(kept)


Reference = Mapping[str, Any]  # how a feature was spread when the model was trained: edges or words, and the share of each part


def reference(values: pd.Series, kind: str, bins: int = 10) -> dict[str, Any]:
    """How a feature is spread: shares by tenths of the training rows, or by category; the missing last."""
    if kind == "category":
        words = sorted(values.dropna().astype(str).value_counts().index[:MOST_CATEGORIES])
        spread: dict[str, Any] = {"words": words}
    else:
        known = values.dropna()
        spread = {"edges": np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1])).tolist() if len(known) else []}
    return {**spread, "shares": _shares(spread, values).tolist()}


def drift(before: Reference, now: pd.Series) -> float:
    """Population stability index of a feature: how differently those scored and those trained on are spread.

    Below .1 alike, above .25 another population. Source: Siddiqi, Credit Risk Scorecards (2006), 10.
    """
    was, is_now = np.asarray(before["shares"]) + 1e-4, _shares(before, now) + 1e-4
    return float(((is_now - was) * np.log(is_now / was)).sum())


def _shares(spread: Reference, values: pd.Series) -> Floats:
    if "words" in spread:
        texts = values.dropna().astype(str)
        parts = np.array([(texts == word).sum() for word in spread["words"]], float)
        parts = np.append(parts, len(texts) - parts.sum())
    else:
        edges = spread["edges"]
        parts = np.bincount(np.searchsorted(edges, values.dropna(), side="left"), minlength=len(edges) + 1).astype(float)
    return np.asarray(np.append(parts, values.isna().sum()) / max(len(values), 1))

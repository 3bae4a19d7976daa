"""The measurement and path model of a satisfaction index: which items measure which construct, and what leads to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etl.domain.pls import SCHEMES, Flags

DEFAULT_SCALE = (1.0, 10.0)
KNOWN = {"name_zh", "name_en", "scheme", "scale", "weight", "blanks", "reversed", "construct", "paths", "texts", "definition"}
OF_CONSTRUCT = {"code", "name_zh", "name_en", "items", "least"}


class WrongModel(ValueError):
    """A model that cannot be estimated; the text names the entry and what to do."""


@dataclass(frozen=True)
class Construct:
    """What is not seen itself, and the items that show it. Who answers fewer than ``least`` of them is left out."""

    code: str
    name_zh: str
    name_en: str
    items: tuple[str, ...]
    least: int = 0

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en


@dataclass(frozen=True)
class Model:
    """Constructs and the paths between them, as (from, to) codes; items are answered from ``low`` to ``high``."""

    constructs: tuple[Construct, ...]
    paths: tuple[tuple[str, str], ...]
    scheme: str = SCHEMES[0]
    low: float = DEFAULT_SCALE[0]
    high: float = DEFAULT_SCALE[1]
    reversed_items: tuple[str, ...] = ()
    weight: str | None = None
    blanks: tuple[str, ...] = ()

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(construct.code for construct in self.constructs)

    @cached_property
    def items(self) -> tuple[str, ...]:
        """All items, construct by construct: the order of every array of items."""
        return tuple(item for construct in self.constructs for item in construct.items)

    @cached_property
    def blocks(self) -> Flags:
        """[items, constructs]"""
        out = np.zeros((len(self.items), len(self.constructs)), bool)
        for at, construct in enumerate(self.constructs):
            out[[self.items.index(item) for item in construct.items], at] = True
        return out

    @cached_property
    def arrows(self) -> Flags:
        """[from, to]"""
        out = np.zeros((len(self.constructs),) * 2, bool)
        for cause, effect in self.paths:
            out[self.codes.index(cause), self.codes.index(effect)] = True
        return out

    @cached_property
    def least(self) -> NDArray[np.int64]:
        return np.array([construct.least for construct in self.constructs])


def read_model(told: Mapping[str, Any]) -> Model:
    """A model from its file's tables (``etl/tcsi.toml`` shows one). Raises :class:`WrongModel`."""
    _only_known(told, KNOWN, "the model")
    constructs = tuple(_construct(one) for one in _tables(told, "construct"))
    low, high = _scale(told.get("scale", list(DEFAULT_SCALE)))
    paths = told.get("paths", {})
    if not isinstance(paths, Mapping):
        raise WrongModel("[paths] must be a table: from = [\"to\", …]")
    model = Model(
        constructs, tuple((cause, effect) for cause, effects in paths.items() for effect in _words(effects, f"paths.{cause}")),
        str(told.get("scheme", SCHEMES[0])), low, high, _words(told.get("reversed", []), "reversed"),
        None if told.get("weight") is None else str(told["weight"]),
        tuple(str(blank) for blank in told.get("blanks", [])),
    )  # fmt: skip
    _check(model)
    return model


def _tables(told: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = told.get(key, [])
    if not isinstance(found, Sequence) or not found or not all(isinstance(one, Mapping) for one in found):
        raise WrongModel(f"no [[{key}]] in the model; each needs a code and its items")
    return list(found)


def _construct(one: Mapping[str, Any]) -> Construct:
    code = str(one.get("code", "")).strip()
    if not code:
        raise WrongModel("a [[construct]] has no code")
    _only_known(one, OF_CONSTRUCT, f"construct {code}")
    items = _words(one.get("items", []), f"construct {code}: items")
    if not items:
        raise WrongModel(f"construct {code} has no items: name the columns that measure it")
    least = one.get("least", 0)
    if not isinstance(least, int) or not 0 <= least <= len(items):
        raise WrongModel(f"construct {code}: least = {least!r} must be a number of its {len(items)} items")
    return Construct(code, str(one.get("name_zh", code)), str(one.get("name_en", code)), items, least)


def _words(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise WrongModel(f"{where} must be a list of names")
    return tuple(value)


def _scale(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(end, int | float) for end in value):
        raise WrongModel("scale must be the lowest and the highest answer, as [1, 10]")
    if not value[0] < value[1]:
        raise WrongModel(f"scale {value}: the lowest answer must come first")
    return float(value[0]), float(value[1])


def _only_known(table: Mapping[str, Any], known: set[str], where: str) -> None:
    strange = sorted(set(table) - known)
    if strange:
        raise WrongModel(f"{where}: unknown {', '.join(strange)}; known: {', '.join(sorted(known))}")


def _check(model: Model) -> None:
    for names, what in ((model.codes, "construct"), (model.items, "item"), (model.paths, "path")):
        twice = sorted({str(name) for name in names if names.count(name) > 1})  # type: ignore[arg-type]
        if twice:
            raise WrongModel(f"{what} named twice: {', '.join(twice)}")
    if model.scheme not in SCHEMES:
        raise WrongModel(f"no weighting scheme {model.scheme!r}; allowed: {', '.join(SCHEMES)}")
    for end in (end for path in model.paths for end in path):
        if end not in model.codes:
            raise WrongModel(f"[paths]: no construct {end!r}; there are {', '.join(model.codes)}")
    strange = sorted(set(model.reversed_items) - set(model.items))
    if strange:
        raise WrongModel(f"reversed: no item {', '.join(strange)}")
    lonely = [code for code in model.codes if not any(code in path for path in model.paths)]
    if lonely:
        raise WrongModel(f"[paths]: {', '.join(lonely)} leads nowhere and nothing leads there; PLS needs every construct joined")
    _in_order(model)


def _in_order(model: Model) -> None:
    """Refuse circles: a construct must not lead back to itself."""
    left, open_ = set(model.codes), list(model.paths)
    while free := {code for code in left if not any(effect == code for _, effect in open_)}:
        left -= free
        open_ = [path for path in open_ if path[0] not in free]
    if left:
        raise WrongModel(f"[paths] run in a circle through {', '.join(sorted(left))}")

"""A file of item answers (CSV, one row a respondent) as numbers, for estimates on a file alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from etl.domain.tcsi_model import Model
from etl.sources.plain_csv import WrongFile, opened, refuse

Floats = NDArray[np.float64]


class WrongAnswers(WrongFile):
    """A file that cannot be taken; the text names file, line, column and what to do."""


@dataclass(frozen=True)
class Answers:
    """Raw answers [n items] in the order of the model's items, NaN where blank, and the response weights, if any."""

    answers: Floats
    weights: Floats | None


def read_answers(path: Path, model: Model) -> Answers:
    """Read the model's columns of a CSV file; other columns are left alone. Raises :class:`WrongAnswers`."""
    names, lines = opened(path, WrongAnswers)
    wanted = [*model.items, *([model.weight] if model.weight else [])]
    places = _places(path, names, wanted)
    taken, faults = [], []
    for line, row in lines:
        if len(row) != len(names):
            faults.append(f"line {line}: {len(row)} fields where the header has {len(names)}")
            continue
        numbers = [_number(row[at], model, name == model.weight) for at, name in zip(places, wanted, strict=True)]
        faults += [f"line {line}, column {name}: {_say(row[at], model, name == model.weight)}"
                   for at, name, number in zip(places, wanted, numbers, strict=True) if number is None]  # fmt: skip
        taken.append([math.nan if number is None else number for number in numbers])
    refuse(path, faults, WrongAnswers)
    if not taken:
        raise WrongAnswers(f"{path}: no line below the header; there is nothing to estimate on")
    table = np.array(taken, float)
    return Answers(table[:, : len(model.items)], table[:, -1] if model.weight else None)


def _places(path: Path, names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    missing = [name for name in wanted if name not in names]
    if missing:
        there = ", ".join(names[:40]) + (" …" if len(names) > 40 else "")
        raise WrongAnswers(f"{path}, line 1: no column {', '.join(missing)}, which the model names; the file has {there}\n"
                           "name your own columns in a model (`manyi tcsi template` prints one to change)")  # fmt: skip
    twice = sorted({name for name in wanted if names.count(name) > 1})
    if twice:
        raise WrongAnswers(f"{path}, line 1: column {', '.join(twice)} stands there twice; name each once")
    return [names.index(name) for name in wanted]


def _number(cell: str, model: Model, weight: bool) -> float | None:
    """The number of a cell, NaN for a blank one, ``None`` for a wrong one."""
    said = cell.strip()
    if not weight and (not said or said in model.blanks):
        return math.nan
    try:
        value = float(said)
    except ValueError:
        return None
    inside = 0 <= value < math.inf if weight else model.low <= value <= model.high
    return value if inside else None


def _say(cell: str, model: Model, weight: bool) -> str:
    if weight:
        return f"{cell.strip()!r} is no weight; write a number of 0 or more"
    return f"{cell.strip()!r} is no answer from {model.low:g} to {model.high:g}; leave blank what was not answered"

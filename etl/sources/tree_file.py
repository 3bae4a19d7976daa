"""A tree with weights, baselines and bounds in a CSV file, for a cascade on a file alone.

One row a node: ``code``, ``parent`` (blank for the root), ``weight`` and ``baseline`` at the leaves; and where wanted
``ceiling``, ``floor`` and ``cap`` (least and greatest lift), ``lock`` (a target level), ``kappa`` and ``lower_is_better`` (yes
or no, the same for the whole tree). Any of them may be blank; other columns are left alone and named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from etl.domain.cascade import Terms
from etl.domain.cascade_tree import ROOT, Tree
from etl.sources.plain_csv import WrongFile, opened, refuse

REQUIRED = ("code", "parent", "weight", "baseline")
NUMBERS = ("weight", "baseline", "ceiling", "floor", "cap", "lock", "kappa")
FLAG = "lower_is_better"
COLUMNS = (*REQUIRED, "ceiling", "floor", "cap", "lock", "kappa", FLAG)
WORDS = {
    "": None,
    **dict.fromkeys(("1", "true", "yes", "y", "是"), True),
    **dict.fromkeys(("0", "false", "no", "n", "否"), False),
}
BEST = {False: 100.0, True: 0.0}  # the ceiling where none is given: of a score, and of what is best at nothing
PLAIN_KAPPA = 1.0  # equal effort everywhere where none is given

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GivenTree:
    """A file as a tree; arrays of one entry a node, in the order of the file."""

    codes: list[str]
    tree: Tree
    weight: Floats
    terms: Terms
    ignored: list[str]  # columns we do not know


@dataclass(frozen=True)
class _Row:
    line: int
    code: str
    parent: str
    numbers: dict[str, float]
    lower: bool | None


def read_tree(path: Path, value: float = math.inf) -> GivenTree:
    """Read a tree; ``value`` is what a point is worth (the rational level). Raises :class:`WrongFile`."""
    header, lines = opened(path)
    names = [_known(name) for name in header]
    _check_header(path, names)
    rows, faults = [], []
    for line, cells in lines:
        if len(cells) != len(names):
            faults.append(f"line {line}: {len(cells)} fields where the header has {len(names)}")
            continue
        row, wrong = _row(line, dict(zip(names, (cell.strip() for cell in cells), strict=True)))
        faults += wrong
        rows.append(row)
    refuse(path, faults)
    if not rows:
        raise WrongFile(f"{path}: no line below the header; there is no tree")
    refuse(path, _places(rows))
    refuse(path, _leaves(rows))
    return _given(rows, value, [name for name in header if _known(name) not in COLUMNS])


def _known(name: str) -> str:
    return name.lower().replace(" ", "_").replace("-", "_")


def _check_header(path: Path, names: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise WrongFile(f"{path}, line 1: no column {', '.join(missing)}; the columns are {', '.join(COLUMNS)}")
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if twice:
        raise WrongFile(f"{path}, line 1: column {', '.join(twice)} stands there twice; name each once")


def _row(line: int, cells: Mapping[str, str]) -> tuple[_Row, list[str]]:
    numbers, faults = {}, []
    for name in NUMBERS:
        numbers[name], fault = _number(name, cells.get(name, ""))
        faults += [f"line {line}, column {name}: {fault}"] if fault else []
    if not cells["code"]:
        faults.append(f"line {line}, column code: it is blank; every node needs a code of its own")
    if numbers["floor"] > numbers["cap"]:
        faults.append(f"line {line}, column cap: it is below the floor; a cap is the greatest lift, a floor the least")
    said = cells.get(FLAG, "").lower()
    if said not in WORDS:
        faults.append(f"line {line}, column {FLAG}: {said!r} is neither yes nor no")
    return _Row(line, cells["code"], cells["parent"], numbers, WORDS.get(said)), faults


def _number(name: str, said: str) -> tuple[float, str]:
    """The number of a cell (NaN for a blank one) and what is wrong with it."""
    if not said:
        return math.nan, ""
    try:
        number = float(said)
    except ValueError:
        return math.nan, f"{said!r} is no number"
    if not math.isfinite(number):
        return math.nan, f"{said!r} is no number"
    if name == "weight" and number < 0:
        return math.nan, f"{said} is below 0; a weight is 0 or more"
    if name == "kappa" and number <= 0:
        return math.nan, f"{said} is not above 0; kappa is the scale of an effort"
    return number, ""


def _places(rows: list[_Row]) -> list[str]:
    """What is wrong with codes, parents and the one direction."""
    first: dict[str, int] = {}
    faults = [f"line {row.line}, column code: {row.code} stands in line {first[row.code]} already"
              for row in rows if first.setdefault(row.code, row.line) != row.line]  # fmt: skip
    faults += [
        f"line {row.line}, column parent: there is no node {row.parent}" for row in rows if row.parent and row.parent not in first
    ]
    roots = [row for row in rows if not row.parent]
    if not roots:
        faults.append("column parent: no row is the root; leave its parent blank")
    faults += [f"line {row.line}, column parent: it is blank, but {roots[0].code} is the root already" for row in roots[1:]]
    said = [row for row in rows if row.lower is not None]
    faults += [f"line {row.line}, column {FLAG}: it differs from line {said[0].line}; one tree carries one indicator"
               for row in said if row.lower != said[0].lower]  # fmt: skip
    if not faults:
        faults = _circles(rows)
    return faults


def _circles(rows: list[_Row]) -> list[str]:
    above = {row.code: row.parent for row in rows}
    lines = {row.code: row.line for row in rows}
    for code in above:
        seen, at = set(), code
        while at and at not in seen:
            seen.add(at)
            at = above[at]
        if at:
            return [f"line {lines[at]}, column parent: {at} is its own ancestor"]
    return []


def _leaves(rows: list[_Row]) -> list[str]:
    inner = {row.parent for row in rows}
    leaves = [row for row in rows if row.code not in inner]
    faults = [f"line {row.line}, column {name}: it is blank; a node without children needs its own"
              for row in leaves for name in ("weight", "baseline") if math.isnan(row.numbers[name])]  # fmt: skip
    if not faults and not sum(row.numbers["weight"] for row in leaves) > 0:
        faults = [f"line {leaves[0].line}, column weight: the weights of the nodes without children add up to nothing"]
    return faults


def _given(rows: list[_Row], value: float, ignored: list[str]) -> GivenTree:
    codes = [row.code for row in rows]
    index = {code: at for at, code in enumerate(codes)}
    tree = Tree.of(index[row.parent] if row.parent else ROOT for row in rows)
    columns = {name: np.array([row.numbers[name] for row in rows]) for name in NUMBERS}
    lower = any(row.lower for row in rows)
    columns["ceiling"] = _inherited(tree, columns["ceiling"], BEST[lower])
    columns["kappa"] = _inherited(tree, columns["kappa"], PLAIN_KAPPA)
    weight = np.nan_to_num(columns.pop("weight"))
    return GivenTree(codes, tree, weight, Terms(**columns, value=value, lower_is_better=lower), ignored)


def _inherited(tree: Tree, values: Floats, otherwise: float) -> Floats:
    """Blank ones take their parent's, the root's the default."""
    out = values.copy()
    out[tree.root] = otherwise if math.isnan(out[tree.root]) else out[tree.root]
    for level in tree.inner_levels:
        children = tree.children_of(level)
        out[children] = np.where(np.isnan(out[children]), out[tree.parent[children]], out[children])
    return out

"""A plan carried over to a re-organised tree: what was asked of a grid is asked of what became of it.

A part takes its share of the weight and the same levels; what was merged takes the weights together and the mean of the levels.
So the sums, and with them everything above both places, stay as they were.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Leaf:
    """A leaf's part of a plan; ``cap`` is its greatest lift, NaN for none."""

    weight: float
    baseline: float
    target: float
    cap: float


def successors(area: int, changes: Mapping[int, Collection[int]], alive: Collection[int]) -> list[int]:
    """What a leaf became, through any number of changes; itself while it lives."""
    seen, found, due = set(), set(), [area]
    while due:
        at = due.pop()
        if at in seen:
            continue
        seen.add(at)
        if at in alive:
            found.add(at)
        else:
            due += list(changes.get(at, ()))
    return sorted(found)


def carried_over(
    leaves: Mapping[int, Leaf], changes: Mapping[int, Collection[int]], alive: Collection[int]
) -> tuple[dict[int, Leaf], list[int]]:
    """The leaves of the new tree, and those that ended without a successor (their targets end with them)."""
    parts: dict[int, list[tuple[float, Leaf]]] = {}
    lost = []
    for area, leaf in leaves.items():
        found = successors(area, changes, alive)
        if not found:
            lost.append(area)
        for one in found:
            parts.setdefault(one, []).append((1 / len(found), leaf))
    return {area: _joined(each) for area, each in parts.items()}, lost


def _joined(parts: Sequence[tuple[float, Leaf]]) -> Leaf:
    if len(parts) == 1:
        share, leaf = parts[0]
        return Leaf(share * leaf.weight, leaf.baseline, leaf.target, leaf.cap)
    weight = sum(share * leaf.weight for share, leaf in parts)
    shares = [share * leaf.weight / weight if weight > 0 else 1 / len(parts) for share, leaf in parts]
    levels = [
        sum(share * getattr(leaf, name) for share, (_, leaf) in zip(shares, parts, strict=True))
        for name in ("baseline", "target", "cap")
    ]
    return Leaf(weight, *levels)

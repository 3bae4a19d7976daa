"""Where the figures of former areas count in today's tree.

An area that still lives counts where it stands today. One that was merged counts in what it became; one that was split counts in
all its successors together: in the lowest area above them all, there in the *unknown* member, for nobody can say which part was
whose. An area that ended without successors counts in the unknown member of the area above it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple


class Node(NamedTuple):
    """An area: its parent in today's tree, or the last one it had; ``alive``: it stands in today's tree."""

    level: int
    parent: int | None
    alive: bool
    unknown: bool = False


class Stretch(NamedTuple):
    """Days (the end excluded) in which a leaf stood under the same ancestors; ``path`` is the leaf first, the root last."""

    area: int
    valid_from: date
    valid_to: date
    path: tuple[int, ...]


class Shift(NamedTuple):
    """In those days the figures of ``area`` counted in ``node`` and no longer do (``sign`` -1), or do only today (+1)."""

    area: int
    valid_from: date
    valid_to: date
    node: int
    parent: int | None
    sign: int


@dataclass(frozen=True)
class Today:
    """Today's tree, and what former areas became (``changes``: pairs of an area and a successor)."""

    nodes: Mapping[int, Node]
    leaf_level: int
    changes: Iterable[tuple[int, int]] = ()

    @cached_property
    def _successors(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for former, successor in self.changes:
            if former != successor:
                found[former].add(successor)
        return found

    @cached_property
    def _unknown(self) -> dict[int, int]:
        return {node.parent: area for area, node in self.nodes.items() if node.alive and node.unknown and node.parent is not None}

    def place(self, area: int) -> tuple[int, ...]:
        """The chain in which the figures of a leaf count today, the leaf first; empty when nothing of its tree is left."""
        home = self._home(area, frozenset())
        if home is None:
            return ()
        while self.nodes[home].level < self.leaf_level and home in self._unknown:
            home = self._unknown[home]
        return self._up(home)

    def _home(self, area: int, asked: frozenset[int]) -> int | None:
        """The living area that holds all of ``area``; who comes back to an area already asked goes up instead."""
        node = self.nodes[area]
        if node.alive:
            return area
        asked |= {area}
        homes = {self._home(one, asked) for one in self._successors.get(area, ()) if one not in asked}
        living = {home for home in homes if home is not None}
        if living:
            return self._common(living)
        return None if node.parent is None or node.parent in asked else self._home(node.parent, asked)

    def _common(self, areas: set[int]) -> int | None:
        """The lowest area that holds all of ``areas``, one of them included."""
        first, *others = (self._up(area) for area in areas)
        return next((area for area in first if all(area in other for other in others)), None)

    def _up(self, area: int) -> tuple[int, ...]:
        parent = self.nodes[area].parent
        return (area, *(self._up(parent) if parent is not None else ()))


def shifts(today: Today, stretches: Iterable[Stretch]) -> list[Shift]:
    """What changes where, for the stretches in which a leaf stood elsewhere than its figures count today."""
    found = []
    for one in stretches:
        place = today.place(one.area)
        if place and place != one.path:
            found += [Shift(*one[:3], *link, sign) for sign, there, here in ((-1, one.path, place), (1, place, one.path))
                      for link in _links(there) if link[0] not in here]  # fmt: skip
    return found


def _links(path: tuple[int, ...]) -> list[tuple[int, int | None]]:
    return list(zip(path, (*path[1:], None), strict=True))

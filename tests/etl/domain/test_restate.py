"""Where the figures of former areas count in today's tree, seen in drawn trees."""

from __future__ import annotations

from datetime import date

import pytest

from etl.domain.restate import Node, Shift, Stretch, Today, shifts

# area  level  parent  (? the unknown member, + no longer alive)
TREE = """
P    1  -
P?   2  P
P??  3  P?
P??? 4  P??
C    2  P
C?   3  C
C??  4  C?
E    2  P
E?   3  E
E??  4  E?
A    3  C
A?   4  A
B    3  C
B?   4  B
D    3  E
D?   4  D
O+   3  C
O?+  4  O+
a1   4  A
a2   4  A
b1   4  B
d1   4  D
g+   4  A
h+   4  B
o1+  4  O+
"""
NAMES = [line.split()[0] for line in TREE.strip().splitlines()]
ID = {name.removesuffix("+"): number for number, name in enumerate(NAMES)}
NAME = {number: name for name, number in ID.items()}


def today(*changes: str) -> Today:
    nodes = {}
    for line in TREE.strip().splitlines():
        name, level, parent = line.split()
        alive = not name.endswith("+")
        above = None if parent == "-" else ID[parent.removesuffix("+")]
        nodes[ID[name.removesuffix("+")]] = Node(int(level), above, alive, name.removesuffix("+").endswith("?"))
    pairs = [(ID[former], ID[new]) for former, _, new in (change.partition(">") for change in changes)]
    return Today(nodes, 4, pairs)


def place(tree: Today, leaf: str) -> str:
    return " ".join(NAME[area] for area in tree.place(ID[leaf]))


@pytest.mark.parametrize(
    ("leaf", "changes", "expected"),
    [
        ("a1", "", "a1 A C P"),
        ("g", "g>a1", "a1 A C P"),  # merged
        ("g", "g>b1", "b1 B C P"),  # merged across the county's border
        ("g", "g>a1 g>a2", "A? A C P"),  # split within the county
        ("g", "g>a1 g>b1", "C?? C? C P"),  # split between counties
        ("g", "g>a1 g>d1", "P??? P?? P? P"),  # split between cities
        ("g", "g>h h>b1", "b1 B C P"),  # merged, and merged again
        ("g", "g>a1 g>h h>a2", "A? A C P"),  # split, and a part merged
        ("g", "", "A? A C P"),  # ended without a word
        ("o1", "", "C?? C? C P"),  # ended with its county
        ("o1", "O>B", "B? B C P"),  # its county was merged
        ("o1", "o1>a1 O>B", "a1 A C P"),  # its own successor comes first
        ("O?", "O>A O>B", "C?? C? C P"),  # the unknown member of a county that was split
        ("g", "g>h h>g", "B? B C P"),  # round in a circle: no further than once
        ("a1", "a1>b1", "a1 A C P"),  # cut a part off, and lives on
    ],
)
def test_where_a_leaf_counts_today(leaf: str, changes: str, expected: str) -> None:
    assert place(today(*changes.split()), leaf) == expected


def test_only_areas_that_won_or_lost_are_shifted() -> None:
    tree = today("g>a1")
    days = (date(2026, 1, 1), date(2026, 5, 13))

    def path(words: str) -> tuple[int, ...]:
        return tuple(ID[word] for word in words.split())

    moved = Stretch(ID["a1"], *days, path("a1 B C P"))
    merged = Stretch(ID["g"], *days, path("g A C P"))
    stayed = Stretch(ID["a2"], *days, path("a2 A C P"))
    city = Stretch(ID["d1"], *days, path("d1 D C P"))
    assert shifts(tree, [moved, merged, stayed, city]) == [
        Shift(ID["a1"], *days, ID["B"], ID["C"], -1), Shift(ID["a1"], *days, ID["A"], ID["C"], 1),
        Shift(ID["g"], *days, ID["g"], ID["A"], -1), Shift(ID["g"], *days, ID["a1"], ID["A"], 1),
        Shift(ID["d1"], *days, ID["C"], ID["P"], -1), Shift(ID["d1"], *days, ID["E"], ID["P"], 1),
    ]  # fmt: skip

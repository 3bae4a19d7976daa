"""The schematic map: one cell an area, none twice, the lie of the land kept."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.figures.tiles import centre, corners, hex_cells

CITIES = {
    "广州": (113.26, 23.13), "深圳": (114.06, 22.54), "珠海": (113.58, 22.27), "汕头": (116.68, 23.35),
    "佛山": (113.12, 23.02), "韶关": (113.60, 24.81), "湛江": (110.36, 21.27), "肇庆": (112.47, 23.05),
    "江门": (113.08, 22.58), "茂名": (110.93, 21.66), "惠州": (114.42, 23.11), "梅州": (116.12, 24.29),
    "汕尾": (115.38, 22.79), "河源": (114.70, 23.74), "阳江": (111.98, 21.86), "清远": (113.06, 23.68),
    "东莞": (113.75, 23.02), "中山": (113.39, 22.52), "潮州": (116.62, 23.66), "揭阳": (116.37, 23.55),
    "云浮": (112.04, 22.92),
}  # fmt: skip

points = st.one_of(st.none(), st.tuples(st.floats(73, 135), st.floats(18, 53)))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text("abcdef0123456789", min_size=1, max_size=6), points, max_size=40))
def test_every_area_has_a_cell_of_its_own(areas: dict[str, tuple[float, float] | None]) -> None:
    cells = hex_cells(areas)
    assert set(cells) == set(areas)
    assert len(set(cells.values())) == len(cells)


def test_the_order_given_changes_nothing() -> None:
    assert (
        hex_cells({name: CITIES[name] for name in sorted(CITIES)})
        == hex_cells(dict(reversed(CITIES.items())))
        == hex_cells(CITIES)
    )


def test_the_lie_of_the_land_is_kept() -> None:
    at = {name: centre(cell) for name, cell in hex_cells(CITIES).items()}
    assert at["湛江"][0] < at["广州"][0] < at["汕头"][0]
    assert at["韶关"][1] > at["广州"][1] > at["珠海"][1]
    neighbours = [math.dist(at[a], at[b]) for a, b in (("广州", "佛山"), ("潮州", "汕头"), ("湛江", "茂名"))]
    assert max(neighbours) < 2 * math.sqrt(3) + 0.01


def test_the_map_is_compact() -> None:
    at = [centre(cell) for cell in hex_cells(CITIES).values()]
    alone = [a for a in at if min(math.dist(a, b) for b in at if a != b) > math.sqrt(3) + 0.01]
    assert len(alone) <= 1


def test_areas_on_one_spot_spread_out() -> None:
    cells = hex_cells({str(i): (113.0, 23.0) for i in range(30)})
    assert len(set(cells.values())) == 30


def test_a_cell_is_closed_and_smaller_than_its_place() -> None:
    outline = corners((2, -1))
    assert math.dist(outline[0], outline[-1]) < 1e-9 and len(outline) == 7
    assert all(math.dist(corner, centre((2, -1))) < 1 for corner in outline)

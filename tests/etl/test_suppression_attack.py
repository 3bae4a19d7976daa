"""An attack on a published store: what can be worked out of all its dashboard shows about the scores it hides.

The attacker knows the tree, the calendar, which combinations of cut values occur, and n of every cell; he looks at every cell the
dashboard's role may read, lengthened windows and like-for-like days as well, and solves for the answers by leaf, day and profile.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from scipy import sparse
from scipy.optimize import linprog

import sql
from etl.domain.period import Period
from etl.steps import define
from etl.steps.publish import publish
from tests.conftest import app_engine, create_database
from tests.etl.rollup_sample import codes, touch

FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)
SCORED = ("mobile_overall", "tariff", "coverage_signal")
GRIDS = {"A": 2, "B": 3, "C": 2, "D": 3, "E": 2}
CITY = {"A": "C1", "B": "C1", "C": "C1", "D": "C2", "E": "C2"}
CUTS = {"mode": ("sms", "phone"), "segment": ("public", "elderly"), "stage": ("pre", "after")}
LEAST = 1.0  # points of a score: nothing small is known more closely
ATTACKED = 3  # small cells of each indicator, drawn at random, whose range is solved for
OTHERS = 3  # atoms that might be, to each that is


@dataclass
class Attack:
    """One indicator: which atoms each cell holds, n, Σwx and what is shown."""

    members: sparse.csr_matrix
    n: np.ndarray
    swx: np.ndarray
    shown: np.ndarray
    small: np.ndarray
    occupied: np.ndarray  # of the atoms: somebody answered

    def determined(self, shown: np.ndarray) -> np.ndarray:
        """The other cells that are combinations of the ``shown`` ones (rows of the pseudo-inverse are not needed: ranks are)."""
        known = self.members[shown]
        square = (known @ known.T).toarray()
        values, vectors = np.linalg.eigh(square)
        keep = values > 1e-9 * values.max()
        basis = (vectors[:, keep] / np.sqrt(values[keep])).T @ known  # orthonormal, spans the shown rows
        lengths = np.asarray(self.members.multiply(self.members).sum(axis=1)).ravel()
        return ~shown & (lengths - (np.asarray(self.members @ basis.T) ** 2).sum(axis=1) < 1e-6 * lengths)

    def range_of(self, cell: int, random: np.random.Generator) -> float:
        """How closely the score of a cell is known, in points: Σwx between its least and its most, over n. The attacker is given
        that only some atoms besides the occupied ones may be: who knows less, knows a wider range."""
        free = random.permutation(np.flatnonzero(~self.occupied))[: OTHERS * self.occupied.sum()]
        members = self.members[:, np.union1d(np.flatnonzero(self.occupied), free)]
        atoms = members.shape[1]
        within = sparse.hstack([sparse.identity(atoms), -100 * sparse.identity(atoms)])  # a score is at most 100
        equal = sparse.block_array([[members[self.shown], None], [None, members]])
        right = np.r_[self.swx[self.shown], self.n]
        wanted = np.r_[members[[cell]].toarray().ravel(), np.zeros(atoms)]
        ends = []
        for sign in (1, -1):
            found = linprog(sign * wanted, A_ub=within, b_ub=np.zeros(atoms), A_eq=equal, b_eq=right, method="highs")
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        return (ends[1] - ends[0]) / self.n[cell]


@pytest.fixture(scope="module")
def published(server_url: str) -> Iterator[sa.Engine]:
    owner = create_database(server_url)
    _fill(owner)
    publish(owner)
    yield owner
    owner.dispose()


def _fill(owner: sa.Engine) -> None:
    define.define(owner, define.shipped())
    random = np.random.default_rng(11)
    with sql.begin(owner) as connection:
        leaves = _tree(connection)
        connection.execute(sa.text("SELECT ensure_partitions(:first, :last)"), {"first": FIRST, "last": date(2026, 9, 1)})
        ids = codes(connection)
        for _ in range(700):
            area, day, key = (
                int(random.choice(leaves)),
                FIRST + timedelta(days=int(random.integers(91))),
                uuid.UUID(bytes=random.bytes(16)),
            )
            dims = {cut: str(random.choice(values, p=(0.7, 0.3))) for cut, values in CUTS.items()}
            connection.execute(
                sa.text("INSERT INTO response (area_id, day, response_id, brand, mode, business, segment, generation, stage, channel, file_id)"
                        " VALUES (:area, :day, :key, 'own', :mode, 'mobile', :segment, '4g', :stage, 'none', 1)"),
                {"area": area, "day": day, "key": key, **dims},
            )  # fmt: skip
            for code in random.choice(SCORED, random.integers(1, 4), replace=False):
                raw = int(random.integers(1, 11))
                connection.execute(
                    sa.text("INSERT INTO answer (area_id, day, response_id, indicator_id, raw, scale, score)"
                            " VALUES (:area, :day, :key, :indicator, :raw, '1-10', :score)"),
                    {"area": area, "day": day, "key": key, "indicator": ids[code], "raw": raw, "score": (raw - 1) / 9 * 100},
                )  # fmt: skip
        touch(connection, [date(2026, month, 1) for month in (4, 5, 6)], ("answer",))
        user = connection.scalar(
            sa.text("INSERT INTO app_user (login, name, password_hash) VALUES ('p', 'p', '!') RETURNING user_id")
        )
        connection.execute(
            sa.text("INSERT INTO user_grant (user_id, role, area_id) SELECT :user, 'manager', area_id FROM area WHERE level = 1"),
            {"user": user},
        )
        connection.execute(sa.text("SELECT refresh_user_area()"))


def _tree(connection: sa.Connection) -> list[int]:
    connection.exec_driver_sql("INSERT INTO brand VALUES ('own', '本', 'Own', true) ON CONFLICT DO NOTHING")
    ids: dict[str, int] = {}
    nodes = [("P", 1, ""), ("C1", 2, "P"), ("C2", 2, "P"), *((county, 3, city) for county, city in CITY.items())]
    nodes += [(f"{county}-{k}", 4, county) for county, count in GRIDS.items() for k in range(count)]
    for code, level, parent in nodes:
        ids[code] = connection.scalar(
            sa.text("INSERT INTO area (code, level, kind, name_zh, name_en, urban, valid_from) VALUES (:code, :level, "
                    "'administrative', :code, :code, true, '1900-01-01') RETURNING area_id"), {"code": code, "level": level},
        )  # fmt: skip
        if parent:
            connection.execute(
                sa.text("INSERT INTO area_parent (area_id, parent_id, valid_from) VALUES (:child, :parent, '1900-01-01')"),
                {"child": ids[code], "parent": ids[parent]},
            )
    connection.execute(sa.text("SELECT rebuild_area_closure()"))
    return [ids[code] for code, level, _ in nodes if level == 4]


SEEN = """
SELECT area_id, indicator_id, period, start, cut, value, n, swx, hidden FROM score_shown WHERE first_pub <= 1 AND last_pub > 1
UNION ALL
SELECT area_id, indicator_id, 'x', first, to_char(last, 'YYYY-MM-DD'), '', n, swx, NULL FROM score_window
"""


ANSWERED = """
SELECT r.area_id, r.day - CAST('0001-01-01' AS date) + 1, r.mode, r.segment, r.stage
FROM answer a JOIN response r USING (response_id) WHERE a.indicator_id = :indicator
"""


def attacks(owner: sa.Engine) -> list[Attack]:
    """All the dashboard's role is shown, over the atoms it may be made of."""
    app = app_engine(owner)
    with sql.scoped(app, 1) as connection:
        seen = connection.execute(sa.text(SEEN)).all()
    app.dispose()
    with owner.connect() as connection:
        above = {row.descendant_id: set(row.areas) for row in connection.execute(
            sa.text("SELECT descendant_id, array_agg(ancestor_id) AS areas FROM area_closure GROUP BY 1"))}  # fmt: skip
        leaves = connection.execute(sa.text("SELECT area_id FROM area WHERE level = 4 ORDER BY 1")).scalars().all()
    grids = np.array(leaves)
    day = FIRST.toordinal() + np.arange(91)
    grid, day, *dims = (part.ravel() for part in np.meshgrid(grids, day, *(np.arange(2),) * 3, indexing="ij"))
    stands = {area: np.isin(grid, [leaf for leaf in leaves if area in above[leaf]]) for area in set().union(*above.values())}
    out = []
    for indicator in sorted({row.indicator_id for row in seen}):
        with owner.connect() as connection:
            there = {tuple(row) for row in connection.execute(sa.text(ANSWERED), {"indicator": indicator})}
        named = [np.array(values)[dim].tolist() for values, dim in zip(CUTS.values(), dims, strict=True)]
        occupied = np.array([one in there for one in zip(grid.tolist(), day.tolist(), *named, strict=True)])
        out.append(_attack([row for row in seen if row.indicator_id == indicator], stands, day, dims, occupied))
    return out


def _attack(
    seen: list[sa.Row], stands: dict[int, np.ndarray], day: np.ndarray, dims: list[np.ndarray], occupied: np.ndarray
) -> Attack:
    rows = np.array([_held(row, stands, day, dims) for row in seen])
    counties = {row.area_id for row in seen if row.period == "d"}
    there = np.zeros(len(day), bool)  # days, and months of grids, nobody is counted in have no atoms
    for area in counties:
        days = {row.start.toordinal() for row in seen if row.period == "d" and row.area_id == area}
        there |= stands[area] & np.isin(day, list(days))
    deepest = [row.period == "m" and row.cut == "all" and row.area_id not in counties for row in seen]
    there &= rows[deepest].any(axis=0)
    n, swx = (np.array([getattr(row, name) or 0 for row in seen], float) for name in ("n", "swx"))
    shown = np.array([row.hidden is None for row in seen])
    assert (n[shown] >= 5).all() and all(row.swx is None for row in seen if row.hidden)
    return Attack(sparse.csr_matrix(rows[:, there].astype(float)), n, swx, shown, n < 5, occupied[there])


def _held(row: sa.Row, stands: dict[int, np.ndarray], day: np.ndarray, dims: list[np.ndarray]) -> np.ndarray:
    last = date.fromisoformat(row.cut) if row.period == "x" else Period(row.period, row.start).end
    held = stands[row.area_id] & (day >= row.start.toordinal()) & (day <= last.toordinal())
    for (cut, values), dim in zip(CUTS.items(), dims, strict=True):
        if row.cut == cut:
            held &= dim == values.index(row.value)
    return held


def test_nothing_hidden_is_determined_by_what_is_shown(published: sa.Engine) -> None:
    for attack in attacks(published):
        assert attack.shown.sum() > 50, "the store shows enough to be attacked"
        assert not attack.determined(attack.shown).any()


def test_without_complementary_suppression_it_would_be(published: sa.Engine) -> None:
    assert any(attack.determined(~attack.small).any() for attack in attacks(published))


def test_no_small_score_is_known_within_a_point(published: sa.Engine) -> None:
    random = np.random.default_rng(0)
    for attack in attacks(published):
        for cell in random.choice(np.flatnonzero(attack.small), ATTACKED, replace=False):
            assert attack.range_of(int(cell), random) > LEAST

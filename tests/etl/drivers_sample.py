"""A small published operator whose truth is written here: 4 cities, 36 counties of 4 grids, 8 months.

hall goes with hall_wait (measured by county) by -0.8 a minute; coverage_signal with coverage_rate (measured by grid) by 2 a
point; hotline with hotline_wait (measured by city) by -0.3 a second; mobile_network with the customer's own coverage_signal by
0.5; complaint_handling by 20 points with an own complaint that was resolved. Nothing else goes with anything, but customers of
the survey mode ``phone`` are kinder throughout, and areas differ lastingly.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import numpy as np
import sqlalchemy as sa

import sql
from etl.domain.period import Period
from etl.steps import define

MONTHS = [Period("m", date(2026, 10, 1)).shift(-back).start for back in range(10, -1, -1)]  # three to look back, eight answered
CITIES, COUNTIES, GRIDS = 4, 36, 4
EFFECTS = {("hall", "hall_wait"): 0.8, ("coverage_signal", "coverage_rate"): 2.0, ("hotline", "hotline_wait"): 0.3}
OWN = {("mobile_network", "coverage_signal"): 0.5, ("complaint_handling", "complaint_resolution"): 0.2}
ANSWERED = ("hall", "hotline", "mobile_network", "complaint_handling", "coverage_signal")
A_MONTH = 30  # answers of a county to each question
SINCE = datetime(2026, 1, 1)


def build(owner: sa.Engine, seed: int = 4) -> None:
    """Fill an empty migrated store with one publication and the facts that are joined."""
    define.define(owner, define.shipped())
    rng = np.random.default_rng(seed)
    with sql.begin(owner) as connection:
        ids = _areas(connection)
        known = dict(connection.execute(sa.text("SELECT code, indicator_id FROM indicator")).all())
        connection.execute(sa.text("INSERT INTO publication (data_from, data_to, answers) VALUES (:first, '2026-11-03', 1)"),
                           {"first": MONTHS[0]})  # fmt: skip
        readings = _readings(rng)
        _ratios(connection, ids, known, readings)
        _scores(connection, ids, known, readings, rng)
        connection.execute(sa.text("SELECT ensure_partitions('2025-11-01', '2026-12-01')"))
        _facts(connection, ids, known, rng)


def _areas(connection: sa.Connection) -> dict[str, int]:
    rows = [("P", 1, "administrative", None)]
    for city in range(CITIES):
        rows.append((f"C{city}", 2, "administrative", "P"))
    for county in range(COUNTIES):
        rows.append((f"Q{county}", 3, "administrative", f"C{county % CITIES}"))
        rows += [(f"Q{county}g{grid}", 4, "administrative", f"Q{county}") for grid in range(GRIDS)]
        rows.append((f"Q{county}-?", 4, "unknown", f"Q{county}"))
    ids: dict[str, int] = {}
    for code, level, kind, parent in rows:
        ids[code] = connection.scalar(
            sa.text("INSERT INTO area (code, level, kind, name_zh, name_en, urban) VALUES (:code, :level, :kind, :code, :code, :urban) "
                    "RETURNING area_id"),
            {"code": code, "level": level, "kind": kind, "urban": code.endswith(("g0", "g1")) if level == 4 else None},
        )  # fmt: skip
        if parent:
            connection.execute(sa.text("INSERT INTO area_parent (area_id, parent_id) VALUES (:child, :parent)"),
                               {"child": ids[code], "parent": ids[parent]})  # fmt: skip
    connection.execute(sa.text("SELECT rebuild_area_closure()"))
    return ids


def _readings(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Each indicator by its unit and month: lasting differences and drift."""

    def drawn(units: int, level: float, between: float, within: float) -> np.ndarray:
        steps = rng.standard_normal((units, len(MONTHS))) * within
        return np.asarray(level + between * rng.standard_normal(units)[:, None] + steps)

    return {"hall_wait": drawn(COUNTIES, 12, 3, 2), "hotline_wait": drawn(CITIES, 40, 5, 8),
            "coverage_rate": drawn(COUNTIES * GRIDS, 92, 2, 0.5), "dispute_rate": drawn(COUNTIES, 4, 1, 0.5),
            "complaint_resolution": drawn(COUNTIES, 60, 5, 3)}  # fmt: skip


def _ratios(connection: sa.Connection, ids: dict[str, int], known: dict[str, int], readings: dict[str, np.ndarray]) -> None:
    rows = []
    for code, values in readings.items():
        factor = {"coverage_rate": 100, "complaint_resolution": 100, "dispute_rate": 1000}.get(code, 1)
        for unit, series in enumerate(values):
            name = {COUNTIES: f"Q{unit}", CITIES: f"C{unit}"}.get(len(values), f"Q{unit // GRIDS}g{unit % GRIDS}")
            rows += [(ids[name], known[code], "m", "all", month, "", 50, value * 50 / factor, 50.0, 1)
                     for month, value in zip(MONTHS, series, strict=True)]  # fmt: skip
        if len(values) > COUNTIES:
            counties = values.reshape(COUNTIES, GRIDS, -1).mean(axis=1)
            rows += [(ids[f"Q{unit}"], known[code], "m", "all", month, "", 200, value * 200 / factor, 200.0, 1)
                     for unit, series in enumerate(counties) for month, value in zip(MONTHS, series, strict=True)]  # fmt: skip
    sql.copy(connection, "ratio_rollup", ("area_id", "indicator_id", "period", "cut", "start", "value", "n", "numerator",
                                          "denominator", "first_pub"), rows)  # fmt: skip


def _scores(connection: sa.Connection, ids: dict[str, int], known: dict[str, int], readings: dict[str, np.ndarray],
            rng: np.random.Generator) -> None:  # fmt: skip
    """Sums of answers of each grid and month, the county's their sum; of the eight months answers are kept for."""
    rows = []
    lasting = 3 * rng.standard_normal((COUNTIES, 1))
    for code in ANSWERED:
        mean = 80 + lasting + np.zeros((COUNTIES, len(MONTHS)))
        fine = np.repeat(mean, GRIDS, axis=0)
        for (outcome, driver), effect in EFFECTS.items():
            if outcome == code:
                turn = -1 if driver.endswith("wait") else 1
                at = readings[driver]
                unit = {COUNTIES: np.arange(COUNTIES), CITIES: np.arange(COUNTIES) % CITIES}.get(len(at))
                moved = turn * effect * (at - at.mean())
                fine = fine + (moved if unit is None else np.repeat(moved[unit], GRIDS, axis=0))
        n = A_MONTH // GRIDS + 1
        means = fine + rng.standard_normal(fine.shape) * 15 / np.sqrt(n)
        rows += _score_rows(ids, known[code], means, n)
    sql.copy(connection, "score_rollup", ("area_id", "indicator_id", "period", "cut", "start", "value", "n", "sw", "sw2", "swx",
                                          "swx2", "counts", "first_pub"), rows)  # fmt: skip


def _score_rows(ids: dict[str, int], indicator: int, means: np.ndarray, n: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for at in range(3, len(MONTHS)):
        for county in range(COUNTIES):
            own = means[county * GRIDS : (county + 1) * GRIDS, at]
            names = [f"Q{county}g{grid}" for grid in range(GRIDS)]
            for name, value in zip(names, own, strict=True):
                rows.append((ids[name], indicator, "m", "all", MONTHS[at], "", n, n, n, n * value, n * (value**2 + 225), [0] * 11, 1))
            every, squares = n * own.sum(), n * (own**2 + 225).sum()
            rows.append((ids[f"Q{county}"], indicator, "m", "all", MONTHS[at], "", n * GRIDS, n * GRIDS, n * GRIDS, every, squares,
                         [0] * 11, 1))  # fmt: skip
    return rows


def _facts(connection: sa.Connection, ids: dict[str, int], known: dict[str, int], rng: np.random.Generator) -> None:
    """Answers of two of the months: some customers tell a perception in the same answer, some in one a week before."""
    responses, answers, complaints = [], [], []

    def respond(area: int, when: datetime, customer: bytes, mode: str, scores: dict[str, float]) -> None:
        key = uuid.UUID(bytes=rng.bytes(16))
        responses.append((area, when.date(), key, when, "own", mode, "mobile", "public", "5g", "after", "none", customer, 1))
        answers.extend((area, when.date(), key, known[code], 5.0, "1-10", score) for code, score in scores.items())

    for number in range(6_000):
        county = int(rng.integers(COUNTIES))
        area, customer = ids[f"Q{county}g{int(rng.integers(GRIDS))}"], rng.bytes(16)
        when = datetime(2026, 9, 10) + timedelta(days=int(rng.integers(45)), hours=int(rng.integers(1, 23)))
        mode = "phone" if rng.random() < 0.4 else "sms"
        kind, lasting = 12.0 * (mode == "phone"), float(county % 7)
        felt = 60 + 15 * rng.standard_normal() + kind + lasting
        verdict = 40 + 0.5 * (felt - kind - lasting) + kind + lasting + 8 * rng.standard_normal()
        before = number % 3 == 0
        if before:
            respond(area, when - timedelta(days=7), customer, mode, {"coverage_signal": felt})
        respond(area, when, customer, mode, {"mobile_network": verdict} | ({} if before else {"coverage_signal": felt}))
        if number % 4 == 0:
            resolved = bool(rng.random() < 0.6)
            told = 50 + 20 * resolved + kind + lasting + 10 * rng.standard_normal()
            opened = when - timedelta(days=3)
            complaints.append((area, opened.date(), uuid.UUID(bytes=rng.bytes(16)), f"T{number}", opened, opened + timedelta(days=1),
                               opened + timedelta(hours=5), "own", "mobile", "public", "5g", "after", "none", "x", "y", "closed",
                               resolved, customer, 1))  # fmt: skip
            respond(area, when + timedelta(hours=1), customer, mode, {"complaint_handling": told})
    sql.copy(connection, "response", ("area_id", "day", "response_id", "answered_at", "brand", "mode", "business", "segment",
                                      "generation", "stage", "channel", "customer", "file_id"), responses)  # fmt: skip
    sql.copy(connection, "answer", ("area_id", "day", "response_id", "indicator_id", "raw", "scale", "score"), answers)
    sql.copy(connection, "complaint", ("area_id", "day", "complaint_id", "number", "opened_at", "due_at", "closed_at", "brand",
                                       "business", "segment", "generation", "stage", "channel", "topic1", "topic2", "status",
                                       "resolved", "customer", "file_id"), complaints)  # fmt: skip

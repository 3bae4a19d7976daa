"""What the command says beside a written truth."""

from __future__ import annotations

from etl.commands.drivers import beside_truth, coverage

TRUTH = [{"cause": "hall_wait", "on": "hall", "score_per_unit": -0.4}, {"cause": "data_speed", "on": "mobile_data", "score_per_unit": 0.5}]


def row(driver: str, low: float, high: float, evidence: str = "mixed", direction: int = 1, proven: bool = False) -> dict[str, object]:
    outcome = {"data_speed": "mobile_data"}.get(driver, "hall")
    return {"outcome": outcome, "driver": driver, "evidence": evidence, "direction": direction, "low": low, "high": high, "proven": proven}


def test_true_effects_are_turned_to_the_better_side() -> None:
    """A minute less is better: -0.4 a minute more is +0.4 towards the better side."""
    found = beside_truth([row("hall_wait", 0.3, 0.5, direction=-1, proven=True), row("prb_use", 0.1, 0.2, proven=True)], TRUTH)
    assert [(one["true"], one["inside"]) for one in found] == [(0.4, True), (0.0, False)]


def test_what_customers_say_of_both_is_not_held_against_effects() -> None:
    found = beside_truth([row("data_speed", 0.6, 0.7, "individual")], TRUTH)
    assert (found[0]["true"], found[0]["inside"]) == (None, None)


def test_coverage_counts_real_and_absent_effects_apart() -> None:
    rows = [row("hall_wait", 0.3, 0.5, direction=-1, proven=True), row("prb_use", -0.1, 0.2), row("user_rate", 0.1, 0.2, proven=True),
            row("data_speed", 0.6, 0.7, "individual")]  # fmt: skip
    told = coverage(beside_truth(rows, TRUTH))
    assert told == {"intervals": 3, "holding the truth": 0.667, "of real effects": 1.0, "of absent ones": 0.5,
                    "real effects proven": 1.0, "absent ones called proven": 0.5}  # fmt: skip

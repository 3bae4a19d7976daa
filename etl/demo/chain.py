"""The written causal chain of the demonstration: process → perception → outcome, linear, with lags in weeks.

All effects are points of the latent score (0-100 before it is rounded to 1-10) per unit of the cause.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OUTCOMES = ("mobile_overall", "broadband_overall", "mobile_network", "voice", "mobile_data", "tariff", "hall", "hotline",
            "online", "complaint_handling")  # fmt: skip
PERCEPTIONS = ("coverage_signal", "data_speed", "data_stability", "call_clarity", "broadband_speed", "broadband_stability",
               "install_service", "bill_clarity", "plan_fit")  # fmt: skip
ITEMS = OUTCOMES + PERCEPTIONS
ITEM = {name: i for i, name in enumerate(ITEMS)}
BUSINESSES = ("mobile", "broadband")
SEGMENTS = ("public", "elderly", "special")
MODES = ("scene", "sms", "phone", "internet")
MOBILE_ONLY = {"mobile_overall", "mobile_network", "voice", "mobile_data", "coverage_signal", "data_speed", "data_stability",
               "call_clarity"}  # fmt: skip
BROADBAND_ONLY = {"broadband_overall", "broadband_speed", "broadband_stability", "install_service"}


@dataclass(frozen=True)
class Process:
    """A process indicator: where it is measured, its usual value and how it varies.

    ``unit`` grid, county or city; ``reference`` and the spreads in the indicator's own unit; ``factor`` times
    numerator/denominator is the reading; ``volume`` is the denominator per 10,000 residents and week; ``lag`` weeks.
    """

    code: str
    unit: str
    reference: float
    between: float
    within: float
    low: float
    high: float
    factor: float
    volume: float
    lag: int
    season: float = 0.0
    share: bool = True  # the numerator counts cases of the denominator


PROCESSES = (
    Process("coverage_rate", "grid", 94.5, 1.3, 0.25, 40, 99.9, 100, 4000, 2),
    Process("prb_use", "grid", 46, 7, 1.6, 5, 98, 100, 9000, 2, 3.0),
    Process("user_rate", "grid", 34, 4.5, 1.0, 3, 90, 1, 6000, 2, -1.5, share=False),
    Process("connection_rate", "grid", 99.1, 0.22, 0.05, 85, 99.98, 100, 8000, 2),
    Process("drop_rate", "grid", 0.36, 0.08, 0.02, 0.02, 8, 100, 8000, 2, 0.02),
    Process("hotline_wait", "city", 28, 6, 3.0, 3, 240, 1, 90, 1, 3.0, share=False),
    Process("seat_load", "city", 77, 4, 2.0, 30, 99, 100, 600, 1, 2.0),
    Process("ivr_self_solve", "city", 61, 4, 0.8, 20, 95, 100, 210, 1),
    Process("second_transfer", "city", 8.0, 1.8, 0.5, 0.5, 40, 100, 90, 1),
    Process("handling_time", "city", 265, 22, 5.0, 90, 600, 1, 90, 1, share=False),
    Process("repeat_verification", "city", 12, 2.8, 0.6, 0.5, 60, 100, 90, 1),
    Process("hotline_fcr", "city", 84, 2.4, 0.7, 40, 98, 100, 90, 1),
    Process("bb_fault_response", "county", 4.2, 0.8, 0.25, 0.5, 24, 1, 9, 3, 0.2, share=False),
    Process("bb_repair_urban", "county", 11, 1.8, 0.6, 1, 72, 1, 6, 3, 0.5, share=False),
    Process("bb_repair_rural", "county", 21, 3.5, 1.1, 2, 120, 1, 4, 3, 1.0, share=False),
    Process("install_on_time", "county", 92, 2.6, 0.8, 40, 99.8, 100, 12, 3),
    Process("hall_wait", "county", 11, 2.3, 0.8, 1, 90, 1, 120, 1, 0.8, share=False),
    Process("online_handling_time", "county", 5.4, 0.9, 0.2, 0.5, 40, 1, 300, 1, share=False),
    Process("billing_accuracy", "county", 99.1, 0.4, 0.08, 80, 99.99, 100, 400, 4),
    Process("dispute_rate", "county", 3.0, 0.7, 0.2, 0.1, 40, 1000, 2200, 4, 0.1),
    Process("advice_acceptance", "county", 38, 4.5, 1.0, 5, 90, 100, 25, 4),
    Process("complaint_timeliness", "county", 93, 2.5, 0.8, 40, 99.5, 100, 0, 2),
    Process("complaint_resolution", "county", 78, 5, 1.5, 20, 97, 100, 0, 2),
)  # fmt: skip
PROCESS = {process.code: process for process in PROCESSES}
NETWORK = tuple(process.code for process in PROCESSES if process.unit == "grid")
HOTLINE = tuple(process.code for process in PROCESSES if process.unit == "city")
COUNTY = tuple(process.code for process in PROCESSES if process.unit == "county" and process.volume)

# What one unit more of a process does to a perception or an outcome; a third word limits it to urban or rural grids.
PROCESS_EFFECTS: dict[tuple[str, str], float] = {
    ("coverage_rate", "coverage_signal"): 1.6, ("connection_rate", "coverage_signal"): 1.0,
    ("user_rate", "data_speed"): 0.45, ("prb_use", "data_speed"): -0.18,
    ("prb_use", "data_stability"): -0.15, ("drop_rate", "data_stability"): -9.0,
    ("connection_rate", "call_clarity"): 2.2, ("drop_rate", "call_clarity"): -8.0,
    ("bb_fault_response", "broadband_speed"): -0.3, ("bb_fault_response", "broadband_stability"): -1.6,
    ("install_on_time", "install_service"): 0.35, ("bb_repair_urban", "install_service"): -0.5,
    ("bb_repair_rural", "install_service"): -0.25, ("billing_accuracy", "bill_clarity"): 3.0,
    ("advice_acceptance", "plan_fit"): 0.3, ("dispute_rate", "tariff"): -1.5, ("hall_wait", "hall"): -0.55,
    ("hotline_wait", "hotline"): -0.10, ("seat_load", "hotline"): -0.08, ("ivr_self_solve", "hotline"): 0.15,
    ("second_transfer", "hotline"): -0.5, ("handling_time", "hotline"): -0.01, ("repeat_verification", "hotline"): -0.35,
    ("hotline_fcr", "hotline"): 0.45, ("online_handling_time", "online"): -1.8,
    ("complaint_timeliness", "complaint_handling"): 0.25,
}  # fmt: skip
ONLY_URBAN, ONLY_RURAL = {"bb_repair_urban"}, {"bb_repair_rural"}
REPAIR_EFFECT = 18.0  # a complaint that was resolved, against one that was not, on complaint_handling
USUALLY_RESOLVED = 0.78  # the share at which complaint_handling has its usual level

# What one point of a perception does to an outcome.
PERCEPTION_EFFECTS: dict[tuple[str, str], float] = {
    ("coverage_signal", "mobile_network"): 0.40, ("data_speed", "mobile_network"): 0.20,
    ("data_stability", "mobile_network"): 0.25, ("call_clarity", "mobile_network"): 0.10,
    ("call_clarity", "voice"): 0.55, ("coverage_signal", "voice"): 0.25,
    ("data_speed", "mobile_data"): 0.45, ("data_stability", "mobile_data"): 0.35,
    ("coverage_signal", "mobile_overall"): 0.20, ("data_speed", "mobile_overall"): 0.15,
    ("data_stability", "mobile_overall"): 0.15, ("call_clarity", "mobile_overall"): 0.10,
    ("bill_clarity", "mobile_overall"): 0.10, ("plan_fit", "mobile_overall"): 0.15,
    ("broadband_speed", "broadband_overall"): 0.25, ("broadband_stability", "broadband_overall"): 0.35,
    ("install_service", "broadband_overall"): 0.20, ("bill_clarity", "broadband_overall"): 0.05,
    ("bill_clarity", "tariff"): 0.40, ("plan_fit", "tariff"): 0.40,
}  # fmt: skip

# Usual latent level of each item, ours and the rival's.
LEVEL = np.array([82, 83, 80, 84, 79, 77, 88, 85, 83, 72, 81, 79, 78, 84, 80, 81, 86, 79, 75], float)
RIVAL_LEVEL = LEVEL + np.array([-1.5, 1.0, -2.5, -1, -2, 1.5, -3, -2, 1, 0, -2.5, -2, -1.5, -1, 1.5, 0, -2, 0.5, 2], float)

SCORE_SD = 22.0  # of one customer's latent score around the mean, every item
SHARED_SD, OWN_SD = 10.0, 19.596  # of a perception: the customer's mood, and the perception's own
MOOD = np.array([5.0, 5.0, 4.0, 4.0, 4.0, 4.0, 8.0, 8.0, 8.0, 8.0])  # of the mood, on outcomes directly

MODE_SHARES = np.array([0.35, 0.30, 0.20, 0.15])
MODE_EFFECTS = np.array([4.0, -2.0, 3.0, -5.0])
SEGMENT_EFFECTS = np.array([0.0, 1.5, 3.0])
GENERATION_EFFECTS = {"4g": -1.0, "5g": 2.0, "fixed": 0.0}
GENERATION_ITEMS = {"mobile_network", "mobile_data", "data_speed", "data_stability", "coverage_signal"}
SHARE_5G = np.array([[0.44, 0.20, 0.30], [0.64, 0.36, 0.48]])  # [urban, segment] of mobile customers
SCENES = np.array([0.32, 0.30, 0.28, 0.10])  # hall, hotline, app, after a complaint
SCENE_ITEMS = ("hall", "hotline", "online", "complaint_handling")


def answered_by(item: str) -> tuple[int, ...]:
    """The businesses (by number) whose customers are asked the item."""
    return (0,) if item in MOBILE_ONLY else (1,) if item in BROADBAND_ONLY else (0, 1)


def asked() -> NDArray[np.float64]:
    """[mode, item]: the chance that the item is asked, where the business fits. It depends on nothing else."""
    out = np.zeros((len(MODES), len(ITEMS)))
    length = np.array([0.85, 0.75, 1.25, 1.2])  # of the questionnaire
    for item, at in ITEM.items():
        if item.endswith("overall"):
            out[:, at] = 1.0
        elif item in SCENE_ITEMS:
            out[:, at] = (SCENES[SCENE_ITEMS.index(item)], 0.12, 0.28, 0.22)
        else:
            rate = 0.55 if item in OUTCOMES else 0.28
            out[:, at] = np.minimum(1.0, rate * length * (1.35 if item in BROADBAND_ONLY else 1.0))
    return out


def loadings() -> NDArray[np.float64]:
    """[outcome, perception] of the second step of the chain."""
    out = np.zeros((len(OUTCOMES), len(PERCEPTIONS)))
    for (perception, outcome), effect in PERCEPTION_EFFECTS.items():
        out[OUTCOMES.index(outcome), PERCEPTIONS.index(perception)] = effect
    return out


def own_noise() -> NDArray[np.float64]:
    """The sd of each outcome's own noise, so that its whole spread is ``SCORE_SD``."""
    load = loadings()
    explained = (SHARED_SD * load.sum(axis=1) + MOOD) ** 2 + (OWN_SD**2) * (load**2).sum(axis=1)
    return np.sqrt(SCORE_SD**2 - explained)


def total_effect(process: str, item: str) -> float:
    """One unit more of the process, on the item, along every path (latent points)."""
    direct = PROCESS_EFFECTS.get((process, item), 0.0)
    if process == "complaint_resolution" and item == "complaint_handling":
        return REPAIR_EFFECT / 100
    through = (PROCESS_EFFECTS.get((process, p), 0.0) * PERCEPTION_EFFECTS.get((p, item), 0.0) for p in PERCEPTIONS)
    return direct + sum(through)

"""Catchball: how a target travels between an area and the one above it until both hold it.

proposed → commented → counter-proposed → agreed → locked. Each move is one side's: ``above`` answers for the area above,
``own`` for the area itself, ``line`` for the professional line. The rules are data, the same in the store
(``catchball_rule``, which holds who writes), on the page (which buttons there are) and here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

STATES = ("proposed", "commented", "countered", "agreed", "locked")
ACTIONS = ("comment", "counter", "agree", "accept", "decline", "lock", "unlock")
SIDES = ("above", "own", "line")


@dataclass(frozen=True)
class Rule:
    """Who may do what in which state, where it leads, and whether a level or a reason goes with it."""

    state: str
    action: str
    side: str
    to: str
    value: bool = False
    note: bool = False


RULES = (
    *(Rule("proposed", "comment", side, "commented", note=True) for side in SIDES),
    *(Rule(state, "comment", side, state, note=True) for state in STATES[1:] for side in SIDES),
    *(Rule(state, "counter", "own", "countered", value=True, note=True) for state in STATES[:3]),
    *(Rule(state, "agree", "own", "agreed") for state in STATES[:3]),
    Rule("countered", "accept", "above", "agreed"),
    Rule("countered", "decline", "above", "proposed", note=True),
    Rule("agreed", "lock", "above", "locked"),
    *(Rule(state, "lock", "above", "locked", note=True) for state in STATES[:2]),
    *(Rule(state, "unlock", "above", "proposed", note=True) for state in STATES[3:]),
)


def moves(state: str, sides: Collection[str]) -> list[Rule]:
    """What may be done in a state by who answers for ``sides``; one rule an action."""
    found: dict[str, Rule] = {}
    for rule in RULES:
        if rule.state == state and rule.side in sides:
            found.setdefault(rule.action, rule)
    return list(found.values())

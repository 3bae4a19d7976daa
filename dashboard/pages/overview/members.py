"""The members of an area (or, at the leaf, the values of its cuts), ranked, and what they contributed to a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from dashboard.pages.overview.estimates import NONE, Estimates
from dashboard.pages.overview.model import Member, Moved
from dashboard.pages.overview.reads import Cell, Series, Three
from dashboard.pages.overview.scores import changes_of, lengthened
from etl.domain.contribution import decompose
from etl.domain.funnel import rank_bands
from etl.domain.period import Period
from etl.domain.reading import Reading, Sums, readings, versus_rest

UNKNOWN = "unknown"


def ranked(
    members: Sequence[Member],
    cells: Sequence[Cell],
    period: Period,
    whole: Reading | None,
    whole_cell: Sums | None,
    series: Mapping[Cell, Series],
    compared: Mapping[Cell, Three],
    estimates: Estimates = NONE,
) -> tuple[Member, ...]:
    """Members with readings, changes and ranks: the furthest behind first, those without a rank last."""
    made = lengthened([series.get(cell, {}) for cell in cells], period, cells, estimates)
    moved, _ = changes_of([compared.get(cell, Three()) for cell in cells])
    now = [series.get(cell, {}).get(period.start) for cell in cells]
    against = versus_rest(now, whole_cell) if whole_cell else [None] * len(cells)
    filled = [
        replace(
            member, reading=made[i], change=moved[i], against=against[i] if _ranked(made[i]) else None,
            gap=_gap(made[i], whole),
        )
        for i, member in enumerate(members)
    ]  # fmt: skip
    return _order(_with_ranks([member for member in filled if member.known or member.reading]))


def _gap(reading: Reading | None, whole: Reading | None) -> float | None:
    """Points from the whole; a reading over more periods than the whole's is not held against it."""
    if whole is None or reading is None or not reading.shown or reading.window != whole.window:
        return None
    return reading.value - whole.value


def _ranked(reading: Reading | None) -> bool:
    return reading is not None and reading.ranked and reading.window == 1


def _with_ranks(members: Sequence[Member]) -> list[Member]:
    """Rank 1 is the best; only proven bases and known members within one group compete.

    To a user who sees some of the siblings only, nobody is ranked.
    """
    out = list(members)
    if not all(member.open for member in members):
        return out
    for group in {member.group for member in members}:
        inside = [i for i, m in enumerate(members) if m.group == group and m.known and m.reading and m.reading.ranked]
        for place, i in enumerate(sorted(inside, key=lambda i: -members[i].reading.value), start=1):
            out[i] = replace(out[i], rank=place)
        for i, ranks in zip(inside, _bands([members[i].reading for i in inside]), strict=True):
            out[i] = replace(out[i], ranks=ranks)
    return out


def _bands(found: Sequence[Reading]) -> list[tuple[int, int]]:
    """The ranks each may have: two whose intervals of difference hold nothing-at-all share them."""
    values, errors = (np.array([[getattr(reading, name)] for reading in found]).reshape(-1, 1) for name in ("value", "se"))
    first, last = rank_bands(values, errors)
    return list(zip(first[:, 0].tolist(), last[:, 0].tolist(), strict=True))


def _order(members: Sequence[Member]) -> tuple[Member, ...]:
    def key(member: Member) -> tuple:
        shown = bool(member.reading and member.reading.shown)
        return (
            member.group,
            member.rank is None,
            not shown,
            not member.known,
            member.reading.value if shown and member.reading else 0.0,
            member.key,
        )

    return tuple(sorted(members, key=key))


def moved(parts: Mapping[str, Three], named: Mapping[str, Mapping[str, str]], sums_to_whole: Three, full: bool) -> Moved:
    """Which part moved the mean of the whole; values resting on hidden bases are not told apart.

    ``full``: every part is the reader's to see, so what is missing is missing for want of answers.
    """
    now, before = ({key: three[i] for key, three in parts.items() if three[i] is not None} for i in (0, 1))
    movement = decompose(now, before)
    if movement is None:
        return Moved(None, reason="nothing_before" if sums_to_whole.before is None else "too_few")
    whole = [sum(side.sw for side in (sums,) if side is not None) for sums in (sums_to_whole.now, sums_to_whole.before)]
    if not all(_adds_up(side, weight) for side, weight in zip((now, before), whole, strict=True)):
        return Moved(None, reason="too_few" if full else "not_all_seen")
    keys = list(movement.within)
    pairs = dict(zip(keys, zip(*(readings([side[key] for key in keys]) for side in (now, before)), strict=True), strict=True))
    shown = {key for key, pair in pairs.items() if all(each and each.shown for each in pair)}
    firm = {key for key, pair in pairs.items() if all(each and each.ranked for each in pair)}
    proven, _ = changes_of([parts[key] for key in keys])
    told = {key: value for key, value in movement.within.items() if key in shown}
    rest = sum(value for key, value in movement.within.items() if key not in shown)
    return Moved(
        replace(movement, within=told, mix=movement.mix + rest), named,
        {key: change.proven for key, change in zip(keys, proven, strict=True) if change and key in firm},
    )  # fmt: skip


def _adds_up(side: Mapping[str, Sums], whole: float) -> bool:
    """Whether the parts seen are the whole: to a user who sees some of them only, no split is told."""
    return abs(sum(part.sw for part in side.values()) - whole) <= 1e-6 * max(whole, 1.0)

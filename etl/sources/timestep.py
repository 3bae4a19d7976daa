"""How far apart the rows of a file without times are."""

from __future__ import annotations

import re
from datetime import timedelta

from etl.sources.table import Table

_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def parse_step(table: Table) -> timedelta:
    """``step`` of a clock: a count and ``min``, ``h`` or ``d``, as in ``15min`` or ``1h``."""
    written = table.need("step")
    step = step_of(written)
    if step is None:
        raise table.wrong(f"step = {written!r}; write 15min, 1h or 1d")
    return step


def step_of(written: str) -> timedelta | None:
    """The span a text names; ``None`` when it names none."""
    match = re.fullmatch(r"(\d+)(min|h|d)", written)
    return int(match[1]) * _UNITS[match[2]] if match and int(match[1]) else None

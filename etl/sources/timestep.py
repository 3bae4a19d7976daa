"""How far apart the rows of a file without times are."""

from __future__ import annotations

import re
from datetime import timedelta

from etl.sources.table import Table

_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def parse_step(table: Table) -> timedelta:
    """``step`` of a clock: a count and ``min``, ``h`` or ``d``, as in ``15min`` or ``1h``."""
    written = table.need("step")
    match = re.fullmatch(r"(\d+)(min|h|d)", written)
    if match is None or int(match[1]) == 0:
        raise table.wrong(f"step = {written!r}; write 15min, 1h or 1d")
    return int(match[1]) * _UNITS[match[2]]

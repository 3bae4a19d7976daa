"""Subscriptions to reports made for others: on the command line, each written on the audit trail."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

import sql
from sql.audit import audit


def subscribe(
    target: sa.Engine, logins: Sequence[str] | None, code: str | None, cadence: str, language: str | None, *, actor: str
) -> int:
    """Subscribe users (``None``: every active manager) to an area's reports, or each to the own areas'; how many are new.

    ``cadence`` is ``w`` or ``m``. What a user may not see is left out.
    """
    with sql.begin(target) as connection:
        made = sql.rows(
            connection, "etl/report_subscribe", logins=list(logins) if logins else None, code=code, cadence=cadence,
            language=language,
        )  # fmt: skip
        audit(connection, actor=actor, action="report.subscribe", subject=code or "own areas", logins=logins, cadence=cadence,
              language=language, made=len(made))  # fmt: skip
    return len(made)

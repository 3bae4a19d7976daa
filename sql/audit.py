"""The one door to the append-only audit table."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

import sql


def audit(
    connection: sa.Connection, *, actor: str, action: str, subject: str, user_id: int | None = None, **detail: Any
) -> None:
    """Write who did what to whom, in the caller's transaction (so that an act and its trace stand or fall together).

    ``actor`` is a login or ``cli``; ``detail`` must be plain JSON and carry no secret.
    """
    sql.execute(
        connection, "auth/audit", actor=actor, action=action, subject=subject, user_id=user_id,
        detail=json.dumps(detail, ensure_ascii=False, default=str),
    )  # fmt: skip

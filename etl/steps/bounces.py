"""Mails that came back: notices dropped into a folder by the mail server, each read once."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

import sql
from etl.outbox.bounce import bounce

DONE = "done"  # the folder beside, for what was read
MOST_BYTES = 5 * 1024 * 1024  # a notice is short; what is longer is none


def bounced_due(folder: Path) -> bool:
    """Whether a notice waits."""
    return folder.is_dir() and any(path.is_file() for path in folder.iterdir())


def take_bounces(target: sa.Engine, folder: Path, now: datetime) -> int:
    """Mark the letters whose notices lie in ``folder``, which then lie in ``done``; how many letters came back."""
    count = 0
    waiting = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    for path in waiting:
        found = bounce(path.read_bytes()) if path.stat().st_size <= MOST_BYTES else None
        if found is not None:
            with sql.begin(target) as connection:
                count += sql.execute(connection, "etl/letter_bounced", token=found.token, said=found.said, now=now)
        (folder / DONE).mkdir(exist_ok=True)
        os.replace(path, folder / DONE / path.name)
    return count

"""When a letter that was put off is tried again, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

PAUSES = (1, 5, 15, 60, 180)  # minutes after the first, second … attempt; afterwards the last ...
LONG_PAUSE = 360  # ... and longest
GIVE_UP = timedelta(hours=72)  # since it should have gone


def next_attempt(attempts: int, not_before: datetime, now: datetime) -> datetime | None:
    """When to try again after so many attempts; ``None`` when it has been put off for too long."""
    pause = PAUSES[attempts - 1] if 0 < attempts <= len(PAUSES) else LONG_PAUSE
    again = now + timedelta(minutes=pause)
    return again if again - not_before <= GIVE_UP else None

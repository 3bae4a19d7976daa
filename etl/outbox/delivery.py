"""How handing over a letter may end, told in both languages where people read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from etl.outbox.letter import Envelope

Handing = Callable[[], None]  # called once, just before the receiver may have the content; raises Taken


class Putoff(Exception):
    """Not now: the receiver put this letter off, or the line broke before it had the content. Trying again helps."""


class Declined(Exception):
    """Not ever: the receiver will not take this letter, whoever tries again."""


class Unsure(Exception):
    """The receiver has the content, and did not say whether it took it."""


class Taken(Exception):
    """The letter is another sender's by now."""


class Unreachable(Exception):
    """No letter can go this way at present: no connection, no proof of who is there, a login that is refused."""

    def __init__(self, reason_zh: str, reason_en: str) -> None:
        super().__init__(reason_en)
        self.reason_zh, self.reason_en = reason_zh, reason_en


class Transport(Protocol):
    """A way letters go. ``ending`` is the state of what it handed over."""

    ending: str

    def send(self, envelope: Envelope, handing: Handing) -> str:
        """Hand a letter over; the receiver's last words. Raises :class:`Putoff`, :class:`Declined`, :class:`Unsure`,
        :class:`Unreachable`, and what ``handing`` raises."""

    def close(self) -> None:
        """Take leave of the receiver."""

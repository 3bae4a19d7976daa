"""A letter: what is to be told to one address, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from etl.domain.mail_address import deliverable

MAIL, WEBHOOK = "mail", "webhook"
CHANNELS = (MAIL, WEBHOOK)
KINDS = ("alert", "recovered", "digest", "report", "operational", "test")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Attachment:
    """What goes with a letter: its ``content``, or a ``reference`` to where the store keeps it (``report:17``).

    With a ``content_id`` it is a picture inside the text, named there as ``cid:…``.
    """

    name: str
    type: str
    content: bytes | None = None
    reference: str | None = None
    content_id: str = ""

    def __post_init__(self) -> None:
        if (self.content is None) == (self.reference is None):
            raise ValueError(f"{self.name}: give the content or a reference to it")
        if "/" not in self.type:
            raise ValueError(f"{self.type!r} is no type of content; write it as application/pdf")


@dataclass(frozen=True)
class Letter:
    """One letter. ``occurrence`` names what it tells of: to one address of a channel that is told once.

    ``text`` is always there, ``html`` where it has a better form; ``user_id`` is ``None`` for an address without an account;
    ``not_before`` is ``None`` for at once. Raises :class:`ValueError` for what no server would take.
    """

    occurrence: str
    kind: str
    address: str
    subject: str
    text: str
    html: str = ""
    channel: str = MAIL
    language: str = "zh"
    user_id: int | None = None
    link: str = ""
    attachments: tuple[Attachment, ...] = ()
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS or self.kind not in KINDS or self.language not in LANGUAGES:
            raise ValueError(f"no such channel, kind or language: {self.channel}, {self.kind}, {self.language}")
        if self.channel == MAIL and not deliverable(self.address):
            raise ValueError(f"{self.address!r} is no address of mail")
        if any(ord(letter) < 0x20 for letter in self.subject):
            raise ValueError("a subject is one line")


@dataclass(frozen=True)
class Envelope:
    """A letter on its way, its attachments with their contents: its number in the store, and the ``token`` nobody can guess that
    tells of it when it bounces."""

    letter_id: int
    token: str
    created_at: datetime
    letter: Letter

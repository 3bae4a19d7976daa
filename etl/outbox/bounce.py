"""Mails that came back: which letter, and why (delivery status notifications, RFC 3464)."""

from __future__ import annotations

import email
from dataclasses import dataclass
from email.message import Message
from email.policy import default

MOST_WORDS = 500


@dataclass(frozen=True)
class Bounce:
    """One mail that came back: the token of ours, and what the last server said."""

    token: str
    said: str


def bounce(content: bytes) -> Bounce | None:
    """What a mail says about one of ours; ``None`` when it is no notice of a final failure.

    A notice of a mere delay is none: the mail may still arrive.
    """
    mail = email.message_from_bytes(content, policy=default)
    if mail.get_content_type() != "multipart/report":
        return None
    failed = next((part for part in _status(mail) if part.get("Action", "").strip().lower() == "failed"), None)
    sent = next((part for part in mail.walk() if part.get_content_type() in ("message/rfc822", "text/rfc822-headers")), None)
    token = _id_in(sent).strip(" <>").partition("@")[0] if sent is not None else ""
    if failed is None or not token:
        return None
    return Bounce(token, _reason(failed))


def _status(mail: Message) -> list[Message]:
    """The groups of fields of the status part, one for each recipient after the first."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            found = part.get_payload()
            return [group for group in found if isinstance(group, Message)] if isinstance(found, list) else []
    return []


def _id_in(sent: Message) -> str:
    inner = sent.get_payload()
    if isinstance(inner, list):
        return str(inner[0].get("Message-ID", "")) if inner else ""
    return str(email.message_from_string(str(inner), policy=default).get("Message-ID", ""))


def _reason(failed: Message) -> str:
    status, said = str(failed.get("Status", "")).strip(), str(failed.get("Diagnostic-Code", "")).strip()
    words = said.partition(";")[2] if said.lower().startswith("smtp;") else said
    return " ".join(f"{words if status in words else f'{status} {words}'}".split())[:MOST_WORDS]

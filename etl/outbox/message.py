"""A letter as a mail: plain text, HTML with its pictures inside, attachments."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from etl.outbox.letter import Attachment, Envelope

LOCALE = {"zh": "zh-CN", "en": "en"}


def message(envelope: Envelope, sender: str) -> EmailMessage:
    """The mail of a letter from ``sender`` (an address, a name before it or not)."""
    letter, mail = envelope.letter, EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = letter.address
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(envelope.created_at)
    mail["Message-ID"] = f"<{envelope.token}@{address.rpartition('@')[2]}>"
    mail["Content-Language"] = LOCALE[letter.language]
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices in return
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text)
    if letter.html:
        mail.add_alternative(letter.html, subtype="html")
        _add_pictures(mail, letter.attachments)
    for part in letter.attachments:
        if not part.content_id:
            mail.add_attachment(part.content or b"", *_kind(part), filename=part.name)
    return mail


def _add_pictures(mail: EmailMessage, parts: tuple[Attachment, ...]) -> None:
    html = mail.get_body(("html",))
    if not isinstance(html, EmailMessage):
        return
    for part in parts:
        if part.content_id:
            cid = f"<{part.content_id}>"
            html.add_related(part.content or b"", *_kind(part), cid=cid, filename=part.name, disposition="inline")


def _kind(part: Attachment) -> tuple[str, str]:
    kind, _, subtype = part.type.partition("/")
    return kind, subtype

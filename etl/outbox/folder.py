"""Without a mail server: letters are written into a folder and labelled as not sent, never dropped."""

from __future__ import annotations

import os
from pathlib import Path

from etl.outbox.delivery import Handing
from etl.outbox.letter import Envelope
from etl.outbox.message import message

LABEL = "X-Manyi-Not-Sent"
WHY = "no mail server is configured (MANYI_SMTP_URL)"


class Folder:
    """Writes each letter as ``<number>.eml``."""

    ending = "captured"

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def send(self, envelope: Envelope, handing: Handing) -> str:
        """Write one letter; written again it is the same file."""
        handing()
        mail = message(envelope, self._sender)
        mail[LABEL] = WHY
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{envelope.letter_id}.eml"
        half = path.with_suffix(".part")
        half.write_bytes(mail.as_bytes())
        os.replace(half, path)
        return WHY

    def close(self) -> None:
        """Nothing is kept open."""

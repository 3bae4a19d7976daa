"""What every report needs, read when this is imported: the press's fork server does it once, and all its workers share it."""

from __future__ import annotations

import gc

from dashboard import texts
from dashboard.snapshot import report, subject, typeset

__all__ = ("report", "subject")

texts.catalogue()
typeset.get_ready()
gc.freeze()  # the collector would write into every page of what is shared

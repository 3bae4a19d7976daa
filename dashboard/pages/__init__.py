"""The pages of the face, a folder each: layout.py, callbacks.py, data.py, figures.py; ``PAGE`` in page.py describes it.

So what a page reads and says can be had without what draws it in a browser: mails and reports on paper need no Dash.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from dashboard.context import Page

ORDER = ("overview", "targets", "alerts", "drivers", "complaints", "voice", "tasks", "reports", "data", "admin")  # as in the rail
WITHIN = ("predicted",)  # reached from another page, without a place of their own in the rail


def present() -> list[Page]:
    """The pages there are, in the order of the rail."""
    there = [name for name in (*ORDER, *WITHIN) if find_spec(f"{__name__}.{name}")]
    return [import_module(f"{__name__}.{name}.page").PAGE for name in there]

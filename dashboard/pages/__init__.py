"""The pages of the face, a folder each: layout.py, callbacks.py, data.py, figures.py; ``PAGE`` describes it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from dashboard.context import Page

ORDER = ("overview", "targets", "alerts", "drivers", "complaints", "voice", "tasks", "reports", "data", "admin")  # as in the rail
WITHIN = ("predicted",)  # reached from another page, without a place of their own in the rail


def present() -> list[Page]:
    """The pages there are, in the order of the rail."""
    found = [import_module(f"{__name__}.{name}") for name in (*ORDER, *WITHIN) if find_spec(f"{__name__}.{name}")]
    return [module.PAGE for module in found if hasattr(module, "PAGE")]

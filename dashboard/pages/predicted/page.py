"""What the shell is told of this page."""

from __future__ import annotations

from dashboard.context import Page
from dashboard.pages.predicted.callbacks import NAME, register
from dashboard.pages.predicted.layout import layout

ROLES = frozenset({"quality", "manager", "grid"})  # as the store's policy on single customers says

PAGE = Page(NAME, "predicted.title", "voice", layout, register, roles=ROLES, place="within")

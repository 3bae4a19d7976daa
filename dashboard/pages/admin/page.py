"""What the shell is told of this page."""

from __future__ import annotations

from dashboard.context import Page
from dashboard.pages.admin.callbacks import register
from dashboard.pages.admin.layout import layout

PAGE = Page("admin", "admin.title", "admin", layout, register, roles=frozenset({"admin"}), place="bottom")

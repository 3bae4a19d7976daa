"""What the shell is told of this page."""

from __future__ import annotations

from dashboard.context import Page
from dashboard.pages.reports.callbacks import NAME, register
from dashboard.pages.reports.layout import layout

PAGE = Page(NAME, "reports.title", "reports", layout, register)

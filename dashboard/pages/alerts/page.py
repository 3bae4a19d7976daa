"""What the shell is told of this page."""

from __future__ import annotations

from dashboard.context import Page
from dashboard.pages.alerts.callbacks import register
from dashboard.pages.alerts.layout import layout

PAGE = Page("alerts", "alerts.title", "alerts", layout, register)

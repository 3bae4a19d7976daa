"""What the shell is told of this page."""

from __future__ import annotations

from dashboard.context import Page
from dashboard.pages.data.callbacks import register
from dashboard.pages.data.layout import layout

PAGE = Page("data", "data.title", "data", layout, register, place="bottom")

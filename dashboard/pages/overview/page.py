"""What the shell is told of this page."""

from __future__ import annotations

from dashboard.context import Page
from dashboard.pages.overview.callbacks import NAME, register
from dashboard.pages.overview.layout import layout

PAGE = Page(NAME, "overview.title", NAME, layout, register, live=True)

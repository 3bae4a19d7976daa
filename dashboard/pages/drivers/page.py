"""What the shell is told of this page."""

from __future__ import annotations

from dashboard.context import Page
from dashboard.pages.drivers.callbacks import NAME, register
from dashboard.pages.drivers.layout import layout

PAGE = Page(NAME, "drivers.title", NAME, layout, register)

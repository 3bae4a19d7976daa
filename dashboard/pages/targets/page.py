"""What the shell is told of this page."""

from __future__ import annotations

from dashboard.context import Page
from dashboard.pages.targets.callbacks import NAME, register
from dashboard.pages.targets.layout import layout

PAGE = Page(NAME, "targets.title", NAME, layout, register)

"""What the shell is told of this page."""

from __future__ import annotations

from dashboard.context import Page
from dashboard.pages.targets.callbacks import NAME, register
from dashboard.pages.targets.layout import layout
from dashboard.pages.targets.picked import offer

PAGE = Page(NAME, "targets.title", NAME, layout, register, offer=offer)

"""What the shell is told of this page."""

from __future__ import annotations

from dashboard.context import Page
from dashboard.pages.voice.callbacks import NAME, register
from dashboard.pages.voice.layout import layout

PAGE = Page(NAME, "voice.title", NAME, layout, register)

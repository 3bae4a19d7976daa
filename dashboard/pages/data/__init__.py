"""Data: how far it goes and where it is late, what arrived, what was refused and why."""

from dashboard.context import Page
from dashboard.pages.data.callbacks import register
from dashboard.pages.data.layout import layout

PAGE = Page("data", "data.title", "data", layout, register, place="bottom")

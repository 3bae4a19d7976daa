"""Drivers: what goes with an outcome, how it stands in an area, and what a change would go with."""

from dashboard.context import Page
from dashboard.pages.drivers.callbacks import NAME, register
from dashboard.pages.drivers.layout import layout

PAGE = Page(NAME, "drivers.title", NAME, layout, register)

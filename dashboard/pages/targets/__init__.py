"""Targets: a plan's cascade from province to grid, negotiated, locked, published and followed."""

from dashboard.context import Page
from dashboard.pages.targets.callbacks import NAME, register
from dashboard.pages.targets.layout import layout

PAGE = Page(NAME, "targets.title", NAME, layout, register)

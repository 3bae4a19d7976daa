"""The overview: ten headline outcomes of an area, its members on a map and ranked, the trend, and what moved it."""

from dashboard.context import Page
from dashboard.pages.overview.callbacks import NAME, register
from dashboard.pages.overview.layout import layout

PAGE = Page(NAME, "overview.title", NAME, layout, register, live=True)

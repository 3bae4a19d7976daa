"""Reports: those that were made, one made now, and who gets which."""

from dashboard.context import Page
from dashboard.pages.reports.callbacks import NAME, register
from dashboard.pages.reports.layout import layout

PAGE = Page(NAME, "reports.title", "reports", layout, register)

"""Likely dissatisfied: customers never asked who are likely to be dissatisfied, and what the prediction is worth."""

from dashboard.context import Page
from dashboard.pages.predicted.callbacks import NAME, register
from dashboard.pages.predicted.layout import layout

ROLES = frozenset({"quality", "manager", "grid"})  # as the store's policy on single customers says

PAGE = Page(NAME, "predicted.title", "voice", layout, register, roles=ROLES, place="within")

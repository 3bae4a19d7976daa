"""Alerts: what stands open and why it fired, silences, rules, who was told what, and how one wants to be told."""

from dashboard.context import Page
from dashboard.pages.alerts.callbacks import register
from dashboard.pages.alerts.layout import layout

PAGE = Page("alerts", "alerts.title", "alerts", layout, register)

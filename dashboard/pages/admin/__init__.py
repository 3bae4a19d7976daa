"""Administration: who has an account and sees what, and what was done by whom."""

from dashboard.context import Page
from dashboard.pages.admin.callbacks import register
from dashboard.pages.admin.layout import layout

PAGE = Page("admin", "admin.title", "admin", layout, register, roles=frozenset({"admin"}), place="bottom")

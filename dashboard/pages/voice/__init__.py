"""Voice: what customers say: the satisfaction index and its paths, scores as given, who was asked, and their own words."""

from dashboard.context import Page
from dashboard.pages.voice.callbacks import NAME, register
from dashboard.pages.voice.layout import layout

PAGE = Page(NAME, "voice.title", NAME, layout, register)

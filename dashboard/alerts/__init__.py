"""Alerts as pages, mails and reports tell them: one way to read them, one way to say them."""

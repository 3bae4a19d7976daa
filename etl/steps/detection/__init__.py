"""Alerts looked for in a publication: what is read, the kinds of rules, and the episodes they open."""

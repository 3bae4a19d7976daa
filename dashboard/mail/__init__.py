"""The mail that carries alerts: words, HTML for any client, a small trend picture."""

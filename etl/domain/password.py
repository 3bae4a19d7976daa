"""What makes a password too weak to be taken."""

from __future__ import annotations

MIN_LENGTH = 10  # NIST SP 800-63B asks for 8; length is the only rule that helps
MAX_LENGTH = 200  # longer ones only cost hashing time
MIN_DIFFERENT = 5


def weakness(password: str, login: str) -> str | None:
    """``short``, ``long``, ``login`` (it is or holds the login), ``monotone``, or ``None`` when it will do."""
    if len(password) < MIN_LENGTH:
        return "short"
    if len(password) > MAX_LENGTH:
        return "long"
    if login and login.lower() in password.lower():
        return "login"
    return "monotone" if len(set(password)) < MIN_DIFFERENT else None

"""Check passwords in a time that does not tell whether the login exists."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from etl.domain.password import MAX_LENGTH


@cache
def hasher() -> PasswordHasher:
    """Argon2id with the library's current parameters (RFC 9106, low memory)."""
    return PasswordHasher()


@cache
def _nobody() -> str:
    return hasher().hash("nobody has this password")


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; without a hash the same work is done and the answer is no."""
    try:
        fits = hasher().verify(password_hash or _nobody(), password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None


def warm() -> None:
    """Make the stand-in hash now, so that the first unknown login does not take longer than the others."""
    _nobody()

"""Addresses of mail."""

from __future__ import annotations

LONGEST_ADDRESS = 254  # characters, RFC 5321


def deliverable(address: str) -> bool:
    """Whether an address has the form of one, in letters every server takes."""
    name, at, host = address.rpartition("@")
    plain = address.isascii() and address.isprintable() and not set(address) & set(' <>,;:"()[]\\')
    return bool(at and name and host and plain and host.strip(".") == host and len(address) <= LONGEST_ADDRESS)

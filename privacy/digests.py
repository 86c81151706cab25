"""Keyed digests: to find a person's row by an address without storing the address."""

import hashlib
import hmac

from django.conf import settings


def keyed_digest(key: str, *parts: str) -> bytes:
    """HMAC-SHA-256 over the parts, which cannot be confused with each other."""
    message = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
    return hmac.digest(key.encode(), message, hashlib.sha256)


def lookup_digest(value: str, purpose: str) -> str:
    """The digest an address, number or cookie is found by; empty for an empty value.

    `purpose` keeps digests of different columns apart. Normalize the value first.
    """
    return keyed_digest(settings.LOOKUP_KEY, purpose, value).hex() if value else ""

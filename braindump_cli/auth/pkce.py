"""Proof that whoever brings a code is who asked for it (RFC 7636, S256)."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_urlsafe

METHOD = "S256"


def new_verifier() -> str:
    """Return what never leaves this process until the code is exchanged: 384 random bits, 64 characters."""
    return token_urlsafe(48)


def challenge_of(verifier: str) -> str:
    """Return what may be told before, and stands in an address."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()

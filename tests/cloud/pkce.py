"""The challenge of a verifier (RFC 7636), reckoned apart from the package."""

import base64
import hashlib


def challenge_of(verifier: str) -> str:
    """Return what S256 makes of it."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

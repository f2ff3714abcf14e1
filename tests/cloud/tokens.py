"""Access tokens as Supabase Auth signs them (HS256), and what the servers of a project make of them."""

import time
from typing import Any

import jwt

SECRET = "a-secret-of-the-tests-that-is-long-enough-for-hs256"
KEY = "sb_publishable_of-the-tests"
LEEWAY_S = 30


class TokenError(Exception):
    """A token that is refused; `code` is PostgREST's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def token_of(
    user: str,
    *,
    role: str | None = "authenticated",
    expires_in_s: float = 3600,
    secret: str = SECRET,
    **claims: object,
) -> str:
    """Return a user's token; a negative age means it has expired. Without a role PostgREST takes it for `anon`."""
    now = int(time.time())
    told = {
        "sub": user,
        "aud": "authenticated",
        "iat": now - 3600,
        "exp": int(now + expires_in_s),
        "iss": "http://127.0.0.1/auth/v1",
        **({"role": role} if role else {}),
        **claims,
    }
    return jwt.encode(told, secret, algorithm="HS256")


def claims_of(authorization: str, *, secret: str = SECRET) -> dict[str, Any]:
    """Return the claims of an Authorization header, with a role; none, or the publishable key, is `anon`.

    Raises TokenError, with the words of PostgREST.
    """
    scheme, _, token = authorization.partition(" ")
    if not token or scheme.lower() != "bearer" or token == KEY:
        return {"role": "anon"}
    if (parts := len(token.split("."))) != 3:
        raise TokenError("PGRST301", f"Expected 3 parts in JWT; got {parts}")
    try:
        claims = jwt.decode(
            token, secret, algorithms=["HS256"], leeway=LEEWAY_S, options={"verify_aud": False}
        )
    except jwt.ExpiredSignatureError:
        raise TokenError("PGRST303", "JWT expired") from None
    except jwt.ImmatureSignatureError as error:
        said = "JWT issued at future" if "iat" in str(error) else "JWT not yet valid"
        raise TokenError("PGRST303", said) from None
    except jwt.PyJWTError:
        raise TokenError("PGRST301", "No suitable key or wrong key type") from None
    return {"role": "anon", **claims}

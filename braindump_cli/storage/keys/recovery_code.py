"""The recovery code: 128 random bits that people can copy by hand.

28 symbols of Crockford's base 32 in 7 groups of 4: 140 bits, the code's 128 and then 12 that check them. The
check is CRC-12 (polynomial 0x80F), so every single wrong symbol and every pair of neighbours swapped is
noticed, and of other typing mistakes all but one in 4096.
"""

import os

from braindump_cli.errors import UsageError

CODE_BYTES = 16
SYMBOLS = 28

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_BITS = 12
_POLYNOMIAL = 0x180F
_MISREAD = str.maketrans("OIL", "011")


def new_code() -> str:
    """Return a fresh code, in groups."""
    return write_code(os.urandom(CODE_BYTES))


def write_code(secret: bytes) -> str:
    """Write 16 bytes as a code, in groups."""
    number = int.from_bytes(secret)
    number = number << _CHECK_BITS | _check(number)
    symbols = "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (SYMBOLS - 1), -1, -5))
    return "-".join(symbols[i : i + 4] for i in range(0, SYMBOLS, 4))


def read_code(text: str) -> bytes:
    """Return the 16 bytes of a code, forgiving case, blanks, dashes, O for 0, I and L for 1.

    Raises UsageError for a typing mistake; the message never repeats the code.
    """
    symbols = "".join(char for char in text.upper() if char.isalnum()).translate(_MISREAD)
    strange = sorted(set(symbols) - set(_ALPHABET))
    if strange:
        raise UsageError(
            f"{', '.join(strange)}: no recovery code has that.", hint="Look at that symbol again."
        )
    if len(symbols) != SYMBOLS:
        raise UsageError(f"A recovery code has {SYMBOLS} symbols; these are {len(symbols)}.")
    number = 0
    for symbol in symbols:
        number = number << 5 | _ALPHABET.index(symbol)
    secret, check = number >> _CHECK_BITS, number & (1 << _CHECK_BITS) - 1
    if check != _check(secret):
        raise UsageError("The recovery code has a typing mistake.", hint="Compare it symbol by symbol.")
    return secret.to_bytes(CODE_BYTES)


def _check(number: int) -> int:
    """Return the remainder of the 128 bits and 12 zeros, divided by the polynomial."""
    rest = number << _CHECK_BITS
    for bit in range(8 * CODE_BYTES + _CHECK_BITS - 1, _CHECK_BITS - 1, -1):
        if rest >> bit & 1:
            rest ^= _POLYNOMIAL << bit - _CHECK_BITS
    return rest

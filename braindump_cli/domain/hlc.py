"""Hybrid logical clock: a stamp for every change that sorts as text and never goes back on one device.

Form: 15 digits of milliseconds since 1970, `-`, 4 digits of a counter, `-`, the device's id.
"""


def next_stamp(last: str, now_ms: int, device: str) -> str:
    """Return a stamp after `last` (or "") that is not before `now_ms`."""
    last_ms, counter = (int(last[:15]), int(last[16:20])) if last else (0, -1)
    if now_ms > last_ms:
        return f"{now_ms:015}-0000-{device}"
    if counter == 9999:
        return f"{last_ms + 1:015}-0000-{device}"
    return f"{last_ms:015}-{counter + 1:04}-{device}"

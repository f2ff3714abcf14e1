"""How sound is written everywhere inside: mono, 16-bit, little-endian."""

SAMPLE_RATE = 16_000  # frames a second
FRAME_BYTES = 2

"""Focus sessions: a plan, what was changed on the way, and what follows from both at any instant.

Nothing ticks. `session` holds what is stored, `timeline` lays it out as spans that tile the time, `standing` tells
where a session stands, `changes` what pausing, skipping and the like make of it, `absence` when nobody was there.
"""

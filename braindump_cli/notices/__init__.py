"""Ways to be heard: the desktop, a terminal, the user's own command. Sound is made in `audio`."""

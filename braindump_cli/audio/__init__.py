"""Sound: from the microphone or a file into the spool, and from there into the kept file."""

"""Where entries rest: the encrypted file, its keys, sealed audio and the inbox."""

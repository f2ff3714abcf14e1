"""Engines that read an entry: rules on this machine, or a model."""

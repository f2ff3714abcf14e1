"""The journal's tables behind the ports: one file a table, every statement written out."""

"""Use cases: plain functions over ports, values out."""

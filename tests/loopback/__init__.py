"""Servers on this machine that speak as the services do."""

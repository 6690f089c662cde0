"""Harnesses against a running server, one command each, on loopback and bounded in time."""

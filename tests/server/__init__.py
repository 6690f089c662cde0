"""Tests of the server: its connections, its workers, its log, its end."""

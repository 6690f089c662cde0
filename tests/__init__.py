"""Tests; their folders mirror those of ``app``."""

"""Tests of what docs/ promises."""

"""The record's file: read, checked, anchored, rendered, compared, edited and imported."""

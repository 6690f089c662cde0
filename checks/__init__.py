"""Programs that measure and try the product; no tests."""

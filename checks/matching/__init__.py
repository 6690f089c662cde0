"""How well a text's sentences are matched with the claims that they repeat."""

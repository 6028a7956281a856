"""The domain: industrial land, how soon it can be used, and what fits on it."""

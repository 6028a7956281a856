"""Each row of the standards' own test suites, against the real service."""

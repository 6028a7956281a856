"""What is computed from facts, when it is stale, and computing it."""

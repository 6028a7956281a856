"""The criteria of a need, one subject a file; `order` holds them in the order they are read."""

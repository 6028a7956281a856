"""Read, normalise, repair, validate and report land files."""

"""People one writes to."""

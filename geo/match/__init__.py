"""From a need to explained, ranked sites."""

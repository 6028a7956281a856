"""Pure: synthetic industrial land for tests, benchmarks and the sample, every feature flagged synthetic."""

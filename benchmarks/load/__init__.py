"""Many clients at once against the whole system, and whether anything got lost: ``python -m benchmarks.load``."""

"""How well and how fast vectors are found in 10,000 to 1,000,000 photos: ``python -m benchmarks.vectors``."""

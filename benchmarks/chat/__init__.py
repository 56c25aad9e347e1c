"""Whether chat names the right photos, and abstains where it should: ``python -m benchmarks.chat``."""

"""How fast photos become searchable rows, beside a naive loop over the same photos: ``python -m benchmarks.ingest``."""

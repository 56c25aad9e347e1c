"""The fault drill: a batch of photos while everything around it breaks: ``python -m benchmarks.faults``."""

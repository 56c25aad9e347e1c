"""A layer of the sample."""

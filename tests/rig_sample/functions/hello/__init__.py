"""A function of the sample."""

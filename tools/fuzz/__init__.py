"""Generated calls, with tokens and without, and what of another tenant they show: ``python -m tools.fuzz``."""

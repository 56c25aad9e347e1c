"""What two functions of the sample share."""

from __future__ import annotations

VERSION = "one"


class TransientError(Exception):
    """Goes away by itself."""


class HopelessError(Exception):
    """Does not."""

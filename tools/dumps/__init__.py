"""Dumps of the database: `tools.backup` makes them, `tools.restore` proves that they are good."""


class DumpError(Exception):
    """A dump can't be made, or is not to be restored; the message is one line for a person."""

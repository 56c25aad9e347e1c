"""The root of the rig's errors."""


class RigError(Exception):
    """Something that a person can put right; the message is one line that says what it is."""

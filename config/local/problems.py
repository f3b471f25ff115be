"""What the commands in bin/ say when they cannot go on."""


class Problem(Exception):
    """A sentence for the person at the keyboard, ending with what they can do about it."""

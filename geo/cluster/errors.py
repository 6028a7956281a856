"""The one error of this room: a sentence a person can act on."""


class ClusterError(Exception):
    """The embedded cluster cannot do what was asked; the message says what, where, and what to do."""

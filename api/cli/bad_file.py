"""The one error of commands over files; apart from what reads needs, which takes long to import."""


class BadFile(ValueError):  # noqa: N818 - its sentence tells what to mend
    """A file that a command was given cannot be used."""

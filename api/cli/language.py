"""The languages a command may be asked to speak."""

from enum import StrEnum


class Language(StrEnum):
    """A language of the catalogues; another one is wrong use of the command."""

    FR = "fr"
    EN = "en"

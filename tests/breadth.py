"""How widely a property is tried: every day on a part of the examples that a search (`make search`) tries."""

from hypothesis import settings

PART, LEAST = 4, 10


def tried(widely: int) -> int:
    """How many examples this run tries, of so many that a search does."""
    return widely if settings.get_current_profile_name() == "search" else max(LEAST, widely // PART)

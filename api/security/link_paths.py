"""Where links of mails lead. Who comes there is known by the token alone: cookies and keys are not looked at."""

from geo.store.desk.links import Purpose

PATHS = {
    Purpose.CONSULTATION: "/c/",
    Purpose.STILL_AVAILABLE: "/d/",
    Purpose.UNSUBSCRIBE: "/u/",
    Purpose.DOSSIER: "/s/",
    Purpose.FEED: "/feeds/",
}
_STARTS = tuple(PATHS.values())


def by_token(path: str) -> bool:
    """Whether a path holds the token of a link."""
    return path.startswith(_STARTS)


def is_secret(path: str) -> bool:
    """Whether a path holds the token of a link, or its answer does: neither is to be kept anywhere."""
    return by_token(path) or path.endswith(("/feed", "/link"))

"""An answer goes out in a media type the client accepts, or not at all (406)."""

from fastapi import Request

from api.problems import MEDIA_TYPE, Problem

SERVED = (
    "application/json",
    "application/geo+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    MEDIA_TYPE,
)
"""Media types of the answers of this service."""


async def acceptable(request: Request) -> None:
    """Dependency of the whole application: the client accepts a media type of the service.

    Raises:
        Problem: its Accept names others only (406).
    """
    given = ",".join(request.headers.getlist("accept"))
    if given.strip(" ,") and not any(_takes(entry) for entry in given.split(",")):
        raise Problem("not-acceptable", "accept.other", given=given, served=SERVED)


def _takes(entry: str) -> bool:
    """Whether one entry of Accept takes an answer of this service; ``q=0`` takes nothing."""
    media_type, *parameters = (part.strip().lower() for part in entry.split(";"))
    if any(_weightless(parameter) for parameter in parameters):
        return False
    return media_type in ("*", "*/*", "application/*") or media_type in SERVED


def _weightless(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name.strip() == "q" and value.strip().rstrip("0") in ("", "0.") and value.strip() != ""

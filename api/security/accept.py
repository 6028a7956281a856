"""An answer goes out in a media type the client accepts, or not at all (406)."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from fastapi import Request

from api.problems import MEDIA_TYPE, Problem

SERVED = (
    "application/json",
    "application/geo+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    "application/vnd.mapbox-vector-tile",
    "application/vnd.mapbox.style+json",
    MEDIA_TYPE,
)
"""Media types of the answers of this service."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])
OTHERWISE: dict[Callable[..., object], tuple[str, ...]] = {}
"""Endpoints that answer in media types of their own."""


def answers(*media_types: str) -> Callable[[Endpoint], Endpoint]:
    """An endpoint that answers in ``media_types``, and tells problems in those of the service."""

    def noted(endpoint: Endpoint) -> Endpoint:
        OTHERWISE[endpoint] = (*media_types, MEDIA_TYPE)
        return endpoint

    return noted


async def acceptable(request: Request) -> None:
    """Dependency of the whole application: the client accepts a media type of the service, or of the endpoint.

    What is asked for by ``f`` goes before. A route with that parameter and no media types of its own chooses itself
    (:func:`chosen`).

    Raises:
        Problem: its Accept names others only (406).
    """
    endpoint = request.scope["endpoint"]
    if "f" not in request.app.state.routes.of(endpoint).parameters:
        chosen(request, OTHERWISE.get(endpoint, SERVED))
    elif endpoint in OTHERWISE and "f" not in request.query_params:
        chosen(request, OTHERWISE[endpoint])


def chosen(request: Request, offered: Sequence[str]) -> str:
    """The media type of ``offered`` that the client wants most; among equals the first.

    Raises:
        Problem: it wants none of them (406).
    """
    given = ",".join(request.headers.getlist("accept"))
    if not given.strip(" ,"):
        return offered[0]
    wishes = list(_wishes(given))
    best = max(offered, key=lambda media_type: _weight(media_type, wishes))
    if not _weight(best, wishes):
        raise Problem("not-acceptable", "accept.other", given=given, served=offered)
    return best


def _wishes(given: str) -> Iterator[tuple[str, float]]:
    """Each range of an Accept and its weight; a weight that is none counts as 1."""
    for entry in given.split(","):
        media_range, *parameters = (part.strip().lower() for part in entry.split(";"))
        yield "*/*" if media_range == "*" else media_range, min(map(_quality, parameters), default=1.0)


def _quality(parameter: str) -> float:
    name, _, value = (part.strip() for part in parameter.partition("="))
    try:
        return min(max(float(value), 0.0), 1.0) if name == "q" else 1.0
    except ValueError:
        return 1.0


def _weight(media_type: str, wishes: Sequence[tuple[str, float]]) -> float:
    """What the most precise range that holds the media type says of it (RFC 9110, 12.5.1); 0 where none does."""
    family = media_type.partition("/")[0]
    for media_range in (media_type, f"{family}/*", "*/*"):
        weights = [weight for given, weight in wishes if given == media_range]
        if weights:
            return max(weights)
    return 0.0

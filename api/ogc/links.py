"""Links of answers, built on the address users know the service by."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from fastapi import Request

GEOJSON = "application/geo+json"
JSON = "application/json"


def base(request: "Request") -> str:
    """The address of the service without a final slash: the setting, else what the client asked."""
    public: str | None = request.app.state.settings.public_url
    return public or str(request.base_url).rstrip("/")


def link(href: str, rel: str, kind: str, title: str | None = None) -> dict[str, str]:
    """One link object."""
    made = {"href": href, "rel": rel, "type": kind}
    return made if title is None else made | {"title": title}


def own(request: "Request", **changed: str) -> str:
    """The address of this request with some parameters set; never its key."""
    kept = {name: value for name, value in request.query_params.items() if name != "api-key"}
    query = urlencode(kept | changed)
    address = base(request) + request.url.path
    return f"{address}?{query}" if query else address

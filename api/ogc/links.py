"""Links of answers, built on the address users know the service by."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import Request

GEOJSON = "application/geo+json"
GEOJSON_SEQ = "application/geo+json-seq"
JSON = "application/json"
HTML = "text/html"
CSV = "text/csv"
FLATGEOBUF = "application/flatgeobuf"
GEOPACKAGE = "application/geopackage+sqlite3"
GEOPARQUET = "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SCHEMA_JSON = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
MVT = "application/vnd.mapbox-vector-tile"
STYLE = "application/vnd.mapbox.style+json"
PLAIN = re.compile(r"[\w./~-]*", re.ASCII)
"""A path that is written as it is."""
REMEMBERED = 100
"""Addresses under which this service is asked."""
MOST_TOLD = 4_000
"""Bytes of links in a header: proxies take some 8,000 of all headers, clients 65,536 of one."""
OGC = "http://www.opengis.net/def/rel/ogc/1.0/"
"""What relations that OGC registered begin with."""


def base(request: "Request") -> str:
    """The address of the service without a final slash: the setting, else what the client asked."""
    state = request.scope.setdefault("state", {})
    if "base" not in state:
        public: str | None = request.app.state.settings.public_url
        state["base"] = public or _asked_base(request)
    address: str = state["base"]
    return address


def _asked_base(request: "Request") -> str:
    scope = request.scope
    hosts = tuple(value for name, value in scope["headers"] if name == b"host")
    root = scope.get("app_root_path", scope.get("root_path", ""))
    return _base(scope["scheme"], hosts, scope.get("server"), root)


@lru_cache(REMEMBERED)
def _base(scheme: str, hosts: "tuple[bytes, ...]", server: "tuple[str, int] | None", root: str) -> str:
    """The address that is asked under these names: to read it from a request takes as long as a feature."""
    headers = [(b"host", host) for host in hosts]
    scope = {"type": "http", "scheme": scheme, "headers": headers, "server": server, "root_path": root}
    return str(HTTPConnection(scope).base_url).rstrip("/")


def path_of(request: "Request") -> str:
    """The path of a request as it is written in an address."""
    path: str = request.scope["path"]
    return path if PLAIN.fullmatch(path) else request.url.path


def link(href: str, rel: str, kind: str, title: str | None = None) -> dict[str, str]:
    """One link object."""
    made = {"href": href, "rel": rel, "type": kind}
    return made if title is None else made | {"title": title}


def link_header(links: "Sequence[Mapping[str, str]]") -> dict[str, str]:
    """Links as a header (RFC 8288), for answers that have no place for them.

    It stays short: of a long address the other formats are left out, of a very long one the answer itself as well.
    """
    told = ""
    for left_out in ((), ("alternate",), ("alternate", "self")):
        told = ", ".join(_told(one) for one in links if one["rel"] not in left_out)
        if len(told) <= MOST_TOLD:
            break
    return {"Link": told} if told else {}


def _told(one: "Mapping[str, str]") -> str:
    return f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"'


def own(request: "Request", **changed: str | None) -> str:
    """The address of this request with some parameters set, or left out where None; never its key."""
    address, parts = _own(request)
    if changed:
        parts = parts | {name: None if value is None else urlencode({name: value}) for name, value in changed.items()}
    query = "&".join(filter(None, parts.values()))
    return f"{address}?{query}" if query else address


def _own(request: "Request") -> "tuple[str, dict[str, str | None]]":
    """The address without parameters, and the parameters as they are written in one: an answer has several links."""
    state = request.scope.setdefault("state", {})
    if "own" not in state:
        kept = {name: value for name, value in request.query_params.items() if name != "api-key"}
        parts = {name: urlencode({name: value}) for name, value in kept.items()}
        state["own"] = base(request) + path_of(request), parts
    found: tuple[str, dict[str, str | None]] = state["own"]
    return found

"""Answers as the test suites of the standards read them."""

from collections.abc import Mapping
from typing import Any

import httpx

Link = Mapping[str, str]
Document = Mapping[str, Any]

GEOJSON = "application/geo+json"
JSON = "application/json"
HTML = "text/html"


def links(document: Document, rel: str) -> list[Link]:
    """The links of a relation; each says where it leads and to what."""
    found = [one for one in document["links"] if one["rel"] == rel]
    assert all(one.get("href") and one.get("type") for one in found)
    return found


def linked(document: Document, rel: str, media_type: str) -> Link:
    """The one link of a relation to a media type."""
    (one,) = [one for one in links(document, rel) if one["type"].replace(" ", "") == media_type]
    return one


def read(client: httpx.Client, address: str, status: int = 200, /, **parameters: str) -> Any:
    """The JSON at an address, with the status expected."""
    answer = client.get(httpx.URL(address).copy_merge_params(parameters))
    assert answer.status_code == status, (address, parameters, answer.text[:500])
    return answer.json()


def parameter(api: Document, path: str, name: str) -> Document:
    """A query parameter of a list as the OpenAPI document declares it, references followed."""
    for entry in api["paths"][path]["get"]["parameters"]:
        found = resolved(api, entry)
        if found["name"] == name:
            return found
    raise AssertionError(f"{path} declares no {name}")


def resolved(api: Document, entry: Document) -> Document:
    """What a reference names."""
    found: Any = entry
    while "$ref" in found:
        target: Any = api
        for part in found["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        found = target
    return dict(found)


def positions(geometry: Document | None) -> list[tuple[float, float]]:
    """Every corner of a geometry."""
    if geometry is None:
        return []

    def flat(part: Any) -> list[tuple[float, float]]:
        if isinstance(part[0], int | float):
            return [(part[0], part[1])]
        return [corner for inner in part for corner in flat(inner)]

    return flat(geometry["coordinates"])

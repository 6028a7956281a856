"""OGC API Tiles Part 1: from the landing page and from the collection to a tile, and to what is no tile."""

from typing import Any

import httpx
import pytest

from tests.conformance.proving import TILES, proves
from tests.conformance.reading import JSON, Document, linked, read

TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
MVT = "application/vnd.mapbox-vector-tile"


@pytest.fixture(params=["/", "/collections/parcels"], ids=["landing", "collection"])
def tileset(request: pytest.FixtureRequest, client: httpx.Client) -> Document:
    """The one set of tiles, as a client comes to it."""
    listed = read(client, linked(read(client, request.param), TILESETS, JSON)["href"])
    found: dict[str, Any] = read(client, linked(listed["tilesets"][0], "self", JSON)["href"])
    return found


def tile(tileset: Document, *place: int) -> str:
    address = linked(tileset, "item", MVT)["href"]
    for name, number in zip(("tileMatrix", "tileRow", "tileCol"), place, strict=True):
        assert f"{{{name}}}" in address
        address = address.replace(f"{{{name}}}", str(number))
    return address


@proves(f"{TILES}/tilesets-list", f"{TILES}/geodata-tilesets")
def test_a_1_a_2_tilesets_list(client: httpx.Client, tileset: Document) -> None:
    assert tileset["dataType"] == "vector"
    assert tileset["tileMatrixSetURI"].endswith("/WebMercatorQuad")


@proves(f"{TILES}/tileset")
def test_a_3_to_a_5_tileset_description(client: httpx.Client, tileset: Document) -> None:
    grid = read(client, linked(tileset, "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", JSON)["href"])
    assert grid["uri"] == tileset["tileMatrixSetURI"]
    assert {limit["tileMatrix"] for limit in tileset["tileMatrixSetLimits"]} <= {
        matrix["id"] for matrix in grid["tileMatrices"]
    }


@proves(f"{TILES}/core", f"{TILES}/mvt")
def test_a_6_req_core_tc_success(client: httpx.Client, tileset: Document) -> None:
    answer = client.get(tile(tileset, 0, 0, 0), headers={"Accept": MVT})
    assert (answer.status_code, answer.headers["content-type"]) == (200, MVT)
    assert answer.content
    empty = client.get(tile(tileset, 6, 0, 0), headers={"Accept": MVT})
    assert empty.status_code in (200, 204)
    assert not empty.content


@proves(f"{TILES}/core")
@pytest.mark.parametrize("place", [(99, 0, 0), (3, 8, 0), (3, 0, 8)])
def test_a_7_req_core_tc_error(client: httpx.Client, tileset: Document, place: tuple[int, int, int]) -> None:
    answer = client.get(tile(tileset, *place), headers={"Accept": MVT})
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"

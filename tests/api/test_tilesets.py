"""How tiles are described: what OGC API Tiles, TileJSON and MapLibre want, and readers that know these only."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pyproj import Transformer

from api.ogc.tiles.styles import COLOURS
from geo.cluster import Running
from geo.land.vocabulary import ReadyClass
from geo.store.database import Database
from geo.store.tiles.tiles import FIELDS, LAST_ZOOM, LAYER, MERGED
from tests.api.planning_place import Place, a_territory
from tests.conftest import copied

TILES = "/collections/parcels/tiles"
SET = f"{TILES}/WebMercatorQuad"
STYLE = "/collections/parcels/styles/readiness"
OGC = "http://www.opengis.net/def/rel/ogc/1.0/"
MVT = "application/vnd.mapbox-vector-tile"
HALF = 20_037_508.342789244


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with copied(cluster, template, "tilesets") as address:
        database = Database(address, pool_size=2)
        with a_territory(database) as made:
            yield made
        database.close()


def links(document: dict[str, Any]) -> dict[str, str]:
    return {link["rel"]: link["href"] for link in document["links"]}


def path(place: Place, address: str) -> str:
    """An address of the service without its beginning."""
    return address.removeprefix(str(place.client.base_url).rstrip("/"))


@pytest.mark.parametrize("page", ["/", "/collections/parcels"])
def test_the_standard_leads_from_a_page_to_a_tile(place: Place, page: str) -> None:
    tilesets = place.get("nobody", path(place, links(place.get("nobody", page))[f"{OGC}tilesets-vector"]))
    (one,) = tilesets["tilesets"]
    tileset = place.get("nobody", path(place, links(one)["self"]))
    for said in (one, tileset):
        assert (said["dataType"], said["crs"]) == ("vector", "http://www.opengis.net/def/crs/EPSG/0/3857")
    (item,) = [link for link in tileset["links"] if link["rel"] == "item"]
    assert (item["type"], item["templated"]) == (MVT, True)
    address = item["href"]
    for name, number in (("tileMatrix", 11), ("tileRow", 730), ("tileCol", 1051)):
        assert f"{{{name}}}" in address
        address = address.replace(f"{{{name}}}", str(number))
    answer = place.client.get(path(place, address), headers={"Accept": MVT})
    assert (answer.status_code, answer.headers["content-type"]) == (200, MVT)
    assert answer.content


def test_every_link_of_a_description_is_answered(place: Place) -> None:
    for document in (place.get("nobody", TILES), place.get("nobody", SET), place.get("nobody", "/tileMatrixSets")):
        for link in document["links"]:
            if not link.get("templated"):
                answer = place.ask("nobody", "GET", path(place, link["href"]))
                assert answer.status_code == 200, link
                assert answer.headers["content-type"] == link["type"], link


def test_the_grid_is_the_one_that_tiles_lie_in(place: Place) -> None:
    (told,) = place.get("nobody", "/tileMatrixSets")["tileMatrixSets"]
    grid = place.get("nobody", path(place, links(told)["self"]))
    tileset = place.get("nobody", SET)
    assert tileset["tileMatrixSetURI"] == grid["uri"] == told["uri"]
    assert path(place, links(tileset)[f"{OGC}tiling-scheme"]) == "/tileMatrixSets/WebMercatorQuad"
    matrices = {matrix["id"]: matrix for matrix in grid["tileMatrices"]}
    for matrix in matrices.values():
        assert matrix["cellSize"] * matrix["tileWidth"] * matrix["matrixWidth"] == pytest.approx(2 * HALF)
        assert matrix["scaleDenominator"] * 0.00028 == pytest.approx(matrix["cellSize"])
    assert matrices["0"]["scaleDenominator"] == pytest.approx(559_082_264.0287178)
    limits = {limit["tileMatrix"]: limit for limit in tileset["tileMatrixSetLimits"]}
    assert list(limits) == [str(zoom) for zoom in range(LAST_ZOOM + 1)]
    for name, limit in limits.items():
        assert (limit["minTileRow"], limit["minTileCol"]) == (0, 0)
        assert limit["maxTileRow"] == matrices[name]["matrixHeight"] - 1
        assert limit["maxTileCol"] == matrices[name]["matrixWidth"] - 1
    assert place.ask("nobody", "GET", f"{SET}/0/1/0").status_code == 404


@pytest.mark.parametrize("address", ["/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad"])
def test_a_grid_is_kept_by_anyone_and_known_again(place: Place, address: str) -> None:
    """It is the same for all, and changes with the software only."""
    answer = place.ask("own", "GET", address)
    assert answer.headers["cache-control"] == "public, max-age=3600"
    again = place.ask("nobody", "GET", address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("address", [TILES, SET, STYLE, "/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad"])
def test_json_may_be_asked_for_by_name_and_nothing_else(place: Place, address: str) -> None:
    asked = place.client.get(f"{address}?f=json")
    assert asked.status_code == 200, asked.text
    assert asked.headers["content-type"] == place.client.get(address).headers["content-type"]
    refused = place.client.get(f"{address}?f=html&lang=en")
    assert refused.status_code == 400
    (said,) = refused.json()["errors"]
    assert (said["in"], said["field"]) == ("query", "f")
    assert "json" in said["detail"]
    formats = [entry for entry in parameters(place, address) if entry.get("name") == "f"]
    assert "json" in formats[0]["schema"]["enum"]


def parameters(place: Place, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = place.get("nobody", "/api")["paths"][address]["get"]["parameters"]
    return found


def test_conformance_names_the_classes_of_tiles(place: Place) -> None:
    told = place.get("nobody", "/conformance")["conformsTo"]
    for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt"):
        assert f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}" in told


def test_tilejson_is_what_maplibre_reads(place: Place) -> None:
    told = place.get("nobody", f"{SET}?f=tilejson")
    assert told["tilejson"] == "3.0.0"
    assert (told["minzoom"], told["maxzoom"]) == (0, LAST_ZOOM)
    assert {layer["id"] for layer in told["vector_layers"]} == {LAYER, MERGED}
    assert list(told["vector_layers"][0]["fields"]) == list(FIELDS)
    west, south, east, north = told["bounds"]
    x, y = Transformer.from_crs("OGC:CRS84", 3857, always_xy=True).transform((west + east) / 2, (south + north) / 2)
    (address,) = told["tiles"]
    column, row = ((way + HALF) / (2 * HALF) * 2**11 for way in (x, -y))
    filled = address.format(z=11, y=int(row), x=int(column))
    assert place.ask("nobody", "GET", path(place, filled)).content


def test_a_hidden_parcel_leaves_no_trace_in_the_bounds(place: Place) -> None:
    public, own = (place.get(who, f"{SET}?f=tilejson")["bounds"] for who in ("nobody", "own"))
    assert own[2] - own[0] > 5 * (public[2] - public[0])


def test_what_is_asked_goes_on_to_the_tiles_but_no_key(place: Place) -> None:
    key = place.keys["own"]
    asked = f"{SET}?f=tilejson&lang=en&api-key={key}&filter=surface_m2 > 5 AND name = 'é{{z}}'&market=for_sale"
    answer = place.ask("nobody", "GET", asked)
    assert key not in answer.text
    (address,) = answer.json()["tiles"]
    assert address.count("{z}") == 1
    assert "market=for_sale" in address
    filled = path(place, address.replace("{z}/{y}/{x}", "11/730/1051"))
    assert place.ask("own", "GET", filled).headers["ogc-numbermatched"] == "0"
    whole = filled.replace("%C3%A9%7Bz%7D", "Lot+agency")
    assert place.ask("own", "GET", whole).headers["ogc-numbermatched"] == "1"
    assert place.ask("own", "GET", f"{SET}?f=tilejson&filter=1").status_code == 400


def test_the_style_draws_every_class_and_tells_its_legend(place: Place) -> None:
    answer = place.client.get(f"{STYLE}?lang=fr", headers={"Accept": "application/vnd.mapbox.style+json"})
    assert answer.headers["content-type"] == "application/vnd.mapbox.style+json"
    style = answer.json()
    legend = {entry.get("ready_class"): entry for entry in style["metadata"]["emprise:legend"]}
    assert set(legend) == {*(one.value for one in ReadyClass), None}
    assert legend["0_6"]["label"] == "0-6 mois"
    known = place.get("nobody", path(place, style["sources"]["emprise"]["url"]))["vector_layers"]
    assert {layer["source-layer"] for layer in style["layers"]} == {layer["id"] for layer in known}
    colour = style["layers"][0]["paint"]["fill-color"]
    assert colour[:2] == ["match", ["get", "ready_class"]]
    assert dict(zip(colour[2:-1:2], colour[3:-1:2], strict=True)) == {one.value: COLOURS[one] for one in ReadyClass}


def test_the_openapi_document_declares_tiles(place: Place) -> None:
    paths = place.get("nobody", "/api")["paths"]
    tile = paths[f"{SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"]["get"]
    assert set(tile["responses"]["200"]["content"]) == {MVT}
    assert [entry["name"] for entry in tile["parameters"] if entry.get("in") == "path"] == [
        "tileMatrix",
        "tileRow",
        "tileCol",
    ]
    assert {"filter", "market", "ready_by", "f"} <= {entry.get("name") for entry in tile["parameters"]}


def test_gdal_reads_the_tiles_by_the_standard(place: Place) -> None:
    """The first matrix: for the others GDAL 3.12 looks in the middle of the world, and finds nothing to read there.

    In a process of its own: GDAL waits for the answer with the interpreter's lock held.
    """
    code = f"""
import json, pyogrio
source = "OGCAPI:{place.client.base_url}/collections/parcels"
frame = pyogrio.read_dataframe(source, layer="Zoom level 0")
print(json.dumps([str(frame.crs), int(frame["count"].sum()), list(frame.to_crs(4326).total_bounds)]))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    crs, counted, (west, south, east, north) = json.loads(ended.stdout)
    assert (crs, counted) == ("EPSG:3857", 1)
    assert (west, south) == (east, north), "the one parcel the public sees is a point at this scale"
    lon, lat, *_ = place.get("nobody", f"{SET}?f=tilejson")["bounds"]
    assert (west, south) == pytest.approx((lon, lat), abs=0.1)

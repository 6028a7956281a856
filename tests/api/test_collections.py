"""Every collection, as each audience is served it: features, boxes, filters, orders, pages, tables, descriptions."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import text

from geo.cluster import Running
from geo.store.cql2.terms import HELD, Kind
from geo.store.database import Role
from geo.store.items.collection import COLLECTIONS, Collection
from tests.api.collections_place import AUDIENCES, EACH, Place, collections_place, corner

EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"

COUNTS = {"zones": EACH + 1}
"""Features that everyone sees, where it is not EACH: a plan to come is shown, too."""
MORE = {("parcels", "company"): 1, ("parcels", "planner"): 3, ("parcels", "admin"): 4, ("areas", "planner"): 1}
"""Features that an audience sees beside those."""
NAMED = {
    "parcels": ("name", "Parcelle 3"),
    "cadastre": ("numero", "0003"),
    "sites": ("site_id", "S3"),
    "zones": ("libelle", "UX3"),
    "constraints": ("label", "Zone rouge 3"),
    "communes": ("name", "Commune 3"),
    "networks": ("name", "Poste 3"),
    "areas": ("code", "A3"),
}
"""A property and a value that one feature has."""

every_collection = pytest.mark.parametrize("collection", COLLECTIONS.values(), ids=list(COLLECTIONS))
every_audience = pytest.mark.parametrize("audience", AUDIENCES)


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with collections_place(cluster, template, "collections") as made:
        yield made


def items(collection: Collection) -> str:
    return f"/collections/{collection.name}/items"


def ids(features: list[dict[str, Any]]) -> list[int | str]:
    return [feature["id"] for feature in features]


@every_audience
@every_collection
def test_each_audience_reads_what_it_may(place: Place, collection: Collection, audience: str) -> None:
    expected = COUNTS.get(collection.name, EACH) + MORE.get((collection.name, audience), 0)
    page = place.document(audience, items(collection), limit=1_000)
    assert page["numberMatched"] == page["numberReturned"] == len(page["features"]) == expected
    told = json.dumps(page)
    if (collection.name, audience) not in MORE:
        assert "SECRET" not in told
    shown = {column.name for column in collection.shown(Role(audience))} | set(collection.flags)
    for feature in page["features"]:
        assert set(feature["properties"]) == shown
        assert feature["properties"]["id"] == feature["id"]
        one = place.document(audience, f"{items(collection)}/{feature['id']}")
        links = {link["rel"] for link in one.pop("links")}
        assert {"self", "collection"} <= links
        assert one == feature


@every_collection
def test_what_is_hidden_is_not_found(place: Place, collection: Collection) -> None:
    everything = ids(place.features("admin", collection.name)) + ids(place.features("planner", collection.name))
    seen = ids(place.features("public", collection.name))
    nobody = "999999" if collection.id_kind is Kind.TEXT else 999_999
    for hidden in {*everything, nobody} - {*seen}:
        answer = place.get("public", f"{items(collection)}/{hidden}")
        assert (answer.status_code, answer.json()["code"].rpartition(".")[2]) == (404, "unknown")
        found = place.document("public", items(collection), filter=f"id = {hidden!r}")
        assert (found["numberMatched"], found["features"]) == (0, [])


@every_audience
@every_collection
def test_pages_and_orders_hold_every_feature_once(place: Place, collection: Collection, audience: str) -> None:
    whole = place.features(audience, collection.name, limit=1_000)
    assert ids(place.features(audience, collection.name, limit=2)) == ids(whole)
    name, value = NAMED[collection.name]
    turned = place.features(audience, collection.name, limit=2, sortby=f"-{name}")
    assert sorted(map(str, ids(turned))) == sorted(map(str, ids(whole)))
    values = [feature["properties"][name] for feature in turned]
    assert values == sorted(values, reverse=True)
    assert value in values


@every_audience
@every_collection
def test_a_filter_finds_one(place: Place, collection: Collection, audience: str) -> None:
    name, value = NAMED[collection.name]
    whole = place.features(audience, collection.name)
    expected = [feature["id"] for feature in whole if feature["properties"][name] == value]
    assert len(expected) == 1
    for asked in ({"filter": f"{name} = '{value}'"}, {name: value}):
        page = place.document(audience, items(collection), **asked)
        assert (ids(page["features"]), page["numberMatched"]) == (expected, 1)
    refused = place.get(audience, items(collection), filter="geom_4326 IS NULL")
    assert (refused.status_code, refused.json()["code"]) == (400, "filter.unknown_property")


@pytest.mark.parametrize("srid", [4326, 3857, 2154])
@every_collection
def test_a_box_keeps_what_lies_in_it(place: Place, collection: Collection, srid: int) -> None:
    """Around the corner of one feature, in each system; and what a filter says of the same box."""
    crs = EPSG.format(srid) if srid != 4326 else "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    features = place.features("planner", collection.name, crs=crs)
    point = corner(features[2])
    reach = 0.0005 if srid == 4326 else 50
    box = ",".join(map(str, point.buffer(reach).bounds))
    found = place.document("planner", items(collection), bbox=box, **{"bbox-crs": crs})
    assert features[2]["id"] in ids(found["features"])
    assert 0 < found["numberMatched"] < len(features)
    drawn = {"filter": f"S_INTERSECTS(geometry, BBOX({box}))", "filter-crs": crs}
    assert ids(place.document("planner", items(collection), **drawn)["features"]) == ids(found["features"])
    assert found["numberMatched"] == exact(place, collection, srid, box)


def exact(place: Place, collection: Collection, srid: int, box: str) -> int:
    """How many features of those everyone sees intersect the box, asked of every row."""
    west, south, east, north = map(float, box.split(","))
    with place.database.connection(Role.PUBLIC) as connection:
        found = connection.scalar(
            text(f"""select count(*) from {collection.view} where st_intersects(st_transform(geom, :srid),
                st_makeenvelope(:w, :s, :e, :n, :srid))"""),
            {"srid": srid, "w": west, "s": south, "e": east, "n": north},
        )
    return int(found or 0)


@pytest.mark.parametrize("box", ["-180,-90,180,90", "170,-80,-170,80", "-5,41,10,52"])
@every_collection
def test_a_box_may_be_as_wide_as_the_world(place: Place, collection: Collection, box: str) -> None:
    found = place.document("public", items(collection), bbox=box)
    assert found["numberMatched"] == (0 if box.startswith("170") else COUNTS.get(collection.name, EACH))


@every_collection
def test_a_box_in_metres_may_be_wider(place: Place, collection: Collection) -> None:
    wide = {"bbox": "-40500000,-20000000,40500000,20000000", "bbox-crs": EPSG.format(3857)}
    assert place.document("public", items(collection), **wide)["numberMatched"] == COUNTS.get(collection.name, EACH)


@every_audience
@every_collection
def test_a_table_holds_the_same(place: Place, collection: Collection, audience: str) -> None:
    answer = place.get(audience, items(collection), f="csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="{collection.name}.csv"'
    table = list(csv.DictReader(io.StringIO(answer.text, newline=""), strict=True))
    features = place.features(audience, collection.name, limit=1_000)
    assert [row["id"] for row in table] == [str(identity) for identity in ids(features)]
    assert set(table[0]) == {*features[0]["properties"], "WKT"}
    sequence = place.get(audience, items(collection), f="geojsonseq").text.split("\x1e")[1:]
    assert [json.loads(one) for one in sequence] == features


@every_audience
@every_collection
def test_it_says_what_it_is_made_of(place: Place, collection: Collection, audience: str) -> None:
    home = f"/collections/{collection.name}"
    schema, queryables = (place.document(audience, f"{home}/{name}") for name in ("schema", "queryables"))
    feature = place.features(audience, collection.name)[0]
    Draft202012Validator.check_schema(schema)
    assert {*schema["properties"], *collection.flags} == {*feature["properties"], "geometry"}
    assert set(queryables["properties"]) <= {*schema["properties"], *HELD}
    assert schema["properties"]["geometry"]["$ref"].endswith(f"/{feature['geometry']['type']}.json")
    assert schema["properties"]["id"]["type"] == ("string" if collection.name == "communes" else "integer")
    roles = {entry.get("x-ogc-role") for entry in schema["properties"].values()}
    assert {"id", "primary-geometry"} <= roles
    for name in set(queryables["properties"]) - {"geometry"}:
        assert place.get(audience, items(collection), filter=f"{name} IS NULL", limit=1).status_code == 200, name


@every_audience
def test_the_list_says_what_each_one_says(place: Place, audience: str) -> None:
    listed = place.document(audience, "/collections")["collections"]
    assert [one["id"] for one in listed] == list(COLLECTIONS)
    for one in listed:
        assert one == place.document(audience, f"/collections/{one['id']}")
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        for feature in place.features(audience, one["id"], limit=1_000):
            point = corner(feature)
            assert west <= point.x <= east
            assert south <= point.y <= north
        assert (east - west) < 0.3 + 0.2 * (audience != "public"), "no wider than what lies there"
    titles = {lang: [one["title"] for one in place.document(audience, "/collections", lang=lang)["collections"]]
              for lang in ("fr", "en")}  # fmt: skip
    assert titles["fr"][0] == "Terrains"
    assert titles["en"][3] == "Zones of the plans"


def test_each_collection_has_its_own_paths(place: Place) -> None:
    paths = place.document("public", "/api")["paths"]
    for name, collection in COLLECTIONS.items():
        parameters = {entry.get("name") for entry in paths[f"/collections/{name}/items"]["get"]["parameters"]}
        assert {column.name for column in collection.shown(Role.PUBLIC)} & {"name", "code", "libelle"} <= parameters
        assert f"/collections/{name}/items/{{{collection.one}_id}}" in paths


def test_gdal_reads_each_by_place_and_by_value(place: Place) -> None:
    """In a process of its own: GDAL waits for the answer with the interpreter's lock held."""
    asked, expected = [], []
    for name, collection in COLLECTIONS.items():
        metres = place.features("public", name, crs=EPSG.format(2154))
        box = tuple(round(edge, 3) for edge in corner(metres[2]).buffer(10).bounds)
        where = "{} = '{}'".format(*NAMED[name])
        inside = {"bbox": ",".join(map(str, box)), "bbox-crs": EPSG.format(2154)}
        asked += [(name, {}), (name, {"bbox": box}), (name, {"where": where})]
        expected += [len(metres), place.document("public", items(collection), **inside)["numberMatched"], 1]
    code = f"""
import json, pyogrio
print(json.dumps([len(pyogrio.read_dataframe("OAPIF:{place.client.base_url}", layer=name, **terms))
                  for name, terms in {asked!r}]))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=True)
    assert json.loads(ended.stdout) == expected

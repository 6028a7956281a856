"""CQL2 filters over HTTP: text and JSON, coordinates, refusals in both languages, and what each audience may name."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.clock import today
from geo.cluster import Running
from geo.derive import work
from geo.store.access.keys import Admitted, create_key
from geo.store.access.organisations import make_organisation
from geo.store.database import AUDIENCES, Database, Role
from geo.store.views.views import PARCEL, columns
from tests.api.conftest import quick_settings
from tests.api.serving import serving
from tests.conftest import copied

ITEMS = "/collections/parcels/items"
METRES = "http://www.opengis.net/def/crs/EPSG/0/2154"
LATITUDE_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"


@pytest.fixture(scope="module")
def client(cluster: Running, sample_template: str) -> Iterator[httpx.Client]:
    """The sample, derived and served; ``keys`` of each audience stand in its headers by name."""
    with copied(cluster, sample_template, "filter") as address:
        database = Database(address)
        settings = quick_settings()
        work.derive(database, as_of=today(settings))
        with database.connection(Role.GATE) as connection:
            agency = make_organisation(connection, "Agence exemple", "agency")
            for role in (Role.COMPANY, Role.PLANNER, Role.ADMIN):
                admitted = Admitted(role.value, agency if role is Role.PLANNER else None)
                KEYS[role] = create_key(connection, role.value, admitted)[1]
        with serving(create_app(settings, database), settings) as made:
            yield made.client
        database.close()


KEYS: dict[Role, str] = {}


def as_role(role: Role) -> dict[str, str]:
    return {"X-API-Key": KEYS[role]} if role in KEYS else {}


@pytest.fixture(scope="module")
def every(client: httpx.Client) -> list[dict[str, Any]]:
    """All features the public sees."""
    features: list[dict[str, Any]] = []
    page = client.get(ITEMS, params={"limit": 500}).json()
    while True:
        features += page["features"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return features
        page = client.get(following[0]).json()


def ids(answer: httpx.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


def test_a_filter_finds_what_it_says(client: httpx.Client, every: list[dict[str, Any]]) -> None:
    wanted = [f["id"] for f in every if f["properties"]["surface_m2"] > 20_000 and f["properties"]["zone_type"] == "U"]
    assert 0 < len(wanted) < len(every)
    written = "surface_m2 > 20000 AND zone_type = 'U'"
    answer = client.get(ITEMS, params={"filter": written, "limit": 1000})
    assert ids(answer) == wanted
    assert answer.json()["numberMatched"] == len(wanted)
    tree = {"op": "and", "args": [{"op": ">", "args": [{"property": "surface_m2"}, 20000]},
                                  {"op": "=", "args": [{"property": "zone_type"}, "U"]}]}  # fmt: skip
    as_json: dict[str, str | int] = {"filter": json.dumps(tree), "filter-lang": "cql2-json", "limit": 1000}
    assert ids(client.get(ITEMS, params=as_json)) == wanted


def test_a_filter_goes_on_over_pages(client: httpx.Client) -> None:
    written = "surface_m2 > 20000"
    whole = ids(client.get(ITEMS, params={"filter": written, "limit": 1000}))
    page = client.get(ITEMS, params={"filter": written, "limit": 7})
    found = ids(page)
    while following := [link["href"] for link in page.json()["links"] if link["rel"] == "next"]:
        page = client.get(following[0])
        found += ids(page)
    assert found == whole
    assert len(found) > 14


def test_a_cursor_belongs_to_its_filter(client: httpx.Client) -> None:
    page = client.get(ITEMS, params={"filter": "surface_m2 > 20000", "limit": 7}).json()
    (following,) = (link["href"] for link in page["links"] if link["rel"] == "next")
    other = httpx.URL(following).copy_set_param("filter", "surface_m2 > 10000")
    assert client.get(str(other)).json()["code"] == "cursor.other"


def test_coordinates_are_those_of_filter_crs(client: httpx.Client, every: list[dict[str, Any]]) -> None:
    west, south = every[0]["geometry"]["coordinates"][0][0][0][:2]
    degrees = f"S_INTERSECTS(geometry,BBOX({west},{south},{west + 0.01},{south + 0.01}))"
    swapped = f"S_INTERSECTS(geometry,BBOX({south},{west},{south + 0.01},{west + 0.01}))"
    near = ids(client.get(ITEMS, params={"filter": degrees, "limit": 1000}))
    assert every[0]["id"] in near
    assert len(near) < len(every)
    assert near == ids(client.get(ITEMS, params={"filter": swapped, "filter-crs": LATITUDE_FIRST, "limit": 1000}))
    assert ids(client.get(ITEMS, params={"filter": swapped, "limit": 1000})) == []
    box = f"{west},{south},{west + 0.01},{south + 0.01}"
    assert near == ids(client.get(ITEMS, params={"bbox": box, "limit": 1000}))
    everywhere = "S_WITHIN(geometry,BBOX(100000,6000000,1200000,7000000))"
    found = ids(client.get(ITEMS, params={"filter": everywhere, "filter-crs": METRES, "limit": 1000}))
    assert len(found) == min(1000, len(every))


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        ({"filter": "zone_type ="}, "filter.unfinished", "s'arrête trop tôt"),
        ({"filter": "zone_type = 'U' oder"}, "filter.malformed", "caractère 17"),
        ({"filter": "surface_m2 = 'grand'"}, "filter.is_number", "est un nombre"),
        ({"filter": "surfac_m2 > 1"}, "filter.unknown_property", "surface_m2"),
        ({"filter": "buyer IS NULL"}, "filter.unknown_property", "buyer"),
        ({"filter": "pg_sleep(2) IS NULL"}, "filter.property_wanted", "pg_sleep"),
        ({"filter": "name = pg_read_file('/etc/hostname')"}, "filter.unknown_function", "pg_read_file"),
        ({"filter": ""}, "filter.empty", "vide"),
        ({"filter": f"{'ACCENTI(' * 43}name{')' * 43} = 'x'"}, "filter.alike_deep", "4 fois au plus"),
        ({"filter": f"name LIKE {'CASEI(' * 900}'x'{')' * 900}"}, "filter.too_deep", "60 niveaux"),
        ({"filter": f"A_CONTAINS(areas, ({', '.join(map(repr, map(str, range(21))))}))"}, "filter.lists_many",
         "plus de 20 fois"),
        ({"filter": "true", "filter-crs": "EPSG:2154"}, "crs.unknown", "EPSG:2154"),
        ({"filter": "{", "filter-lang": "cql2-json"}, "json.syntax", None),
        ({"filter": "5", "filter-lang": "cql2-json"}, "filter.no_condition", None),
        ({"filter": "[" * 200, "filter-lang": "cql2-json"}, "json.depth", None),
        ({"filter": "true", "filter-lang": "ecql"}, None, None),
    ],
)  # fmt: skip
def test_a_wrong_filter_is_400_with_its_reason(
    client: httpx.Client, asked: dict[str, str], code: str | None, words: str | None
) -> None:
    answer = client.get(ITEMS, params=asked | {"lang": "fr"})
    assert answer.status_code == 400
    problem = answer.json()
    assert code is None or problem["code"] == code
    assert words is None or words in problem["detail"]


@pytest.mark.parametrize(
    ("tree", "field", "words"),
    [
        ({"op": "="}, "filter", "« = » prend 2 arguments"),
        ({"op": "or", "args": [True, {"op": "like", "args": []}]}, "filter.args[1]", "« like » prend 2 arguments"),
        ({"op": "==", "args": [{"property": "surface_m2"}, 1]}, "filter", "« == »"),
        ({"op": "isNull", "args": ["name"]}, "filter.args[0]", "name"),
    ],
)
def test_a_wrong_filter_in_json_is_told_with_its_place_and_an_example_in_json(
    client: httpx.Client, tree: Any, field: str, words: str
) -> None:
    asked = {"filter": json.dumps(tree), "filter-lang": "cql2-json", "lang": "fr"}
    problem = client.get(ITEMS, params=asked).json()
    (said,) = problem["errors"]
    assert (problem["status"], said["in"], said["field"]) == (400, "query", field)
    assert words in problem["detail"]
    assert json.dumps(said["example"]) in problem["detail"], "whole"
    right = {"filter": json.dumps(said["example"]), "filter-lang": "cql2-json", "limit": "1"}
    assert client.get(ITEMS, params=right).status_code == 200
    beside = client.get(ITEMS, params=asked | {"zone_type": "U"}).json()
    assert [one["field"] for one in beside["errors"]] == [field]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 400, "9" * 5_000])
def test_a_number_beyond_all_is_told_as_it_is_written(client: httpx.Client, number: str) -> None:
    answer = client.get(ITEMS, params={"filter": f"surface_m2 > {number}", "lang": "fr"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "filter.number"
    assert number.lstrip("-")[:20] in answer.json()["detail"]
    assert "surface_m2 >= 50000" in answer.json()["detail"]
    if len(number) < 100:
        alone = client.get(ITEMS, params={"surface_m2": number}).json()
        assert number in alone["detail"]


@pytest.mark.parametrize("role", AUDIENCES)
def test_queryables_are_what_this_audience_may_name(client: httpx.Client, role: Role) -> None:
    answer = client.get("/collections/parcels/queryables", headers=as_role(role))
    assert answer.headers["content-type"] == "application/schema+json"
    named = answer.json()["properties"]
    for name, entry in named.items():
        assert name == "geometry" or isinstance(entry["type"], str), name
        shown = client.get(ITEMS, params={"filter": f"{name} IS NULL", "limit": 1}, headers=as_role(role))
        assert shown.status_code == 200, name
    for hidden in {column.name for column in PARCEL} - set(named):
        refused = client.get(ITEMS, params={"filter": f"{hidden} IS NULL"}, headers=as_role(role))
        assert refused.json()["code"] == "filter.unknown_property", hidden
    assert ("buyer" in named) == (role in (Role.PLANNER, Role.ADMIN))
    assert named["geometry"]["$ref"].startswith("https://geojson.org/schema/")
    assert "type" not in named["geometry"]
    assert named["market"]["enum"][0] == "for_sale"


def test_a_filter_that_was_read_for_one_audience_is_read_anew_for_another(client: httpx.Client) -> None:
    asked = {"filter": "buyer IS NULL AND zone_type = 'U'", "limit": "1"}
    told = [client.get(ITEMS, params=asked, headers=as_role(role)).status_code for role in (Role.ADMIN, Role.PUBLIC)]
    assert told == [200, 400]


@pytest.mark.parametrize("role", AUDIENCES)
def test_the_schema_names_every_property_of_a_feature(client: httpx.Client, role: Role) -> None:
    described = client.get("/collections/parcels/schema", headers=as_role(role)).json()["properties"]
    feature = client.get(ITEMS, params={"limit": 1}, headers=as_role(role)).json()["features"][0]
    assert set(feature["properties"]) == set(described) - {"geometry"}
    assert described["id"]["x-ogc-role"] == "id"
    assert [*(column.name for column in columns(PARCEL, role) if column.property), "stale"] == [
        name for name, _ in sorted(described.items(), key=lambda entry: entry[1].get("x-ogc-propertySeq", 1e9))
    ][:-1]


def test_titles_are_in_the_readers_language(client: httpx.Client) -> None:
    for lang, title in (("fr", "Commercialisation"), ("en", "Market")):
        schema = client.get("/collections/parcels/queryables", params={"lang": lang}).json()
        assert schema["properties"]["market"]["title"] == title


def test_the_collection_leads_to_them(client: httpx.Client) -> None:
    links = {link["rel"]: link["href"] for link in client.get("/collections/parcels").json()["links"]}
    for name in ("queryables", "schema"):
        href = links[f"http://www.opengis.net/def/rel/ogc/1.0/{name}"]
        assert client.get(href).json()["$id"] == href


def test_each_property_is_a_parameter_too(client: httpx.Client, every: list[dict[str, Any]]) -> None:
    declared = client.get("/api").json()["paths"][ITEMS]["get"]["parameters"]
    names = {entry.get("name") for entry in declared}
    queryables = client.get("/collections/parcels/queryables").json()["properties"]
    assert set(queryables) - {"geometry"} <= names
    sought = every[3]["properties"]
    for name, value in sought.items():
        if name in queryables and name != "updated_at" and value not in (None, []):
            one = value[0] if isinstance(value, list) else value
            said = str(one).lower() if isinstance(one, bool) else str(one)
            found = ids(client.get(ITEMS, params={name: said, "limit": 1000}))
            there = [f for f in every if one in f["properties"][name]] if isinstance(value, list) else None
            assert found == [f["id"] for f in there or every if there or f["properties"][name] == value], name
    both: dict[str, str | int] = {"zone_type": "U", "filter": "surface_m2 > 20000", "limit": 1000}
    assert ids(client.get(ITEMS, params=both)) == ids(
        client.get(ITEMS, params={"filter": "zone_type = 'U' AND surface_m2 > 20000", "limit": 1000})
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"surface_m2": "grand"}, "filter.is_number"),
        ({"surface_m2": "1e999"}, "filter.number"),
        ({"synthetic": "oui"}, "filter.is_truth"),
        ({"observed_on": "hier"}, "filter.day"),
        ({"updated_at": "2026-01-01"}, "filter.instant"),
        ({"buyer": "x"}, "parameter.unknown"),
        ({"distance_m": "x"}, "parameter.unknown"),
    ],
)
def test_a_value_of_another_kind_is_told(client: httpx.Client, asked: dict[str, str], code: str) -> None:
    answer = client.get(ITEMS, params=asked)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_gdal_pushes_what_it_can(client: httpx.Client, every: list[dict[str, Any]]) -> None:
    """``attr = value`` goes to the service by the parameter of that name: one page, not all. Its truths are 1 and 0."""
    code = f"""
import pyogrio
for where in ("zone_type = 'U'", "synthetic = 1"):
    frame = pyogrio.read_dataframe("OAPIF:{client.base_url}", layer="parcels", where=where, read_geometry=False)
    print(len(frame))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    properties = [f["properties"] for f in every]
    there = sum(one["zone_type"] == "U" for one in properties), sum(one["synthetic"] for one in properties)
    assert tuple(map(int, ended.stdout.split())) == there

"""The sample served: items, matches, readiness, as each audience."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS30Validator

from api.app import create_app
from api.clock import today
from geo.cluster import Running
from geo.derive import work
from geo.store.access.keys import Admitted, create_key
from geo.store.access.organisations import make_organisation
from geo.store.database import Database, Role
from tests.api.conftest import quick_settings
from tests.api.serving import Served, serving
from tests.conftest import REPO, copied

NEED = json.loads((REPO / "sample_need.json").read_text(encoding="utf-8"))
ITEMS = "/collections/parcels/items"


@pytest.fixture(scope="module")
def sample(cluster: Running, sample_template: str) -> Iterator[Database]:
    """A base with the sample, for the module."""
    with copied(cluster, sample_template, "served") as address:
        database = Database(address)
        work.derive(database, as_of=today(quick_settings()))
        yield database
        database.close()


@pytest.fixture(scope="module")
def keys(sample: Database) -> dict[str, str]:
    """A key for each audience; the planner's is of an agency."""
    with sample.connection(Role.GATE) as connection:
        agency = make_organisation(connection, "Agence exemple", "agency")
        return {
            audience: create_key(connection, audience, Admitted(audience, agency if audience == "planner" else None))[1]
            for audience in ("company", "planner", "admin")
        }


@pytest.fixture(scope="module")
def service(sample: Database) -> Iterator[Served]:
    settings = quick_settings()
    with serving(create_app(settings, sample), settings) as made:
        yield made


@pytest.fixture
def client(service: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.client.base_url, timeout=60) as made:
        yield made


def features(client: httpx.Client, query: str = "", **headers: str) -> list[dict[str, Any]]:
    """Every feature, page after page."""
    found: list[dict[str, Any]] = []
    url: str | None = ITEMS + query
    while url:
        page = client.get(url, headers=headers)
        assert page.status_code == 200, page.text
        document = page.json()
        assert document["numberReturned"] == len(document["features"])
        found += document["features"]
        links = {link["rel"]: link["href"] for link in document["links"]}
        url = links.get("next")
    return found


def read_with_gdal(client: httpx.Client, options: str) -> dict[str, Any]:
    """What geopandas reads, in a process of its own: GDAL waits for the answer with the interpreter's lock held."""
    code = f"""
import geopandas, json
frame = geopandas.read_file("OAPIF:{client.base_url}", layer="parcels", {options})
print(json.dumps({{"rows": len(frame), "columns": list(frame.columns)}}))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_each_audience_reads_its_own_parcels(client: httpx.Client, keys: dict[str, str]) -> None:
    counts = {"public": len(features(client, "?limit=200"))}
    for audience, key in keys.items():
        seen = features(client, "?limit=200", **{"X-API-Key": key})
        counts[audience] = len(seen)
        assert ("price_eur_m2" in seen[0]["properties"]) is (audience != "public")
    assert counts["public"] < counts["company"] < counts["planner"] < counts["admin"] == 600


def test_what_is_masked_is_nowhere_in_the_bytes(client: httpx.Client) -> None:
    text_of = client.get(f"{ITEMS}?limit=1000").text
    for name in ("price_eur_m2", "contact", "owner_siren", "buyer", "sale_amount"):
        assert name not in text_of


def test_pages_hold_every_parcel_once(client: httpx.Client) -> None:
    found = features(client, "?limit=37")
    ids = [feature["id"] for feature in found]
    assert ids == sorted(set(ids))
    assert len(ids) == client.get(f"{ITEMS}?limit=1").json()["numberMatched"]


def test_a_cursor_is_good_for_its_own_question_only(client: httpx.Client, keys: dict[str, str]) -> None:
    links = client.get(f"{ITEMS}?limit=5").json()["links"]
    (following,) = [link["href"] for link in links if link["rel"] == "next"]
    assert client.get(following).status_code == 200
    assert client.get(f"{following}&market=for_sale").status_code == 400
    assert client.get(following, headers={"X-API-Key": keys["admin"]}).status_code == 400
    assert client.get(f"{ITEMS}?next=abc").status_code == 400


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("bbox=1,2,3", "bbox.numbers"),
        ("bbox=a,b,c,d", "bbox.numbers"),
        ("bbox=4_0,45,5,46", "bbox.numbers"),
        ("bbox=\u0664,45,5,46", "bbox.numbers"),
        ("bbox=4,45,5,1e999", "bbox.numbers"),
        ("bbox=nan,nan,nan,nan", "bbox.numbers"),
        ("bbox=-inf,-inf,inf,inf", "bbox.numbers"),
        ("bbox=5,46,4,45", "bbox.south_north"),
        ("bbox=4,45,5,95", "bbox.degrees"),
        ("bbox=842000,6519000,843000,6520000", "bbox.degrees"),
        ("bbox=4,45,5,46&bbox-crs=EPSG:999999", "crs.unknown"),
        ("bbox=9,1,8,2&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/2154", "bbox.west_east"),
        ("market=bought", "market.not_listed"),
        ("limit=0", None),
        ("limit=-1", None),
        ("limit=9223372036854775808", None),
        ("limit=abc", None),
        ("limit=1_0", None),
        ("limit=\u0661", None),
        ("limit=", None),
        ("frobnicate=1", "parameter.unknown"),
        ("limit=1&limit=5", "parameter.twice"),
    ],
)
def test_bad_parameters_are_400_with_a_reason(client: httpx.Client, query: str, code: str | None) -> None:
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["request_id"] == answer.headers["x-request-id"]
    if code:
        assert problem["code"] == code


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        ("post", "/matches", "/matches"),
        ("get", "/collections/parcels/items", f"{ITEMS}?limit=5"),
        ("get", "/collections/parcels/items/{parcel_id}", f"{ITEMS}/1"),
        ("get", "/schemas/need", "/schemas/need"),
        ("get", "/schemas/answer", "/schemas/answer"),
    ],
)
def test_an_answer_is_as_the_openapi_document_says(client: httpx.Client, method: str, path: str, asked: str) -> None:
    document = client.get("/api").json()
    media_type, declared = next(iter(document["paths"][path][method]["responses"]["200"]["content"].items()))
    answer = client.request(method, asked, json=NEED if method == "post" else None)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    schema = {**declared["schema"], "components": document["components"]}
    assert list(OAS30Validator(schema).iter_errors(answer.json())) == []
    assert list(OAS30Validator(schema).iter_errors([])) != []


@pytest.mark.parametrize("text", ["0_1", "%D9%A1", "%201", "+1", "01_", "-1", "9223372036854775808", "1e0"])
def test_an_id_is_plain_digits(client: httpx.Client, text: str) -> None:
    assert client.get(f"{ITEMS}/{text}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "bbox=-180,-90,180,90",
        "bbox=4,45,0,7,47,100",
        "bbox=45,4,47,7&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
        "bbox=700000,6400000,1000000,6600000&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/2154",
        "limit=1000000000",
    ],
)
def test_legal_boxes_find_parcels(client: httpx.Client, query: str) -> None:
    document = client.get(f"{ITEMS}?{query}").json()
    assert document["numberReturned"] > 50
    assert document["numberReturned"] <= 1000


@pytest.mark.parametrize("query", ["bbox=170,-10,-170,10", "bbox=45.6,4.9,45.7,5.0"])
def test_boxes_elsewhere_are_empty_not_wrong(client: httpx.Client, query: str) -> None:
    document = client.get(f"{ITEMS}?{query}").json()
    assert (document["numberReturned"], document["numberMatched"], document["features"]) == (0, 0, [])


def test_a_box_keeps_what_its_reader_keeps(client: httpx.Client) -> None:
    """GDAL filters again on its side: it must find nothing more to throw away. It asks in the CRS of storage."""
    box = (855_000, 6_503_000, 867_000, 6_514_000)
    metres = "http://www.opengis.net/def/crs/EPSG/0/2154"
    asked = {"bbox": ",".join(map(str, box)), "bbox-crs": metres, "crs": metres, "limit": "1000"}
    answer = client.get(ITEMS, params=asked)
    assert answer.headers["content-crs"] == f"<{metres}>"
    ours = answer.json()
    theirs = read_with_gdal(client, f"bbox={box}")
    assert theirs["rows"] == ours["numberMatched"] == ours["numberReturned"] > 0


def test_geopandas_reads_the_whole_collection(client: httpx.Client) -> None:
    theirs = read_with_gdal(client, "bbox=None")
    assert theirs["rows"] == len(features(client, "?limit=1000"))
    assert {"name", "industry", "ready_p80", "surface_m2"} <= set(theirs["columns"])


@pytest.mark.parametrize(
    "item", ["0", "-1", "9223372036854775808", "%00", "..%2f..%2fetc%2fpasswd", "1'--", "x" * 9_000, "१"]
)
def test_what_is_no_parcel_is_404_or_400(client: httpx.Client, item: str) -> None:
    assert client.get(f"{ITEMS}/{item}").status_code in (400, 404)


def test_an_invisible_parcel_answers_like_none(client: httpx.Client, keys: dict[str, str]) -> None:
    public = {feature["id"] for feature in features(client, "?limit=1000")}
    hidden = min(set(range(1, 601)) - public)
    assert client.get(f"{ITEMS}/{hidden}", headers={"X-API-Key": keys["admin"]}).status_code == 200
    seen, none = client.get(f"{ITEMS}/{hidden}"), client.get(f"{ITEMS}/999999")
    assert seen.status_code == none.status_code == 404
    strip = dict.fromkeys(("request_id", "detail"))
    assert seen.json() | strip == none.json() | strip
    assert client.get(f"/parcels/{hidden}/readiness").status_code == 404


def test_a_need_is_answered(client: httpx.Client) -> None:
    answer = client.post("/matches", json=NEED)
    assert answer.status_code == 200
    document = answer.json()
    Draft202012Validator(client.get("/schemas/answer").json()).validate(document)
    Draft202012Validator(client.get("/schemas/need").json()).validate(NEED)
    assert [match["fit"] for match in document["matches"]] == ["fits", "fits"]
    counts = document["counts"]
    assert counts["considered"] == counts["proved"] + counts["open"] + counts["to_check"] + sum(
        counts["rejected"].values()
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"buildings": [{"length_m": 0, "width_m": 20}]}, "length_m"),
        ({"buildings": [{"length_m": -5, "width_m": 20}]}, "length_m"),
        ({"buildings": [{"length_m": 1e9, "width_m": 20}]}, "length_m"),
        ({"probability": 1.5}, "probability"),
        ({"start_by": "2027-02-30"}, "start_by"),
        ({"limit": 0}, "limit"),
        ({"land": 5}, "land"),
        ({"owner_id": 1}, "owner_id"),
    ],
)
def test_a_need_that_is_wrong_is_422_and_says_where(client: httpx.Client, change: dict[str, Any], field: str) -> None:
    answer = client.post("/matches", json={**NEED, **change})
    assert answer.status_code == 422
    assert any(field in error["field"] for error in answer.json()["errors"])


def test_a_need_sent_twice_with_one_key_is_answered_once(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "first-need"}
    first, second = (client.post("/matches", json=NEED, headers=headers) for _ in range(2))
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    other = client.post("/matches", json={**NEED, "limit": 3}, headers=headers)
    assert other.status_code == 422


def test_livez_answers_while_kernels_run(service: Served) -> None:
    """A need over every parcel is being decided; the process still says it lives."""
    import threading
    import time

    need = {"buildings": [{"length_m": 30, "width_m": 20}], "include": ["prospect"], "limit": 1000}
    done = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=service.client.base_url, timeout=120) as other:
            assert other.post("/matches", json=need).status_code == 200
        done.set()

    asking = threading.Thread(target=ask)
    asking.start()
    waits = []
    while not done.is_set():
        begun = time.monotonic()
        assert service.client.get("/livez").status_code == 200
        waits.append(time.monotonic() - begun)
    asking.join()
    assert len(waits) > 3
    assert max(waits) < 2


def test_readiness_of_a_parcel(client: httpx.Client) -> None:
    document = client.get("/parcels/1/readiness").json()
    assert document["class"] in ("immediate", "0_6")
    assert document["start"]["p50"] <= document["start"]["p80"]
    assert document["as_of"] == today(quick_settings()).isoformat()


def test_the_landing_page_leads_everywhere(client: httpx.Client) -> None:
    links = {link["rel"]: link for link in client.get("/").json()["links"]}
    for rel in ("conformance", "data", "service-desc"):
        answer = client.get(links[rel]["href"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].replace(" ", "") == links[rel]["type"]
    collections = {one["id"]: one for one in client.get("/collections").json()["collections"]}
    assert collections["parcels"] == client.get("/collections/parcels").json()

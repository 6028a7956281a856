"""The sample in every format, as clients read it; and what they have already."""

import csv
import http.client
import io
import json
import math
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import geopandas
import httpx
import pyogrio
import pytest
from sqlalchemy import text

from api.ogc.formats import FILES, MEDIA_TYPES
from geo.store.database import Database, Role
from tests.api.serving import Served
from tests.api.test_parcels import ITEMS, client, keys, sample, service

__all__ = ["client", "keys", "sample", "service"]

SEQUENCE = "application/geo+json-seq"
LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"


def read(client: httpx.Client, query: str, **headers: str) -> httpx.Response:
    answer = client.get(f"{ITEMS}?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def table(answer: httpx.Response, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text, newline=""), delimiter=delimiter, strict=True))


def ids_of_pages(client: httpx.Client, query: str, **headers: str) -> list[int]:
    return [feature["id"] for feature in read(client, f"{query}&limit=1000", **headers).json()["features"]]


@pytest.mark.parametrize("audience", ["public", "company", "planner", "admin"])
def test_each_audience_gets_all_its_parcels_in_each_format(
    client: httpx.Client, keys: dict[str, str], audience: str
) -> None:
    headers = {"X-API-Key": keys[audience]} if audience in keys else {}
    page = read(client, "limit=1000", **headers).json()
    sequence = [json.loads(one) for one in read(client, "f=geojsonseq", **headers).text.split("\x1e")[1:]]
    assert sequence == page["features"]
    rows = table(read(client, "f=csv", **headers))
    assert [int(row["id"]) for row in rows] == [feature["id"] for feature in page["features"]]
    assert set(rows[0]) == {*page["features"][0]["properties"], "WKT"}


@pytest.mark.parametrize(
    "query",
    [
        "bbox=45,4,47,7&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
        "filter=surface_m2 > 50000",
        "sortby=-surface_m2,name",
        "market=for_sale&sortby=ready_on",
        "ready_by=2030-01-01",
    ],
)
def test_the_question_is_the_same(client: httpx.Client, query: str) -> None:
    expected = ids_of_pages(client, query)
    assert expected
    assert [int(row["id"]) for row in table(read(client, f"{query}&f=csv"))] == expected
    first = table(read(client, f"{query}&f=csv&limit=3"))
    assert [int(row["id"]) for row in first] == expected[:3]


def test_properties_coordinates_and_no_geometry(client: httpx.Client) -> None:
    answer = read(client, f"f=csv&properties=name,market&crs={LAMBERT}&limit=1")
    assert list(table(answer)[0]) == ["name", "market", "WKT"]
    assert answer.headers["content-crs"] == f"<{LAMBERT}>"
    assert list(table(read(client, "f=csv&properties=name&skipGeometry=true&limit=1"))[0]) == ["name"]


def test_csv_for_spreadsheets(client: httpx.Client) -> None:
    answer = read(client, "f=csv&delimiter=semicolon&bom=true")
    assert answer.content.startswith(b"\xef\xbb\xbfid;name;")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"] == 'attachment; filename="parcels.csv"'
    assert not read(client, "f=csv").content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(("name", "value"), [("delimiter", "semicolon"), ("bom", "true")])
def test_parameters_of_csv_are_for_csv(client: httpx.Client, name: str, value: str) -> None:
    answer = client.get(f"{ITEMS}?{name}={value}", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (400, "format.csv_only")
    assert name in answer.json()["detail"]


@pytest.mark.parametrize(
    ("accept", "served"),
    [
        ("*/*", "application/geo+json"),
        ("application/json", "application/geo+json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/*", "text/csv; charset=utf-8; header=present"),
        ("application/geo+json;q=0.5, text/csv;q=0.6", "text/csv; charset=utf-8; header=present"),
        ("text/csv;q=0.5, application/geo+json-seq", SEQUENCE),
        ("application/geo+json;q=0, application/json;q=0, */*;q=0.1", SEQUENCE),
    ],
)
def test_accept_chooses(client: httpx.Client, accept: str, served: str) -> None:
    answer = read(client, "limit=1", Accept=accept)
    assert answer.headers["content-type"] == served
    assert "Accept" in answer.headers["vary"]


def test_f_comes_before_accept(client: httpx.Client) -> None:
    assert read(client, "f=json&limit=1", Accept="text/csv").headers["content-type"] == "application/geo+json"
    assert read(client, "f=csv&limit=1", Accept="text/html").headers["content-type"].startswith("text/csv")
    assert client.get(f"{ITEMS}?f=shapefile").status_code == 400


@pytest.mark.parametrize("accept", ["application/pdf", "image/png", "text/csv;q=0"])
def test_what_is_not_offered_is_406(client: httpx.Client, accept: str) -> None:
    answer = client.get(ITEMS, headers={"Accept": accept})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["detail"]
    assert client.get("/livez", headers={"Accept": "text/csv"}).status_code == 406, "offered for lists only"


def test_formats_are_declared(client: httpx.Client) -> None:
    operation = client.get("/api").json()["paths"][ITEMS]["get"]
    texts = {"application/geo+json", SEQUENCE, "text/csv", "text/html"}
    assert set(operation["responses"]["200"]["content"]) == texts | set(FILES)
    assert "304" in operation["responses"]
    (f,) = [one for one in operation["parameters"] if one.get("name") == "f"]
    assert set(f["schema"]["enum"]) == {"json", *MEDIA_TYPES}


def test_each_format_links_to_the_others(client: httpx.Client) -> None:
    links = read(client, "limit=2&market=for_sale").json()["links"]
    others = {link["type"]: link["href"] for link in links if link["rel"] == "alternate"}
    assert set(others) == {SEQUENCE, "text/csv", "text/html", *FILES}
    for media_type in (SEQUENCE, "text/csv", "text/html"):
        href = others[media_type]
        answer = client.get(href)
        assert answer.headers["content-type"].startswith(media_type)
        assert answer.links["self"]["type"] == media_type
        assert answer.links["alternate"]["url"].startswith("http")
    (following,) = [link["href"] for link in links if link["rel"] == "next"]
    later = client.get(following).json()["links"]
    assert all("next=" not in link["href"] for link in later if link["rel"] == "alternate")
    assert len(table(client.get(f"{following}&f=csv"))) == 2, "a page may be had in another format"


@pytest.mark.parametrize("f", ["csv", "geojsonseq", "html"])
@pytest.mark.parametrize(("corners", "kept"), [(4, {"self", "alternate"}), (60, {"self"}), (400, set())])
def test_headers_stay_short_however_long_the_address(service: Served, f: str, corners: int, kept: set[str]) -> None:
    """As Python reads them, which takes 65,536 bytes at most; proxies take 4,000 or 8,000."""
    turns = [2 * math.pi * corner / corners for corner in range(corners)]
    ring = [f"{4.85 + math.cos(turn) / 9:.14f} {45.75 + math.sin(turn) / 9:.13f}" for turn in turns]
    said = {"f": f, "filter": f"S_INTERSECTS(geometry,POLYGON(({','.join([*ring, ring[0]])})))"}
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)) as connection:
        connection.request("GET", f"{ITEMS}?{urlencode(said)}")
        answer = connection.getresponse()
        body = answer.read()
    assert answer.status == 200, body
    told = answer.getheader("Link", "")
    assert len(told) <= 4_000
    assert {rel for rel in ("self", "alternate") if f'rel="{rel}"' in told} == kept
    assert ('rel="collection"' in told) == (f != "html")


@pytest.mark.parametrize("path", [f"{ITEMS}?limit=5", f"{ITEMS}/{{id}}"])
def test_what_a_client_has_is_not_sent_again(client: httpx.Client, keys: dict[str, str], path: str) -> None:
    path = path.format(id=ids_of_pages(client, "market=for_sale")[0])
    answer = client.get(path)
    entity_tag = answer.headers["etag"]
    for given in (entity_tag, f'"other", {entity_tag}', "*", entity_tag.removeprefix("W/")):
        again = client.get(path, headers={"If-None-Match": given})
        assert (again.status_code, again.content) == (304, b"")
        # whoever says it has something has not said in which coding
        assert again.headers["etag"] == (entity_tag.replace("-zstd", "") if given == "*" else entity_tag)
        assert again.headers["cache-control"] == answer.headers["cache-control"]
        assert again.headers["vary"] == answer.headers["vary"]
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    masked = client.get(path, headers={"If-None-Match": entity_tag, "X-API-Key": keys["admin"]})
    assert masked.status_code == 200, "what another audience sees is something else"


def test_a_tag_changes_with_its_content(client: httpx.Client, sample: Database) -> None:
    parcel = ids_of_pages(client, "market=for_sale")[0]
    before = client.get(f"{ITEMS}/{parcel}").headers["etag"]
    document = "update core.parcel_served set doc = replace(doc, 'for_sale', 'sold') where parcel = :id"
    with sample.connection(Role.WORKER) as connection:
        connection.execute(text(document), {"id": parcel})
    assert client.get(f"{ITEMS}/{parcel}", headers={"If-None-Match": before}).status_code == 200
    with sample.connection(Role.WORKER) as connection:
        connection.execute(text(document.replace("'for_sale', 'sold'", "'sold', 'for_sale'")), {"id": parcel})
    assert client.get(f"{ITEMS}/{parcel}", headers={"If-None-Match": before}).status_code == 304


def test_head_makes_no_download(client: httpx.Client) -> None:
    answer = client.head(f"{ITEMS}?f=csv")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/csv")


def test_geopandas_reads_both(client: httpx.Client, tmp_path: Any) -> None:
    expected = read(client, "limit=1000").json()["features"]
    for name, query in (("parcels.csv", "f=csv"), ("parcels.geojsons", "f=geojsonseq")):
        (tmp_path / name).write_bytes(read(client, query).content)
        frame = geopandas.read_file(tmp_path / name)
        assert list(frame["id"].astype(int)) == [feature["id"] for feature in expected]
        assert list(frame["name"].fillna("")) == [feature["properties"]["name"] or "" for feature in expected]
        shapes = geopandas.GeoDataFrame.from_features(expected, crs=4326).geometry
        read_shapes = frame.geometry.set_crs(4326)
        assert read_shapes.geom_equals_exact(shapes, 1e-8).all()
    assert pyogrio.read_info(tmp_path / "parcels.geojsons")["driver"] == "GeoJSONSeq"
    (tmp_path / "excel.csv").write_bytes(read(client, "f=csv&delimiter=semicolon&bom=true").content)
    assert len(geopandas.read_file(tmp_path / "excel.csv")) == len(expected)

"""Programs that know the standards only: OWSLib, GDAL (by pyogrio), geopandas; QGIS where it is installed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from owslib.ogcapi.features import Features
from sqlalchemy import text

from geo.store.database import Database, Role
from tests.conformance.reading import read

LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"
BOX = (855_000, 6_503_000, 867_000, 6_514_000)
"""In Lambert-93: edges of parcels lie across its sides."""
DEGREES = (5.0, 45.5, 5.6, 46.0)


@pytest.fixture
def owslib(client: httpx.Client) -> Features:
    return Features(str(client.base_url))


def test_owslib_finds_the_collections(owslib: Features, collections: list[dict[str, Any]]) -> None:
    assert owslib.feature_collections() == [one["id"] for one in collections]
    assert owslib.collection("parcels") == collections[0]
    assert any(uri.endswith("/cql2-text") for uri in owslib.conformance()["conformsTo"])
    assert owslib.api()["openapi"].startswith("3.0")
    assert "surface_m2" in owslib.collection_queryables("parcels")["properties"]
    assert "surface_m2" in owslib.collection_schema("parcels")["properties"]


def test_owslib_reads_filters_and_pages(owslib: Features, client: httpx.Client) -> None:
    items = "/collections/parcels/items"
    page = owslib.collection_items("parcels", limit=7, filter="surface_m2 > 50000")
    assert page["numberMatched"] == read(client, items, filter="surface_m2 > 50000")["numberMatched"]
    assert len(page["features"]) == 7
    assert owslib.collection_items("parcels", market="for_sale", bbox=[4.5, 45.0, 7.5, 46.0])["features"]
    one = owslib.collection_item("parcels", str(page["features"][0]["id"]))
    assert one["properties"] == page["features"][0]["properties"]
    (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
    assert not {each["id"] for each in page["features"]} & {each["id"] for each in read(client, following)["features"]}


def of_gdal(client: httpx.Client, code: str) -> Any:
    """What a program prints as JSON, in a process of its own: GDAL waits with the interpreter's lock held."""
    told = f"import json, geopandas, pyogrio\nservice = 'OAPIF:{client.base_url}'\n{code}"
    ended = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=120, check=True)
    return json.loads(ended.stdout)


def test_a_box_is_the_same_here_in_sql_and_for_gdal(client: httpx.Client, ground: Database) -> None:
    """GDAL looks again at what it is sent: a service that answers by envelopes sends too much."""
    asked = {"bbox": ",".join(map(str, BOX)), "bbox-crs": LAMBERT, "limit": "1000"}
    ours = read(client, "/collections/parcels/items", **asked)
    exact = """select count(*) from as_public.parcel
        where doc is not null and st_intersects(geom, st_makeenvelope(:w, :s, :e, :n, 2154))"""
    envelopes = exact.replace("st_intersects(geom,", "geom && ").replace("2154))", "2154)")
    with ground.connection(Role.PUBLIC) as connection:
        sides = dict(zip("wsen", BOX, strict=True))
        truth, roughly = (connection.execute(text(sql), sides).scalar_one() for sql in (exact, envelopes))
    assert 0 < truth <= roughly
    theirs = of_gdal(client, f"print(json.dumps(len(geopandas.read_file(service, layer='parcels', bbox={BOX}))))")
    assert theirs == ours["numberMatched"] == ours["numberReturned"] == truth


def test_gdal_reads_every_collection_that_has_features(client: httpx.Client, collections: list[dict[str, Any]]) -> None:
    counts = of_gdal(
        client,
        f"names = {[one['id'] for one in collections]}\n"
        "print(json.dumps({n: pyogrio.read_info(service, layer=n, force_feature_count=True)['features'] "
        "for n in names}))",
    )
    for one in collections:
        assert counts[one["id"]] == read(client, f"/collections/{one['id']}/items", limit="1")["numberMatched"]


def test_geopandas_pushes_an_attribute_and_knows_the_crs(client: httpx.Client) -> None:
    found = of_gdal(
        client,
        "frame = geopandas.read_file(service, layer='parcels', where=\"market = 'for_sale'\")\n"
        "print(json.dumps([len(frame), frame.crs.to_epsg(), bool(frame.geometry.is_valid.all())]))",
    )
    matched = read(client, "/collections/parcels/items", market="for_sale", limit="1")["numberMatched"]
    assert found == [matched, 2154, True]


QGIS = """
import sys
from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
url = sys.argv[1]
layer = QgsVectorLayer(f"url='{url}' typename='parcels' pageSize='200'", "parcels", "OAPIF")
assert layer.isValid(), layer.dataProvider().error().message() if layer.dataProvider() else "no provider"
fields = [field.name() for field in layer.fields()]
assert layer.crs().isGeographic(), "older than 3.30: it asks for no other system than CRS84"
box = QgsRectangle(*map(float, sys.argv[2:6]))
inside = sum(1 for _ in layer.getFeatures(QgsFeatureRequest().setFilterRect(box)))
layer.setSubsetString("\\"market\\" = 'for_sale'")
sold = sum(1 for _ in layer.getFeatures())
layer.setSubsetString("")
print("READ", sum(1 for _ in layer.getFeatures()), layer.crs().authid(), inside, sold, ",".join(fields))
"""


def test_qgis_reads_the_parcels(client: httpx.Client, tmp_path: Path) -> None:
    """An optional stage: Debian 12 has QGIS 3.22 (apt-get install python3-qgis qgis-providers)."""
    python = Path("/usr/bin/python3")
    probe = [str(python), "-c", "import qgis.core"]
    if not shutil.which(str(python)) or subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("QGIS is not installed here: what it reads is not tried (apt-get install python3-qgis)")
    (tmp_path / "read.py").write_text(QGIS)
    arguments = [str(python), str(tmp_path / "read.py"), str(client.base_url).rstrip("/"), *map(str, DEGREES)]
    environment = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    ended = subprocess.run(arguments, capture_output=True, text=True, timeout=120, env=environment, check=False)
    (line,) = [line for line in ended.stdout.splitlines() if line.startswith("READ ")] or [ended.stderr[-2_000:]]
    everything = read(client, "/collections/parcels/items", limit="1")["numberMatched"]
    for_sale = read(client, "/collections/parcels/items", limit="1", market="for_sale")["numberMatched"]
    inside = read(client, "/collections/parcels/items", bbox=",".join(map(str, DEGREES)), limit="1")["numberMatched"]
    assert 0 < inside < everything
    word, count, crs, found_inside, found_for_sale, fields = line.split(" ", 5)
    assert (word, int(count), int(found_inside)) == ("READ", everything, inside)
    assert int(found_for_sale) == for_sale
    assert crs in ("OGC:CRS84", "EPSG:4326")
    assert {"name", "market", "surface_m2"} <= set(fields.split(","))

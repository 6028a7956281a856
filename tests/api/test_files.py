"""Collections as files that a process of its own writes: what is in them, for whom, refused, given up."""

import io
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import httpx
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from api.app import create_app
from api.ogc import downloading
from geo.cluster import Running
from geo.export import asked
from geo.store.database import Database, Timeouts
from geo.store.items.collection import PARCELS
from tests.api.conftest import quick_settings
from tests.api.serving import Served, serving
from tests.api.test_formats import LAMBERT, read
from tests.api.test_gone_clients import begun, until
from tests.api.test_parcels import ITEMS, client, keys, sample, service
from tests.store.items.grid import filled

__all__ = ["client", "keys", "sample", "service"]

TYPES = {
    "fgb": "application/flatgeobuf",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def frame(answer: httpx.Response, f: str, folder: Path) -> geopandas.GeoDataFrame:
    path = folder / f"parcels.{f}"
    path.write_bytes(answer.content)
    return geopandas.read_parquet(path) if f == "parquet" else geopandas.read_file(path)


def sheet(answer: httpx.Response) -> list[dict[str, Any]]:
    names, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("f", "audience", "query"),
    [
        ("fgb", "public", "sortby=-surface_m2,name&filter=surface_m2 > 50000"),
        ("gpkg", "company", "market=for_sale&sortby=ready_on&bbox=4,45,7,47"),
        ("parquet", "planner", "datetime=2020-01-01/.."),
    ],
)
def test_a_file_holds_what_the_page_shows(
    client: httpx.Client, keys: dict[str, str], f: str, audience: str, query: str, tmp_path: Path
) -> None:
    headers = {"X-API-Key": keys[audience]} if audience in keys else {}
    page = read(client, f"{query}&limit=1000", **headers).json()["features"]
    answer = read(client, f"{query}&f={f}", **headers)
    assert answer.headers["content-type"] == TYPES[f]
    assert answer.headers["content-disposition"] == f'attachment; filename="parcels.{f}"'
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.links["self"]["type"] == TYPES[f]
    found = frame(answer, f, tmp_path)
    assert list(found["id"]) == [one["id"] for one in page]
    assert set(found.columns) == {*page[0]["properties"], found.geometry.name}
    for name in ("surface_m2", "market", "name", "synthetic", "observed_on"):
        told = [None if value != value else value for value in found[name]]
        told = [str(value)[:10] if name == "observed_on" and value is not None else value for value in told]
        assert told == [one["properties"][name] for one in page], name
    shown = geopandas.GeoDataFrame.from_features(page, crs=4326).geometry
    assert found.geometry.geom_equals_exact(shown.set_axis(found.index), 1e-8).all()
    assert found.crs.to_epsg() == 4326


def test_coordinates_and_properties(client: httpx.Client, tmp_path: Path) -> None:
    answer = read(client, f"f=fgb&crs={LAMBERT}&properties=name&limit=3")
    assert answer.headers["content-crs"] == f"<{LAMBERT}>"
    found = frame(answer, "fgb", tmp_path)
    assert len(found) == 3
    assert found.crs.to_epsg() == 2154
    assert list(found.columns)[:2] == ["id", "name"]
    assert 800_000 < found.geometry.iloc[0].bounds[0] < 1_000_000


@pytest.mark.parametrize("f", ["gpkg", "parquet"])
def test_no_geometry(client: httpx.Client, f: str, tmp_path: Path) -> None:
    path = tmp_path / f"bare.{f}"
    path.write_bytes(read(client, f"f={f}&skipGeometry=true&limit=1").content)
    bare = pq.read_table(path).to_pandas() if f == "parquet" else pyogrio.read_dataframe(path)
    assert "geom" not in bare.columns
    assert len(bare) == 1


def test_latitude_first_is_told_by_no_file(client: httpx.Client, tmp_path: Path) -> None:
    latitude = "http://www.opengis.net/def/crs/EPSG/0/4326"
    found = frame(read(client, f"f=gpkg&crs={latitude}&limit=1"), "gpkg", tmp_path)
    assert found.geometry.iloc[0].bounds[0] < 10 < found.geometry.iloc[0].bounds[1]


def test_a_workbook_holds_what_the_page_shows(client: httpx.Client, keys: dict[str, str]) -> None:
    headers = {"X-API-Key": keys["planner"]}
    page = read(client, "limit=1000&sortby=name", **headers).json()["features"]
    rows = sheet(read(client, "f=xlsx&sortby=name", **headers))
    assert [row["id"] for row in rows] == [one["id"] for one in page]
    assert set(rows[0]) == set(page[0]["properties"])
    for row, one in zip(rows, page, strict=True):
        facts = one["properties"]
        assert row["surface_m2"] == facts["surface_m2"]
        assert row["market"] == facts["market"]
        assert row["synthetic"] is facts["synthetic"]
        assert (row["observed_on"] and row["observed_on"].date().isoformat()) == facts["observed_on"]
        assert (row["cadastral_ids"] or "") == "|".join(facts["cadastral_ids"] or ())


def test_more_rows_than_a_sheet_holds_are_refused_before(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "MOST_ROWS", 5)
    for query in ("f=xlsx&limit=6", "f=xlsx&filter=id > 0"):
        answer = client.get(f"{ITEMS}?{query}", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.json()["code"]) == (400, "format.rows"), query
        assert "f=gpkg" in answer.json()["detail"]


def test_other_collections_are_files_too(client: httpx.Client, tmp_path: Path) -> None:
    for name, shape in (("zones", "MultiPolygon"), ("networks", "Point")):
        answer = client.get(f"/collections/{name}/items?f=gpkg")
        assert answer.status_code == 200
        (tmp_path / f"{name}.gpkg").write_bytes(answer.content)
        about = pyogrio.read_info(tmp_path / f"{name}.gpkg", layer=name)
        assert about["geometry_type"] == shape
        assert about["features"] == client.get(f"/collections/{name}/items?limit=1").json()["numberMatched"]


def test_accept_asks_for_them_and_links_tell_of_them(client: httpx.Client) -> None:
    for f, media_type in TYPES.items():
        assert client.head(ITEMS, headers={"Accept": media_type}).headers["content-type"] == media_type
        assert client.head(f"{ITEMS}?f={f}").headers["content-type"] == media_type
    links = client.get("/collections/parcels").json()["links"]
    assert {one["type"] for one in links if one["rel"] == "enclosure"} == set(TYPES.values())
    about = json.loads(pq.read_schema(io.BytesIO(read(client, "f=parquet&limit=1").content)).metadata[b"geo"])
    assert about["version"] == "1.1.0"
    assert about["columns"]["geom"]["geometry_types"] == ["MultiPolygon"]


@pytest.mark.parametrize(("audience", "hidden"), [("public", 6), ("company", 4), ("planner", 0), ("admin", 0)])
def test_the_interface_names_no_column_that_an_audience_has_not(
    client: httpx.Client, keys: dict[str, str], audience: str, hidden: int
) -> None:
    masked = {"price_eur_m2", "contact", "owner_kind", "owner_siren", "buyer", "sale_amount"}
    headers = {"X-API-Key": keys[audience]} if audience in keys else {}
    answer = client.get("/api", headers=headers)
    assert answer.headers["cache-control"].startswith("public" if audience == "public" else "private")
    shown = set(client.get("/collections/parcels/queryables", headers=headers).json()["properties"])
    for path, item in answer.json()["paths"].items():
        if path == ITEMS or path.startswith("/collections/parcels/tiles/WebMercatorQuad"):
            named = {one.get("name") for one in item["get"]["parameters"]} & masked
            assert named == masked & shown, path
            assert len(masked - named) == hidden


@pytest.fixture(scope="module")
def land(cluster: Running, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """2,000 parcels; nobody waits in vain for a lock; one download at a time."""
    for database in filled(cluster, template, 2_000):
        caches = tmp_path_factory.mktemp("caches")
        patient = Database(database.url, Timeouts(lock_ms=60_000), pool_size=2, caches=caches)
        yield patient
        patient.close()


@pytest.fixture
def patient(land: Database) -> Iterator[Served]:
    settings = quick_settings()
    with serving(create_app(settings, land), settings) as made:
        yield made


def left(land: Database) -> list[str]:
    """What is in the folder of files."""
    assert land.caches is not None
    folder = downloading.room_for_files(land.caches)
    assert folder == land.caches / "files"
    return os.listdir(folder)


def children() -> list[str]:
    """The processes that write files."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [said for said in [process.read_bytes().decode()] if "geo.export.child" in said]
        except OSError:  # ended meanwhile
            continue
    return found


def gone(land: Database) -> None:
    """Wait until neither query nor process nor file is there."""
    until(land, [])
    began = time.monotonic()
    while left(land) or any(str(land.caches) in one for one in children()):
        assert time.monotonic() - began < 15
        time.sleep(0.05)


def made(land: Database) -> None:
    """Wait until the file is begun."""
    began = time.monotonic()
    while not left(land):
        assert time.monotonic() - began < 15
        time.sleep(0.05)


def test_a_client_that_goes_ends_query_process_and_file(patient: Served, land: Database) -> None:
    with create_engine(land.url, poolclass=NullPool).begin() as owner:
        owner.execute(text("lock table core.parcel_served in access exclusive mode"))  # the query waits for ever
        with begun(patient, "f=gpkg"):
            until(land, ["active"])
            made(land)
            busy = patient.client.get(f"{ITEMS}?f=fgb")
            assert (busy.status_code, busy.json()["code"]) == (503, "format.busy")
            assert busy.headers["retry-after"]
        gone(land)
    assert len(sheet(patient.client.get(f"{ITEMS}?f=xlsx"))) == 1_800
    assert left(land) == []


def test_what_the_database_refuses_is_a_problem(patient: Served, land: Database) -> None:
    with create_engine(land.url, poolclass=NullPool).begin() as owner:
        owner.execute(text(f"revoke select on as_public.{PARCELS.view} from emprise_public"))
    answer = patient.client.get(f"{ITEMS}?f=fgb")
    with create_engine(land.url, poolclass=NullPool).begin() as owner:
        owner.execute(text(f"grant select on as_public.{PARCELS.view} to emprise_public"))
    assert (answer.status_code, answer.json()["code"]) == (403, "rights.refused")
    assert left(land) == []
    until(land, [])  # the process has ended, its connection a moment later

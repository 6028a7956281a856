"""A search over a real commune: Megève, its cadastre, its plan and its buildings."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyproj
import pytest
import shapely
from sqlalchemy import text

from geo.cluster import Running
from geo.derive import work
from geo.intake.load import Options, load
from geo.match.need.reading import read_need
from geo.match.search import search
from geo.store.database import Database, Role
from tests.conftest import SAMPLE_DAY, SRID, copied

AS_OF = SAMPLE_DAY
AROUND = 0.001
"""Degrees, some 80 m: how far from the UX zones the everyday extract goes."""


@pytest.fixture(scope="module", params=["around UX", pytest.param("whole", marks=pytest.mark.slow)])
def files(request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the files: as published, or what lies in and around the UX zones (one parcel in twenty)."""
    published = shared / "megeve_74173"
    return published if request.param == "whole" else _extract(published, tmp_path_factory.mktemp("megeve"))


def _extract(published: Path, folder: Path) -> Path:
    zones = _features(published, "zone_urba")
    in_ux = [shapely.geometry.shape(zone["geometry"]) for zone in zones if zone["properties"]["libelle"] == "UX"]
    around = shapely.union_all(in_ux).buffer(AROUND)
    for name in ("zone_urba", "parcelles", "batiments"):
        features = _features(published, name)
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
        kept = [feature for feature, met in zip(features, shapely.intersects(shapes, around), strict=True) if met]
        whole = orjson.dumps({"type": "FeatureCollection", "features": kept})
        (folder / f"{name}.geojson.gz").write_bytes(gzip.compress(whole, 1))
    return folder


def _features(folder: Path, name: str) -> list[dict[str, Any]]:
    collection: dict[str, Any] = orjson.loads(gzip.decompress((folder / f"{name}.geojson.gz").read_bytes()))
    features: list[dict[str, Any]] = collection["features"]
    return features


@pytest.fixture(scope="module")
def bare_megeve(cluster: Running, template: str, files: Path) -> Iterator[Database]:
    """Megève as its cadastre and its plan have it, without the buildings; for the module, which only reads it."""
    with copied(cluster, template, "megeve") as address:
        database = Database(address, pool_size=2)
        bring(database, files, "zone_urba", "parcelles")
        yield database
        database.close()


@pytest.fixture
def megeve(cluster: Running, bare_megeve: Database, files: Path) -> Iterator[Database]:
    """Megève with its buildings."""
    bare_megeve.close()
    with copied(cluster, str(bare_megeve.url.database), "built") as address:
        database = Database(address, pool_size=2)
        bring(database, files, "batiments")
        yield database
        database.close()


def bring(database: Database, files: Path, *names: str) -> None:
    for name in names:
        load(database, files / f"{name}.geojson.gz", Options(visibility="public"), srid=SRID)
    work.derive(database, as_of=AS_OF)


WORKSHOP = {
    "buildings": [{"length_m": 40, "width_m": 20}],
    "setback_m": 5,
    "include": ["prospect"],
    "limit": 1000,
}


def test_a_workshop_in_megeve(megeve: Database) -> None:
    """Of 104 parcels mainly in UX an independent exact search found 4 that take 40 x 20 m, 5 m from the boundary.

    Each placement is checked here against the parcel and the buildings as loaded, with shapely alone.
    """
    with megeve.connection(Role.WORKER) as connection:
        in_ux = connection.execute(
            text("""select p.id, st_asbinary(p.geom), d.scale
                from core.parcel p join core.parcel_derived d on d.parcel = p.id where d.zone_label = 'UX'""")
        ).all()
        buildings = shapely.from_wkb(list(connection.scalars(text("select st_asbinary(geom) from core.building"))))
    land: dict[int, tuple[Any, float]] = {row[0]: (shapely.from_wkb(row[1]), row[2]) for row in in_ux}
    assert len(land) == 104
    answer: Any = search(megeve, Role.PUBLIC, None, read_need(WORKSHOP), AS_OF)
    shown = [row for row in answer["matches"] if row["parcel"]["id"] in land]
    assert len(shown) == 4
    assert {row["parcel"]["zone_label"] for row in shown} == {"UX"}
    tree = shapely.STRtree(buildings)
    to_planar = pyproj.Transformer.from_crs(4326, SRID, always_xy=True)
    for row in shown:
        parcel, scale = land[row["parcel"]["id"]]
        ring = np.array(row["placement"]["coordinates"][0])
        placed = shapely.Polygon(np.column_stack(to_planar.transform(ring[:, 0], ring[:, 1])))
        sides = sorted(np.hypot(*np.diff(np.array(placed.exterior.coords), axis=0).T))
        assert sides == pytest.approx([20 * scale] * 2 + [40 * scale] * 2, abs=1e-3)
        assert parcel.covers(placed)
        assert placed.distance(parcel.boundary) >= 5 * scale - 1e-3
        near = buildings[tree.query(placed, predicate="intersects")]
        assert all(placed.intersection(building).area < 1e-3 for building in near)
    industry: Any = search(megeve, Role.PUBLIC, None, read_need({**WORKSHOP, "use": "industrie"}), AS_OF)
    assert industry["matches"]
    assert overlaps_with_forbidden_zones(megeve, industry["matches"]) == {}


def overlaps_with_forbidden_zones(database: Database, matches: list[dict[str, Any]]) -> dict[int, float]:
    """By parcel, the m2 (more than 1) of a placement drawn where the plan forbids industry, by shapely alone."""
    with database.connection(Role.WORKER) as connection:
        found = connection.scalars(text("select st_asbinary(geom) from core.zone where industry = 'forbidden'"))
        zones = shapely.from_wkb(list(found))
    assert len(zones)
    to_planar = pyproj.Transformer.from_crs(4326, SRID, always_xy=True)
    tree = shapely.STRtree(zones)
    over: dict[int, float] = {}
    for row in matches:
        ring = np.array(row["placement"]["coordinates"][0])
        placed = shapely.Polygon(np.column_stack(to_planar.transform(ring[:, 0], ring[:, 1])))
        near = zones[tree.query(placed, predicate="intersects")]
        area = float(shapely.union_all(shapely.intersection(near, placed)).area)
        if area > 1:
            over[row["parcel"]["id"]] = area
    return over


def test_forgetting_the_buildings_shows_thirteen(bare_megeve: Database) -> None:
    """The same search without the buildings: what the proof of 4 owes to them."""
    answer: Any = search(bare_megeve, Role.PUBLIC, None, read_need(WORKSHOP), AS_OF)
    assert len([row for row in answer["matches"] if row["parcel"]["zone_label"] == "UX"]) == 13

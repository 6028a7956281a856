"""Frontages in the real cadastre of Megève, against points just outside: does anybody own the ground there?"""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from sqlalchemy import text

from geo.derive import frontage, measure
from geo.fit.frontage import GAP_M, Sides
from geo.intake.load import Options, load
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.conftest import SRID

STEP, OUT = 1.0, 0.51
"""Metres between the points, and from the limit to them."""
TO_LAMBERT = pyproj.Transformer.from_crs(4326, SRID, always_xy=True)


def cadastre(shared: Path, folder: Path) -> Path:
    """The parcels of the commune under numbers of our own (theirs are lost), as a file of the whole commune."""
    with gzip.open(shared / "megeve_74173" / "parcelles.geojson.gz", "rt") as packed:
        features = json.load(packed)["features"]
    for n, feature in enumerate(features):
        section, numero = f"{chr(65 + n // 9_000)}{chr(65 + n // 900 % 26)}", n % 900 + 1
        said = {"id": f"74173000{section}{numero:04}", "commune": "74173", "section": section, "numero": str(numero)}
        feature["properties"] = said
    path = folder / "cadastre-74173-parcelles.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def outside(parcel: shapely.Polygon) -> Any:
    """Points beside the outline, outside the parcel."""
    ring = parcel.exterior
    at = np.arange(STEP / 2, ring.length, STEP)
    here, there = (shapely.get_coordinates(shapely.line_interpolate_point(ring, at + d)) for d in (-0.05, 0.05))
    normal = np.column_stack([there[:, 1] - here[:, 1], here[:, 0] - there[:, 0]])
    normal /= np.maximum(np.hypot(*normal.T), 1e-9)[:, None]
    beside = np.vstack([(here + there) / 2 + side * OUT * normal for side in (1, -1)])
    points = np.array([shapely.Point(xy) for xy in beside])
    return points[shapely.distance(points, parcel) > OUT - 1e-3]


def test_a_parcel_has_a_frontage_where_nobody_owns_the_ground_beside_it(
    shared: Path, database: Database, tmp_path: Path
) -> None:
    report = load(database, cadastre(shared, tmp_path), Options(layer="cadastre"), srid=SRID)
    assert "cadastre.complete" in {remark.code for remark in report.remarked()}
    with database.connection(Role.WORKER) as connection:
        found = connection.execute(
            text("select st_asbinary(geom) as geom from core.cadastral_parcel order by idu")
        ).all()
        drawn = shapely.from_wkb([row.geom for row in found])
        chosen = [shape for shape in drawn[::40] if shape.area > 200]
        ids = [rows.parcel(connection, f"P{n}", shape, origin="cadastre") for n, shape in enumerate(chosen)]
        measure.derive(connection, ids, "1")
        frontage.derive(connection, ids, "1")
        kept = connection.execute(text("select st_asbinary(sides) from core.parcel_derived order by parcel")).all()
    tree = shapely.STRtree(drawn)
    on_road, inner = 0, 0
    for shape, row in zip(chosen, kept, strict=True):
        sides = Sides.of(shapely.from_wkb(bytes(row[0])))
        (polygon, *more) = shapely.get_parts(shape)
        if more or polygon.interiors:
            continue
        points = outside(polygon)
        owned = np.unique(tree.query(points, predicate="dwithin", distance=GAP_M - OUT)[0])
        free = STEP * (len(points) - len(owned))
        public = sides.frontage.length + sides.unknown.length
        assert abs(public - free) <= 13 + 0.02 * max(public, free), polygon.wkt
        if free >= 15 and sides.unknown.length == 0:
            assert sides.has_access
            on_road += 1
        elif free == 0:
            assert not sides.has_access
            inner += 1
    assert on_road > 60
    assert inner > 30

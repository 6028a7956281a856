"""How features are written: coordinates, chosen properties, without geometry."""

import json
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import shape
from sqlalchemy import Connection

from geo.store.cql2.terms import Places
from geo.store.database import Role
from geo.store.items.feature import WHOLE, Form
from geo.store.items.page import item, page
from geo.store.items.question import Question
from tests.store.conftest import Land


def found_item(connection: Connection, role: Role, number: int, form: Form = WHOLE) -> bytes:
    """The bytes of a feature that is there."""
    found = item(connection, role, number, form)
    assert found is not None
    return found.feature


def written(land: Land, form: Form) -> list[dict[str, Any]]:
    with land.database.connection(Role.PUBLIC) as connection:
        found: list[dict[str, Any]] = json.loads(
            b"[" + page(connection, Role.PUBLIC, Question(), limit=100, form=form).features + b"]"
        )
        one = json.loads(found_item(connection, Role.PUBLIC, found[3]["id"], form))
    assert one == found[3], "one feature and a page write the same"
    return found


@pytest.mark.parametrize("srid", [2154, 3857])
def test_coordinates_are_those_asked_for(land: Land, srid: int) -> None:
    project = Transformer.from_crs("OGC:CRS84", srid, always_xy=True)

    def moved(corners: np.ndarray) -> np.ndarray:
        return np.column_stack(project.transform(*corners.T))

    for known, feature in zip(land.features, written(land, Form(places=Places(srid))), strict=True):
        assert feature["properties"] == known["properties"]
        expected = shapely.transform(shape(known["geometry"]), moved)
        assert shapely.hausdorff_distance(shape(feature["geometry"]), expected) < 0.002


def test_latitude_comes_first_where_the_crs_says_so(land: Land) -> None:
    for known, feature in zip(
        land.features, written(land, Form(places=Places(4326, latitude_first=True))), strict=True
    ):
        (x, y), (lat, lon) = known["geometry"]["coordinates"][0][0][0], feature["geometry"]["coordinates"][0][0][0]
        assert (lon, lat) == (x, y)


def test_only_chosen_properties_are_written(land: Land) -> None:
    for known, feature in zip(land.features, written(land, Form(("name", "surface_m2"))), strict=True):
        assert feature["geometry"] == known["geometry"]
        assert feature["properties"] == {name: known["properties"][name] for name in ("name", "surface_m2")}
    assert all(feature["properties"] == {} for feature in written(land, Form(())))


def test_geometry_may_be_left_out(land: Land) -> None:
    for known, feature in zip(land.features, written(land, Form(geometry=False)), strict=True):
        assert feature == known | {"geometry": None}

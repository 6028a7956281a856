"""Edits that are refused: each names the field, what is wrong with it and an example of right."""

from collections.abc import Iterator
from typing import Any

import pytest

from geo.cluster import Running
from geo.store.database import Database
from tests.api.editing_place import ITEMS, LAMBERT, Editor, feature, outline
from tests.api.planning_place import Place, a_territory
from tests.conftest import copied


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with copied(cluster, template, "edit_refused") as address:
        database = Database(address, pool_size=2)
        with a_territory(database) as made:
            yield made
        database.close()


@pytest.fixture
def own(place: Place) -> Editor:
    return Editor(place, "own")


def ring(*points: tuple[float, float]) -> dict[str, Any]:
    """A polygon of metres around (847000, 6524000)."""
    return {"type": "Polygon", "coordinates": [[[847_000 + x, 6_524_000 + y] for x, y in points]]}


BOWTIE = ring((0, 0), (100, 100), (100, 0), (0, 100), (0, 0))
SPIKE = ring((0, 0), (100, 0), (100, 100), (50, 100), (50, 100.05), (50, 100), (0, 100), (0, 0))


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (BOWTIE, "geometry.invalid"),
        (ring((0, 0), (100, 0), (100, 100)), "geometry.unclosed"),
        (ring((0, 0), (1, 1), (2, 2), (0, 0)), "geometry.no_area"),
        ({"type": "Polygon", "coordinates": []}, "geometry.empty"),
        ({"type": "LineString", "coordinates": [[847_000, 6_524_000], [847_100, 6_524_000]]}, "geometry.type"),
        ({"type": "Point", "coordinates": [847_000, 6_524_000]}, "geometry.type"),
        ({"type": "Circle"}, "geometry.unknown_type"),
        (None, "geometry.missing"),
        ("POLYGON((0 0))", "geometry.not_an_object"),
        (outline(9_000_000, 0), "geometry.outside"),
        ({"type": "Polygon", "coordinates": [[["1", "2"], [1, 2], [2, 2], [1, 2]]]}, "geometry.number"),
    ],
)
def test_outlines_as_a_load_refuses_them(own: Editor, shape: Any, code: str) -> None:
    answer = own.draw({"type": "Feature", "geometry": shape, "properties": {}})
    assert answer.status_code == 422, answer.text
    found = answer.json()["errors"]
    assert [(one["field"], one["code"]) for one in found] == [("geometry", code)]
    assert found[0]["example"]["type"] == "Polygon"
    assert not found[0]["detail"].startswith(("geometry.", "update.", "crs."))


def test_outlines_are_mended_as_a_load_mends_them(own: Editor) -> None:
    answer = own.draw(feature(SPIKE))
    assert answer.status_code == 201, answer.text
    assert answer.json()["properties"]["surface_m2"] == pytest.approx(10_000, rel=0.01)
    flat = outline(6_000, 0)
    flat["coordinates"] = [[[*point, 12.5] for point in flat["coordinates"][0]]]
    assert own.draw(feature(flat)).status_code == 201, "heights are dropped"


def test_axes_the_wrong_way_round_are_recognised(own: Editor) -> None:
    swapped = {"type": "Polygon", "coordinates": [[[45.7, 4.9], [45.7, 4.91], [45.71, 4.91], [45.7, 4.9]]]}
    answer = own.draw(feature(swapped), Content_Crs="http://www.opengis.net/def/crs/OGC/1.3/CRS84")
    assert answer.json()["errors"][0]["code"] == "crs.axes_swapped"
    metres = own.draw(feature(), Content_Crs="http://www.opengis.net/def/crs/OGC/1.3/CRS84")
    assert metres.json()["errors"][0]["code"] == "crs.metres"
    assert "Content-Crs" in metres.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("properties", "field", "code"),
    [
        ({"market": "à vendre"}, "market", "update.word"),
        ({"visibility": None, "market": "x"}, "market", "update.word"),
        ({"power_mw": "NaN"}, "power_mw", "update.number"),
        ({"price_eur_m2": -1}, "price_eur_m2", "update.number"),
        ({"power_mw": 1e300}, "power_mw", "update.number"),
        ({"observed_on": "2026-13-45"}, "observed_on", "update.value"),
        ({"name": "x" * 5_000}, "name", "update.value"),
        ({"stade_comm": "bientôt"}, "stade_comm", "update.word"),
        ({"owner_id": 7}, "owner_id", "update.no_field"),
        ({"version": 7}, "version", "update.no_field"),
        ({"surface_m2": 12}, "surface_m2", "update.read_only"),
        ({"responsible": "EPCI B"}, "responsible", "update.read_only"),
        ({"origin": "terrain"}, "origin", "update.read_only"),
    ],
)
def test_properties_that_cannot_be_taken(own: Editor, properties: dict[str, Any], field: str, code: str) -> None:
    answer = own.draw(feature(**properties))
    assert answer.status_code == 422, answer.text
    found = answer.json()["errors"]
    assert [(one["field"], one["code"]) for one in found] == [(f"properties.{field}", code)]
    assert not found[0]["detail"].startswith(("geometry.", "update.", "crs."))


def test_every_mistake_is_told_at_once(own: Editor) -> None:
    answer = own.draw({"type": "Feature", "geometry": BOWTIE, "properties": {"market": "x", "power_mw": "y"}})
    assert {one["field"] for one in answer.json()["errors"]} == {"geometry", "properties.market", "properties.power_mw"}


def test_computed_properties_come_back_as_they_are_or_not_at_all(own: Editor, place: Place) -> None:
    parcel = place.parcels["agency"]
    shown = own.send("GET", f"{ITEMS}/{parcel}").json()
    for name in ("surface_m2", "ready_p80", "updated_at", "origin", "source", "stale", "id"):
        same = {name: shown["properties"].get(name, parcel)}
        assert own.change(parcel, body={"properties": same}).status_code == 200, name
    for name, told in (("surface_m2", 12), ("ready_p80", "2026-01-02"), ("buildable_m2", None), ("synthetic", True)):
        for method, body in (("PATCH", {"properties": {name: told}}), ("PUT", shown)):
            if method == "PUT":
                body = shown | {"properties": shown["properties"] | {name: told}}
            answer = own.change(parcel, method, body)
            if method == "PUT" and name == "ready_p80":
                assert answer.status_code == 200, "it moves by itself: read yesterday, it is another today"
                continue
            assert answer.status_code == 422, (name, method)
            assert [one["field"] for one in answer.json()["errors"]] == [f"properties.{name}"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], ""),
        ("x", ""),
        ({"type": "feature", "geometry": None}, "type"),
        ({"type": "FeatureCollection", "features": []}, "features"),
        ({"type": "Feature", "properties": {}}, "geometry"),
        ({"geometry": outline(), "properties": {}}, "type"),
        ({"type": "Feature", "geometry": outline(), "properties": []}, "properties"),
        ({"type": "Feature", "geometry": outline(), "geometri": 1}, "geometri"),
        ({"type": "Feature", "geometry": outline(), "crs": {"type": "name"}}, "crs"),
    ],
)
def test_bodies_that_are_no_feature(own: Editor, body: Any, field: str) -> None:
    kind = {"Content_Type": "application/geo+json", "Content_Crs": LAMBERT, "Change_Reason": "essai"}
    answer = own.send("POST", ITEMS, body, **kind)
    assert answer.status_code == 422, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_media_types_and_sizes(own: Editor, place: Place) -> None:
    parcel = place.parcels["public"]
    for kind in ("text/plain", "application/xml"):
        assert own.draw(feature(), Content_Type=kind).status_code == 415
        assert own.change(parcel, body={}, Content_Type=kind).status_code == 415
    assert own.draw(feature(), Content_Type="application/merge-patch+json").status_code == 415
    circle = [[847_000 + n % 7, 6_524_000 + n] for n in range(12_000)]
    many = {"type": "Polygon", "coordinates": [[*circle, circle[0]]]}
    assert own.draw(feature(many)).status_code == 413
    assert own.draw(feature(name="x" * 1_100_000)).status_code == 413


def test_a_system_that_is_not_offered(own: Editor) -> None:
    for crs in ("http://www.opengis.net/def/crs/EPSG/0/999999", "EPSG:2154", "<>", ""):
        assert own.draw(feature(), Content_Crs=crs).status_code == 400


def test_an_outline_is_not_lost(own: Editor, place: Place) -> None:
    parcel = place.parcels["public"]
    for shape, code in (
        (None, "geometry.missing"),
        ({"type": "Point", "coordinates": [4.9, 45.7]}, "update.outline_lost"),
    ):
        answer = own.change(parcel, body={"geometry": shape})
        assert [one["code"] for one in answer.json()["errors"]] == [code]


def test_an_address_names_its_parcel(own: Editor, place: Place) -> None:
    parcel = place.parcels["public"]
    shown = own.send("GET", f"{ITEMS}/{parcel}").json()
    answer = own.change(parcel, "PUT", shown | {"id": parcel + 1})
    assert [one["code"] for one in answer.json()["errors"]] == ["edit.other_id"]
    for address in (f"{ITEMS}/999999", f"{ITEMS}/9223372036854775808", f"{ITEMS}/x"):
        kind = {"Content_Type": "application/merge-patch+json", "Change_Reason": "essai", "If_Match": "*"}
        assert own.send("PATCH", address, {}, **kind).status_code == 404

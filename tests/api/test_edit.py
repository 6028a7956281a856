"""Parcels drawn, changed, replaced and taken out over HTTP; who may, and what is kept of it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from geo.cluster import Running
from geo.store import tables
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.api.editing_place import ITEMS, LAMBERT, Editor, feature, outline
from tests.api.planning_place import Place, a_territory
from tests.conformance.proving import EDITING, proves
from tests.conftest import copied

DEGREES = pyproj.Transformer.from_crs(2154, 4326, always_xy=True)


def in_degrees(xy: Any) -> Any:
    return np.column_stack(DEGREES.transform(xy[:, 0], xy[:, 1]))


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with copied(cluster, template, "edit") as address:
        database = Database(address, pool_size=4)
        with a_territory(database) as made:
            yield made
        database.close()


@pytest.fixture
def own(place: Place) -> Editor:
    return Editor(place, "own")


def drawn(who: Editor, **properties: Any) -> int:
    answer = who.draw(feature(**properties))
    assert answer.status_code == 201, answer.text
    return int(answer.headers["location"].rpartition("/items/")[2])


def row(place: Place, parcel: int) -> Any:
    with place.database.connection(Role.WORKER) as connection:
        return connection.execute(select(tables.parcel).filter_by(id=parcel)).one()


@proves(f"{EDITING}/create-replace-delete")
def test_a_parcel_is_drawn_derived_and_found_at_once(own: Editor, place: Place) -> None:
    answer = own.draw(feature(name="Extension sud", market="for_sale", visibility="public"))
    assert answer.status_code == 201, answer.text
    location = answer.headers["location"]
    assert location.startswith("http://127.0.0.1")
    number = int(location.rpartition("/items/")[2])
    found = own.send("GET", f"{ITEMS}/{number}")
    assert found.headers["etag"].startswith('"v1.d')
    properties = found.json()["properties"]
    assert (properties["origin"], properties["responsible"], properties["source"]) == ("drawn", "EPCI A", "drawn")
    assert (properties["zone_label"], properties["industry"]) == ("UX", "unknown") or properties["surface_m2"]
    assert properties["surface_m2"] == pytest.approx(10_000, rel=0.01)
    assert answer.json()["properties"]["name"] == "Extension sud"
    assert place.ask("nobody", "GET", f"{ITEMS}/{number}").status_code == 200, "it was made public"
    with place.database.connection(Role.WORKER) as connection:
        kept = connection.execute(
            text(
                "select op, actor, reason, after ->> 'name' from core.history where relation = 'parcel' and row_id = :i"
            ),
            {"i": number},
        ).one()
    assert (kept[0], kept[2], kept[3]) == ("insert", "levé de géomètre", "Extension sud")
    assert kept[1].startswith("key:")


def test_what_is_not_said_of_a_drawn_parcel_is_shown_to_agencies_only(own: Editor, place: Place) -> None:
    number = drawn(own)
    assert (row(place, number).market, row(place, number).visibility) == ("unknown", "agency")
    assert place.ask("company", "GET", f"{ITEMS}/{number}").status_code == 404


@proves(f"{EDITING}/update")
def test_an_edit_becomes_an_override_with_its_reason_and_the_next_version(own: Editor, place: Place) -> None:
    parcel = place.parcels["public"]
    before = own.tag(parcel)
    answer = own.change(parcel, body={"properties": {"name": "Lot 1 bis", "market": "optioned"}})
    assert answer.status_code == 200, answer.text
    assert answer.json()["properties"]["name"] == "Lot 1 bis"
    assert answer.headers["etag"] == own.tag(parcel) != before
    kept = row(place, parcel)
    assert kept.version == int(before.partition(".")[0].removeprefix('"v')) + 1
    assert {name: one["why"] for name, one in kept.overrides.items()} == dict.fromkeys(
        ("name", "market"), "visite du 3 mars"
    )
    with place.database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.dirty where parcel = :p"), {"p": parcel}) == 0


def test_the_same_again_writes_nothing(own: Editor, place: Place) -> None:
    parcel = place.parcels["partners"]
    feature_ = own.send("GET", f"{ITEMS}/{parcel}").json()
    tag = own.tag(parcel)
    assert own.change(parcel, "PUT", feature_).status_code == 200
    assert own.change(parcel, body=feature_).status_code == 200
    assert own.tag(parcel) == tag
    assert row(place, parcel).overrides == {}


@proves(f"{EDITING}/create-replace-delete", f"{EDITING}/update")
def test_replacing_empties_what_is_not_said_and_a_change_leaves_it(own: Editor, place: Place) -> None:
    number = drawn(own, name="A", power_mw=3, stade_comm="en vente")
    patched = own.change(number, body={"properties": {"power_mw": 4}})
    assert patched.json()["properties"]["name"] == "A"
    said = feature(market="for_lease", visibility="agency")
    replaced = own.change(number, "PUT", said, Content_Crs=LAMBERT)
    assert replaced.status_code == 200, replaced.text
    properties = replaced.json()["properties"]
    assert (properties["name"], properties["power_mw"], properties["market"]) == (None, None, "for_lease")
    assert row(place, number).stade_comm == "en vente", "what a feature does not show is not emptied"
    emptied = own.change(number, "PUT", feature(visibility="agency"), Content_Crs=LAMBERT)
    (left_out,) = emptied.json()["errors"]
    assert (left_out["field"], left_out["code"]) == ("properties.market", "update.no_word")


@proves(f"{EDITING}/create-replace-delete")
def test_a_parcel_taken_out_is_in_no_answer(own: Editor, place: Place) -> None:
    number = drawn(own, visibility="public", name="Éphémère")
    counted = place.get("nobody", f"{ITEMS}?limit=1")["numberMatched"]
    assert own.change(number, "DELETE").status_code == 204
    assert own.send("GET", f"{ITEMS}/{number}").status_code == 404
    assert place.get("nobody", f"{ITEMS}?limit=1")["numberMatched"] == counted - 1
    assert place.get("nobody", f"{ITEMS}?name=Éphémère")["features"] == []
    assert row(place, number).deleted_on is not None
    again = own.change(number, "DELETE", If_Match="*")
    assert again.status_code == 404
    assert "Éphémère" not in place.ask("nobody", "GET", f"{ITEMS}?f=csv").text


def test_what_is_taken_out_leaves_the_extent_measured(own: Editor, place: Place) -> None:
    answer = own.draw(feature(outline(east=90_000), name="Tout à l'est", visibility="public"))
    number = int(answer.headers["location"].rpartition("/items/")[2])
    far = east_end(own)
    assert own.change(number, "DELETE").status_code == 204
    with place.database.connection(Role.WORKER) as connection:
        assert connection.scalars(text("select id from core.parcel_extent where stale")).all() == []
    assert east_end(own) < far - 0.5


def east_end(who: Editor) -> float:
    found = who.send("GET", "/collections/parcels").json()["extent"]["spatial"]["bbox"][0]
    return float(found[2])


@pytest.mark.parametrize("zoom", [10, 15])
def test_tiles_follow_what_is_drawn_and_taken_out(own: Editor, place: Place, zoom: int) -> None:
    east = 20_000 + 1_000 * zoom
    drawn_ = own.draw(feature(outline(east, 0, 600), visibility="public", name=f"Tuile {zoom}"))
    number = int(drawn_.headers["location"].rpartition("/")[2])
    lon, lat = DEGREES.transform(rows.LYON[0] + east + 300, rows.LYON[1] + 300)
    column = int((lon + 180) / 360 * 2**zoom)
    line = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**zoom)
    address = f"/collections/parcels/tiles/WebMercatorQuad/{zoom}/{line}/{column}"
    shown = place.ask("nobody", "GET", address)
    assert shown.status_code == 200
    assert len(shown.content) > 50
    assert own.change(number, "DELETE").status_code == 204
    left = place.ask("nobody", "GET", address)
    assert len(left.content) < len(shown.content), "it has left the tile"


def test_idempotent_drawing(own: Editor, place: Place) -> None:
    first, second = (own.draw(feature(name="Une fois"), Idempotency_Key="trace-7") for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(place.get("own", f"{ITEMS}?name=Une fois")["features"]) == 1


@proves(f"{EDITING}/features")
def test_coordinates_in_every_system_are_one_place(own: Editor, place: Place) -> None:
    square = outline(7_000, 7_000)
    number = drawn(own)
    assert own.change(number, body={"geometry": square}, Content_Crs=LAMBERT).status_code == 200
    stands = row(place, number).version
    for crs in ("OGC/1.3/CRS84", "EPSG/0/4326", "EPSG/0/3857", "EPSG/0/2154"):
        uri = f"http://www.opengis.net/def/crs/{crs}"
        shown = own.send("GET", f"{ITEMS}/{number}?crs={uri}").json()["geometry"]
        for named in (uri, f"<{uri}>"):
            answer = own.change(number, body={"geometry": shown}, Content_Crs=named)
            assert answer.status_code == 200, (crs, answer.text)
    assert row(place, number).version == stands, "the same place said otherwise moved nothing"


@proves(f"{EDITING}/features")
def test_the_service_says_that_it_is_edited_and_what_is(own: Editor) -> None:
    declared = own.send("GET", "/conformance").json()["conformsTo"]
    part = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/"
    assert {one.removeprefix(part) for one in declared if one.startswith(part)} == {
        "create-replace-delete",
        "update",
        "features",
        "optimistic-locking-etags",
    }
    properties = own.send("GET", "/collections/parcels/schema").json()["properties"]
    kept = {name for name, one in properties.items() if one.get("readOnly")}
    assert {"id", "surface_m2", "ready_p80", "responsible", "origin"} <= kept
    assert kept.isdisjoint({"name", "market", "visibility", "power_mw", "contact"})
    document = own.send("GET", "/api").json()["paths"]
    assert {"get", "post"} <= document[ITEMS].keys()
    assert {"get", "put", "patch", "delete"} <= document[f"{ITEMS}/{{parcel_id}}"].keys()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.floats(20, 200), min_size=4, max_size=12),
    st.sampled_from(["EPSG/0/2154", "OGC/1.3/CRS84"]),
    st.booleans(),
)
def test_what_is_drawn_is_read_again(own: Editor, radii: list[float], crs: str, clockwise: bool) -> None:
    """Any star around a point, either way round: the same place to a millimetre."""
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    points = np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(radii)[:, None] + (852_000, 6_525_000)
    star = shapely.Polygon(points[::-1] if clockwise else points)
    uri = f"http://www.opengis.net/def/crs/{crs}"
    sent = star if crs.endswith("2154") else shapely.transform(star, in_degrees)
    answer = own.draw(feature(shapely.geometry.mapping(sent)), Content_Crs=f"<{uri}>")
    assert answer.status_code == 201, answer.text
    number = answer.headers["location"].rpartition("/")[2]
    read = own.send("GET", f"{ITEMS}/{number}?crs={LAMBERT}")
    found = shapely.geometry.shape(read.json()["geometry"])
    assert found.is_valid
    assert shapely.hausdorff_distance(found.boundary, star.boundary) < 0.002

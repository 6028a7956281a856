"""Tiles over HTTP: who sees what in them, how long they are kept, what bad addresses are answered."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import geopandas
import pytest
from sqlalchemy import text

from api.app import READS_AT_ONCE
from api.clock import today
from api.ogc.tiles.tiles import PATIENCE_S
from geo.cluster import Running
from geo.derive import work
from geo.store.database import Database, Role
from geo.store.tiles.tiles import FIELDS, LAYER, MERGED
from geo.store.tiles.tiles import Place as Square
from tests.api.conftest import quick_settings
from tests.api.planning_place import Place, a_territory
from tests.conftest import copied
from tests.decoding import decoded

SET = "/collections/parcels/tiles/WebMercatorQuad"
MVT = "application/vnd.mapbox-vector-tile"
HERE = Square(11, 730, 1051)
"""The tile with the whole territory."""
TILE = f"{SET}/11/730/1051"
SEEN = {
    "nobody": ["public"],
    "company": ["partners", "public"],
    "neighbour": ["partners", "public"],
    "agency": ["agency", "partners", "public"],
    "own": ["agency", "partners", "private", "public"],
    "admin": ["agency", "partners", "private", "public"],
}


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with copied(cluster, template, "tiles_served") as address:
        database = Database(address, pool_size=2)
        with a_territory(database) as made:
            yield made
        database.close()


def drawn(place: Place, who: str, folder: Path, query: str = "") -> geopandas.GeoDataFrame:
    """The outlines of the tile as one reader has it."""
    answer = place.ask(who, "GET", TILE + query)
    assert (answer.status_code, answer.headers["content-type"]) == (200, MVT), answer.text
    return decoded(answer.content, HERE, folder).get(LAYER, geopandas.GeoDataFrame({"name": []}))


@pytest.mark.parametrize("who", SEEN)
def test_each_reader_sees_the_parcels_of_the_collection(place: Place, who: str, tmp_path: Path) -> None:
    frame = drawn(place, who, tmp_path)
    assert sorted(frame.name) == [f"Lot {seen}" for seen in SEEN[who]]
    assert set(frame.columns) - {"mvt_id", "geometry"} <= set(FIELDS)
    items = {one["id"]: one["properties"] for one in place.get(who, "/collections/parcels/items")["features"]}
    for row in frame.itertuples():
        known = items[row.id]
        assert (row.mvt_id, row.market, row.ready_class) == (known["id"], known["market"], known["ready_class"])
        assert row.surface_m2 == round(known["surface_m2"])


def test_an_edit_shows_at_once_in_a_tile_with_another_tag(place: Place, tmp_path: Path) -> None:
    before = place.ask("nobody", "GET", TILE)
    with place.database.connection(Role.WORKER) as connection:
        renamed = text("update parcel set name = 'Lot neuf', market = 'sold' where id = :id")
        connection.execute(renamed, {"id": place.parcels["public"]})
    work.derive(place.database, as_of=today(quick_settings()))
    try:
        (row,) = drawn(place, "nobody", tmp_path).itertuples()
        assert (row.name, row.market) == ("Lot neuf", "sold")
        after = place.client.get(TILE, headers={"If-None-Match": before.headers["etag"]})
        assert after.status_code == 200
        assert after.headers["etag"] != before.headers["etag"]
    finally:
        with place.database.connection(Role.WORKER) as connection:
            back = text("update parcel set name = 'Lot public', market = 'for_sale' where id = :id")
            connection.execute(back, {"id": place.parcels["public"]})
        work.derive(place.database, as_of=today(quick_settings()))


@pytest.mark.parametrize(
    ("who", "kept"), [("nobody", "public, max-age=0, must-revalidate"), ("own", "private, no-cache")]
)
def test_who_may_keep_a_tile_and_how_it_is_asked_again(place: Place, who: str, kept: str) -> None:
    answer = place.ask(who, "GET", TILE)
    assert answer.headers["cache-control"] == kept
    assert "X-API-Key" in answer.headers["vary"]
    tag = answer.headers["etag"]
    assert tag.startswith('"')
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = place.client.get(TILE, headers={"If-None-Match": known} | _key(place, who))
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == kept
    assert place.client.get(TILE, headers={"If-None-Match": '"other"'} | _key(place, who)).status_code == 200
    lines = [("If-None-Match", '"other"'), ("If-None-Match", tag), *_key(place, who).items()]
    assert place.client.get(TILE, headers=lines).status_code == 304


def _key(place: Place, who: str) -> dict[str, str]:
    return {} if who == "nobody" else {"X-API-Key": place.keys[who]}


@pytest.mark.parametrize(
    ("address", "accept", "status"),
    [
        (TILE, "image/png", 406),
        (TILE, "text/html", 406),
        (TILE, "text/plain, application/json", 200),  # as GDAL asks
        (f"{SET}/14/1/1", "image/png", 406),
        (TILE, f"image/png, {MVT};q=0.5", 200),
        (TILE, "application/*", 200),
        (f"{TILE}?f=mvt", "image/png", 200),
        (SET, "image/png", 406),
        (SET, MVT, 406),
        (SET, "application/json", 200),
        (f"{SET}?f=tilejson", "image/png", 200),
        ("/collections/parcels/tiles", "text/html", 406),
        ("/collections/parcels/styles/readiness", "image/png", 406),
        ("/collections/parcels/styles/readiness", "application/json", 200),
        ("/tileMatrixSets", "image/png", 406),
        ("/tileMatrixSets/WebMercatorQuad", "image/png", 406),
    ],
)
def test_what_the_client_accepts_is_answered_or_nothing(place: Place, address: str, accept: str, status: int) -> None:
    answer = place.client.get(address, headers={"Accept": accept})
    assert answer.status_code == status
    if status == 406:
        assert answer.json()["code"] == "accept.other"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?market=for_sale", 4),
        ("?market=sold", 0),
        ("?filter=visibility='agency'", 1),
        ("?visibility=agency", 1),
        ("?filter=S_INTERSECTS(geometry,POINT(0 0))", 0),
        ("?ready_class=immediate,0_6,6_12,over_12,unknown", 4),
        ("?ready_by=2000-01-01", 0),
        ("?f=mvt", 4),
    ],
)
def test_a_tile_holds_what_is_asked_for(place: Place, query: str, names: int, tmp_path: Path) -> None:
    assert len(drawn(place, "admin", tmp_path, query)) == names
    told = place.ask("admin", "GET", TILE + query).headers
    assert (told["ogc-numberreturned"], told["ogc-numbermatched"]) == (str(names), str(names))


def test_parcels_too_small_to_draw_are_counted(place: Place, tmp_path: Path) -> None:
    answer = place.ask("own", "GET", f"{SET}/5/11/16")
    (layer, *others) = decoded(answer.content, Square(5, 11, 16), tmp_path).items()
    assert (layer[0], others) == (MERGED, [])
    assert layer[1]["count"].sum() == 4
    assert (answer.headers["ogc-numberreturned"], answer.headers["ogc-numbermatched"]) == ("0", "4")


def test_those_who_wait_for_a_tile_leave_room_for_others(place: Place) -> None:
    """More wait than there are threads; they are told to come back, and then find it."""
    slow, many = f"{SET}/12/1462/2102", READS_AT_ONCE + 5
    first = text("""insert into core.tile (sight, zoom, col, row, recipe, day, made_at, content, drawn, merged)
        values ('public', 12, 2102, 1462, '', core.today(), pg_current_snapshot(), '', 0, 0)""")
    with ThreadPoolExecutor(many) as readers, place.database.connection(Role.WORKER) as connection:
        connection.execute(first)  # who makes the tile waits for this one when it is to be kept
        waiting = [readers.submit(place.ask, "nobody", "GET", slow) for _ in range(many)]
        assert not wait(waiting, timeout=0.5).done
        began = time.monotonic()
        assert place.ask("company", "GET", "/collections/parcels/items").status_code == 200
        assert time.monotonic() - began < PATIENCE_S / 2
        told = [one.result() for one in waiting]
        connection.rollback()
    assert {(one.status_code, one.headers["retry-after"], one.json()["code"]) for one in told} == {
        (503, "2", "tile.busy")
    }
    assert place.ask("nobody", "GET", slow).status_code == 200


def test_a_tile_far_away_is_empty(place: Place) -> None:
    answer = place.ask("admin", "GET", f"{SET}/11/0/0")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == MVT


@pytest.mark.parametrize(
    ("numbers", "status", "code"),
    [
        ("-1/0/0", 404, "tile.outside"),
        ("0/0/1", 404, "tile.outside"),
        ("19/0/0", 404, "tile.outside"),
        ("99/0/0", 404, "tile.outside"),
        ("11/2048/0", 404, "tile.outside"),
        ("11/0/2048", 404, "tile.outside"),
        ("11/0/-1", 404, "tile.outside"),
        ("11/0/1000000000", 404, "tile.outside"),
        ("11/0/" + "0" * 90, 404, "tile.outside"),
        ("11/0/" + "9" * 90, 404, "tile.outside"),
        ("z/0/0", 400, "tile.number"),
        ("11/0.5/0", 400, "tile.number"),
        ("11/0/1e3", 400, "tile.number"),
        ("11/0/٣", 400, "tile.number"),
        ("11/0/1_0", 400, "tile.number"),
        ("11/0/%201", 400, "tile.number"),
        ("11/0/0?f=png", 400, None),
        ("11/0/0?frobnicate=1", 400, "parameter.unknown"),
        ("11/0/0?bbox=1,2,3,4", 400, "parameter.unknown"),
        ("11/0/0?market=bought", 400, "market.not_listed"),
        ("11/0/0?filter=price_eur_m2>1", 400, "filter.unknown_property"),
    ],
)
def test_bad_addresses_are_told_apart(place: Place, numbers: str, status: int, code: str | None) -> None:
    answer = place.ask("nobody", "GET", f"{SET}/{numbers}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert code in (None, answer.json()["code"])

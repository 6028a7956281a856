"""Tiles of parcels: what GDAL decodes of them is what shapely finds of the land, at any zoom, and none goes missing."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from geo.cluster import Running
from geo.store.database import AUDIENCES, Database, Role
from geo.store.items.question import Question, of_markets
from geo.store.tiles import tiles
from geo.store.tiles.tiles import BUFFER, EXTENT, LAYER, MERGED, PIXELS, SMALLEST_PIXELS, Place, statement, tile, values
from tests import land_rows as rows
from tests.conftest import copied
from tests.decoding import decoded

HALF = 20_037_508.342789244
"""Half the side of the web's square, in its metres."""
TO_WEB = Transformer.from_crs(2154, 3857, always_xy=True)

SERVE = """
    truncate core.dirty;
    insert into core.parcel_derived (parcel, surface_m2) select id, st_area(geom) from core.parcel;
    insert into core.parcel_served (parcel, geom_4326, geom_3857, doc)
    select id, st_transform(geom, 4326), st_transform(geom, 3857), '{}' from core.parcel;
    analyze core.parcel; analyze core.parcel_derived; analyze core.parcel_served;
"""
GRID = """
    insert into core.source (dataset) values ('grid');
    insert into core.parcel (source, key, origin, market, visibility, digest, geom)
    select 1, 'T-' || n, 'terrain', 'for_sale', 'public', '',
           st_multi(st_makeenvelope(842000 + (n % 200) * 350, 6519000 + (n / 200) * 350,
                                    842300 + (n % 200) * 350, 6519300 + (n / 200) * 350, 2154))
    from generate_series(0, 19999) n;
"""
VISIBILITIES = ("public", "partners", "agency", "private")
SEEN = {Role.PUBLIC: VISIBILITIES[:1], Role.COMPANY: VISIBILITIES[:2], Role.PLANNER: VISIBILITIES[:2]}


@dataclass(frozen=True)
class RandomLand:
    """A base of random parcels, and their shapes in metres of the web by id and by visibility."""

    database: Database
    shapes: dict[int, BaseGeometry]
    visibility: dict[int, str]

    def seen(self, role: Role) -> dict[int, BaseGeometry]:
        shown = SEEN.get(role, VISIBILITIES)
        return {number: shape for number, shape in self.shapes.items() if self.visibility[number] in shown}


def outline(chance: random.Random) -> BaseGeometry:
    """A polygon around a random place: of some metres or some hundred, now and then a sliver, with a hole or as a U."""
    size = 10 ** chance.uniform(0.7, 2.7)
    turns = sorted(chance.uniform(0, 2 * math.pi) for _ in range(chance.randint(3, 9)))
    thin = 0.002 if chance.random() < 0.1 else 1
    corners = [(size * math.cos(turn), size * (math.cos(turn) + thin * math.sin(turn))) for turn in turns]
    made: BaseGeometry = shapely.Polygon(corners) if chance.random() < 0.6 else shapely.box(-size, -size, size, size)
    if chance.random() < 0.3:
        made = made.difference(shapely.box(-size / 2, -size / 2, size / 2, size * chance.choice((0.5, 2))))
    east, north = chance.uniform(0, 6_000), chance.uniform(0, 6_000)
    return shapely.affinity.translate(made, rows.LYON[0] + east, rows.LYON[1] + north)


@pytest.fixture(scope="module")
def random_land(cluster: Running, template: str) -> Iterator[RandomLand]:
    chance = random.Random(7)
    shapes: dict[int, BaseGeometry] = {}
    visibility: dict[int, str] = {}
    with copied(cluster, template, "tiles") as address:
        database = Database(address, pool_size=2)
        with database.connection(Role.WORKER) as connection:
            while len(shapes) < 250:
                shape = outline(chance)
                if shape.area > 1 and shape.geom_type == "Polygon":
                    seen = chance.choice(VISIBILITIES)
                    number = rows.parcel(connection, f"T{len(shapes)}", shape, visibility=seen)
                    shapes[number], visibility[number] = on_the_web(shape), seen
        run(address, SERVE)
        yield RandomLand(database, shapes, visibility)
        database.close()


@pytest.fixture(scope="module")
def grid(cluster: Running, template: str) -> Iterator[Database]:
    """20,000 parcels of nine hectares on 70 by 35 kilometres."""
    with copied(cluster, template, "tile_grid") as address:
        run(address, GRID + SERVE)
        database = Database(address, pool_size=2)
        yield database
        database.close()


def on_the_web(shape: BaseGeometry) -> BaseGeometry:
    corners = shapely.get_coordinates(shape)
    return shapely.set_coordinates(shape, np.column_stack(TO_WEB.transform(*corners.T)))


def run(address: URL, script: str) -> None:
    engine = create_engine(address, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execution_options(no_parameters=True).exec_driver_sql(script)
    engine.dispose()


def box(place: Place, around: int = 0) -> shapely.Polygon:
    """The square of a tile, with some steps around it."""
    side = 2 * HALF / 2**place.zoom
    more = side * around / EXTENT
    west, north = place.column * side - HALF, HALF - place.row * side
    made: shapely.Polygon = shapely.box(west - more, north - side - more, west + side + more, north + more)
    return made


def at(x: float, y: float, zoom: int) -> Place:
    """The tile that holds a point."""
    side = 2 * HALF / 2**zoom
    return Place(zoom, math.floor((HALF - y) / side), math.floor((x + HALF) / side))


def middle(shape: BaseGeometry) -> tuple[float, float]:
    west, south, east, north = shape.bounds
    return (west + east) / 2, (south + north) / 2


def size(shape: BaseGeometry) -> float:
    west, south, east, north = shape.bounds
    return float((east - west) * (north - south))


@pytest.mark.parametrize(("role", "zoom"), [*((role, 13) for role in AUDIENCES), (Role.ADMIN, 9), (Role.ADMIN, 16)])
def test_every_parcel_is_drawn_true_or_counted(random_land: RandomLand, role: Role, zoom: int, tmp_path: Path) -> None:
    seen = random_land.seen(role)
    step = 2 * HALF / 2**zoom / EXTENT
    smallest = SMALLEST_PIXELS * (step * EXTENT / PIXELS) ** 2
    for place in sorted({at(*middle(shape), zoom) for shape in seen.values()}, key=lambda p: (p.row, p.column))[:15]:
        with random_land.database.connection(role) as connection:
            found = tile(connection, Question(), place)
        layers = decoded(found.content, place, tmp_path)
        here = {number for number, shape in seen.items() if at(*middle(shape), zoom) == place}
        drawn = {} if LAYER not in layers else dict(zip(layers[LAYER].id, layers[LAYER].geometry, strict=True))
        counted = 0 if MERGED not in layers else layers[MERGED]["count"].sum()
        assert (len(drawn), counted) == (found.drawn, found.merged)
        missing = {number for number in here - set(drawn) if seen[number].intersects(box(place))}
        unseen = {number for number in here - set(drawn) - missing if size(seen[number]) < smallest}
        assert counted == len(missing | unseen)
        wanted = {number for number, shape in seen.items() if size(shape) >= smallest and shape.intersects(box(place))}
        assert wanted - set(drawn) <= missing | {n for n in wanted if seen[n].intersection(box(place)).area < step**2}
        for number, shape in drawn.items():
            assert number in seen
            assert size(seen[number]) >= smallest
            expected = seen[number].intersection(box(place, BUFFER))
            assert shape.symmetric_difference(expected).area <= step * (expected.length + 8 * step)
            assert seen[number].buffer(1.5 * step).contains(shape), "nothing is drawn where there is no parcel"


@pytest.mark.parametrize("zoom", [5, 9, 12])
def test_a_crowded_tile_stays_small_and_says_what_it_leaves_out(grid: Database, zoom: int, tmp_path: Path) -> None:
    place = at(*TO_WEB.transform(860_000, 6_530_000), zoom)
    with grid.connection(Role.PUBLIC) as connection:
        found = tile(connection, Question(), place)
    assert len(found.content) < 500_000
    assert found.drawn <= tiles.MOST
    layers = decoded(found.content, place, tmp_path)
    assert layers[MERGED]["count"].sum() == found.merged if found.merged else MERGED not in layers
    assert layers[MERGED].surface_m2.sum() == 90_000 * found.merged if found.merged else zoom > 9
    if zoom == 5:
        assert (found.drawn, found.merged) == (0, 20_000)


@pytest.mark.parametrize("role", AUDIENCES)
def test_a_tile_is_found_by_its_index(grid: Database, role: Role) -> None:
    place = at(*TO_WEB.transform(860_000, 6_530_000), 14)
    with grid.connection(role) as connection:
        shown = "\n".join(connection.scalars(text(f"explain {statement(Question())}"), values(place)))
    assert "parcel_served_3857" in shown, shown
    assert "Seq Scan on parcel" not in shown, shown


def test_small_parcels_are_drawn_over_large_ones(random_land: RandomLand, tmp_path: Path) -> None:
    place = at(*middle(next(iter(random_land.shapes.values()))), 12)
    with random_land.database.connection(Role.ADMIN) as connection:
        layers = decoded(tile(connection, Question(), place).content, place, tmp_path)
    sizes = [size(random_land.shapes[number]) for number in layers[LAYER].id]
    assert len(sizes) > 20
    assert sizes == sorted(sizes, reverse=True)


def test_a_tile_holds_what_is_asked_for(random_land: RandomLand) -> None:
    place = at(*middle(next(iter(random_land.shapes.values()))), 10)
    with random_land.database.connection(Role.ADMIN) as connection:
        everything = tile(connection, Question(), place)
        nothing = tile(connection, Question((of_markets(["sold"]),)), place)
    assert everything.drawn + everything.merged > 0
    assert (nothing.content, nothing.drawn, nothing.merged) == (b"", 0, 0)


@pytest.mark.parametrize(
    ("place", "exists"),
    [
        (Place(0, 0, 0), True),
        (Place(5, 31, 31), True),
        (Place(18, 2**18 - 1, 0), True),
        (Place(5, 32, 0), False),
        (Place(5, 0, 32), False),
        (Place(5, -1, 0), False),
        (Place(0, 1, 0), False),
        (Place(19, 0, 0), False),
        (Place(-1, 0, 0), False),
        (Place(10**9, 0, 0), False),
    ],
)
def test_tiles_are_those_of_the_grid(place: Place, exists: bool) -> None:
    assert place.exists is exists

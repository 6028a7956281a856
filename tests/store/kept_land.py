"""A few parcels of every visibility in a base of their own, and tiles as a process keeps them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import shapely
from sqlalchemy import Connection, text

from geo.cluster import Running
from geo.store.database import Actor, Database, Role
from geo.store.items.question import Question
from geo.store.tiles import tiles
from geo.store.tiles.kept import KeptTiles
from geo.store.tiles.tiles import Place, Tile
from tests import land_rows as rows
from tests.conftest import copied

SERVE = """
    insert into core.parcel_derived (parcel, surface_m2) select id, st_area(geom) from core.parcel;
    insert into core.parcel_served (parcel, geom_4326, geom_3857, doc)
    select id, st_transform(geom, 4326), st_transform(geom, 3857), id::text from core.parcel;
    delete from core.dirty"""
HERE = {0: Place(0, 0, 0), 9: Place(9, 182, 262), 12: Place(12, 1461, 2103)}
"""The tiles around the parcels: where land is counted, just drawn, and drawn in full."""
LOOKED_AT = (0, 12)
"""The zooms of all that is compared whole."""


@dataclass(frozen=True)
class Land:
    """The base, its parcels by visibility, readers by name, and the tiles that one process keeps."""

    database: Database
    parcels: dict[str, int]
    readers: dict[str, tuple[Role, Actor | None]]
    kept: KeptTiles = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kept", KeptTiles(self.database))

    def tile(self, reader: str, zoom: int) -> Tile:
        """As it is kept."""
        return self.kept.tile(*self.readers[reader], HERE[zoom])

    def live(self, reader: str, zoom: int) -> Tile:
        """As it would be made of the land now, without what is kept."""
        with self.database.reading(*self.readers[reader]) as connection:
            return tiles.tile(connection, Question(), HERE[zoom])

    def everything(self, *readers: str) -> dict[tuple[str, int], Tile]:
        """The tiles of these readers, else of all, as they are kept."""
        return {(reader, zoom): self.tile(reader, zoom) for reader in readers or self.readers for zoom in LOOKED_AT}

    def everything_live(self, *readers: str) -> dict[tuple[str, int], Tile]:
        """The same, made of the land now."""
        return {(reader, zoom): self.live(reader, zoom) for reader in readers or self.readers for zoom in LOOKED_AT}


@contextmanager
def kept_land(cluster: Running, template: str, name: str = "tiles_kept") -> Iterator[Land]:
    """Four parcels of 800 m by 500 m, drawn from zoom 8 on, side by side."""
    with copied(cluster, template, name) as address:
        database = Database(address, pool_size=3)
        with database.connection(Role.WORKER) as connection:
            land = _land(connection, database)
            for statement in SERVE.split(";"):
                connection.execute(text(statement))
        with closing(land.kept):
            yield land
        database.close()


def _land(connection: Connection, database: Database) -> Land:
    own, other = rows.organisation(connection, "own"), rows.organisation(connection, "other")
    agency = rows.organisation(connection, "agency", "agency")
    parcels = {}
    for number, seen in enumerate(("public", "partners", "agency", "private")):
        east, north = rows.LYON[0] + 1_000 * (number + 1), rows.LYON[1]
        shape = shapely.box(east, north, east + 800, north + 500)
        parcels[seen] = rows.parcel(connection, seen, shape, name=seen, visibility=seen, responsible=own)
    readers = {
        "public": (Role.PUBLIC, None),
        "company": (Role.COMPANY, Actor()),
        "other": (Role.PLANNER, Actor(other, "territory")),
        "agency": (Role.PLANNER, Actor(agency, "agency")),
        "own": (Role.PLANNER, Actor(own, "territory")),
        "admin": (Role.ADMIN, Actor()),
    }
    return Land(database, parcels, readers)

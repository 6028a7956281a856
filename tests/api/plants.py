"""Land of three known plants and neighbours of one of them, served over HTTP: figures of domain.md 6.2."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import shapely
from sqlalchemy import insert

from api.app import create_app
from api.clock import today
from geo.cluster import Running
from geo.derive import work
from geo.store import tables
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.serving import Served, serving
from tests.conftest import copied

SIRET = "34749951900010"
ACC_SIDE = 583.1
"""A square of 34 ha, in metres."""


def box(east: float, north: float, length: float, width: float) -> shapely.Polygon:
    """A rectangle whose lower left corner lies ``east``, ``north`` of Lyon."""
    return shapely.box(*_corner(east, north), *_corner(east + length, north + width))


def _corner(east: float, north: float) -> tuple[float, float]:
    return rows.LYON[0] + east, rows.LYON[1] + north


def plant(database: Database) -> dict[str, int]:
    """The parcels by name. Symbio has a neighbour for sale to the east, and one nobody may see to the west.

    Boiron has a rail siding.
    """
    with database.connection(Role.WORKER) as connection:
        rows.commune(connection, "69123", box(-3_000, -3_000, 12_000, 9_000), "Lyon")
        rows.zone(connection, "UX", box(-3_000, -3_000, 12_000, 9_000), "allowed")
        ids = {
            "acc": rows.parcel(connection, "acc", box(0, 0, ACC_SIDE, ACC_SIDE), name="ACC"),
            "symbio": rows.parcel(
                connection, "symbio", box(2_000, 0, 404, 202), name="Symbio", power_mw=12.0, price_eur_m2=50.0,
                cadastral_ids=["69123000AB0001"],
            ),
            "boiron": rows.parcel(connection, "boiron", box(4_000, 0, 700, 400), name="Boiron"),
            "beside": rows.parcel(connection, "beside", box(2_404, 0, 300, 202), name="Voisin"),
            "hidden": rows.parcel(
                connection, "hidden", box(1_700, 0, 300, 202), name="Caché", visibility="private",
                responsible=rows.organisation(connection, "CC du Caché"),
            ),
        }  # fmt: skip
        rows.substation(connection, "ite", 4_050, 50, kind="siding")
        rows.constraint(connection, "ppri", box(4_425, 0, 275, 400))
        rows.coverage(connection, "constraints", box(-3_000, -3_000, 12_000, 9_000))
        stands = {"source": rows.source(connection), "import": rows.import_row(connection), "digest": b"e"}
        point = rows.ewkb(shapely.Point(_corner(2_100, 100)))
        connection.execute(insert(tables.establishment).values(siret=SIRET, name="Usine", geom=point, **stands))
    return ids


@contextmanager
def planted(cluster: Running, template: str, name: str) -> Iterator[tuple[Served, Database, dict[str, int]]]:
    """The service over that land, and the ids of the parcels by name."""
    settings = quick_settings()
    with copied(cluster, template, name) as address:
        database = Database(address, pool_size=2)
        ids = plant(database)
        work.derive(database, as_of=today(settings))
        with serving(create_app(settings, database), settings) as served:
            yield served, database, ids
        database.close()


def ask(served: Served, path: str = "/matches", headers: dict[str, str] | None = None, **need: Any) -> Any:
    """The answer to a need, which must be one."""
    answer: httpx.Response = served.client.post(path, json=need, headers=headers or {})
    assert answer.status_code == 200, answer.text
    return answer.json()


def found(answer: Any, which: str = "matches") -> list[int]:
    """The first parcel of each row."""
    return [row["parcel_ids"][0] for row in answer[which]]

"""A small territory with every collection in it, some of it hidden, for tests of what each audience is served."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
from shapely.geometry import Point
from sqlalchemy import Connection, insert, text

from api.app import create_app
from api.clock import today
from geo.cluster import Running
from geo.derive import work
from geo.store import tables
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.serving import serving
from tests.conftest import copied

EACH = 5
"""Features of each layer that everyone sees."""
AUDIENCES = ("public", "company", "planner", "admin")


@dataclass
class Place:
    """The service over the territory, and a key for each audience; the planner is of the territory's own EPCI."""

    client: httpx.Client
    database: Database
    keys: dict[str, str]

    def get(self, audience: str, path: str, **parameters: Any) -> httpx.Response:
        headers = {"X-API-Key": self.keys[audience]} if audience in self.keys else {}
        return self.client.get(path, params=parameters or None, headers=headers)

    def document(self, audience: str, path: str, **parameters: Any) -> dict[str, Any]:
        answer = self.get(audience, path, **parameters)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def features(self, audience: str, collection: str, **parameters: Any) -> list[dict[str, Any]]:
        """Every feature, page after page."""
        page = self.document(audience, f"/collections/{collection}/items", **parameters)
        found = list(page["features"])
        while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
            page = self.document(audience, following[0])
            found += page["features"]
        return found


@contextmanager
def collections_place(cluster: Running, template: str, name: str) -> Iterator[Place]:
    """The territory, loaded, derived and served."""
    with copied(cluster, template, name) as address:
        database, settings = Database(address, pool_size=2), quick_settings()
        with database.connection(Role.WORKER) as connection:
            own = fill(connection)
        work.derive(database, as_of=today(settings))
        with database.connection(Role.GATE) as connection:
            keys = {
                audience: create_key(connection, audience, Admitted(audience, own if audience == "planner" else None))[
                    1
                ]
                for audience in AUDIENCES[1:]
            }
        with serving(create_app(settings, database), settings) as served:
            yield Place(served.client, database, keys)
        database.close()


def fill(connection: Connection) -> int:
    """Put rows into every layer; the id of the territory's organisation."""
    own, other = rows.organisation(connection, "EPCI A"), rows.organisation(connection, "EPCI B")
    for n in range(EACH):
        here = rows.square(n * 300, 0)
        rows.commune(connection, f"6938{n + 1}", rows.square(n * 300, 0, 300), f"Commune {n}")
        rows.parcel(connection, f"P{n}", here, name=f"Parcelle {n}", observed_on=date(2026, 1, 1 + n))
        rows.site(connection, f"S{n}", here)
        rows.zone(connection, f"Z{n}", here, libelle=f"UX{n}", synthetic=n > 2)
        rows.constraint(connection, f"C{n}", here, label=f"Zone rouge {n}", source_date=date(2020, 1, 1 + n))
        rows.substation(connection, f"N{n}", n * 300 + 20, 20, free_mw=n / 2, **{"name": f"Poste {n}"})
        rows.area(connection, "ze2020", f"A{n}", here)
        cadastral_parcel(connection, f"69381000AB000{n}", here, created_on=date(2000 + n, 1, 1))
    for seen in ("partners", "agency", "private"):
        rows.parcel(connection, seen, rows.square(3_000, 900), name=f"SECRET {seen}", visibility=seen, responsible=own)
    rows.parcel(
        connection, "elsewhere", rows.square(0, 4_000), name="SECRET B", visibility="private", responsible=other
    )
    cadastral_parcel(connection, "69381000AB0099", rows.square(0, 0), retired_on=date(2020, 1, 1))
    rows.area(connection, "own", "A", rows.square(9_000, 0), name="SECRET area", organisation=own)
    rows.zone(connection, "old", rows.square(0, 0), partition="DU_OLD", approved_on=date(2001, 1, 1), libelle="SECRET")
    rows.zone(connection, "next", rows.square(0, 0), partition="DU_NEXT", approved_on=date(2001, 6, 1), libelle="1AU")
    connection.execute(text("update core.planning_document set retired_on = '2010-01-01' where partition = 'DU_OLD'"))
    connection.execute(
        text("""update core.planning_document set state = 'planned', approved_on = null, enforceable_on = '2090-01-01'
            where partition = 'DU_NEXT'""")
    )
    return own


def cadastral_parcel(connection: Connection, idu: str, shape: Any, **facts: Any) -> None:
    """A cadastral parcel."""
    known = {"source": rows.source(connection), "import": rows.import_row(connection), "digest": rows.digest(idu)}
    known |= {"commune_insee": idu[:5], "prefixe": idu[5:8], "section": idu[8:10], "numero": idu[10:]}
    made = insert(tables.cadastral_parcel).values(
        idu=idu, geom=rows.ewkb(shape), contenance_m2=10_000, **known, **facts
    )
    connection.execute(made)


def corner(feature: dict[str, Any]) -> Point:
    """A point of the feature, in the coordinates it has."""
    coordinates = feature["geometry"]["coordinates"]
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return Point(coordinates)

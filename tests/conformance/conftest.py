"""The sample served to the public, and what the service says of itself."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection

from api.app import create_app
from geo.cluster import Running
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.api.collections_place import cadastral_parcel
from tests.api.conftest import quick_settings
from tests.api.serving import Served, serving
from tests.conformance.reading import Link, linked
from tests.conftest import copied


@pytest.fixture(scope="session")
def ground(cluster: Running, sample_template: str) -> Iterator[Database]:
    """A base with the sample, read only here."""
    with copied(cluster, sample_template, "conformance") as address:
        database = Database(address, pool_size=2)
        with database.connection(Role.WORKER) as connection:
            fill_the_empty(connection)
        yield database
        database.close()


def fill_the_empty(connection: Connection) -> None:
    """Something in each collection that the sample leaves empty: a suite proves nothing on an empty list."""
    for number in range(3):
        here = rows.square(500.0 * number, 0)
        cadastral_parcel(connection, f"69381000AB000{number}", here)
        rows.commune(connection, f"6938{number}", here, name=f"Commune {number}")
        rows.area(connection, "epci", f"20000000{number}", here)


@pytest.fixture(scope="session")
def service(ground: Database) -> Iterator[Served]:
    settings = quick_settings()
    with serving(create_app(settings, ground), settings) as made:
        yield made


@pytest.fixture
def client(service: Served) -> Iterator[httpx.Client]:
    """A program: it takes JSON."""
    headers = {"Accept": "application/json"}
    with httpx.Client(base_url=service.client.base_url, timeout=30, headers=headers) as made:
        yield made


@pytest.fixture
def api(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api").json()
    return found


@pytest.fixture
def collections(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/collections").json()["collections"]
    assert found
    return found


@pytest.fixture
def lists(collections: list[dict[str, Any]]) -> list[Link]:
    """The link to the features of each collection, as GeoJSON."""
    return [linked(one, "items", "application/geo+json") for one in collections]

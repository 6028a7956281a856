"""Who goes away in the middle of an answer ends what the database does for it; what fails at once is a problem."""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from api.app import create_app
from geo.cluster import Running
from geo.store.database import Database, Timeouts
from geo.store.items.collection import PARCELS
from tests.api.conftest import quick_settings
from tests.api.serving import Served, serving
from tests.store.items.grid import large
from tests.store.relay import relayed

ITEMS = "/collections/parcels/items"
TILES = "/collections/parcels/tiles/WebMercatorQuad"
PATIENT = Timeouts(statement_ms=60_000, lock_ms=60_000)


@pytest.fixture(scope="module")
def land(cluster: Running, template: str) -> Iterator[Database]:
    """25,000 parcels, more than a socket holds; nobody waits in vain for a lock, or is ended by a time-out."""
    for database in large(cluster, template, "gone"):
        patient = Database(database.url, PATIENT, pool_size=2)
        yield patient
        patient.close()


@pytest.fixture
def patient(land: Database) -> Iterator[Served]:
    settings = quick_settings()
    with serving(create_app(settings, land), settings) as made:
        yield made


def begun(served: Served, query: str = "", path: str = "") -> socket.socket:
    """A request whose answer nobody reads."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    made.connect(("127.0.0.1", served.port))
    made.sendall(f"GET {path or f'{ITEMS}?{query}'} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return made


def states(database: Database) -> list[str]:
    """What the connections of the public do that are not idle."""
    with create_engine(database.url, poolclass=NullPool).connect() as connection:
        asked = "select state from pg_stat_activity where usename = 'emprise_public' and state <> 'idle'"
        return list(connection.scalars(text(asked)))


def until(database: Database, wanted: list[str]) -> float:
    """Seconds until the connections of the public do this."""
    began = time.monotonic()
    while states(database) != wanted:
        assert time.monotonic() - began < 15, states(database)
        time.sleep(0.02)
    return time.monotonic() - began


def test_a_client_that_goes_ends_its_query(patient: Served, land: Database) -> None:
    with create_engine(land.url, poolclass=NullPool).begin() as owner:
        owner.execute(text("lock table core.parcel_served in access exclusive mode"))  # the query waits for ever
        with begun(patient, "f=csv"):
            until(land, ["active"])
            busy = patient.client.get(f"{ITEMS}?f=geojsonseq")
            assert (busy.status_code, busy.json()["code"]) == (503, "format.busy")
            assert busy.headers["retry-after"]
        until(land, [])
    assert patient.client.get(f"{ITEMS}?f=csv").text.count("\r\n") == 22_501


@pytest.mark.parametrize(
    "path",
    [
        f"{ITEMS}?limit=1",
        f"{ITEMS}/7",
        f"{TILES}/14/1/1",
        f"{ITEMS}?filter=surface_m2%3E5",
        TILES,
        "/collections",
        "/collections/parcels",
    ],
    ids=["page", "item", "tile", "filter", "tiles", "collections", "collection"],
)
def test_a_client_that_goes_ends_what_it_waited_for(patient: Served, land: Database, path: str) -> None:
    with create_engine(land.url, poolclass=NullPool).begin() as owner:
        tables = "core.parcel, core.parcel_served, core.parcel_extent"
        owner.execute(text(f"lock table {tables} in access exclusive mode"))  # it waits for ever
        with begun(patient, path=path):
            until(land, ["active"])
        until(land, [])
    assert patient.client.get(path).status_code == 200


@pytest.mark.parametrize("path", [f"{ITEMS}?limit=1", f"{ITEMS}?f=csv"], ids=["page", "stream"])
def test_a_word_to_end_that_nobody_heard_is_said_again(land: Database, tmp_path: Path, path: str) -> None:
    settings = quick_settings()
    with relayed(land.url, tmp_path, unheard=1) as address:
        far = Database(address, PATIENT, pool_size=1)
        with (
            serving(create_app(settings, far), settings) as served,
            create_engine(land.url, poolclass=NullPool).begin() as owner,
        ):
            owner.execute(text("lock table core.parcel_served in access exclusive mode"))
            with begun(served, path=path):
                until(land, ["active"])
            until(land, [])
        far.close()


def test_a_client_that_goes_in_the_middle_frees_its_connection(patient: Served, land: Database) -> None:
    for _ in range(3):  # more than there are connections
        with begun(patient, "f=geojsonseq") as reader:
            assert b"200 OK" in reader.recv(200)
            until(land, ["idle in transaction"])  # it waits for the reader
            assert patient.client.get(f"{ITEMS}?limit=1").status_code == 200, "others are served meanwhile"
        until(land, [])


def test_what_fails_before_the_first_row_is_a_problem(patient: Served, land: Database) -> None:
    with create_engine(land.url, poolclass=NullPool).begin() as owner:
        owner.execute(text(f"revoke select on as_public.{PARCELS.view} from emprise_public"))
    answer = patient.client.get(f"{ITEMS}?f=csv")
    with create_engine(land.url, poolclass=NullPool).begin() as owner:
        owner.execute(text(f"grant select on as_public.{PARCELS.view} to emprise_public"))
    assert (answer.status_code, answer.json()["code"]) == (403, "rights.refused")
    assert patient.client.get(f"{ITEMS}?f=csv&limit=1").status_code == 200


@pytest.mark.parametrize("query", [{"sortby": "power_mw"}, {"filter": "power_mw > 5"}], ids=["ordered", "filtered"])
def test_a_list_that_takes_too_long_says_what_to_ask_instead(land: Database, query: dict[str, str]) -> None:
    hasty, settings = Database(land.url, Timeouts(statement_ms=200, lock_ms=60_000), pool_size=1), quick_settings()
    with serving(create_app(settings, hasty), settings) as served:
        with create_engine(land.url, poolclass=NullPool).begin() as owner:
            owner.execute(text("lock table core.parcel_served in access exclusive mode"))
            answer = served.client.get(ITEMS, params={**query, "lang": "en"})
        assert (answer.status_code, answer.json()["code"]) == (503, "list.slow")
        assert answer.headers["retry-after"]
        (example,) = re.findall(r"\(example: (bbox=[^)]+)\)", answer.json()["detail"])
        assert served.client.get(f"{ITEMS}?{urlencode(query)}&{example}").status_code == 200
    hasty.close()

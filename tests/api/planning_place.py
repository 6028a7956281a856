"""A small territory served: one body's parcels, its planner, a neighbour's, an agency's, a company's, nobody's."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from api.app import create_app
from api.clock import today
from api.matching.slots import Slots
from geo.derive import work
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.serving import serving

SERVICED: Mapping[str, Any] = {
    "stade_amngt": "viabilisé non aménagé",
    "stade_comm": "en vente",
    "etat_occup": "inoccupé",
    "maitrise_fonc": "personne physique",
}


@dataclass(frozen=True)
class Place:
    """The service, a key for each reader, the parcels by their visibility, and the turns of heavy questions."""

    database: Database
    client: httpx.Client
    keys: Mapping[str, str]
    parcels: Mapping[str, int]
    turns: Slots

    def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        """An answer to one of them; ``nobody`` has no key."""
        headers = more.pop("headers", {}) | ({} if who == "nobody" else {"X-API-Key": self.keys[who]})
        return self.client.request(method, path, headers=headers, **more)

    def get(self, who: str, path: str) -> dict[str, Any]:
        """What a good question is answered."""
        answer = self.ask(who, "GET", path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def record(self, who: str, parcel: int, **said: Any) -> httpx.Response:
        """Record a step."""
        body = {"step": "ACCESS", "state": "done", "effective_on": "2026-03-02", "reason": "réception des travaux"}
        return self.ask(who, "POST", f"/parcels/{parcel}/steps", json=body | said)


@contextmanager
def a_territory(database: Database, observed_on: date | None = None) -> Iterator[Place]:
    """One parcel of each visibility, all of the first organisation, derived as of today."""
    with database.connection(Role.WORKER) as connection:
        organisations = {
            name: rows.organisation(connection, name, kind)
            for name, kind in (("EPCI A", "territory"), ("EPCI B", "territory"), ("Agence", "agency"))
        }
        responsible = organisations["EPCI A"]
        facts = {**SERVICED, "responsible": responsible, "observed_on": observed_on}
        parcels = {
            seen: rows.parcel(connection, seen, rows.square(300 * n, 0), visibility=seen, name=f"Lot {seen}", **facts)
            for n, seen in enumerate(("public", "partners", "agency", "private"))
        }
        rows.zone(connection, "UX", rows.square(-1_000, -1_000, 4_000))
    settings = quick_settings()
    work.derive(database, as_of=today(settings))
    admitted = {
        "own": Admitted("planner", organisations["EPCI A"]),
        "neighbour": Admitted("planner", organisations["EPCI B"]),
        "agency": Admitted("planner", organisations["Agence"]),
        "company": Admitted("company"),
        "admin": Admitted("admin"),
    }
    with database.connection(Role.GATE) as connection:
        keys = {name: create_key(connection, name, who)[1] for name, who in admitted.items()}
    with serving(create_app(settings, database), settings) as served:
        yield Place(database, served.client, keys, parcels, served.app.state.slots)

"""An agency's desk served: two agencies, six territories with land, a company, nobody."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import URL

from api.app import create_app
from api.clock import today
from geo.derive import work
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.desk.declared import check_declared
from tests.api.serving import serving

SUMMER = today(quick_settings()).year + 1
"""Whenever the tests run, it is still to come."""
TERRITORIES = tuple(f"EPCI {letter}" for letter in "ABCDEF")
MAIL = (
    "Bonjour,\n\nPour un client industriel je cherche 5-8 ha, Nord-Isère ou Plaine de l'Ain, 150 emplois, "
    f"été {SUMMER}.\nMerci de me rappeler.\nClaire Martin\nCabinet Exemple"
)


@dataclass(frozen=True)
class Desk:
    """The service, its base, a key for each reader, organisations by name, and a parcel of each territory."""

    database: Database
    admin: URL
    client: httpx.Client
    keys: Mapping[str, str]
    organisations: Mapping[str, int]
    parcels: Mapping[str, int]

    def ask(self, who: str, method: str, path: str, *, tag: str | None = None, **more: Any) -> httpx.Response:
        """An answer to one of them; ``nobody`` has no key."""
        headers = {} if who == "nobody" else {"X-API-Key": self.keys[who]}
        headers |= {"If-Match": tag} if tag else {}
        answer = self.client.request(method, path, headers=headers | more.pop("headers", {}), **more)
        check_declared(method, path, answer)
        return answer

    def get(self, who: str, path: str) -> dict[str, Any]:
        """What a good question is answered."""
        return self.good(self.ask(who, "GET", path), 200)

    def post(self, who: str, path: str, expected: int = 201, **body: Any) -> dict[str, Any]:
        """What a good message is answered."""
        return self.good(self.ask(who, "POST", path, json=body), expected)

    def change(self, who: str, method: str, path: str, expected: int = 200, **body: Any) -> dict[str, Any]:
        """What a change of what stands is answered."""
        tag = self.ask(who, "GET", path.removesuffix("/shortlist")).headers["ETag"]
        return self.good(self.ask(who, method, path, tag=tag, json=body), expected)

    @staticmethod
    def good(answer: httpx.Response, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found


@contextmanager
def a_desk(database: Database, admin: URL, **changes: object) -> Iterator[Desk]:
    """Six communes of six territories in a row; the first three are Nord-Isère, the others Plaine de l'Ain."""
    with database.connection(Role.WORKER) as connection:
        kinds = {"Agence": "agency", "Autre agence": "agency", "SA Exemple": "company"} | dict.fromkeys(
            TERRITORIES, "territory"
        )
        organisations = {name: rows.organisation(connection, name, kind) for name, kind in kinds.items()}
        parcels = {}
        for number, name in enumerate(TERRITORIES):
            insee = f"3844{number}"
            rows.commune(connection, insee, rows.square(2_000 * number, 0, 2_000), f"Commune {name[-1]}")
            for key, side, seen in (("", 250, "public"), ("-agency", 240, "agency"), ("-private", 230, "private")):
                parcels[f"{name}{key}"] = rows.parcel(
                    connection,
                    f"{name}{key}",
                    rows.square(2_000 * number + 100 + {"": 0, "-agency": 400, "-private": 800}[key], 100, side),
                    name=f"Lot {name[-1]}{key}",
                    visibility=seen,
                    responsible=organisations[name],
                )
        rows.area(connection, "scot", "nord_isere", rows.square(0, 0, 6_000), name="Nord-Isère")
        rows.area(connection, "epci", "240100883", rows.square(6_000, 0, 6_000), name="CC de la Plaine de l'Ain")
        rows.zone(connection, "UX", rows.square(-1_000, -1_000, 20_000))
    settings = quick_settings(**changes)
    work.derive(database, as_of=today(settings))
    admitted = {
        "agency": Admitted("planner", organisations["Agence"]),
        "other agency": Admitted("planner", organisations["Autre agence"]),
        "territory": Admitted("planner", organisations["EPCI A"]),
        "neighbour": Admitted("planner", organisations["EPCI B"]),
        "company": Admitted("company", organisations["SA Exemple"]),
        "admin": Admitted("admin"),
        **{name: Admitted("planner", organisations[name]) for name in TERRITORIES},
    }
    with database.connection(Role.GATE) as connection:
        keys = {name: create_key(connection, name, who)[1] for name, who in admitted.items()}
    with serving(create_app(settings, database), settings) as served:
        yield Desk(database, admin, served.client, keys, organisations, parcels)

"""A service to send files to, and who sends them."""

import dataclasses
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from sqlalchemy import text

from api.jobs.running import work_off
from api.settings import Settings
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings, with_examples
from tests.api.serving import Served, serving
from tests.intake.test_load import feature

SETTINGS = quick_settings(max_upload_bytes=3_000_000, body_timeout_s=2.0, imports_under_way=5)


@dataclasses.dataclass
class Place:
    """A service over a fresh base, with keys of two territories, an agency, a company and an administrator."""

    served: Served
    database: Database
    organisations: dict[str, int]
    keys: dict[str, str]

    @property
    def client(self) -> httpx.Client:
        return self.served.client

    def ask(self, method: str, path: str, who: str | None = "own", **more: Any) -> httpx.Response:
        headers = more.pop("headers", {}) | ({"X-API-Key": self.keys[who]} if who else {})
        return self.client.request(method, path, headers=headers, **more)

    def send(self, content: bytes, who: str | None = "own", name: str = "terrains.geojson", **fields: str) -> Any:
        return self.ask("POST", "/imports", who, files={"file": (name, content)}, data=fields)

    def work(self) -> None:
        work_off(self.database, SETTINGS, threading.Event(), wait=False)

    def staged(self, content: bytes, who: str = "own", **more: Any) -> Any:
        """A file sent and tried: what is told of it then."""
        sent = self.send(content, who, **more)
        assert sent.status_code == 202, sent.text
        self.work()
        return self.told(sent.json()["id"], who)

    def told(self, number: int, who: str = "own", lang: str = "en") -> Any:
        answer = self.ask("GET", f"/imports/{number}?lang={lang}", who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def confirmed(self, number: int, who: str = "own", **said: Any) -> Any:
        answer = self.ask("POST", f"/imports/{number}/confirm", who, **({"json": said} if said else {}))
        assert answer.status_code == 202, answer.text
        self.work()
        return self.told(number, who)

    def parcels(self) -> dict[str, Any]:
        with self.database.connection(Role.WORKER) as connection:
            found = connection.execute(text("select * from core.parcel order by id"))
            return {row.key.removeprefix("69123_TERRAIN-ECO_"): row for row in found}

    def pieces(self) -> int:
        with self.database.connection(Role.WORKER) as connection:
            return connection.scalar(text("select count(*) from core.delivery_piece")) or 0


@contextmanager
def a_place(database: Database, settings: Settings = SETTINGS) -> Iterator[Place]:
    """The service with its organisations and keys."""
    kinds = {"own": "territory", "other": "territory", "agency": "agency"}
    with database.connection(Role.WORKER) as connection:
        ids = {name: rows.organisation(connection, name, kind) for name, kind in kinds.items()}
        ids["company"] = rows.organisation(connection, "company", "company")
    with database.connection(Role.GATE) as connection:
        admitted = {name: Admitted("planner", ids[name]) for name in kinds}
        admitted |= {"company": Admitted("company", ids["company"]), "admin": Admitted("admin")}
        admitted["nobody"] = Admitted("planner")
        keys = {name: create_key(connection, name, one)[1] for name, one in admitted.items()}
    with serving(with_examples(settings, database), settings) as served:
        yield Place(served, database, ids, keys)


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


TWO = collection(feature("1", terr_nom="Un"), feature("2", 1, terr_nom="Deux"))


def broken(key: str, east: float) -> dict[str, Any]:
    bad = feature(key, east)
    bad["geometry"]["coordinates"][0][1][0] = None
    return bad

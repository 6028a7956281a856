"""Edits as QGIS 3.34 and later sends them, replayed: no If-Match, Content-Crs without brackets, no reason.

The requests are those of its OAPIF provider (src/providers/wfs/oapif): OPTIONS before it offers to edit; POST without
an id; one PATCH for attributes and another, with Content-Crs, for a geometry; PUT, where a server has no PATCH, with
the id as a text.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pyogrio
import pytest
from sqlalchemy import text

from geo.cluster import Running
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Database, Role
from tests.api.editing_place import ITEMS, LAMBERT, outline
from tests.api.planning_place import Place, a_territory
from tests.conftest import copied


class Qgis:
    """The provider of a layer: how it was opened, and what it sends."""

    def __init__(self, client: httpx.Client, key: str) -> None:
        self._client, self._key = client, key

    def send(self, method: str, path: str, body: Any = None, kind: str | None = None, crs: str | None = None) -> Any:
        headers = {"User-Agent": "Mozilla/5.0 QGIS/33403/Windows 11", "Authorization": f"Bearer {self._key}"}
        headers |= {"Content-Type": kind} if kind else {}
        headers |= {"Content-Crs": crs} if crs else {}
        return self._client.request(method, path, json=body, headers=headers)

    def add(self, shape: Any, **properties: Any) -> str:
        body = {"type": "Feature", "geometry": shape, "properties": properties}
        answer = self.send("POST", ITEMS, body, "application/geo+json", LAMBERT)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["Location"].rpartition("/items/")[2])


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with copied(cluster, template, "edit_qgis") as address:
        database = Database(address, pool_size=2)
        with a_territory(database) as made:
            yield made
        database.close()


@pytest.fixture
def qgis(place: Place) -> Qgis:
    with place.database.connection(Role.GATE) as connection:
        organisation = connection.scalar(text("select id from core.organisation where name = 'EPCI A'"))
        _, key = create_key(connection, "QGIS", Admitted("planner", organisation), lenient=True)
    return Qgis(place.client, key)


PATCH = "application/merge-patch+json"


def test_a_session_of_editing(qgis: Qgis, place: Place) -> None:
    assert "POST" in qgis.send("OPTIONS", ITEMS).headers["Allow"]
    first = qgis.send("GET", f"{ITEMS}?limit=10").json()["features"][0]["id"]
    allowed = qgis.send("OPTIONS", f"{ITEMS}/{first}").headers["Allow"]
    assert {"PUT", "PATCH", "DELETE"} <= set(allowed.split(", "))

    schema = qgis.send("GET", "/collections/parcels/schema").json()["properties"]
    empty = dict.fromkeys(name for name in schema if name not in ("id", "geometry", "geom"))
    number = qgis.add(outline(), **{**empty, "name": "Extension", "market": "for_sale", "visibility": "public"})
    assert qgis.send("GET", f"{ITEMS}/{number}").json()["properties"]["name"] == "Extension"

    moved = qgis.send("PATCH", f"{ITEMS}/{number}", {"geometry": outline(5_200, 5_000, 120)}, PATCH, LAMBERT)
    assert moved.status_code == 200, moved.text
    said = qgis.send("PATCH", f"{ITEMS}/{number}", {"properties": {"power_mw": 12.5, "contact": None}}, PATCH)
    assert said.status_code == 200, said.text
    properties = qgis.send("GET", f"{ITEMS}/{number}").json()["properties"]
    assert properties["surface_m2"] == pytest.approx(14_400, rel=0.01)
    assert properties["power_mw"] == 12.5

    whole = {"type": "Feature", "id": number, "geometry": outline(5_200, 5_000), "properties": properties}
    whole["properties"] = {
        name: value for name, value in properties.items() if name not in ("id", "surface_m2", "buildable_m2")
    }
    assert qgis.send("PUT", f"{ITEMS}/{number}", whole, "application/geo+json", LAMBERT).status_code == 200

    assert qgis.send("DELETE", f"{ITEMS}/{number}").status_code == 204
    assert qgis.send("GET", f"{ITEMS}/{number}").status_code == 404
    with place.database.connection(Role.WORKER) as connection:
        found = text("select distinct split_part(reason, ',', 1) from core.history where row_id = :i")
        assert connection.scalars(found, {"i": int(number)}).all() == ["QGIS"]


def test_a_parcel_split_in_two_keeps_its_attributes(qgis: Qgis, place: Place) -> None:
    """QGIS changes the outline of the one and adds the other with all of its attributes, computed ones among them."""
    parcel = place.parcels["public"]
    shown = qgis.send("GET", f"{ITEMS}/{parcel}").json()["properties"]
    shown.pop("id")
    left = qgis.send("PATCH", f"{ITEMS}/{parcel}", {"geometry": outline(0, 0, 50)}, PATCH, LAMBERT)
    assert left.status_code == 200, left.text
    right = qgis.add(outline(50, 0, 50), **shown)
    made = qgis.send("GET", f"{ITEMS}/{right}").json()["properties"]
    assert (made["name"], made["origin"], made["responsible"]) == (shown["name"], "drawn", "EPCI A")
    assert made["surface_m2"] == pytest.approx(2_500, rel=0.01)


def test_gdal_reads_only() -> None:
    """The day the OAPIF driver of the installed GDAL writes, this fails: replay its edits then."""
    assert pyogrio.list_drivers()["OAPIF"] == "r"

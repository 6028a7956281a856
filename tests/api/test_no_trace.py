"""Land that one may not see leaves no trace: not in bytes, tags, counts, extents or tiles, while it comes and goes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from api.clock import today
from geo.derive import work
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.planning_place import Place, a_territory

ITEMS = "/collections/parcels/items"
TILES = "/collections/parcels/tiles/WebMercatorQuad"
PATHS = (
    "/collections/parcels",
    "/collections/parcels?f=html",
    ITEMS,
    f"{ITEMS}?f=csv",
    f"{ITEMS}?sortby=-surface_m2&limit=1",
    f"{ITEMS}?filter=surface_m2%20%3E%20100000",
    f"{ITEMS}?filter=name%20LIKE%20%27%25SECRET%25%27",
    f"{ITEMS}?ready_by=2035-01-01",
    f"{TILES}?f=tilejson",
    f"{TILES}/0/0/0",
    f"{TILES}/9/182/262",
    f"{TILES}/12/1461/2103",
    f"{TILES}/14/5844/8413",
    f"{TILES}/12/1461/2103?filter=surface_m2%20%3E%201",
)
MOMENT = re.compile(r'"timeStamp":"[^"]*"')
HIDE = text("update core.parcel set visibility = :seen, name = name || '.' where key like 'hidden%'")


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    with a_territory(database) as made:
        yield made


def answers(place: Place, who: str, hidden: int) -> dict[str, object]:
    """All that is told one of them, and the answers to asking for the hidden parcel itself."""
    found: dict[str, object] = {}
    for path in PATHS:
        answer = place.ask(who, "GET", path)
        assert answer.status_code == 200, (path, answer.text)
        tags = {name: answer.headers.get(name) for name in ("etag", "ogc-numbermatched", "cache-control", "vary")}
        told = MOMENT.sub("", answer.text) if "mvt" not in answer.headers["content-type"] else answer.content
        found[path] = (told, tags)
    for path in (f"{ITEMS}/{{}}", "/parcels/{}/readiness", "/parcels/{}/history"):
        answer = place.ask(who, "GET", path.format(hidden))
        found[path] = (answer.status_code, answer.json().get("code"), dict(answer.headers).get("etag"))
    body = {"need": {"land_m2": {"min": 100}}, "parcel_ids": [hidden]}
    found["explain"] = place.ask(who, "POST", "/matches/explain", json=body).json().get("code")
    match = place.ask(who, "POST", "/matches?questions=true", json={"land_m2": {"min": 6_000}, "include": ["prospect"]})
    found["match"] = match.text
    for method in ("PUT", "PATCH", "DELETE"):
        sent: dict[str, Any] = (
            {"json": {"type": "Feature", "geometry": None, "properties": {}}} if method != "DELETE" else {}
        )
        answer = place.ask(who, method, f"{ITEMS}/{hidden}", **sent)
        found[method] = (answer.status_code, answer.json().get("code"))
    return found


def derive(place: Place) -> None:
    work.derive(place.database, as_of=today(quick_settings()))


def hide(connection: Connection, responsible: int) -> int:
    """A large parcel far off, a neighbour of what is seen, and some that cover prospects; the first one's id."""
    facts = {"visibility": "private", "responsible": responsible}
    far = rows.parcel(connection, "hidden far", rows.square(50_000, 40_000, 2_000), name="SECRET", **facts)
    rows.parcel(connection, "hidden beside", rows.square(100, 0), name="SECRET", **facts)
    rows.parcel(connection, "hidden over", rows.square(-50, 0, 140), name="SECRET", **facts)
    rows.parcel(connection, "hidden below", rows.square(0, -300), name="SECRET", power_mw=99, **facts)
    return far


def test_land_comes_shows_itself_and_hides_again(place: Place) -> None:
    readers = ("nobody", "agency", "project")
    with place.database.connection(Role.WORKER) as connection:
        own = connection.scalar(text("select id from core.organisation where name = 'EPCI A'"))
        company = rows.organisation(connection, "Company", "company")
        rows.parcel(connection, "under", rows.square(10, -290, 80), origin="cadastre", market="prospect")
        rows.parcel(connection, "covered", rows.square(-20, 10, 80), origin="cadastre", market="prospect")
    derive(place)
    with place.database.connection(Role.COMPANY, Actor(organisation=company)) as connection:
        project = connection.scalar(
            text("insert into project (organisation, code_name) values (:o, 'x') returning id"), {"o": company}
        )
    with place.database.connection(Role.GATE) as connection:
        _, key = create_key(connection, "project", Admitted("company", company, project=project))
    place.keys["project"] = key  # type: ignore[index]
    hidden = 99  # no parcel
    before = {who: answers(place, who, hidden) for who in readers}

    def same(when: str) -> None:
        for who in readers:
            now = answers(place, who, hidden)
            for what, told in before[who].items():
                assert now[what] == told, (when, who, what)

    with place.database.connection(Role.WORKER) as connection:
        hidden = hide(connection, own)
    same("not derived")
    derive(place)
    same("derived")
    with place.database.connection(Role.WORKER) as connection:
        connection.execute(
            text("insert into core.consent (parcel, project, until, granted_by) values (:h, :p, core.today(), :o)"),
            {"h": hidden, "p": project, "o": own},
        )
        connection.execute(HIDE, {"seen": "agency"})
    assert answers(place, "project", hidden)[ITEMS] != before["project"][ITEMS]
    assert answers(place, "agency", hidden)[f"{TILES}/0/0/0"] != before["agency"][f"{TILES}/0/0/0"]
    with place.database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.consent set until = core.today() - 1"))
        connection.execute(HIDE, {"seen": "public"})
    assert answers(place, "nobody", hidden)["match"] != before["nobody"]["match"]
    with place.database.connection(Role.WORKER) as connection:
        connection.execute(HIDE, {"seen": "private"})
    same("hidden again")
    derive(place)
    same("measured anew")

"""Land and projects one may not see change no byte of any answer about a need, whoever asks and however."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, text

from api.clock import today
from geo.cluster import Running
from geo.derive import work
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.planning_place import SERVICED, Place, a_territory
from tests.conftest import copied

READERS = ("nobody", "company", "partner", "project", "neighbour", "agency", "agency signed in")
"""Who may not see what the first body keeps to itself, from narrow eyes to wide ones: without and with a key, a company
of some organisation, one whose project was shown another private parcel, and one by the cookie of the page.
"""
SIGNED_IN = {"agency signed in": "agency"}
FILE_READER = "project"
"""A file takes a process of its own: one reader asks for it."""
OWN_HEADERS = frozenset({"date", "x-request-id", "server-timing"})
"""Headers that no two answers share."""
HALL = [{"length_m": 60, "width_m": 40}]
NEEDS: dict[str, dict[str, Any]] = {
    "vague": {"land_m2": 5_000, "include": ["prospect"]},
    "drawn": {"buildings": HALL, "setback_m": 5, "use": "industrie", "power_mw": 1, "start_by": "2032-01-01"},
    "unmet": {"land_m2": 28_000, "buildings": [{"length_m": 240, "width_m": 60}], "start_by": "2027-03-01"},
    "together": {"land_m2": 15_000, "buildings": [{"length_m": 140, "width_m": 60}]},
    "later": {"land_m2": 8_000, "extension": {"land_m2": 9_000, "within_years": 10}},
    "phases": {"buildings": HALL, "extension": {"buildings": [{"length_m": 90, "width_m": 80}]}},
    "near": {"land_m2": 5_000, "near": [{"kind": "siding", "max_km": 1}], "wishes": {"near": {}, "land_m2": {}}},
}
ASKED = (
    ("vague", "/matches?questions=true"),
    ("vague", "/matches/count"),
    ("drawn", "/matches"),
    ("drawn", "/matches/explain"),
    ("unmet", "/matches?sortby=start&says=true"),
    ("unmet", "/matches/count"),
    ("unmet", "/matches/requests"),
    ("unmet", "/matches/explain"),
    ("together", "/matches"),
    ("later", "/matches"),
    ("phases", "/matches"),
    ("near", "/matches?offset=1"),
    ("beside", "/matches"),
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z")
HIDDEN = {"visibility": "private", "name": "SECRET", "power_mw": 99.0, "price_eur_m2": 1.0}


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with copied(cluster, template, "matches_no_trace") as address:
        database = Database(address, pool_size=2)
        with a_territory(database) as made:
            with database.connection(Role.WORKER) as connection:
                for name, east in (("left", 0), ("right", 100)):
                    rows.parcel(connection, name, rows.square(east, 600), name=name, **SERVICED)
                rows.substation(connection, "ite", 150, 650, kind="siding")
            derive(database)
            yield with_companies(made)
        database.close()


def derive(database: Database) -> None:
    work.derive(database, as_of=today(quick_settings()))


def with_companies(place: Place) -> Place:
    """The place with keys of a company, and of its project, to which the private parcel is shown."""
    keys = dict(place.keys)
    with place.database.connection(Role.WORKER) as connection:
        own = connection.scalar(text("select id from core.organisation where name = 'EPCI A'"))
        company = rows.organisation(connection, "Partner company", "company")
    project = show(place, company, own, place.parcels["private"])
    with place.database.connection(Role.GATE) as connection:
        keys["partner"] = create_key(connection, "partner", Admitted("company", company))[1]
        keys["project"] = create_key(connection, "project", Admitted("company", company, project=project))[1]
    return replace(place, keys=keys)


def show(place: Place, company: int, own: int, parcel: int) -> int:
    """Make a project of a company and show it a parcel; the project."""
    with place.database.connection(Role.COMPANY, Actor(organisation=company)) as connection:
        made = text("insert into project (organisation, code_name) values (:o, 'SECRET') returning id")
        project = int(connection.execute(made, {"o": company}).scalar_one())
    with place.database.connection(Role.WORKER) as connection:
        consent = "insert into core.consent (parcel, project, until, granted_by) values (:h, :p, core.today() + 9, :o)"
        connection.execute(text(consent), {"h": parcel, "p": project, "o": own})
    return project


@contextmanager
def client_of(place: Place, who: str) -> Iterator[httpx.Client]:
    """Who asks, with a key, a cookie, or neither."""
    own = {} if who in SIGNED_IN or who == "nobody" else {"X-API-Key": place.keys[who]}
    headers = {"Sec-Fetch-Site": "same-origin", **own}
    with httpx.Client(base_url=place.client.base_url, timeout=20, headers=headers) as client:
        if who in SIGNED_IN:
            assert client.post("/session", json={"key": place.keys[SIGNED_IN[who]]}).status_code == 204
        yield client


def answers(place: Place, who: str, *, files: bool = True) -> dict[tuple[str, str], object]:
    """All that a need is told, with its headers, and why the land seen does or does not match."""
    with client_of(place, who) as client:
        found = told(place, client)
        return {**found, ("vague", "file"): drawn(client)} if files and who == FILE_READER else found


def drawn(client: httpx.Client) -> object:
    """Every row of every table of a GeoPackage, but for the moments at which it was made."""
    answer = client.post("/matches?f=gpkg", json=NEEDS["vague"])
    assert answer.status_code == 200, answer.text
    base = sqlite3.connect(":memory:")
    base.deserialize(answer.content)
    names = [name for (name,) in base.execute("select name from sqlite_master where type = 'table' order by name")]
    found = {name: base.execute(f'select * from "{name}"').fetchall() for name in names}
    base.close()
    return MOMENT.sub("", repr(found)), answer.headers["content-length"], answer.headers["content-disposition"]


def told(place: Place, client: httpx.Client) -> dict[tuple[str, str], object]:
    beside = {"land_m2": 5_000, "place": {"adjacent_to": str(place.parcels["public"])}}
    found: dict[tuple[str, str], object] = {}
    for name, path in ASKED:
        need = beside if name == "beside" else NEEDS[name]
        body = {"need": need, "parcel_ids": [place.parcels["public"]]} if path.endswith("explain") else need
        headers = {"Accept": "application/geo+json"} if name == "drawn" and path == "/matches" else {}
        answer = client.post(path, json=body, headers=headers)
        assert answer.status_code == 200, (path, answer.text)
        found[name, path] = answer.text, {k: v for k, v in answer.headers.items() if k not in OWN_HEADERS}
    return found


def same(place: Place, before: dict[str, dict[tuple[str, str], object]], when: str, *, files: bool = False) -> None:
    for who in READERS:
        for what, found in answers(place, who, files=files).items():
            assert found == before[who][what], (when, who, what)


def reason_of(place: Place, who: str, parcel: int) -> tuple[int, str]:
    """Why a parcel does not match: what is hidden and what is not there are answered alike."""
    with client_of(place, who) as client:
        body = {"need": NEEDS["vague"], "parcel_ids": [parcel]}
        answer = client.post("/matches/explain", json=body)
    return answer.status_code, answer.json()["detail"].replace(str(parcel), "")


def hide(connection: Connection, responsible: int) -> int:
    """A large one, neighbours of what is seen that would complete a site or a second phase; the large one's id."""
    facts = {**SERVICED, **HIDDEN, "responsible": responsible}
    for key, east, north in (("beside", 100, 0), ("next", 200, 600), ("over", 0, 700)):
        rows.parcel(connection, f"hidden {key}", rows.square(east, north), **facts)
    return rows.parcel(connection, "hidden large", rows.square(0, 1_000, 400), **facts)


def test_what_is_hidden_changes_no_byte_of_an_answer(place: Place) -> None:
    before = {who: answers(place, who) for who in READERS}
    for who in READERS:
        told = str(list(before[who].values()))
        for part in ('"relaxations":[{', '"near_misses":[{', '"questions":[{', '"owners"', '"extension":{"parcel_id":'):
            assert part in told, (who, part)
        assert "SECRET" not in told
    with place.database.connection(Role.WORKER) as connection:
        own = connection.scalar(text("select id from core.organisation where name = 'EPCI A'"))
        company = rows.organisation(connection, "Secret company", "company")
        hidden = hide(connection, own)
    derive(place.database)
    same(place, before, "derived", files=True)
    seen = answers(place, "own")
    assert all(seen[one] != before["agency"][one] for one in ASKED if one[0] in ("vague", "unmet", "together", "later"))
    show(place, company, own, hidden)
    same(place, before, "shown to a project of somebody else")
    missing = [reason_of(place, who, hidden) for who in READERS]
    assert missing == [reason_of(place, who, 10**9) for who in READERS]
    with place.database.connection(Role.WORKER) as connection:
        edit = "update core.parcel set market = 'sold', geom = st_multi(st_buffer(geom, 9)) where key like 'hidden%'"
        assert connection.execute(text(edit)).rowcount == 4
    derive(place.database)
    same(place, before, "sold, and larger")


def test_demand_is_what_each_could_not_find(place: Place) -> None:
    """Five who see nothing count, though land they may not see would do; who sees it is no demand."""
    need = {"land_m2": 100_000, "use": "artisanat"}
    with place.database.connection(Role.WORKER) as connection:
        own = connection.scalar(text("select id from core.organisation where name = 'EPCI A'"))
        rows.parcel(connection, "demand", rows.square(0, 2_000, 400), **HIDDEN, responsible=own)
    derive(place.database)
    for who in ("nobody", "nobody", "company", "company", "own", "nobody"):
        assert place.ask(who, "POST", "/matches", json=need).json()["counts"]["proved"] == 0
    (bin_,) = [one for one in place.get("agency", "/demand")["demand"] if one["sector"] == "artisanat"]
    assert (bin_["needs"], "SECRET" in str(bin_)) == (5, False)

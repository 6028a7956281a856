"""Land and projects one may not see change no byte of any answer about a need, whoever asks and however."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from api.clock import today
from geo.cluster import Running
from geo.derive import work
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.planning_place import SERVICED, Place, a_territory
from tests.conftest import copied

READERS = ("nobody", "company", "neighbour", "agency")
"""Who may not see what the first body keeps to itself, from narrow eyes to wide ones."""
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
            yield made
        database.close()


def derive(database: Database) -> None:
    work.derive(database, as_of=today(quick_settings()))


def answers(place: Place, who: str) -> dict[tuple[str, str], str]:
    """All that a need is told, and why the land seen does or does not match."""
    beside = {"land_m2": 5_000, "place": {"adjacent_to": str(place.parcels["public"])}}
    found = {}
    for name, path in ASKED:
        need = beside if name == "beside" else NEEDS[name]
        body = {"need": need, "parcel_ids": [place.parcels["public"]]} if path.endswith("explain") else need
        headers = {"Accept": "application/geo+json"} if name == "drawn" and path == "/matches" else {}
        if who != "nobody":
            headers["X-API-Key"] = place.keys[who]
        answer = place.client.post(path, json=body, headers=headers)
        assert answer.status_code == 200, (path, answer.text)
        found[name, path] = answer.text
    return found


def same(place: Place, before: dict[str, dict[tuple[str, str], str]], when: str) -> None:
    for who in READERS:
        now = answers(place, who)
        for what, told in before[who].items():
            assert now[what] == told, (when, who, what)


def hide(connection: Connection, responsible: int) -> int:
    """A large one, neighbours of what is seen that would complete a site or a second phase; the large one's id."""
    facts = {**SERVICED, **HIDDEN, "responsible": responsible}
    for key, east, north in (("beside", 100, 0), ("next", 200, 600), ("over", 0, 700)):
        rows.parcel(connection, f"hidden {key}", rows.square(east, north), **facts)
    return rows.parcel(connection, "hidden large", rows.square(0, 1_000, 400), **facts)


def test_what_is_hidden_changes_no_byte_of_an_answer(place: Place) -> None:
    before = {who: answers(place, who) for who in READERS}
    for who in READERS:
        told = "".join(before[who].values())
        for part in ('"relaxations":[{', '"near_misses":[{', '"questions":[{', '"owners"', '"extension":{"parcel_id":'):
            assert part in told, (who, part)
        assert "SECRET" not in told
    with place.database.connection(Role.WORKER) as connection:
        own = connection.scalar(text("select id from core.organisation where name = 'EPCI A'"))
        company = rows.organisation(connection, "Secret company", "company")
        hidden = hide(connection, own)
    derive(place.database)
    same(place, before, "derived")
    seen = answers(place, "own")
    assert all(seen[one] != before["agency"][one] for one in ASKED if one[0] in ("vague", "unmet", "together", "later"))
    with place.database.connection(Role.COMPANY, Actor(organisation=company)) as connection:
        made = text("insert into project (organisation, code_name) values (:o, 'SECRET') returning id")
        project = connection.scalar(made, {"o": company})
    with place.database.connection(Role.WORKER) as connection:
        consent = "insert into core.consent (parcel, project, until, granted_by) values (:h, :p, core.today() + 9, :o)"
        connection.execute(text(consent), {"h": hidden, "p": project, "o": own})
    same(place, before, "shown to a project of somebody else")
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

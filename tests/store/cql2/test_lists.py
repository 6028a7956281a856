"""Land by the areas that hold it and the networks of its site: what lists have, for each audience."""

from datetime import date

import pytest
from sqlalchemy import Connection, text, update

from geo.derive import work
from geo.store import tables
from geo.store.cql2.compiler import condition
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.lists import MOST_LOOKS
from geo.store.cql2.terms import queryables
from geo.store.cql2.text import read_text
from geo.store.database import Actor, Database, Role
from geo.store.views.views import PARCEL, columns
from tests import land_rows as rows
from tests.conftest import SRID


def found(connection: Connection, role: Role, written: str) -> list[str]:
    clause = condition(read_text(written), queryables(columns(PARCEL, role)), SRID)
    names = text(f"select source_id from listed where {clause.sql} order by 1")
    return list(connection.scalars(names, dict(clause.values)))


def test_a_list_of_parcels_is_looked_through_a_few_times_only() -> None:
    """A statement has each look several times over, and each is one of several tables."""

    def sql(written: str) -> str:
        return condition(read_text(written), queryables(columns(PARCEL, Role.PUBLIC)), SRID).sql

    def values(number: int) -> str:
        return ", ".join(f"'scot/{one}'" for one in range(number))

    for written in (f"A_OVERLAPS(areas, ({values(500)}))", "A_CONTAINS(areas, ('a', 'a', 'a'))"):
        assert sql(written).count("FROM parcel_held") == 1, written
    assert sql(f"A_CONTAINS(areas, ({values(MOST_LOOKS)}))").count("FROM parcel_held") == MOST_LOOKS
    few = " OR ".join(["A_OVERLAPS(areas, ('a'))"] * (MOST_LOOKS + 1))
    for written in (f"A_CONTAINS(networks, ({values(MOST_LOOKS + 1)}))", few):
        with pytest.raises(FilterFault, match=r"filter\.lists_many"):
            sql(written)
    assert sql(f"A_CONTAINS(cadastral_ids, ({values(500)}))"), "a list that is stored is compared as a whole"


@pytest.fixture
def owner(database: Database) -> int:
    """Land of an organisation, seen by nobody else, beside land that everybody sees, in a site and in areas."""
    with database.connection(Role.WORKER) as connection:
        owner = rows.organisation(connection, "CC Exemple")
        site = rows.site(connection, "ZA", rows.square(-50, -50, 700))
        networks = {"reseau_eau_potable": "oui", "reseau_gaz": "non", "reseau_fibre_optique": "Oui"}
        connection.execute(update(tables.site).where(tables.site.c.id == site).values(published=networks))
        rows.parcel(connection, "seen", rows.square(0, 0), site_key="ZA", cadastral_ids=["A1", "A2"])
        rows.parcel(connection, "hidden", rows.square(200, 0), site_key="ZA", visibility="private", responsible=owner)
        rows.parcel(connection, "outside", rows.square(5_000, 0))
        rows.area(connection, "scot", "S", rows.square(-500, -500, 2_000))
        rows.area(connection, "saved", "own", rows.square(-500, -500, 2_000), organisation=owner)
    work.derive(database, as_of=date(2026, 11, 22))
    return owner


def test_lists_have_what_they_have_and_hidden_land_leaves_no_trace(database: Database, owner: int) -> None:
    cases = {
        "A_CONTAINS(areas, ('scot/S'))": True,
        "A_CONTAINS(areas, ('scot/S', 'scot/T'))": False,
        "A_OVERLAPS(areas, ('scot/S', 'scot/T'))": True,
        "A_CONTAINS(areas, ('saved/own'))": False,
        "A_CONTAINS(networks, ('water', 'fibre'))": True,
        "A_CONTAINS(networks, ('water', 'gas'))": False,
        "A_OVERLAPS(networks, ('gas', 'fibre'))": True,
        "NOT A_OVERLAPS(networks, ('gas', 'sewer')) AND A_CONTAINS(areas, ('scot/S'))": True,
    }
    audiences = {Role.PUBLIC: ["seen"], Role.PLANNER: ["hidden", "seen"]}
    for role, everything in audiences.items():
        actor = Actor(owner, "territory") if role is Role.PLANNER else None
        with database.connection(role, actor) as connection:
            for written, there in cases.items():
                assert found(connection, role, written) == (everything if there else []), (role, written)
            assert found(connection, role, "A_OVERLAPS(cadastral_ids, ('A2', 'B'))") == ["seen"]
            assert found(connection, role, "A_CONTAINS(cadastral_ids, ('A2', 'B'))") == []
            traced = connection.scalars(
                text("select distinct l.source_id from parcel_held join listed l on l.id = parcel")
            )
            assert sorted(traced) == everything
            assert connection.scalar(text("select count(distinct parcel) from parcel_held")) == len(everything)

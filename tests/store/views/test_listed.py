"""Lists find parcels by copies: they are those of the parcels at every moment, for every audience."""

import json
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo.cluster import Running
from geo.store.database import Role
from geo.store.views import views
from geo.store.views.column import columns
from geo.store.views.listed import COPIES
from tests import land_rows as rows
from tests.store.kept_land import Land, kept_land

CHANGES = (
    "update core.parcel set visibility = 'public' where id = :id",
    "update core.parcel set visibility = 'partners' where id = :id",
    "update core.parcel set visibility = 'private' where id = :id",
    "update core.parcel set visibility = 'agency', responsible = null where id = :id",
    "update core.parcel set responsible = (select min(id) from core.organisation) where id = :id",
    "update core.parcel set market = 'sold', observed_on = '2026-03-02' where id = :id",
    "update core.parcel set market = 'for_sale', name = 'Lot' where id = :id",
    "update core.parcel set deleted_on = current_date where id = :id",
    "update core.parcel set deleted_on = null where id = :id",
    "update core.parcel_derived set covered_by = (select max(id) from core.parcel where id <> :id) where parcel = :id",
    "update core.parcel_derived set covered_by = null where parcel = :id",
    """update core.parcel_derived set zone_label = 'UX', zone_type = 'U', surface_m2 = 7, buildable_m2 = 3
        where parcel = :id""",
    "update core.parcel_derived set industry = 'allowed', commune_insee = '69123' where parcel = :id",
    """insert into core.parcel_derived (parcel, zone_label) values (:id, 'N')
        on conflict (parcel) do update set zone_label = excluded.zone_label""",
    "delete from core.parcel_served where parcel = :id",
    """insert into core.parcel_served (parcel, geom_4326, doc) select id, st_transform(geom, 4326), 'x' from core.parcel
        where id = :id on conflict (parcel) do update set doc = excluded.doc""",
)
"""What may happen to a parcel, as loading, editing, deriving and committing do it."""


@pytest.fixture(scope="module")
def land(cluster: Running, template: str) -> Iterator[Land]:
    """Parcels of every visibility."""
    with kept_land(cluster, template) as made:
        yield made


def seen(land: Land, reader: str, view: str) -> list[str]:
    """All that a reader sees of parcels in lists, row by row."""
    role, actor = land.readers[reader]
    shown = ", ".join(f"'{one.name}', {one.name}" for one in columns(views.PARCEL, role) if one.name in COPIES)
    with land.database.connection(role, actor) as connection:
        statement = f"select json_build_object({shown})::text from {view} where doc is not null order by id"
        return list(connection.scalars(text(statement)))


def test_lists_know_what_parcels_are(land: Land) -> None:
    for reader in land.readers:
        assert seen(land, reader, "listed") == seen(land, reader, "parcel")
    assert len(seen(land, "public", "listed")) < len(seen(land, "admin", "listed"))


@settings(max_examples=12, deadline=None)
@given(changes=st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 3)), min_size=1, max_size=6))
def test_whatever_happens_to_a_parcel_lists_know_it(land: Land, changes: list[tuple[str, int]]) -> None:
    numbers = sorted(land.parcels.values())
    for change, which in changes:
        with land.database.connection(Role.WORKER) as connection:
            connection.execute(text(change), {"id": numbers[which % len(numbers)]})
        for reader in land.readers:
            assert seen(land, reader, "listed") == seen(land, reader, "parcel"), (change, reader)


def test_who_hides_a_parcel_that_is_being_served_hides_it(land: Land) -> None:
    """Both under way at once: what is hidden waits for what is served, and finds it."""
    with land.database.connection(Role.WORKER) as connection:
        number = rows.parcel(connection, "race", rows.square(9_000, 9_000))
    hiding, hidden = threading.Event(), threading.Event()

    def hide() -> None:
        with land.database.connection(Role.WORKER) as connection:
            hiding.set()
            connection.execute(text("update core.parcel set visibility = 'private' where id = :id"), {"id": number})
        hidden.set()

    with land.database.connection(Role.WORKER) as connection:
        connection.execute(text("insert into core.parcel_served (parcel, doc) values (:id, 'x')"), {"id": number})
        other = threading.Thread(target=hide)
        other.start()
        assert hiding.wait(10)
        assert not hidden.wait(0.2), "it does not pass by"
    other.join(10)
    assert hidden.is_set()
    assert number not in [json.loads(one)["id"] for one in seen(land, "public", "listed")]
    assert number in [json.loads(one)["id"] for one in seen(land, "admin", "listed")]


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.PLANNER])
def test_nothing_is_joined_that_a_list_does_not_ask_for(land: Land, role: Role) -> None:
    with land.database.connection(role) as connection:
        plan = "\n".join(connection.scalars(text("explain select id from listed where zone_label = 'UX'")))
    for table in ("core.source", "commune", "organisation", "parcel_derived", "readiness"):
        assert f" on {table.removeprefix('core.')} " not in plan, plan
    assert " parcel p" not in plan, plan

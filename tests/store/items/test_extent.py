"""Extents: kept apart for each rule of sight, exact as soon as something has left, and read from indexes for layers."""

from datetime import date

import pytest
from sqlalchemy import text

from geo.store.database import AUDIENCES, Actor, Database, Role
from geo.store.items import extent as extents
from geo.store.items.collection import COLLECTIONS, PARCELS
from geo.store.items.extent import Extent, extent
from tests import land_rows as rows
from tests.conftest import SRID

FAR_AWAY = rows.square(50_000, 40_000)
NEAR = rows.square(0, 0)


def of_parcels(database: Database, role: Role = Role.PUBLIC, actor: Actor | None = None) -> Extent:
    with database.connection(role, actor) as connection:
        return extent(connection, PARCELS, SRID)


def change(database: Database, statement: str, **values: object) -> None:
    with database.connection(Role.WORKER) as connection:
        connection.execute(text(statement), values)


def keep(database: Database) -> int:
    """Measure anew; the rows there are then."""
    with database.connection(Role.WORKER) as connection:
        extents.keep(connection)
        return int(connection.scalar(text("select count(*) from core.parcel_extent")) or 0)


def wide(found: Extent) -> bool:
    """Whether the extent reaches where only FAR_AWAY lies."""
    assert found.box is not None
    _, _, east, north = found.box
    return east > 5 or north > 46


def test_nothing_is_nowhere(database: Database) -> None:
    for role in AUDIENCES:
        assert of_parcels(database, role) == Extent()


@pytest.mark.parametrize(
    "leaving",
    [
        "update core.parcel set visibility = 'private' where key = 'far'",
        "update core.parcel set deleted_on = '2026-11-01' where key = 'far'",
        "update core.parcel set geom = (select geom from core.parcel where key = 'near') where key = 'far'",
        "delete from core.parcel where key = 'far'",
    ],
)
def test_what_leaves_leaves_no_trace(database: Database, leaving: str) -> None:
    """At once, before anything is measured anew; and the same after that."""
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "near", NEAR, observed_on=date(2026, 1, 1))
        rows.parcel(connection, "far", FAR_AWAY, observed_on=date(2026, 5, 5))
        connection.execute(text("insert into core.parcel_served (parcel, doc) select id, '' from core.parcel"))
    assert wide(of_parcels(database))
    assert of_parcels(database).last == date(2026, 5, 5)
    change(database, leaving)
    at_once = of_parcels(database)
    assert not wide(at_once)
    assert at_once.last == (date(2026, 5, 5) if "geom" in leaving else date(2026, 1, 1))
    keep(database)
    assert of_parcels(database) == at_once


def test_each_audience_has_its_own(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        own = rows.organisation(connection, "EPCI A")
        agency = rows.organisation(connection, "Agence", "agency")
        rows.parcel(connection, "near", NEAR)
        rows.parcel(connection, "far", FAR_AWAY, visibility="agency", responsible=own)
    actors = {
        "own": Actor(organisation=own, organisation_kind="territory"),
        "other": Actor(organisation=own + 100, organisation_kind="territory"),
        "agency": Actor(organisation=agency, organisation_kind="agency"),
    }
    assert not wide(of_parcels(database))
    assert not wide(of_parcels(database, Role.COMPANY))
    assert not wide(of_parcels(database, Role.PLANNER, actors["other"]))
    assert wide(of_parcels(database, Role.PLANNER, actors["own"]))
    assert wide(of_parcels(database, Role.PLANNER, actors["agency"]))
    assert wide(of_parcels(database, Role.ADMIN))


def test_a_consent_widens_what_a_company_sees(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        company = rows.organisation(connection, "Company", "company")
        rows.parcel(connection, "near", NEAR)
        hidden = rows.parcel(connection, "far", FAR_AWAY, visibility="private")
    actor = Actor(organisation=company)
    with database.connection(Role.COMPANY, actor) as connection:
        made = text("insert into project (organisation, code_name) values (:o, 'x') returning id")
        project = connection.scalar(made, {"o": company})
    seen = Actor(organisation=company, project=project)
    assert not wide(of_parcels(database, Role.COMPANY, seen))
    change(
        database,
        "insert into core.consent (parcel, project, until, granted_by) values (:p, :j, core.today(), :o)",
        p=hidden, j=project, o=company,
    )  # fmt: skip
    assert wide(of_parcels(database, Role.COMPANY, seen))
    assert not wide(of_parcels(database, Role.COMPANY, actor))


def test_few_rows_are_kept_and_readers_measure_nothing(database: Database) -> None:
    """What lies within adds no row; of what has grown and shrunk, one row a group is left."""
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "wide", rows.square(0, 0, 9_000))
        for n in range(5):
            rows.parcel(connection, f"within {n}", rows.square(1_000 + n, 1_000))
    assert keep(database) == 1
    change(database, "update core.parcel set name = 'other' where key = 'within 1'")
    change(database, "update core.parcel set geom = st_translate(geom, 5, 5) where key = 'within 2'")
    assert keep(database) == 1
    change(database, "update core.parcel set geom = st_translate(geom, -500, 0) where key = 'wide'")
    with database.connection(Role.PUBLIC) as connection:
        assert connection.execute(text(extents.KEPT)).one().stale
    assert keep(database) == 1
    with database.connection(Role.PUBLIC) as connection:
        assert not connection.execute(text(extents.KEPT)).one().stale


def test_a_change_under_way_is_not_lost(database: Database) -> None:
    """One process takes a parcel away while another measures: what was measured then is not taken for true."""
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "near", NEAR)
        rows.parcel(connection, "far", FAR_AWAY)
        rows.parcel(connection, "south", rows.square(0, -20_000))
        connection.execute(text("insert into core.parcel_served (parcel, doc) select id, '' from core.parcel"))
    with database.connection(Role.WORKER) as leaving:
        leaving.execute(text("update core.parcel set visibility = 'private' where key = 'far'"))
        change(database, "update core.parcel set visibility = 'private' where key = 'south'")
        keep(database)
        assert wide(of_parcels(database)), "not committed yet"
    assert not wide(of_parcels(database))
    keep(database)
    assert not wide(of_parcels(database))


def test_land_hidden_by_a_late_commit_leaves_no_trace(database: Database) -> None:
    """It was not at the edge when it was hidden; what lay beyond it left meanwhile, and was measured without."""
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "near", NEAR)
        rows.parcel(connection, "far", FAR_AWAY)
        rows.parcel(connection, "farther", rows.square(60_000, 50_000))
    with database.connection(Role.WORKER) as late:
        late.execute(text("update core.parcel set visibility = 'private' where key = 'far'"))
        change(database, "update core.parcel set visibility = 'private' where key = 'farther'")
        keep(database)
    assert not wide(of_parcels(database))
    keep(database)
    assert not wide(of_parcels(database))


def test_land_added_by_a_late_commit_is_not_lost(database: Database) -> None:
    """It lay within when it came, so it told nothing; what it lay within left meanwhile."""
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "near", NEAR)
        rows.parcel(connection, "farther", rows.square(60_000, 50_000))
        connection.execute(text("update core.parcel_extent set stale = true"))
    assert keep(database) == 1, "one row of which all lies within"
    with database.connection(Role.WORKER) as late:
        rows.parcel(late, "far", FAR_AWAY)
        change(database, "update core.parcel set visibility = 'private' where key = 'farther'")
        keep(database)
    assert wide(of_parcels(database))
    keep(database)
    assert wide(of_parcels(database))


def test_layers_are_read_from_their_index(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        rows.site(connection, "near", NEAR)
        rows.site(connection, "far", FAR_AWAY)
        connection.execute(
            text("""insert into core.site (source, import, key, digest, geom)
                select source, import, 'S' || n, '', st_translate(geom, n, n) from core.site, generate_series(1, 4000) n
                where key = 'near'""")
        )
        connection.execute(text("analyze core.site"))
    sites = COLLECTIONS["sites"]
    with database.connection(Role.PUBLIC) as connection:
        assert wide(extent(connection, sites, SRID))
        plan = "\n".join(connection.scalars(text(f"explain {extents.ends(sites, SRID)}")))
        assert plan.count("site_geom") == 4, plan
        assert "Seq Scan" not in plan
        assert extent(connection, COLLECTIONS["areas"], SRID) == Extent()

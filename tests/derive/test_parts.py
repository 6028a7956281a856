"""Each part computed on ground one can reckon by hand."""

import math
from datetime import date, timedelta

import pytest
import shapely
from sqlalchemy import Row, select, text

from geo.derive import work
from geo.derive.parts import OF_OTHERS
from geo.store import tables
from geo.store.database import Database, Role
from geo.store.views import views
from tests import land_rows as rows

AS_OF = date(2026, 11, 22)
D = tables.parcel_derived.c


def derived(database: Database, parcel: int) -> Row[tuple[object, ...]]:
    work.derive(database, as_of=AS_OF)
    with database.connection(Role.WORKER) as connection:
        return connection.execute(select(tables.parcel_derived).where(D.parcel == parcel)).one()


def test_surface_is_measured_on_the_ground(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        geodesic = connection.scalar(text("select st_area(st_transform(geom, 4326)::geography) from core.parcel"))
    row = derived(database, parcel)
    assert row.scale == pytest.approx(0.99914, abs=1e-4)
    assert row.surface_m2 == pytest.approx(10_000 / row.scale**2)
    assert row.surface_m2 == pytest.approx(geodesic, rel=1e-5)


def test_clearance_and_buildings_leave_the_buildable_area(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        rows.building(connection, "B", rows.square(0, 0, 20))
        rows.constraint(connection, "forbids", rows.square(90, 0, 10), clearance_m=10)
        rows.constraint(connection, "restricts", rows.square(40, 40, 10), effect="restricts", kind="noise")
        rows.constraint(connection, "near", rows.square(105, 0, 10), clearance_m=8)
        rows.constraint(connection, "far", rows.square(150, 0, 10), clearance_m=8)
    row = derived(database, parcel)
    with database.connection(Role.WORKER) as connection:
        planar = connection.scalar(select(text("st_area(buildable) from core.parcel_derived")))
    k = row.scale
    # The clearance turns the corner on a quarter circle; "near" lies within it.
    taken = 20 * 20 + 10 * 10 + 2 * 10 * 10 * k + math.pi * (10 * k) ** 2 / 4
    assert planar == pytest.approx(10_000 - taken, abs=1.0)
    assert planar <= 10_000 - taken + 1e-6, "an arc drawn as chords must not eat into the clearance"
    assert row.buildable_m2 == pytest.approx(planar / k**2)
    assert row.built is True
    assert [touched["effect"] for touched in row.touched] == ["forbids", "restricts", "forbids"]


def test_built_is_unknown_where_no_building_is_loaded(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
    assert derived(database, parcel).built is None
    with database.connection(Role.WORKER) as connection:
        rows.coverage(connection, "buildings", rows.square(-500, -500, 1000))
    assert derived(database, parcel).built is False


def test_a_parcel_all_forbidden_has_no_buildable_area(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        rows.constraint(connection, "red", rows.square(-10, -10, 200))
    row = derived(database, parcel)
    assert row.buildable_m2 == 0


def test_zone_shares_and_verdict(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        rows.zone(connection, "Z1", rows.square(-50, -50, 110), libelle="UX")
        rows.zone(
            connection, "Z2", shapely.box(*shapely.bounds(rows.square(60, -50, 200))), industry="forbidden", libelle="N"
        )
    row = derived(database, parcel)
    shares = {share["libelle"]: share["share"] for share in row.zone_shares}
    assert shares == {"UX": pytest.approx(0.36), "N": pytest.approx(0.40)}
    assert row.zone_label == "N"
    assert row.industry == "conditional"
    assert row.industry_rule.startswith("mix:")


def test_a_newer_plan_decides_from_its_day(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        rows.zone(connection, "old", rows.square(-50, -50, 300))
    assert derived(database, parcel).industry == "allowed"
    with database.connection(Role.WORKER) as connection:
        rows.zone(connection, "new", rows.square(-50, -50, 300), "forbidden", approved_on=date(2026, 1, 1))
        connection.execute(
            text("update core.planning_document set retired_on = '2026-01-01' where approved_on = '2020-01-01'")
        )
    assert derived(database, parcel).industry == "forbidden"


def test_the_nearest_substation(database: Database) -> None:
    found = text("select point, metres from core.parcel_nearest where parcel = :id")

    def nearest(parcel: int) -> tuple[int, float]:
        scale = derived(database, parcel).scale
        with database.connection(Role.WORKER) as connection:
            row = connection.execute(found, {"id": parcel}).one()
        return row.point, round(row.metres * scale, 3)

    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        far = rows.substation(connection, "far", 9_000, 50)
    assert nearest(parcel) == (far, 8_900.0)
    with database.connection(Role.WORKER) as connection:
        near = rows.substation(connection, "near", 3_100, 50)
    assert nearest(parcel) == (near, 3_000.0)
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("delete from core.network_point where key = 'near'"))
    assert nearest(parcel) == (far, 8_900.0)


def test_a_prospect_under_offered_land_is_covered_by_it(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        prospect = rows.parcel(connection, "P", origin="cadastre", market="prospect")
    assert derived(database, prospect).covered_by is None
    with database.connection(Role.WORKER) as connection:
        offered = rows.parcel(connection, "T", rows.square(40, 0))
    assert derived(database, prospect).covered_by == offered
    with database.connection(Role.PUBLIC) as connection:
        assert set(connection.scalars(text("select id from parcel"))) == {offered}


def test_what_is_served_is_a_feature_of_public_facts(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T", name='Lot "A" }', price_eur_m2=77777.5, buyer="SA Exemple")
    derived(database, parcel)
    with database.connection(Role.PUBLIC) as connection:
        doc = connection.scalar(text("select doc || '}}' from parcel"))
        feature = connection.scalar(text("select cast(:doc as jsonb)"), {"doc": doc})
    assert feature is not None
    assert feature["id"] == feature["properties"]["id"] == parcel
    assert feature["properties"]["name"] == 'Lot "A" }'
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert "77777" not in doc
    assert "SA Exemple" not in doc


def test_nothing_is_derived_twice(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "T")
    assert work.derive(database, as_of=AS_OF) == 1
    assert work.derive(database, as_of=AS_OF) == 0
    assert work.derive(database, as_of=AS_OF, everything=True) == 1


def test_stages_and_constraints_give_dates(database: Database) -> None:
    """Nobody filled in a form: the dates come from the CNIG stage and from the ground."""
    stages = ("viabilisé non aménagé", "non aménagé, non viabilisé")
    with database.connection(Role.WORKER) as connection:
        for n, (stage, wet) in enumerate((stage, wet) for stage in stages for wet in (False, True)):
            place = rows.square(n * 1_000, 0, 300)
            rows.parcel(connection, f"T{n}", place, stade_amngt=stage, stade_comm="en vente")
            rows.zone(connection, f"Z{n}", rows.square(n * 1_000 - 50, -50, 400))
            if wet:
                rows.constraint(connection, f"W{n}", rows.square(n * 1_000, 0, 100), kind="wetland", effect="restricts")
        rows.coverage(connection, "constraints", rows.square(-1_000, -1_000, 6_000))
    with database.connection(Role.PUBLIC) as connection:
        today = connection.execute(text("select core.today()")).scalar_one()
    work.derive(database, as_of=today)
    with database.connection(Role.PUBLIC) as connection:
        found = connection.execute(text("select ready_p50 from parcel order by id"))
        dates = [row.ready_p50 for row in found]
    assert None not in dates
    dry, wet, raw, raw_and_wet = dates
    assert dry < wet
    assert dry < raw
    # what a wetland asks goes on beside the servicing of raw land, which takes longer: it adds a day at most
    assert wet < raw <= raw_and_wet <= raw + timedelta(days=1)


def test_of_what_other_parcels_make_stale_nobody_is_told() -> None:
    assert f"~{int(OF_OTHERS)} " in views.STALE


def test_of_two_that_cover_a_prospect_the_one_that_more_may_see_counts(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        prospect = rows.parcel(connection, "C", rows.square(0, 0), origin="cadastre", market="prospect")
        seen = rows.parcel(connection, "T", rows.square(30, 0))
        rows.parcel(connection, "H", rows.square(0, 0), visibility="private")
    assert derived(database, prospect).covered_by == seen

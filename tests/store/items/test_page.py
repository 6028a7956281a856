"""Pages of parcels as finished GeoJSON, and the indexes they are read by."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, text

from api.ogc.property_parameters import known
from api.ogc.sorting import orders
from geo.cluster import Running
from geo.derive import work
from geo.store.cql2.compiler import condition
from geo.store.cql2.text import read_text
from geo.store.database import AUDIENCES, Database, Role
from geo.store.items import collection
from geo.store.items.extent import extent
from geo.store.items.feature import WHOLE, Form
from geo.store.items.hits import After
from geo.store.items.page import item, item_statement, page, statement
from geo.store.items.question import Question, in_boxes, of_markets
from tests import land_rows as rows
from tests.conftest import SRID, copied
from tests.store.items.grid import PARCELS, large_grid, run

NAMED = "update core.parcel_served set name = 'Lot ' || parcel; analyze core.parcel_served"


def found_item(connection: Connection, role: Role, number: int, form: Form = WHOLE) -> bytes:
    """The bytes of a feature that is there."""
    found = item(connection, role, number, form)
    assert found is not None
    return found.feature


@pytest.fixture(scope="module")
def grid(cluster: Running, template: str) -> Iterator[Database]:
    """The large grid, its parcels named."""
    with copied(cluster, large_grid(cluster, template), "grid") as address:
        run(address, NAMED)
        database = Database(address, pool_size=2)
        yield database
        database.close()


def plan(database: Database, role: Role, statement: str, values: dict[str, object]) -> str:
    with database.connection(role) as connection:
        return "\n".join(connection.scalars(text(f"explain {statement}"), values))


BOX = (4.86, 45.76, 4.865, 45.764)


HERE = Question(boxes=in_boxes([BOX], 4326))


BY_NAME = ("name", "-name", "name,-id")
A_PART = ("name LIKE '%zzz%'", "CASEI(name) LIKE CASEI('%Lot 19999%')", "name = 'Lot 7'")
PARTS = "parcel_served_name_parts"
"""Where the server has pg_trgm, as every server does that these tests run on."""


@pytest.mark.parametrize("role", AUDIENCES)
def test_hot_queries_use_their_index(grid: Database, role: Role) -> None:
    named = known(role, collection.PARCELS)
    for wanted, index in (
        (HERE, "parcel_served_4326"),
        (Question(boxes=in_boxes([(842_000, 6_519_000, 842_300, 6_519_300)], 2154)), "parcel_geom"),
        (Question((of_markets(["optioned"]),)), "parcel_served_market"),
        *((Question(orders=orders(names, named, None)), "parcel_served_name") for names in BY_NAME),
        *((Question((condition(read_text(one), named, SRID),)), PARTS) for one in A_PART),
    ):
        shown = plan(grid, role, statement(role, wanted, limit=100), wanted.values())
        assert index in shown, shown
        assert "Seq Scan on parcel " not in shown, shown
    shown = plan(grid, role, item_statement(role), {"id": 7})
    assert "parcel_pkey" in shown
    assert "Seq Scan on parcel" not in shown, shown


def test_a_box_returns_what_the_exact_test_returns(grid: Database) -> None:
    with grid.connection(Role.PUBLIC) as connection:
        found = page(connection, Role.PUBLIC, HERE, limit=1000)
    with grid.connection(Role.WORKER) as connection:
        exact = connection.scalar(
            text("""select count(*) from core.parcel_served s join core.parcel p on p.id = s.parcel
                where p.visibility = 'public' and st_intersects(geom_4326, st_makeenvelope(:w, :s, :e, :n, 4326))"""),
            dict(zip("wsen", BOX, strict=True)),
        )
    assert found.matched == found.returned == exact
    assert exact is not None
    assert exact > 20


def test_pages_follow_each_other_without_loss(grid: Database) -> None:
    wanted = Question((of_markets(["for_sale"]),))
    seen: list[int] = []
    after: After | None = After(0)
    with grid.connection(Role.PUBLIC) as connection:
        while after is not None:
            found = page(connection, Role.PUBLIC, wanted, limit=30, after=after)
            features = json.loads(b"[" + found.features + b"]")
            assert len(features) == found.returned <= 30
            seen += [feature["id"] for feature in features]
            after = found.after
            assert found.matched is not None
    assert seen == sorted(set(seen))
    assert len(seen) == found.matched == PARCELS / 50


def test_counts_stop_at_ten_thousand(grid: Database) -> None:
    with grid.connection(Role.PUBLIC) as connection:
        assert page(connection, Role.PUBLIC, Question((of_markets(["sold"]),)), limit=1).matched is None


def test_one_parcel_or_none(grid: Database) -> None:
    with grid.connection(Role.PUBLIC) as connection:
        feature = json.loads(found_item(connection, Role.PUBLIC, 7))
        assert feature["id"] == feature["properties"]["id"] == 7
        assert "price_eur_m2" not in feature["properties"]
        assert item(connection, Role.PUBLIC, 10) is None, "a private parcel leaves no trace"
    with grid.connection(Role.ADMIN) as connection:
        feature = json.loads(found_item(connection, Role.ADMIN, 10))
        assert feature["properties"]["price_eur_m2"] is None


def test_the_extent_is_that_of_what_is_seen(grid: Database) -> None:
    with grid.connection(Role.PUBLIC) as connection:
        box = extent(connection, collection.PARCELS, SRID).box
    assert box is not None
    assert box[0] < BOX[0] < box[2]
    assert box[1] < BOX[1] < box[3]


def test_numbers_keep_a_decimal_point(database: Database) -> None:
    """GDAL types a column from its first page: 12 would make it whole, and the next page's 0.5 a 0."""
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "T", power_mw=12, surface_stated_m2=90_000, price_eur_m2=30)
    work.derive(database, as_of=date(2026, 11, 22))
    with database.connection(Role.ADMIN) as connection:
        told = page(connection, Role.ADMIN, Question(), limit=1).features.decode()
    for number in ('"power_mw" : 12.00', '"surface_stated_m2" : 90000.00', '"price_eur_m2" : 30.00'):
        assert number in told

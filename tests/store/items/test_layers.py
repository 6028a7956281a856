"""The indexes that pages of layers are read by, in every system of coordinates; numbers that are only estimated."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from geo.cluster import Running
from geo.store.cql2.compiler import Clause, condition
from geo.store.cql2.shapes import column
from geo.store.cql2.terms import GEOMETRY, Kind, Places
from geo.store.database import AUDIENCES, Database, Role
from geo.store.items.collection import COLLECTIONS, PARCELS, Collection
from geo.store.items.estimate import about, estimate
from geo.store.items.hits import After
from geo.store.items.page import item_statement, page, statement
from geo.store.items.question import Order, Question, in_boxes
from geo.store.projecting import box_here
from tests import land_rows as rows
from tests.conftest import SRID, copied
from tests.store.items.test_page import plan

ROWS = 30_000
PLACED = (
    "st_multi(st_translate(st_makeenvelope(842000, 6519000, 842050, 6519050, 2154), (n % 200) * 60, (n / 200) * 60))"
)
FILL = f"""
    insert into core.source (dataset) values ('layers');
    insert into core.import (source, layer, file_name, file_sha256, schema_name, actor)
        values (1, 'any', 'any', '', 'any', 'any');
    insert into core.planning_document (source, partition, approved_on, enforceable_on)
        values (1, 'DU_1', '2020-01-01', '2020-01-01');
    alter table core.cadastral_parcel disable trigger user;
    alter table core.zone disable trigger user;
    alter table core.constraint_area disable trigger user;
    insert into core.cadastral_parcel (source, import, digest, idu, commune_insee, prefixe, section, numero, geom)
        select 1, 1, '', '69381000A' || chr(65 + n / 10000) || lpad((n % 10000)::text, 4, '0'), '69381', '000', 'AA',
               lpad((n % 10000)::text, 4, '0'), {PLACED} from generate_series(1, {ROWS}) n;
    insert into core.site (source, import, digest, key, geom)
        select 1, 1, '', 'S' || n, {PLACED} from generate_series(1, {ROWS}) n;
    insert into core.zone (source, import, digest, document, key, industry, industry_rule, industry_source,
                           industry_confidence, geom)
        select 1, 1, '', 1, 'Z' || n, 'allowed', '', '', 1, {PLACED} from generate_series(1, {ROWS}) n;
    insert into core.constraint_area (source, import, digest, key, kind, effect, geom)
        select 1, 1, '', 'C' || n, 'flood', 'informs', {PLACED} from generate_series(1, {ROWS}) n;
    insert into core.commune (insee, name, departement, digest, geom)
        select lpad(n::text, 5, '0'), 'C' || n, '69', '', {PLACED} from generate_series(1, {ROWS}) n;
    insert into core.network_point (source, import, digest, key, kind, geom)
        select 1, 1, '', 'N' || n, 'station', st_centroid({PLACED}) from generate_series(1, {ROWS}) n;
    insert into core.named_area (source, import, digest, kind, code, name, geom)
        select 1, 1, '', 'ze2020', 'A' || n, 'A', {PLACED} from generate_series(1, {ROWS}) n;
    analyze core.cadastral_parcel, core.site, core.zone, core.constraint_area, core.commune, core.network_point,
            core.named_area, core.planning_document, core.import, core.source;
"""
LAYERS = [one for one in COLLECTIONS.values() if one is not PARCELS]
TABLES = {
    "cadastre": "cadastral_parcel",
    "constraints": "constraint_area",
    "networks": "network_point",
    "areas": "named_area",
}
BOX = (4.86, 45.76, 4.863, 45.762)
BOXES = {
    4326: BOX,
    3857: (541_013.0, 5_744_500.0, 541_400.0, 5_744_900.0),
    2154: (844_000, 6_520_000, 844_300, 6_520_300),
}

every_layer = pytest.mark.parametrize("collection", LAYERS, ids=[one.name for one in LAYERS])


@pytest.fixture(scope="module")
def layers(cluster: Running, template: str) -> Iterator[Database]:
    """30,000 features in each layer, on a grid."""
    with copied(cluster, template, "layers") as address:
        engine = create_engine(address, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execution_options(no_parameters=True).exec_driver_sql(FILL)
        engine.dispose()
        database = Database(address, pool_size=2)
        yield database
        database.close()


def table(collection: Collection) -> str:
    return TABLES.get(collection.name, collection.one)


@pytest.mark.parametrize("role", AUDIENCES)
@every_layer
def test_pages_use_their_index(layers: Database, collection: Collection, role: Role) -> None:
    for srid, box in BOXES.items():
        asked = Question(boxes=in_boxes([box], srid, collection, territory=SRID), collection=collection)
        shown = plan(layers, role, statement(role, asked, limit=100), asked.values())
        assert f"{table(collection)}_geom" in shown, (srid, shown)
        assert f"Seq Scan on {table(collection)}" not in shown, (srid, shown)
        with layers.connection(role) as connection:
            found = page(connection, role, asked, limit=1_000)
        assert 0 < found.returned == found.matched, srid
    first: int | str = "00007" if collection.id_kind is Kind.TEXT else 7
    shown = plan(layers, role, item_statement(role, collection=collection), {"id": first})
    assert f"{table(collection)}_pkey" in shown
    assert f"Seq Scan on {table(collection)}" not in shown
    further = statement(role, Question(collection=collection), After(first), limit=100)
    assert f"{table(collection)}_pkey" in plan(layers, role, further, {"after": first})


@every_layer
def test_a_shape_in_degrees_is_looked_for_by_the_stored_one(layers: Database, collection: Collection) -> None:
    asked = {"op": "s_intersects", "args": [{"property": GEOMETRY}, {"bbox": list(BOX)}]}
    where = condition(asked, {GEOMETRY: column(Places(), projected=False)}, SRID)
    question = Question((where,), collection=collection)
    shown = plan(layers, Role.PUBLIC, statement(Role.PUBLIC, question, limit=100), question.values())
    assert f"{table(collection)}_geom" in shown, shown
    with layers.connection(Role.PUBLIC) as connection:
        found = page(connection, Role.PUBLIC, question, limit=1_000)
        exact = connection.scalar(
            text(f"""select count(*) from {collection.view}
                where st_intersects(geom_4326, st_makeenvelope(:w, :s, :e, :n, 4326))"""),
            dict(zip("wsen", BOX, strict=True)),
        )
    assert found.matched == exact
    apart = condition(asked | {"op": "s_disjoint"}, {GEOMETRY: column(Places(), projected=False)}, SRID)
    with layers.connection(Role.PUBLIC) as connection:
        others = connection.scalar(text(f"select count(*) from {collection.view} where {apart.sql}"), apart.values)
    assert others == ROWS - (exact or 0)


@every_layer
def test_more_than_are_counted_are_estimated(layers: Database, collection: Collection) -> None:
    """Within a tenth of the truth, and never told as fewer than were seen."""
    for part, where in ((1.0, ()), (0.5, (Clause(half(collection), {}),))):
        question = Question(where, collection=collection)
        with layers.connection(Role.PUBLIC) as connection:
            assert page(connection, Role.PUBLIC, question, limit=10).matched is None
            assert abs(estimate(connection, question) - part * ROWS) < 0.1 * part * ROWS


def half(collection: Collection) -> str:
    return "id::bigint % 2 = 0" if collection.id_kind is Kind.TEXT else "(id * 7919) % 100 < 50"


def test_an_estimate_has_the_digits_it_is_worth() -> None:
    assert [about(n) for n in (0, 9_000, 12_345, 123_456, 1_004_999)] == [0, 9_000, 12_000, 120_000, 1_000_000]


def test_more_hits_than_are_counted_come_in_order_all_the_same(layers: Database) -> None:
    """The pages of a walk and those of what was found at once hold the same rows."""
    collection = COLLECTIONS["sites"]
    many = Question(orders=(Order("site_id", Kind.TEXT, descending=True),), collection=collection)
    few = Question((Clause("id <= 900", {}),), orders=many.orders, collection=collection)
    with layers.connection(Role.PUBLIC) as connection:
        expected = list(connection.scalars(text('select id from site order by site_id collate "C" desc, id')))
        for question, wanted in ((many, expected), (few, [n for n in expected if n <= 900])):
            assert walked(question, layers, pages=5) == wanted[:500]


def walked(question: Question, database: Database, pages: int) -> list[int | str]:
    """The ids of the first pages, by the last row of each and what lies between."""
    seen: list[int | str] = []
    after: After | None = None
    with database.connection(Role.PUBLIC) as connection:
        for _ in range(pages):
            found = page(connection, Role.PUBLIC, question, limit=100, after=after)
            seen += [int(one.partition(",")[0]) for one in found.features.decode().split('"Feature","id":')[1:]]
            after = found.after
    return seen


@pytest.mark.parametrize("box", [(-180, -90, 180, 90), (4.8, 45.7, 4.9, 45.8), (-20, 60, 20, 89), (5, 45, 5, 45)])
def test_a_box_here_holds_what_lies_in_it(layers: Database, box: tuple[float, float, float, float]) -> None:
    """Points along its sides and within, as PostGIS projects them, as far as the system reaches."""
    west, south, east, north = box_here(box, 4326, SRID)
    with layers.connection(Role.PUBLIC) as connection:
        outside = connection.scalar(
            text("""select count(*) from (
                select st_transform(st_setsrid(
                    st_makepoint(:w + (:e - :w) * i / 50, :s + (:n - :s) * j / 50), 4326), 2154) p
                from generate_series(0, 50) i, generate_series(0, 50) j
                where :w + (:e - :w) * i / 50 between -9.86 and 10.38
                  and :s + (:n - :s) * j / 50 between 41.15 and 51.56) points
                where st_x(p) not between :x0 and :x1 or st_y(p) not between :y0 and :y1"""),
            {**dict(zip("wsen", map(float, box), strict=True)), "x0": west, "y0": south, "x1": east, "y1": north},
        )
    assert outside == 0


@pytest.mark.parametrize(
    "box",
    [
        (-40_500_000, -20_000_000, 40_500_000, 20_000_000),
        (-2.1e7, -2.1e7, 2.1e7, 2.1e7),
        (-1e300, -1e300, 1e300, 1e300),
    ],
)
def test_a_box_in_metres_that_is_wider_than_the_world_holds_all_of_it(box: tuple[float, float, float, float]) -> None:
    """Longitudes of such metres would come round again."""
    world = box_here((-180, -85, 180, 85), 4326, SRID)
    west, south, east, north = box_here(box, 3857, SRID)
    assert west <= world[0]
    assert south <= world[1]
    assert east >= world[2]
    assert north >= world[3]


def test_pages_lose_nothing_while_others_write(database: Database) -> None:
    """What is taken out or added before the place a page begins at moves nothing after it."""
    with database.connection(Role.WORKER) as connection:
        for insee in ("38001", "38002", "38003", "69001", "69002"):
            rows.commune(connection, insee, rows.square(int(insee), 0))
    question = Question(collection=COLLECTIONS["communes"])
    with database.connection(Role.PUBLIC) as connection:
        first = page(connection, Role.PUBLIC, question, limit=2)
    assert first.after == After("38002")
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("delete from core.commune where insee in ('38001', '38002')"))
        rows.commune(connection, "01001", rows.square(0, 900))
    with database.connection(Role.PUBLIC) as connection:
        second = page(connection, Role.PUBLIC, question, limit=10, after=first.after)
    found = [one["id"] for one in json.loads(b"[" + second.features + b"]")]
    assert found == ["38003", "69001", "69002"]

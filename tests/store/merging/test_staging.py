"""Staging tables: what the server packs and what we pack is the same; the doctor knows whose they are."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from geo.store.checkup import examine
from geo.store.database import Database, Role
from geo.store.layers import LAYERS
from geo.store.merging import copying, staging
from geo.store.merging.copying import Target, packed
from tests.breadth import tried

TEXTS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=20)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int4": st.integers(-(2**31), 2**31 - 1),
    "int8": st.integers(-(2**63), 2**63 - 1),
    "float8": st.floats(allow_nan=False),
    "date": st.dates(date(1, 1, 1), date(9999, 12, 31)),
    "text": TEXTS,
    "bytea": st.binary(max_size=20),
    "text[]": st.lists(TEXTS, max_size=3),
    "jsonb": st.dictionaries(TEXTS, st.one_of(st.none(), TEXTS, st.integers(-(2**40), 2**40)), max_size=3),
}
ROWS = st.lists(st.tuples(*(st.one_of(st.none(), values) for values in VALUES.values())), min_size=1, max_size=8)


@settings(max_examples=tried(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_packed_rows_come_back_as_they_were(database: Database, rows: list[tuple[Any, ...]]) -> None:
    names = [f"c{n}" for n in range(len(VALUES))]
    columns = dict(zip(names, VALUES, strict=True))
    with database.connection(Role.WORKER) as connection:
        made = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(text(f"create temporary table packed ({made}, n serial) on commit drop"))
        listed = ", ".join(names)
        target = Target("", f"copy packed ({listed}) from stdin (format binary)", "", columns)
        driver: Any = connection.connection.driver_connection
        by_column = zip(*rows, strict=True)
        copying.write(driver, target, [packed(kind, list(c)) for kind, c in zip(VALUES, by_column, strict=True)])
        found = [tuple(row) for row in connection.execute(text(f"select {listed} from packed order by n"))]
    assert found == rows


def test_a_staging_table_has_what_a_file_may_state(database: Database) -> None:
    for layer in LAYERS.values():
        with database.connection(Role.WORKER) as connection:
            staging.create(connection, 1, layer)
            found = connection.execute(text(f"select * from {staging.table_of(1, layer)}")).keys()
            assert set(staging.target(1, layer).columns) <= set(found)
            logged = text("select relpersistence from pg_class where oid = to_regclass(:name)")
            assert connection.scalar(logged, {"name": staging.table_of(1, layer)}) == "u"
            staging.drop(connection, 1)
            assert connection.scalar(text("select to_regclass(:n)"), {"n": staging.table_of(1, layer)}) is None


def test_views_of_the_staged_rows_end_with_the_block(database: Database) -> None:
    layer = LAYERS["cadastre"]
    with database.connection(Role.WORKER) as connection:
        staging.create(connection, 1, layer)
        with staging.shown(connection, 1, [layer]):
            assert connection.scalar(text("select count(*) from stage_cadastre")) == 0
        assert connection.scalar(text("select to_regclass('stage_cadastre')")) is None


def bad(database: Database) -> set[str]:
    return {finding.code for finding in examine(database) if not finding.well}


def test_the_doctor_knows_staging_tables_from_others(database: Database, admin: Any) -> None:
    with database.connection(Role.WORKER) as connection:
        staging.create(connection, 1, LAYERS["parcels"])
        connection.execute(text("create index on staging.d1_parcels (key)"))
    assert bad(database) == set()
    engine = create_engine(admin)
    with engine.begin() as connection:
        connection.execute(text("create table core.strange (a text)"))
        connection.execute(text("alter table core.strange owner to emprise_worker"))
    engine.dispose()
    assert bad(database) == {"rights"}


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.COMPANY, Role.PLANNER, Role.GATE])
def test_audiences_see_nothing_of_it(database: Database, role: Role) -> None:
    with database.connection(Role.WORKER) as connection:
        staging.create(connection, 1, LAYERS["parcels"])
    for table in ("staging.d1_parcels", "staging.chunk", "core.delivery"):
        with pytest.raises(Exception, match="permission denied"), database.connection(role) as connection:
            connection.execute(text(f"select * from {table}"))

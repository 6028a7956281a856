"""The schema goes up, down and up again, and is the one the statements name."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from api.cli.session import said_of
from geo.store import tables
from geo.store.database import OWNER, Database, Role
from geo.store.upgrade import (
    CannotUpgrade,
    NotReady,
    check,
    current_revision,
    downgrade,
    head_revision,
    is_current,
    upgrade,
)
from geo.store.views import views
from tests.conftest import REPO, SRID


def schema(admin: URL) -> set[tuple[str, ...]]:
    """Everything the schema holds: columns, functions, policies, indexes and triggers."""
    engine = create_engine(admin, poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.execute(
            text("""select 'column', table_schema, table_name, column_name || ' ' || udt_name
                from information_schema.columns where table_schema like 'as\\_%' or table_schema = 'core'
                union all select 'function', nspname, proname, prosrc from pg_proc p
                join pg_namespace n on n.oid = pronamespace where nspname = 'core'
                union all select 'policy', schemaname, tablename, policyname from pg_policies
                union all select 'index', schemaname, tablename, indexdef from pg_indexes where schemaname = 'core'
                union all select 'trigger', '', event_object_table, trigger_name from information_schema.triggers""")
        )
        facts = {tuple(str(value) for value in row) for row in found}
    engine.dispose()
    return facts


def test_up_down_up(admin: URL) -> None:
    before = schema(admin)
    assert len(before) > 300
    downgrade(admin, srid=SRID, revision="base")
    assert schema(admin) == set()
    upgrade(admin, srid=SRID)
    assert schema(admin) == before
    upgrade(admin, srid=SRID)
    assert schema(admin) == before


def test_tables_are_those_of_the_database(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        rows = connection.execute(
            text("""select c.relname, array_agg(a.attname::text)
                from pg_attribute a join pg_class c on c.oid = a.attrelid
                join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'core' and c.relkind = 'r' and a.attnum > 0 and not attisdropped group by 1""")
        )
        found = {name: set(columns) for name, columns in rows}
    assert found == {table.name: {c.name for c in table.columns} for table in tables.metadata.tables.values()}


def test_an_old_schema_is_told_not_used(admin: URL, database: Database) -> None:
    check(database)
    assert is_current(admin)
    downgrade(admin, srid=SRID, revision="base")
    assert not is_current(admin)
    with pytest.raises(NotReady) as told:
        check(database)
    assert (told.value.code, told.value.needed) == ("absent", head_revision())


def test_a_newer_schema_is_told_not_touched(admin: URL, database: Database) -> None:
    engine = create_engine(admin, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("update public.schema_version set version_num = '9999'"))
    with pytest.raises(NotReady) as checked:
        check(database)
    with pytest.raises(NotReady) as upgraded:
        upgrade(admin, srid=SRID)
    assert {(one.value.code, one.value.found) for one in (checked, upgraded)} == {("newer", "9999")}
    engine.dispose()


def test_views_of_an_older_version_do_not_hold_an_upgrade_up(admin: URL) -> None:
    downgrade(admin, srid=SRID, revision="0005")
    engine = create_engine(admin, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"create schema as_public authorization {OWNER}"))
        connection.execute(text(f"set role {OWNER}"))
        connection.execute(text("create view as_public.parcel as select substation from core.parcel_derived"))
    engine.dispose()
    upgrade(admin, srid=SRID)
    assert is_current(admin)


def test_what_stops_a_revision_is_told_and_changes_nothing(admin: URL, database: Database) -> None:
    downgrade(admin, srid=SRID, revision="0013")
    engine = create_engine(admin, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("alter table core.contact add column market_stopped_at text"))
    with pytest.raises(CannotUpgrade) as told:
        upgrade(admin, srid=SRID)
    assert "market_stopped_at" in told.value.reason
    assert "\n" not in told.value.reason
    assert "rien n'y a changé (révision 0013)" in str(said_of(told.value))
    with engine.begin() as connection:
        assert current_revision(connection) == "0013"
        connection.execute(text("alter table core.contact drop column market_stopped_at"))
    upgrade(admin, srid=SRID)
    check(database)
    engine.dispose()


def test_the_newest_revision_is_the_one_at_the_end_of_the_chain() -> None:
    assert ScriptDirectory(str(REPO / "migrations")).get_heads() == [head_revision()]


def test_views_of_another_version_are_noticed(admin: URL) -> None:
    engine = create_engine(admin, poolclass=NullPool)
    with engine.begin() as connection:
        assert current_revision(connection) == head_revision()
        assert views.installed(connection)
        connection.execute(text("comment on schema as_public is 'another'"))
        assert not views.installed(connection)
    engine.dispose()

"""The hottest reads: planned once, one word to the server, and nothing of it stays for the next user."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from geo.store.database import AUDIENCES, Actor, Database, Role
from geo.store.reading import LONGEST, compiled, one

MODE = "select current_setting('plan_cache_mode') as mode"
ASKED = "select :number + 1 as next, cast(:name as text) as name, '%'::text as percent"
MADE = "select sum(generic_plans)::int as for_any, sum(custom_plans)::int as for_each from pg_prepared_statements"


def test_a_row_is_found_by_the_names_of_its_columns(database: Database) -> None:
    with database.reading(Role.PUBLIC) as connection:
        found = one(connection, ASKED, {"number": 1, "name": "l'usine"})
        assert found is not None
        assert found._asdict() == {"next": 2, "name": "l'usine", "percent": "%"}
        assert one(connection, "select 1 where false", {}) is None
        content = one(connection, "select convert_to('é', 'UTF8') as content", {})
        assert content is not None
        assert bytes(content.content) == "é".encode()


@pytest.mark.parametrize("role", AUDIENCES)
def test_a_statement_asked_again_is_planned_for_any_values(database: Database, role: Role) -> None:
    actor = None if role is Role.PUBLIC else Actor(organisation=1)
    for number in range(12):
        with database.reading(role, actor) as connection:
            one(connection, ASKED, {"number": number, "name": "a"})
    with database.reading(role, actor) as connection:
        made = one(connection, MADE, {})
    assert made is not None
    assert made.for_any >= 4
    assert made.for_each == 0


def test_other_statements_of_the_same_connection_are_planned_as_the_server_thinks_best(admin_pool: Database) -> None:
    for _ in range(2):
        with admin_pool.reading(Role.PUBLIC) as connection:
            assert one(connection, MODE, {}).mode == "force_generic_plan"  # type: ignore[union-attr]
        with admin_pool.connection(Role.PUBLIC) as connection:
            assert connection.scalar(text(MODE)) == "auto"


def test_a_transaction_that_fails_does_not_hide_how_its_connection_plans(admin_pool: Database) -> None:
    """What it set is undone with it: the next one sets it again."""
    with admin_pool.reading(Role.PUBLIC) as connection:
        one(connection, MODE, {})
    with pytest.raises(ZeroDivisionError), admin_pool.connection(Role.PUBLIC):
        raise ZeroDivisionError
    with admin_pool.connection(Role.PUBLIC) as connection:
        assert connection.scalar(text(MODE)) == "auto"


def test_the_public_reads_without_a_transaction_and_others_within_theirs(database: Database) -> None:
    with database.reading(Role.PUBLIC) as connection:
        assert isinstance(connection, psycopg.Connection)
        assert connection.autocommit
    with database.connection(Role.PUBLIC) as connection:
        connection.execute(text("select 1"))
        driver = connection.connection.driver_connection
        assert driver is not None
        assert not driver.autocommit
    told = "select core.setting('organisation') as organisation, core.setting('actor') as actor"
    with database.reading(Role.PLANNER, Actor(organisation=7, actor="key:3")) as connection:
        assert tuple(one(connection, told, {})) == ("7", "key:3")  # type: ignore[arg-type]
    with database.reading(Role.PLANNER, Actor(organisation=8)) as connection:
        assert tuple(one(connection, told, {})) == ("8", None)  # type: ignore[arg-type]


@pytest.mark.parametrize("actor", [None, Actor(organisation=7)])
def test_a_view_made_anew_costs_a_connection_one_answer(admin_pool: Database, actor: Actor | None) -> None:
    def asked() -> object:
        with admin_pool.reading(Role.PUBLIC, actor) as connection:
            return one(connection, "select * from tile_square limit 0", {})

    asked()
    with create_engine(admin_pool.url, poolclass=NullPool).begin() as owner:
        owner.execute(text("create or replace view as_public.tile_square as select *, 1 as m from core.tile_square"))
    with pytest.raises(psycopg.errors.FeatureNotSupported):
        asked()
    assert asked() is None


def test_connections_are_made_before_they_are_needed(database: Database) -> None:
    database.warm(Role.PUBLIC)
    pool = database.engine(Role.PUBLIC).pool
    assert pool.checkedin() == database.pool_size  # type: ignore[attr-defined]


def test_without_a_base_nothing_is_made_and_nothing_fails(database: Database) -> None:
    Database(database.url.set(database="nowhere")).warm(Role.PUBLIC)


def test_a_statement_is_compiled_once() -> None:
    assert compiled(ASKED) is compiled(ASKED)
    assert compiled("select :a, '%'") == "select %(a)s, '%%'"


def test_a_long_statement_is_neither_prepared_nor_kept(admin_pool: Database) -> None:
    held = "select count(*)::int as n from pg_prepared_statements"
    long = f"select :number + 1 as next{' ' * LONGEST}"
    with admin_pool.reading(Role.PUBLIC) as connection:
        one(connection, held, {})
        kept = compiled.kept.cache_info().currsize
        for number in range(3):
            assert one(connection, long, {"number": number}).next == number + 1  # type: ignore[union-attr]
        assert compiled.kept.cache_info().currsize == kept
        assert one(connection, held, {}).n == 1  # type: ignore[union-attr]


@pytest.fixture
def admin_pool(database: Database) -> Iterator[Database]:
    """A pool of one connection, that every reader takes in turn."""
    pool = Database(database.url, pool_size=1)
    yield pool
    pool.close()

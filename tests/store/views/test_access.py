"""What each role may see and write, asked of the real roles over real connections."""

from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import URL, insert, text
from sqlalchemy.exc import ProgrammingError

from geo.derive import work
from geo.store import tables
from geo.store.database import AUDIENCES, Actor, Database, Role
from geo.store.upgrade import upgrade
from geo.store.views import views
from tests import land_rows as rows
from tests.conftest import SRID

VISIBILITIES = ("public", "partners", "agency", "private")


@dataclass
class World:
    """Two territories and an agency; four parcels of the first territory, one of each visibility."""

    database: Database
    own: Actor
    neighbour: Actor
    agency: Actor
    parcels: dict[str, int]

    def seen(self, role: Role, actor: Actor | None = None, view: str = "parcel") -> set[int]:
        """The ids a role sees in a view, having first been refused the table below it."""
        with pytest.raises(ProgrammingError, match="permission denied"), self.database.connection(role) as connection:
            connection.execute(text("select id from core.parcel"))
        with self.database.connection(role, actor) as connection:
            return set(connection.scalars(text(f"select id from {view}")))


@pytest.fixture
def world(database: Database) -> World:
    with database.connection(Role.WORKER) as connection:
        ids = [
            rows.organisation(connection, name, kind)
            for name, kind in (("EPCI A", "territory"), ("EPCI B", "territory"), ("Agence", "agency"))
        ]
        parcels = {
            seen: rows.parcel(
                connection,
                seen,
                rows.square(n * 200, 0),
                visibility=seen,
                responsible=ids[0],
                price_eur_m2=30,
                buyer="SA Exemple",
                owner_siren="123456782",
            )
            for n, seen in enumerate(VISIBILITIES)
        }
    own, neighbour, agency = (
        Actor(organisation=i, organisation_kind=kind)
        for i, kind in zip(ids, ("territory", "territory", "agency"), strict=True)
    )
    return World(database, own, neighbour, agency, parcels)


@pytest.mark.parametrize("role", AUDIENCES)
def test_audience_reads_no_base_table(database: Database, role: Role) -> None:
    refused = 0
    for table in metadata_tables():
        with pytest.raises(ProgrammingError, match="permission denied"), database.connection(role) as connection:
            connection.execute(text(f'select * from core."{table}" limit 1'))
        refused += 1
    assert refused > 30


def metadata_tables() -> list[str]:
    return [table.name for table in tables.metadata.tables.values()]


@pytest.mark.parametrize("role", Role)
def test_no_service_role_owns_or_overrides(database: Database, role: Role) -> None:
    with database.connection(role) as connection:
        facts = connection.execute(
            text("""select session_user::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
                    (select count(*) from pg_class where relowner = r.oid)
                    from pg_roles r where rolname = session_user""")
        ).one()
    assert tuple(facts) == (role.login, False, False, False, False, 0)


@pytest.mark.parametrize("view", ["parcel", "candidate"])
def test_each_audience_sees_its_rows(world: World, view: str) -> None:
    ids = world.parcels
    assert world.seen(Role.PUBLIC, view=view) == {ids["public"]}
    assert world.seen(Role.COMPANY, view=view) == {ids["public"], ids["partners"]}
    assert world.seen(Role.PLANNER, world.own, view) == set(ids.values())
    assert world.seen(Role.PLANNER, world.neighbour, view) == {ids["public"], ids["partners"]}
    assert world.seen(Role.PLANNER, world.agency, view) == {ids["public"], ids["partners"], ids["agency"]}
    assert world.seen(Role.PLANNER, view=view) == {ids["public"], ids["partners"]}
    assert world.seen(Role.ADMIN, view=view) == set(ids.values())


def test_masked_columns_are_not_there(world: World) -> None:
    hidden = {
        Role.PUBLIC: ("price_eur_m2", "contact", "owner_siren", "buyer"),
        Role.COMPANY: ("owner_siren", "buyer", "sale_amount"),
    }
    for role, names in hidden.items():
        for name in names:
            with pytest.raises(ProgrammingError, match="does not exist"), world.database.connection(role) as connection:
                connection.execute(text(f"select id from parcel where {name} is not null"))


def test_buyer_only_for_who_is_responsible(world: World) -> None:
    def buyer(actor: Actor) -> str | None:
        with world.database.connection(Role.PLANNER, actor) as connection:
            found = text("select buyer from parcel where id = :id")
            value: str | None = connection.scalar(found, {"id": world.parcels["public"]})
            return value

    assert buyer(world.own) == "SA Exemple"
    assert buyer(world.neighbour) is None
    assert buyer(world.agency) is None


def test_consent_opens_a_parcel_to_one_project_until_its_day(world: World) -> None:
    with world.database.connection(Role.WORKER) as connection:
        company = rows.organisation(connection, "Company", "company")
    with world.database.connection(Role.COMPANY, Actor(organisation=company)) as connection:
        mine, other = (
            connection.scalar(
                text("insert into project (organisation, code_name) values (:o, :n) returning id"),
                {"o": company, "n": name},
            )
            for name in ("mine", "other")
        )
    with world.database.connection(Role.WORKER) as connection:
        connection.execute(
            text("""insert into core.consent (parcel, project, until, granted_by)
                values (:p, :j, core.today(), :o), (:q, :j, core.today() - 1, :o)"""),
            {"p": world.parcels["private"], "q": world.parcels["agency"], "j": mine, "o": world.own.organisation},
        )
    seen = world.seen(Role.COMPANY, Actor(organisation=company, project=mine))
    assert seen == {world.parcels["public"], world.parcels["partners"], world.parcels["private"]}
    assert world.parcels["private"] not in world.seen(Role.COMPANY, Actor(organisation=company, project=other))


def test_only_who_is_responsible_edits(world: World) -> None:
    def edit(role: Role, actor: Actor | None) -> int:
        with world.database.connection(role, actor) as connection:
            change = text("update parcel_edit set name = :name where id = :id")
            return connection.execute(change, {"name": role.value, "id": world.parcels["public"]}).rowcount

    assert edit(Role.PLANNER, world.own) == 1
    assert edit(Role.PLANNER, world.neighbour) == 0
    assert edit(Role.PLANNER, world.agency) == 0
    assert edit(Role.PLANNER, None) == 0
    assert edit(Role.ADMIN, None) == 1
    with pytest.raises(ProgrammingError, match="does not exist"), world.database.connection(Role.COMPANY) as connection:
        connection.execute(text("update parcel_edit set name = 'x'"))


def test_a_parcel_cannot_be_given_to_an_organisation_one_does_not_edit_for(world: World) -> None:
    change = text("update parcel_edit set responsible = :other where id = :id")
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        world.database.connection(Role.PLANNER, world.own) as connection,
    ):
        connection.execute(change, {"other": world.neighbour.organisation, "id": world.parcels["public"]})


def test_step_states_are_written_for_own_parcels_only(world: World) -> None:
    record = text("""insert into step_state (parcel, step, state, effective_on, actor)
        values (:parcel, 'VRD', 'done', '2026-01-01', 'test')""")
    with world.database.connection(Role.PLANNER, world.own) as connection:
        connection.execute(record, {"parcel": world.parcels["public"]})
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        world.database.connection(Role.PLANNER, world.neighbour) as connection,
    ):
        connection.execute(record, {"parcel": world.parcels["public"]})


def test_projects_are_private(world: World) -> None:
    with world.database.connection(Role.WORKER) as connection:
        first, second = (rows.organisation(connection, name, "company") for name in "AB")
    add = text("insert into project (organisation, code_name) values (:o, 'Secret')")
    with world.database.connection(Role.COMPANY, Actor(organisation=first)) as connection:
        connection.execute(add, {"o": first})
    counted = text("select count(*) from project")
    for organisation, expected in ((first, 1), (second, 0), (None, 0)):
        with world.database.connection(Role.COMPANY, Actor(organisation=organisation)) as connection:
            assert connection.scalar(counted) == expected
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        world.database.connection(Role.COMPANY, Actor(organisation=second)) as connection,
    ):
        connection.execute(add, {"o": first})


def test_keys_are_for_the_gate_alone(database: Database) -> None:
    for role in Role:
        if role is Role.GATE:
            continue
        with pytest.raises(ProgrammingError, match="permission denied"), database.connection(role) as connection:
            connection.execute(text("select * from core.api_key"))
    with database.connection(Role.GATE) as connection:
        assert connection.scalar(text("select count(*) from core.api_key")) == 0
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("select * from core.parcel"))


@pytest.mark.parametrize("role", AUDIENCES)
def test_view_columns_are_those_declared(database: Database, role: Role) -> None:
    for name, declared in (("parcel", views.PARCEL), ("candidate", views.CANDIDATE)):
        with database.connection(role) as connection:
            found = list(connection.execute(text(f"select * from {name} limit 0")).keys())
        assert found == [column.name for column in views.columns(declared, role)]


def test_history_and_records_cannot_be_rewritten(world: World) -> None:
    with world.database.connection(Role.WORKER) as connection:
        rows_written = insert(tables.step_state).values(
            parcel=world.parcels["public"], step="VRD", state="to_do", effective_on="2026-01-01", actor="test"
        )
        connection.execute(rows_written)
    for statement in ("update core.history set actor = 'x'", "delete from core.history"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            world.database.connection(Role.WORKER) as connection,
        ):
            connection.execute(text(statement))


def test_hidden_land_does_not_take_a_prospect_away(world: World) -> None:
    """A private offer over a public prospect: who may not see the offer still sees the prospect, and only it."""
    with world.database.connection(Role.WORKER) as connection:
        prospect = rows.parcel(connection, "prospect", rows.square(600, 0), origin="cadastre", market="prospect")
    work.derive(world.database, as_of=date(2026, 11, 22))
    private = world.parcels["private"]
    assert prospect in world.seen(Role.PUBLIC)
    assert private not in world.seen(Role.PUBLIC)
    seen = world.seen(Role.PLANNER, world.own)
    assert private in seen
    assert prospect not in seen


def test_imports_are_the_administrators_alone(world: World) -> None:
    for role in (Role.PUBLIC, Role.COMPANY, Role.PLANNER):
        with pytest.raises(ProgrammingError, match="does not exist"), world.database.connection(role) as connection:
            connection.execute(text('select * from "import"'))
    with world.database.connection(Role.ADMIN) as connection:
        assert connection.execute(text('select * from "import"')).all() == []


def test_nobody_hangs_the_owners_functions_on_a_table_of_their_own(database: Database) -> None:
    """A trigger function runs as the owner of the tables; its arguments would be anyone's SQL."""
    attack = """
        create temporary table bait (geom public.geometry);
        create trigger hook after insert on bait referencing new table as new_rows
            for each statement execute function core.layer_changed('1', '0)); drop table core.parcel; --')"""
    for role in AUDIENCES:
        with pytest.raises(ProgrammingError, match="permission denied"), database.connection(role) as connection:
            connection.execution_options(no_parameters=True).exec_driver_sql(attack)
    with database.connection(Role.PUBLIC) as connection:
        callable_ones = text("""select proname from pg_proc p join pg_namespace n on n.oid = pronamespace
            where nspname = 'core' and prosecdef and has_function_privilege(p.oid, 'execute')""")
        assert connection.scalars(callable_ones).all() == []


def test_an_upgraded_database_gives_no_temporary_tables(admin: URL) -> None:
    upgrade(admin, srid=SRID)
    database = Database(admin)
    for role in AUDIENCES:
        with pytest.raises(ProgrammingError, match="permission denied"), database.connection(role) as connection:
            connection.execute(text("create temporary table t (x int)"))
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("create temporary table t (x int)"))
    database.close()


def test_what_a_neighbour_recorded_stays_with_it(world: World) -> None:
    record = text("""insert into commitment (parcel, kind, buyer, effective_on, actor)
        values (:parcel, 'promesse', 'SA Exemple', '2026-01-01', 'me')""")
    with world.database.connection(Role.PLANNER, world.own) as connection:
        connection.execute(record, {"parcel": world.parcels["public"]})
    for actor, expected in ((world.own, 1), (world.neighbour, 0), (world.agency, 0)):
        with world.database.connection(Role.PLANNER, actor) as connection:
            assert connection.scalar(text("select count(*) from commitment")) == expected


def test_when_and_by_whom_a_record_was_made_is_not_for_its_writer_to_say(world: World) -> None:
    forged = text("""insert into step_state (parcel, step, state, effective_on, recorded_at, actor)
        values (:parcel, 'VRD', 'done', '2020-01-01', '2020-01-02', 'key:999')""")
    actor = Actor(organisation=world.own.organisation, organisation_kind="territory", actor="session:7")
    with world.database.connection(Role.PLANNER, actor) as connection:
        connection.execute(forged, {"parcel": world.parcels["public"]})
        connection.execute(text("update step_state set superseded_at = recorded_at + interval '1 us'"))
        row = connection.execute(text("select actor, recorded_at = now(), superseded_at = now() from step_state")).one()
    assert tuple(row) == ("session:7", True, True)


def test_readiness_states_of_hidden_land_are_hidden(world: World) -> None:
    with world.database.connection(Role.WORKER) as connection:
        record = text("""insert into core.step_state (parcel, step, state, effective_on, actor)
            values (:parcel, 'VRD', 'blocked', '2026-01-01', 'test')""")
        connection.execute(record, {"parcel": world.parcels["private"]})
    work.derive(world.database, as_of=date(2026, 11, 22))

    def blocked(role: Role, actor: Actor | None = None) -> int:
        with world.database.connection(role, actor) as connection:
            counted = text("select count(*) from readiness_state where states ->> 'VRD' = 'blocked'")
            return connection.scalar(counted) or 0

    assert (blocked(Role.PUBLIC), blocked(Role.PLANNER, world.neighbour)) == (0, 0)
    assert (blocked(Role.PLANNER, world.own), blocked(Role.ADMIN)) == (1, 1)


def test_the_day_is_that_of_the_territory(admin: URL) -> None:
    """``EMPRISE_TIMEZONE`` decides it in the base as it does in the service: Tahiti and Kiritimati are a day apart."""
    days = []
    for zone in ("Pacific/Tahiti", "Pacific/Kiritimati"):
        database = Database(admin, timezone=zone)
        with database.connection(Role.PLANNER) as connection:
            days.append(connection.scalar(text("select core.today()")))
        database.close()
    assert (days[1] - days[0]).days == 1

"""PostgreSQL logins of desktop programs: what they see, and what a function of theirs can tell them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import ProgrammingError

from geo.store.access import desktop_roles
from geo.store.access.desktop_roles import LoginTaken
from geo.store.database import Database
from tests.store.desktop_login import VALUES, Desk, a_desk, as_superuser


@pytest.fixture
def desk(admin: URL, database: Database) -> Iterator[Desk]:
    with a_desk(admin, database) as made:
        yield made


SEEN = {"own_public", "own_partners", "own_agency", "own_private", "other_public", "other_partners"}


def test_a_login_sees_what_its_organisations_planners_see(desk: Desk) -> None:
    names = {row.name.replace(" ", "_") for row in desk.ask("select name from parcels")}
    assert names == SEEN
    told = {row.name: row.buyer for row in desk.ask("select name, buyer from parcels")}
    assert told["own private"] == "SA Exemple"
    assert told["other public"] is None
    assert [row.fr for row in desk.ask("select fr from value_list where list = 'market'")] == ["en vente"]


def test_settings_of_the_session_open_nothing(desk: Desk) -> None:
    with desk.engine.begin() as connection:
        for name, value in (("organisation", "2"), ("organisation_kind", "agency"), ("project", "1")):
            connection.execute(text("select set_config(:n, :v, true)"), {"n": f"emprise.{name}", "v": value})
        found = {row.name.replace(" ", "_") for row in connection.execute(text("select name from parcels"))}
    assert found == SEEN


@pytest.mark.parametrize(
    "statement",
    [
        "select * from core.parcel",
        "select * from core.desktop_role",
        "select * from core.api_key",
        "select * from as_planner.parcel",
        "create temporary table t (x int)",
        "create table public.t (x int)",
        "create function public.f() returns int language sql as 'select 1'",
        "set role emprise_owner",
        "set role emprise_planner",
        "update zones set label = 'x'",
        "select core.desk_parcel()",
    ],
)
def test_a_login_has_nothing_but_its_views(desk: Desk, statement: str) -> None:
    with pytest.raises(ProgrammingError):
        desk.ask(statement)


def tells(desk: Desk, relation: str) -> set[str]:
    """The names that a cheap function, used as a condition, is shown."""
    told: list[str] = []
    with desk.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.add_notice_handler(lambda notice: told.append(str(notice.message_primary)))
        connection.execute(text(f"select count(*) from {relation} where public.spy(name)"))
    return {name.replace(" ", "_") for name in told}


def test_a_function_of_the_user_is_shown_no_hidden_row(desk: Desk) -> None:
    """As cheap as can be, so that it would run first; in a plain view it does, which shows that this can fail."""
    login = desk.login
    as_superuser(
        desk.admin,
        """create function public.spy(name text) returns boolean language plpgsql cost 0.0000001 as $$
            begin raise notice '%', name; return true; end $$""",
        "create schema plain",
        "create view plain.parcels as select * from core.parcel p where p.responsible = 1 or p.visibility = 'public'",
        f'grant usage on schema plain to "{login}"',
        f'grant select on plain.parcels to "{login}"',
    )
    assert tells(desk, "plain.parcels") > SEEN, "a plain view tells"
    assert tells(desk, "desktop.parcels") == SEEN


def test_logins_are_listed_and_ended(desk: Desk) -> None:
    login = desk.login
    with desktop_roles.administering(desk.admin) as connection:
        assert [(one.login, one.organisation) for one in desktop_roles.logins(connection)] == [(login, "EPCI A")]
    with pytest.raises(LoginTaken), desktop_roles.administering(desk.admin) as connection:
        desktop_roles.create(connection, login, 1, VALUES)
    with desktop_roles.administering(desk.admin) as connection:
        assert desktop_roles.drop(connection, login)
        assert not desktop_roles.drop(connection, login)
        assert desktop_roles.logins(connection) == []
    with pytest.raises(Exception, match="does not exist"):
        desk.ask("select 1")

"""A base with a desktop login, and the sessions it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from geo.store.access import desktop_roles
from geo.store.access.desktop_roles import Value
from geo.store.database import Database, Role
from tests import land_rows as rows

VALUES = [Value("market", "for_sale", 0, "en vente", "for sale")]


@dataclass
class Desk:
    """A base with a login of the first territory, and parcels of every visibility; ``engine`` speaks as the login."""

    admin: URL
    database: Database
    login: str
    engine: Engine
    parcels: dict[str, int]

    def ask(self, statement: str, **values: Any) -> list[Any]:
        with self.engine.begin() as connection:
            found = connection.execute(text(statement), values)
            return list(found) if found.returns_rows else []

    def waiting(self) -> bool:
        """Whether somebody waits for another's lock."""
        engine = create_engine(self.admin, poolclass=NullPool)
        with engine.connect() as connection:
            found = text("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
            return connection.execute(found).first() is not None

    def history(self, parcel: int) -> Any:
        with self.database.connection(Role.WORKER) as connection:
            found = text("select op, actor, reason from core.history where row_id = :p order by id desc limit 1")
            return connection.execute(found, {"p": parcel}).one()


def as_superuser(admin: URL, *statements: str) -> None:
    engine = create_engine(admin, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execution_options(no_parameters=True).exec_driver_sql(statement)
    engine.dispose()


@contextmanager
def a_desk(admin: URL, database: Database) -> Iterator[Desk]:
    with database.connection(Role.WORKER) as connection:
        own, other = (rows.organisation(connection, name) for name in ("EPCI A", "EPCI B"))
        parcels = {
            f"{who}_{seen}": rows.parcel(
                connection,
                f"{who}_{seen}",
                rows.square(n * 200, m * 300),
                name=f"{who} {seen}",
                visibility=seen,
                responsible=number,
                buyer="SA Exemple",
            )
            for m, (who, number) in enumerate((("own", own), ("other", other)))
            for n, seen in enumerate(("public", "partners", "agency", "private"))
        }
    # as an upgrade does: a copy of a database has none of its grants
    as_superuser(admin, f'grant temporary on database "{admin.database}" to {Role.WORKER.login}')
    login = f"desk_{str(admin.database).lower()}"[:40]
    with desktop_roles.administering(admin) as connection:
        desktop_roles.create(connection, login, own, VALUES)
    engine = make_engine(admin, login)
    yield Desk(admin, database, login, engine, parcels)
    engine.dispose()
    with desktop_roles.administering(admin) as connection:
        desktop_roles.drop(connection, login)


def make_engine(admin: URL, login: str) -> Engine:
    """An engine whose sessions are the login's: the socket of these tests lets no new name in by itself."""
    engine = create_engine(admin, poolclass=NullPool)

    def become(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        connection.execute(f'set session authorization "{login}"')
        connection.execute("set search_path = desktop, public")
        connection.autocommit = False

    event.listen(engine, "connect", become)
    return engine

"""What may be wrong with a database, looked at by the roles that use it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from geo.store.access import desktop
from geo.store.database import AUDIENCES, Database, Role
from geo.store.upgrade import current_revision, head_revision
from geo.store.views.views import installed


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, a code, and what was found."""

    well: bool
    code: str
    found: str


RIGHTS = text("""
    select rolname, rolsuper, rolbypassrls, (
        select count(*) from pg_class c join pg_namespace n on n.oid = relnamespace
        where relowner = r.oid and relkind not in ('i', 't') and nspname <> 'staging') as owned
    from pg_roles r where rolname = session_user
""")
UNPROTECTED = text("""
    select relname from pg_class c join pg_namespace n on n.oid = relnamespace
    where nspname = 'core' and exists (select from pg_policy where polrelid = c.oid)
      and not (relrowsecurity and relforcerowsecurity)
    order by relname
""")
"""Tables with rules for their rows that do not hold, or not for their owner."""
STALE = text("select count(*) from core.dirty")
PARCELS = text("select count(*) from core.parcel where deleted_on is null")


def examine(database: Database) -> Iterator[Finding]:
    """Look at schema, rights, private tables and stale parts, as each role that the service uses."""
    with database.connection(Role.GATE) as connection:
        postgis = connection.scalar(text("select public.postgis_lib_version()"))
        yield Finding(True, "postgis", str(postgis))
        revision, expected = current_revision(connection), head_revision()
        yield Finding(revision == expected, "revision", f"{revision} ({expected})")
        made = installed(connection) and desktop.installed(connection)
        yield Finding(made, "views", str(len(AUDIENCES)))
        unprotected = list(connection.scalars(UNPROTECTED))
        yield Finding(not unprotected, "row_security", ", ".join(unprotected) or "-")
    for role in Role:
        yield _rights(database, role)
    with database.connection(Role.WORKER) as connection:
        stale, parcels = connection.scalar(STALE) or 0, connection.scalar(PARCELS) or 0
    yield Finding(stale == 0, "stale", f"{stale} / {parcels}")


def _rights(database: Database, role: Role) -> Finding:
    try:
        with database.connection(role) as connection:
            row = connection.execute(RIGHTS).one()
    except SQLAlchemyError as error:
        return Finding(False, "login", f"{role.login}: {str(error.__cause__).splitlines()[0]}")
    well = not (row.rolsuper or row.rolbypassrls or row.owned)
    return Finding(
        well, "rights", f"{row.rolname}: superuser {row.rolsuper}, bypass {row.rolbypassrls}, owns {row.owned}"
    )

"""A key as it was asked for on the command line: for whom, and of which project."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.session import opened
from api.cli.usage import Misuse
from api.settings import load_settings
from geo.store.access.keys import Admitted, create_key, find_organisation
from geo.store.access.organisations import kind_of, make_organisation
from geo.store.database import Database, Role
from geo.store.desk.deals import is_project


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the key is for, whose it is (``kind``: of a new organisation), of which project, how long it is valid."""

    label: str
    audience: str | None
    organisation: str | None
    kind: str
    project: int | None
    lenient: bool
    days: int | None


def make_key(wanted: Wanted) -> str:
    """The text of the new key.

    Raises:
        Misuse: the audience does not go with the organisation, or with a project.
        BadFile: there is no such project.
    """
    expires = None if wanted.days is None else datetime.now(UTC) + timedelta(days=wanted.days)
    with opened(load_settings()) as database:
        _check_project(database, wanted.project)
        with database.connection(Role.GATE) as connection:
            admitted = _admitted(connection, wanted)
            return create_key(connection, wanted.label, admitted, lenient=wanted.lenient, expires_at=expires)[1]


def _check_project(database: Database, project: int | None) -> None:
    if project is None:
        return
    with database.connection(Role.WORKER) as connection:
        if not is_project(connection, project):
            raise BadFile(sentence("commitment.no_project", terminal_language(), project=project))


def _admitted(connection: Connection, wanted: Wanted) -> Admitted:
    owner = None
    if wanted.organisation is not None:
        found = find_organisation(connection, wanted.organisation)
        owner = found or make_organisation(connection, wanted.organisation, wanted.kind)
    company = owner is not None and kind_of(connection, owner) == "company"
    if company and wanted.audience not in (None, "company"):
        # It would see what planners alone may see, in the name of a company
        raise Misuse("company_audience", organisation=wanted.organisation, value=wanted.audience)
    audience = wanted.audience or ("company" if company else "planner")
    if wanted.project is not None and audience != "company":
        # A planner follows the projects of an organisation; a key of one project is its company's
        raise Misuse("project_audience", project=wanted.project)
    return Admitted(audience, owner, project=wanted.project)

"""Dossiers kept: written once, read by who may, shared until a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that was looked at and may be shown."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A dossier as it was told; ``facts`` are what its pages are made of."""

    id: int
    project: int
    title: str
    language: str
    anonymous: bool
    as_of: date
    facts: Json
    logo: Logo | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class New:
    """A dossier to keep; ``asked`` is what the planner asked for, ``need`` the version of the need it answers."""

    project: int
    need: int
    title: str
    language: str
    anonymous: bool
    as_of: date
    asked: Mapping[str, Any]
    facts: Mapping[str, Any]
    logo: Logo | None


# It belongs to whoever follows the project: an administrator has no organisation.
KEEP = text("""
    insert into dossier (organisation, project, need, title, language, anonymous, as_of, asked, facts, logo, logo_type)
    select p.organisation, p.id, :need, :title, :language, :anonymous, :as_of, cast(:asked as jsonb),
        cast(:facts as jsonb), :logo, :logo_type
    from project p where p.id = :project
    returning id
""")
READ = text("""
    select id, project, title, language, anonymous, as_of, facts, logo, logo_type, created_at
    from dossier where id = :id
""")
LISTED = text("""
    select id, title, language, anonymous, as_of, created_at, shared_until,
        jsonb_array_length(facts -> 'sites') as sites
    from dossier where project = :project order by id desc limit :most
""")
SHARE = text("update dossier set shared_until = :until where id = :id returning organisation")
MOST_LISTED = 500


def keep(connection: Connection, new: New) -> int:
    """Keep a dossier of a project the connection's principal follows; its id.

    Raises:
        sqlalchemy.exc.NoResultFound: there is no such project to be seen.
    """
    logo = new.logo
    facts = {
        "project": new.project,
        "need": new.need,
        "title": new.title,
        "language": new.language,
        "anonymous": new.anonymous,
        "as_of": new.as_of,
        "asked": orjson.dumps(new.asked).decode(),
        "facts": orjson.dumps(new.facts).decode(),
        "logo": None if logo is None else logo.content,
        "logo_type": None if logo is None else logo.media_type,
    }
    return int(connection.execute(KEEP, facts).scalar_one())


def read(connection: Connection, dossier: int) -> Kept | None:
    """The dossier as it was told; None where there is none to be seen."""
    row = connection.execute(READ, {"id": dossier}).one_or_none()
    if row is None:
        return None
    facts = {name: value for name, value in row._mapping.items() if name not in ("logo", "logo_type")}
    return Kept(**facts, logo=None if row.logo is None else Logo(bytes(row.logo), row.logo_type))


def listed(connection: Connection, project: int) -> Sequence[Row[Any]]:
    """What dossiers were made for a project, the newest first."""
    return connection.execute(LISTED, {"project": project, "most": MOST_LISTED}).all()


def share(connection: Connection, dossier: int, until: datetime | None) -> int | None:
    """Let the company of the project read it until an instant (None: no longer).

    The organisation it belongs to; None where there is no such dossier.
    """
    owner: int | None = connection.execute(SHARE, {"id": dossier, "until": until}).scalar_one_or_none()
    return owner

"""Making dossiers of a project, and reading those that were made, for HTTP."""

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from api.deps import Session
from api.desk.dossier.body import DossierSite, NewDossier
from api.desk.dossier.logo import LogoError, logo_of
from api.desk.dossier.told import Cover
from api.desk.instants import told_instant
from api.desk.project.project_desk import seen
from api.matching.needs import need_of
from api.problems import Problem, Refusal
from geo.desk.identifying import named_in
from geo.match.chosen import ApartError, Asker
from geo.match.dossier.dossier import MOST_SITES, Told, Wanted, dossier_of
from geo.match.explain import UnseenParcelError
from geo.match.need.need import Need
from geo.store.access import organisations
from geo.store.database import Database, Role
from geo.store.desk import dossiers, projects
from geo.store.desk.dossiers import Kept, Logo, New

Json = dict[str, Any]


def make(session: Session, project: int, said: NewDossier, today: date) -> int:
    """Make a dossier of a project and keep it as it was told; its id.

    Raises:
        Problem: no such project (404); without need or sites, land one does not see, parcels that are no one site, a
            logo that cannot be shown, or words that tell which land an anonymous one is about (422).
    """
    logo = given_logo(said.logo)
    with session.begin() as connection:
        row = seen(connection, project)
        latest = projects.latest_need(connection, project)
        sites = said.sites or _shortlisted(connection, project)
    if latest is None:
        raise Problem("invalid", "dossier.no_need", id=project)
    title = said.title or row.code_name
    by = said.by or _organisation(session.database, row.organisation)
    wanted = Wanted(tuple(tuple(one.parcels) for one in sites), said.scores, said.anonymous)
    told = _judged(session, need_of(latest.document), wanted, today)
    cover = {
        "by": None if said.anonymous else by,
        "text": said.text,
        "headings": [one.heading for one in sites],
        "texts": [one.text for one in sites],
    }
    if said.anonymous:
        check_unnamed(told, _words(title, said, sites))
    new = New(
        project,
        latest.id,
        title,
        said.language,
        said.anonymous,
        today,
        said.model_dump(mode="json", exclude={"logo"}),
        {**told.facts, "cover": cover},
        logo,
    )
    with session.begin("dossier") as connection:
        return dossiers.keep(connection, new)


def check_unnamed(told: Told, words: Mapping[str, str]) -> None:
    """See that a planner's ``words``, by the field that holds them, do not name the land of an anonymous dossier.

    Raises:
        Problem: 422, with the word.
    """
    names = frozenset[str]().union(*told.names)
    said = {field: found for field, text in words.items() if (found := named_in([text], names)) is not None}
    if said:
        errors = [Refusal(field, "dossier.identifying", {"word": word}) for field, word in said.items()]
        raise Problem("invalid", "body.invalid", errors=errors)


def _words(title: str, said: NewDossier, sites: Sequence[DossierSite]) -> dict[str, str]:
    """What a planner says in a dossier, by field."""
    of_sites = {
        f"sites[{place}].{name}": text
        for place, one in enumerate(sites)
        for name, text in (("heading", one.heading or ""), ("text", one.text))
    }
    return {"title": title, "text": said.text, **of_sites}


def read(connection: Connection, dossier: int) -> Kept:
    """A dossier one may read.

    Raises:
        Problem: 404.
    """
    found = dossiers.read(connection, dossier)
    if found is None:
        raise Problem("not-found", "dossier.unknown", id=dossier)
    return found


def cover_of(kept: Kept) -> Cover:
    """What the planner said of it."""
    said = kept.facts["cover"]
    return Cover(kept.title, said["by"], said["text"], said["headings"], said["texts"])


def brief(kept: Kept, timezone: str) -> Json:
    """What a dossier is, and the facts its pages are made of."""
    return {
        "id": kept.id,
        "project": kept.project,
        "title": kept.title,
        "language": kept.language,
        "anonymous": kept.anonymous,
        "as_of": kept.as_of.isoformat(),
        "created_at": told_instant(kept.created_at, timezone),
        "facts": kept.facts,
    }


def listed(session: Session, project: int, timezone: str) -> list[Json]:
    """The dossiers of a project, the newest first.

    Raises:
        Problem: no such project (404).
    """
    with session.begin() as connection:
        seen(connection, project)
        rows = dossiers.listed(connection, project)
    return [
        {
            **row._mapping,
            "as_of": row.as_of.isoformat(),
            "created_at": told_instant(row.created_at, timezone),
            "shared_until": told_instant(row.shared_until, timezone),
        }
        for row in rows
    ]


def _shortlisted(connection: Connection, project: int) -> list[DossierSite]:
    found = projects.shortlist(connection, project)[:MOST_SITES]
    if not found:
        raise Problem("invalid", "dossier.no_sites", id=project, most=MOST_SITES)
    return [DossierSite(parcels=list(row.parcels)) for row in found]


def _judged(session: Session, need: Need, wanted: Wanted, today: date) -> Told:
    asker = Asker(session.database, session.principal.audience, session.actor)
    try:
        return dossier_of(asker, need, wanted, today)
    except UnseenParcelError as unseen:
        raise _wrong_site("parcel.unknown", id=unseen.id) from None
    except ApartError as apart:
        raise _wrong_site("dossier.apart", parcels=list(apart.ids)) from None


def _wrong_site(code: str, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal("sites", code, params, [{"parcels": [3]}])])


def _organisation(database: Database, organisation: int) -> str:
    with database.connection(Role.WORKER) as connection:
        return organisations.name_of(connection, organisation)


def given_logo(said: str | None) -> Logo | None:
    """The picture of a body, looked at.

    Raises:
        Problem: 422, why it cannot be shown.
    """
    if said is None:
        return None
    try:
        return logo_of(b64decode(said, validate=True))
    except binascii.Error:
        code, params = "dossier.logo.base64", {}
    except LogoError as error:
        code, params = error.code, error.params
    raise Problem("invalid", "body.invalid", errors=[Refusal("logo", code, params)])

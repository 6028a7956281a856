"""People one writes to, over HTTP: kept, shown with everything held about them, erased."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from api.deps import CurrentSession, CurrentSettings, PageLimit, Session, Today, only
from api.desk.lists import Next, page_of
from api.desk.people import people
from api.desk.people.contact_body import NewContact
from api.ids import RowId
from api.planning.readiness import PRIVATE
from api.problems import Problem, Refusal
from api.security.body import json_body
from api.security.principal import Principal
from geo.store.access.keys import find_organisation
from geo.store.database import Role
from geo.store.desk import contacts

router = APIRouter(tags=["desk"])

CurrentPlanner = Annotated[Principal, Depends(only(Role.PLANNER, Role.ADMIN))]
OWN = "own"


@router.post("/contacts", status_code=201, summary="Keep a person one writes to")
def keep(
    said: Annotated[NewContact, json_body(NewContact)],
    planner: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    today: Today,
) -> JSONResponse:
    """One row a mail address and organisation. The person is erased three years after they were last heard of."""
    works_for = _works_for(session, said.works_for)
    given = said.model_dump(exclude={"works_for"})
    with session.begin() as connection:
        person = contacts.Contact(**given, of_organisation=works_for)
        number = contacts.keep(connection, person, organisation=planner.organisation, on=today)
        row = contacts.find(connection, number)[0]
    return JSONResponse(people.told(row, settings), 201, PRIVATE | {"Location": f"/contacts/{number}"})


@router.get("/contacts", summary="The people one writes to")
def listed(
    request: Request,
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    limit: PageLimit,
    next_: Next = None,
) -> JSONResponse:
    """Those that one's own organisation keeps, in the order they were made."""
    rows, links = page_of(request, session, "contacts", contacts.listed, next_, limit)
    return JSONResponse({"contacts": [people.told(row, settings) for row in rows], "links": links}, headers=PRIVATE)


@router.get("/contacts/{contact_id}", summary="A person one writes to")
def one(contact_id: RowId, _: CurrentPlanner, session: CurrentSession, settings: CurrentSettings) -> JSONResponse:
    """What is kept of the person, and until when."""
    return JSONResponse(people.told(people.found(session, contact_id), settings), headers=PRIVATE)


@router.get("/contacts/{contact_id}/data", summary="Everything held about a person")
def data(contact_id: RowId, planner: CurrentPlanner, session: CurrentSession) -> JSONResponse:
    """The contact, enquiries, messages, subscriptions and consultations of one's own organisation, by table.

    This is what a person may ask to be handed (GDPR, article 15).
    """
    row = people.found(session, contact_id)
    if row.mail is None:
        raise Problem("not-found", "contact.unknown", id=contact_id)
    return JSONResponse(people.export(session.database, row.mail, planner.organisation), headers=PRIVATE)


@router.delete("/contacts/{contact_id}", summary="Erase a person")
def erase(contact_id: RowId, planner: CurrentPlanner, session: CurrentSession) -> JSONResponse:
    """Name, address and telephone, the text of their enquiries and of the messages to them; what is left names nobody.

    This is what a person may ask for (GDPR, article 17). It cannot be taken back.
    """
    people.found(session, contact_id)
    gone = people.erase_one(session.database, contact_id, planner.organisation)
    told: dict[str, Any] = {"contact": contact_id, "messages": gone.messages, "enquiries": gone.enquiries}
    return JSONResponse({"erased": told}, headers=PRIVATE)


def _works_for(session: Session, named: str | None) -> int | None:
    if named is None or named == OWN:
        return session.principal.organisation if named == OWN else None
    with session.database.connection(Role.GATE) as connection:
        found = find_organisation(connection, named)
    if found is None:
        wrong = Refusal("works_for", "contact.no_organisation", {"given": named}, OWN)
        raise Problem("invalid", "body.invalid", errors=[wrong])
    return found

"""What a territory answers to a consultation: by its link, or with an account."""

from datetime import date
from typing import Any

from sqlalchemy import Row

from api.deps import Session
from api.desk.consultation.consultation_body import Answer, OfParcel
from api.desk.consultation.consultation_desk import seen
from api.desk.market import proposals
from api.matching.needs import need_of
from api.problems import Problem, Refusal
from api.settings import Settings
from geo.match.search import search
from geo.store.database import Role
from geo.store.desk import consultations, projects

Told = dict[str, Any]
MOST_SITES = 200


def asking_of(session: Session, consulted: int) -> Row[Any]:
    """The asking a link is about. Raises Problem: it is gone or closed (410)."""
    with session.begin() as connection:
        found = consultations.of_link(connection, consulted)
    if found is None or found.closed_at is not None:
        raise Problem("gone", "desk.consultation_closed")
    return found


def own_land(session: Session, asking: Row[Any], today: date) -> list[Told]:
    """The sites of the territory that meet what is sought, of the land that who asks sees."""
    need = need_of(asking.need).model_copy(update={"limit": MOST_SITES})
    document: Told = search(session.database, session.principal.audience, session.actor, need, today)
    found = [(name, one) for name in ("matches", "to_check") for one in document[name] if len(one["parcel_ids"]) == 1]
    with session.database.connection(Role.WORKER) as connection:
        own = consultations.land_of(connection, [one["parcel_ids"][0] for _, one in found], asking.organisation)
    return [{**one, "list": name} for name, one in found if one["parcel_ids"][0] in own]


def answer(session: Session, asking: Row[Any], said: Answer, settings: Settings) -> None:
    """Keep what a territory says, with author and date; a corrected fact is filed as a proposal, too.

    Raises:
        Problem: 422, nothing is said, or a parcel is not the territory's, or a fact cannot be so.
    """
    if said.is_empty:
        raise _refused("", "desk.answer_empty")
    ids = [one.parcel for one in said.parcels]
    with session.begin() as connection:
        visible = projects.seen(connection, ids)
    with session.database.connection(Role.WORKER) as connection:
        own = consultations.land_of(connection, ids, asking.organisation) & visible
    if set(ids) - own:
        raise _refused("parcels", "desk.not_their_land", parcels=sorted(set(ids) - own))
    documents = [(one, _of_parcel(session, one, settings)) for one in said.parcels]
    with session.begin("consultation") as connection:
        for one, document in documents:
            consultations.answer(connection, asking, one.kind, one.parcel, document)
        for added in said.added:
            consultations.answer(connection, asking, "add", None, added.model_dump(exclude_none=True))
        if said.decline:
            consultations.answer(connection, asking, "decline", None, {"reason": said.decline})


def answer_as_planner(
    session: Session, consultation: int, organisation: int | None, said: Answer, settings: Settings
) -> None:
    """The same for who is asked and has an account. Raises Problem: 404, not asked (403), closed (410), or 422."""
    with session.begin() as connection:
        seen(connection, consultation)
        asked = consultations.asked(connection, consultation)
    mine = next((one for one in asked if one.organisation == organisation), None)
    if mine is None:
        raise Problem("forbidden", "desk.not_asked", id=consultation)
    answer(session, asking_of(session, mine.id), said, settings)


def _of_parcel(session: Session, one: OfParcel, settings: Settings) -> Told:
    """What is kept of an answer about a parcel; a correction names its proposal."""
    document: Told = {"note": one.note} if one.note else {}
    properties = {} if one.properties is None else one.properties.model_dump(exclude_none=True)
    if one.kind == "confirm" or not (properties or one.note):
        if one.kind == "correct":
            raise _refused("parcels", "desk.nothing_corrected", parcel=one.parcel)
        return document
    if properties:
        principal = session.principal
        actor = principal.actor(session.request_id)
        said, why = {"properties": properties}, one.note or "consultation"
        made = proposals.file_facts(
            session.database, principal.audience, actor, one.parcel, said, why, settings.srid
        )  # fmt: skip
        document |= {"properties": properties, "proposal": made["proposal"]}
    return document


def _refused(field: str, code: str, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])

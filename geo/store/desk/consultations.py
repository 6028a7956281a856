"""Consultations of territories: an anonymous need, who was asked, what each answered. With the rights of who asks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

ADD = text("""
    insert into consultation_entry (organisation, project, enquiry, need, message, deadline)
    values (:organisation, :project, :enquiry, :need, :message, :deadline) returning id
""").bindparams(bindparam("need", type_=JSONB))
ASK = text("""
    insert into consulted (consultation, asker, organisation, contact, language)
    values (:consultation, :asker, :organisation, :contact, :language) returning id
""")
TERRITORIES = text("select id, name from organisation where kind = 'territory' and id = any(:ids)")
PERSON = text("""
    select id, mail, language from contact
    where of_organisation = :organisation and mail is not null and erased_at is null
    order by last_contact_on desc, id desc limit 1
""")
LISTED = text("""
    select c.*, (select count(*) from consulted a where a.consultation = c.id) as asked,
        (select count(*) from consulted a where a.consultation = c.id and a.answered_at is not null) as answered
    from consultation c
    where (cast(:project as bigint) is null or c.project = :project)
      and (cast(:enquiry as bigint) is null or c.enquiry = :enquiry) and c.id > :after
    order by c.id limit :limit
""")
ONE = text("select * from consultation where id = :id")
ASKED = text("""
    select a.*, o.name from consulted a left join organisation o on o.id = a.organisation
    where a.consultation = :id order by o.name, a.id
""")
OF_LINK = text("""
    select a.id, a.consultation, a.asker, a.organisation, a.contact, a.language, a.answered_at, o.name,
        h.name as asker_name, c.need, c.message, c.deadline, c.closed_at
    from consulted a join consultation c on c.id = a.consultation
    left join organisation o on o.id = a.organisation left join organisation h on h.id = a.asker
    where a.id = :id
""")
ANSWERS = text("""
    select w.*, a.consultation from consultation_answer w join consulted a on a.id = w.consulted
    where a.consultation = :id order by w.answered_at, w.id
""")
ANSWER = text("""
    insert into consultation_answer (consulted, asker, organisation, kind, parcel, document)
    values (:consulted, :asker, :organisation, :kind, :parcel, :document) returning id
""").bindparams(bindparam("document", type_=JSONB))
MARK = text("update consulted set answered_at = now() where id = :id")
REMIND = text("update consulted set reminded_at = now() where id = :id and answered_at is null")
CLOSE = text("update consultation_entry set closed_at = now() where id = :id and closed_at is null")
DECIDE = text("""
    update consultation_answer set state = :state, decided_at = now(), decided_by = core.setting('actor'),
        decided_why = :why, added_parcel = :added
    where id = :id and state = 'proposed'
""")


def add(
    connection: Connection,
    organisation: int,
    need: Mapping[str, Any],
    deadline: datetime,
    *,
    project: int | None,
    enquiry: int | None,
    message: str | None,
) -> int:
    """A new consultation about a project or an enquiry; its id."""
    values = {"organisation": organisation, "project": project, "enquiry": enquiry}
    asked = {**values, "need": dict(need), "message": message, "deadline": deadline}
    return int(connection.execute(ADD, asked).scalar_one())


def ask(
    connection: Connection, consultation: int, asker: int, organisation: int, contact: int | None, language: str
) -> int:
    """Ask a territory; the id of the asking, which its link is about."""
    values = {"consultation": consultation, "asker": asker, "organisation": organisation}
    return int(connection.execute(ASK, {**values, "contact": contact, "language": language}).scalar_one())


def territories(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """The names of those of the organisations that are territories."""
    return {row.id: row.name for row in connection.execute(TERRITORIES, {"ids": list(ids)})}


def person_of(connection: Connection, organisation: int) -> Row[Any] | None:
    """The contact of one's own who works for an organisation and was last heard of."""
    return connection.execute(PERSON, {"organisation": organisation}).one_or_none()


def listed(
    connection: Connection, *, project: int | None, enquiry: int | None, after: int, limit: int
) -> Sequence[Row[Any]]:
    """A page of the consultations one made, or was asked in, by id."""
    asked = {"project": project, "enquiry": enquiry, "after": after, "limit": limit}
    return connection.execute(LISTED, asked).all()


def one(connection: Connection, consultation: int) -> Row[Any] | None:
    """A consultation one made or was asked in; None: there is none to be seen."""
    return connection.execute(ONE, {"id": consultation}).one_or_none()


def asked(connection: Connection, consultation: int) -> Sequence[Row[Any]]:
    """Who was asked; who was asked sees itself alone."""
    return connection.execute(ASKED, {"id": consultation}).all()


def of_link(connection: Connection, consulted: int) -> Row[Any] | None:
    """One asking, with what was sent."""
    return connection.execute(OF_LINK, {"id": consulted}).one_or_none()


def answers(connection: Connection, consultation: int) -> Sequence[Row[Any]]:
    """What was answered, the oldest first."""
    return connection.execute(ANSWERS, {"id": consultation}).all()


def answer(connection: Connection, asking: Row[Any], kind: str, parcel: int | None, document: Mapping[str, Any]) -> int:
    """Write one answer of a territory and mark it as having answered; the answer's id."""
    values = {"consulted": asking.id, "asker": asking.asker, "organisation": asking.organisation}
    said = {"kind": kind, "parcel": parcel, "document": dict(document)}
    number = connection.execute(ANSWER, {**values, **said}).scalar_one()
    connection.execute(MARK, {"id": asking.id})
    return int(number)


def remind(connection: Connection, consulted: int) -> bool:
    """Note that a territory was reminded; False where it had answered."""
    return connection.execute(REMIND, {"id": consulted}).rowcount == 1


def close(connection: Connection, consultation: int) -> bool:
    """End a consultation of one's own; whether it was open."""
    return connection.execute(CLOSE, {"id": consultation}).rowcount == 1


def decide(connection: Connection, answer_id: int, state: str, why: str | None, added: int | None) -> bool:
    """Accept or refuse an answer; whether it waited for that."""
    values = {"id": answer_id, "state": state, "why": why, "added": added}
    return connection.execute(DECIDE, values).rowcount == 1


RESPONSIBLE = text("select id from core.parcel where id = any(:ids) and responsible = :organisation")
OUTLINE = text("""
    select st_asgeojson(st_transform(st_union(c.geom), 4326), 9) from cadastre c
    where c.idu = any(:idus) having count(*) = cardinality(cast(:idus as text[]))
""")
AREAS = text("select kind || '/' || code as name, name as told from area where kind || '/' || code = any(:names)")
COMMUNES = text("select insee, name from commune where insee = any(:insees)")


def land_of(connection: Connection, ids: Sequence[int], organisation: int) -> set[int]:
    """Which of the parcels a territory answers for; as the worker."""
    return set(connection.scalars(RESPONSIBLE, {"ids": list(ids), "organisation": organisation}))


def outline_of(connection: Connection, idus: Sequence[str]) -> str | None:
    """The outline (GeoJSON, degrees) of cadastral parcels, where all of them are in the base."""
    found: str | None = connection.execute(OUTLINE, {"idus": list(dict.fromkeys(idus))}).scalar_one_or_none()
    return found


def place_names(connection: Connection, place: Mapping[str, Any]) -> dict[str, str]:
    """The names of the areas and communes that a place lists by code, of those one knows of."""
    areas = connection.execute(AREAS, {"names": list(place.get("named") or ())})
    communes = connection.execute(COMMUNES, {"insees": list(place.get("communes") or ())})
    return {row.name: row.told for row in areas} | {row.insee: row.name for row in communes}

"""Enquiries: kept as they came, changed by who follows them. Connections are a planner's unless said otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from geo.desk.reading.places import Known


@dataclass(frozen=True, slots=True)
class New:
    """An enquiry to keep. ``organisation``: who follows it; ``reading``: what its words say; ``need``: as confirmed."""

    organisation: int | None
    source: str
    received_at: datetime
    due_at: datetime
    mail: str
    subject: str | None
    language: str
    company: str | None = None
    siren: str | None = None
    mail_domain: str | None = None
    contact: int | None = None
    consent_on: Any = None
    reading: Mapping[str, Any] = field(default_factory=dict)
    need: Mapping[str, Any] | None = None


DOCUMENTS = (bindparam("reading", type_=JSONB), bindparam("need", type_=JSONB(none_as_null=True)))
ADD = text("""
    insert into enquiry (organisation, source, received_at, due_at, mail, subject, language, company, siren,
        mail_domain, contact, consent_on, reading, need)
    values (:organisation, :source, :received_at, :due_at, :mail, :subject, :language, :company, :siren,
        :mail_domain, :contact, :consent_on, :reading, :need)
    returning id
""").bindparams(*DOCUMENTS)
COLUMNS = """e.id, e.organisation, e.project, e.source, e.received_at, e.due_at, e.subject, e.language, e.company,
    e.siren, e.mail_domain, e.contact, e.consent_on, e.status, e.closed_why, e.answered_at, e.recorded_at,
    e.updated_at, e.version"""
ONE = text(f"select {COLUMNS}, e.mail, e.reading, e.need from enquiry e where e.id = :id")
LISTED = text(f"""
    select {COLUMNS}, e.need is not null as has_need, coalesce(e.need, e.reading -> 'document') as asked from enquiry e
    where (cast(:status as text) is null or e.status = :status)
      and (:after = 0 or (e.due_at, e.id) > (select b.due_at, b.id from enquiry b where b.id = :after))
    order by e.due_at, e.id limit :limit
""")
CHANGEABLE = ("source", "company", "siren", "contact", "language", "status", "closed_why", "project", "need",
              "organisation", "answered_at", "subject")  # fmt: skip


def add(connection: Connection, new: New) -> int:
    """Keep an enquiry; its id. The form of who is not signed in is kept by the worker.

    Raises:
        sqlalchemy.exc.ProgrammingError: it would be followed by an organisation that is not the planner's.
    """
    values = {name: getattr(new, name) for name in New.__slots__}
    return int(connection.execute(ADD, values).scalar_one())


def one(connection: Connection, enquiry: int, *, lock: bool = False) -> Row[Any] | None:
    """An enquiry with its mail; None where there is none to be seen. ``lock``: until the transaction ends."""
    asked = text(f"{ONE.text} for update") if lock else ONE
    return connection.execute(asked, {"id": enquiry}).one_or_none()


def listed(connection: Connection, status: str | None, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """A page of the enquiries one follows, what is due first at the head, without their mails; from after an id (0)."""
    return connection.execute(LISTED, {"status": status, "after": after, "limit": limit}).all()


def change(connection: Connection, enquiry: int, changes: Mapping[str, Any]) -> int:
    """Write fields of an enquiry that was locked; its version afterwards."""
    named = [name for name in CHANGEABLE if name in changes]
    told = text(
        f"update enquiry set {', '.join(f'{name} = :{name}' for name in named)} where id = :id returning version"
    )
    if "need" in named:
        told = told.bindparams(bindparam("need", type_=JSONB(none_as_null=True)))
    return int(connection.execute(told, {"id": enquiry} | dict(changes)).scalar_one())


TAKE_CONTACT = text("""
    update contact c set organisation = :to
    where c.id = :id and c.organisation is null
      and not exists (select from contact o where o.mail = c.mail and o.organisation = :to)
""")
KNOWN_CONTACT = text("""
    select o.id from contact o join contact c on c.mail = o.mail where c.id = :id and o.organisation = :to
""")
EMPTY_CONTACT = text("""
    update contact set name = null, mail = null, phone = null, role = null, erased_at = now()
    where id = :id and organisation is null
""")


def hand_on_contact(connection: Connection, contact: int, organisation: int) -> int:
    """Give who asked to the organisation that follows the enquiry from now on: the id there; nobody else keeps them."""
    values = {"id": contact, "to": organisation}
    if connection.execute(TAKE_CONTACT, values).rowcount:
        return contact
    known: int | None = connection.execute(KNOWN_CONTACT, values).scalar_one_or_none()
    if known is None:
        return contact
    connection.execute(EMPTY_CONTACT, {"id": contact})
    return known


TRACES = text("""
    select e.id, e.organisation, o.name, e.siren, e.mail_domain, e.company, e.need, e.reading -> 'document' as document,
        e.reading -> 'jobs' as jobs
    from core.enquiry e left join core.organisation o on o.id = e.organisation
    where e.received_at >= :since and e.id <> :but
    order by e.received_at desc limit :most
""")
MOST_COMPARED = 2_000


def traces(connection: Connection, since: datetime, but: int) -> Sequence[Row[Any]]:
    """What of the enquiries of every organisation can be compared, the newest first; as the worker."""
    return connection.execute(TRACES, {"since": since, "but": but, "most": MOST_COMPARED}).all()


PLACES = text("""
    select kind, code, name from area where name is not null
    union all select 'commune', insee, name from commune
""")


def places(connection: Connection) -> list[Known]:
    """Every place of the base that one may know of by name, for reading mails."""
    return [Known(row.kind, row.code, row.name) for row in connection.execute(PLACES)]


ROUTE = text("""
    select o.id, o.name from core.organisation o
    where o.kind = 'agency' and (cast(:insees as text[]) is null or exists (
        select from core.territory t where t.organisation = o.id and t.insee = any(:insees)))
    order by o.id limit 2
""")
INSEES = text("""
    select c.insee from core.commune c
    where c.insee = any(:communes) or c.departement = any(:departments)
       or exists (select from core.named_area a where a.kind || '/' || a.code = any(:named) and a.geom is not null
            and st_intersects(a.geom, c.geom) and st_area(st_intersection(a.geom, c.geom)) > st_area(c.geom) / 2)
       or exists (select from core.area_commune l where l.kind || '/' || l.code = any(:named) and l.insee = c.insee)
""")


def agency_for(connection: Connection, place: Mapping[str, Any]) -> int | None:
    """The one agency in whose territory a place lies, else the only agency there is; None: nobody's. As the worker."""
    asked = {name: list(place.get(name) or ()) for name in ("communes", "departments", "named")}
    insees = list(connection.scalars(INSEES, asked)) if any(asked.values()) else []
    for wanted in ([insees] if insees else []) + [None]:
        found = connection.execute(ROUTE, {"insees": wanted}).all()
        if len(found) == 1:
            return int(found[0].id)
    return None

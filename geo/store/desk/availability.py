"""Whether land is still available: whom to ask, who was asked, what they answered; with the rights of who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from geo.store.cql2.compiler import condition
from geo.store.cql2.terms import queryables
from geo.store.cql2.text import read_text
from geo.store.database import Role
from geo.store.views.views import PARCEL, columns


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A parcel, and whom one can ask of it: None where nobody is known, or (``lately``) was asked a short while ago.

    ``since``: from which day on its market is what it is; None: nobody said.
    """

    parcel: int
    name: str | None
    contact: int | None
    mail: str | None
    language: str | None
    lately: bool
    commune: str | None
    surface_m2: float | None
    market: str
    since: date | None


# Whom one names; else who was asked of this land last; else who works for the organisation that answers for it.
TO_ASK = text("""
    select v.id as parcel, v.name, c.id as contact, c.mail, c.language,
           coalesce(exists (select from availability_asked a where a.contact = c.id
                            and a.asked_at > now() - make_interval(days => :days)), false) as lately,
           v.commune_name, v.surface_m2, v.market, coalesce(m.committed_on, m.said_on) as since
    from parcel v
    left join market_stated m on m.id = v.id
    left join lateral (select a.contact from availability_asked a where a.parcel = v.id order by a.id desc limit 1) l
        on true
    left join lateral (
        select k.id, k.mail, k.language from contact k
        where k.mail is not null and k.erased_at is null
          and case when cast(:contact as bigint) is not null then k.id = :contact
                   else k.id = l.contact
                     or (k.of_organisation is distinct from core.current_organisation() and k.of_organisation = (
                         select o.id from whose_parcel o where o.parcel = v.id)) end
        order by k.id = l.contact desc nulls last, k.id
        limit 1) c on true
    where v.id = any(:parcels) order by v.id
""")


def to_ask(connection: Connection, parcels: Sequence[int], contact: int | None, days: int) -> list[ToAsk]:
    """Whom to ask of each of the parcels one sees; nobody twice within so many days."""
    asked = {"parcels": list(parcels), "contact": contact, "days": days}
    return [ToAsk(*row) for row in connection.execute(TO_ASK, asked)]


ALONE = text("select pg_advisory_xact_lock(hashtext('emprise.still_available'), :contact)")
ASK = text("""
    insert into availability_asked (parcel, contact, organisation, expires_at)
    values (:parcel, :contact, core.current_organisation(), :expires_at) returning id
""")


def alone(connection: Connection, contact: int) -> None:
    """Keep others from asking this person until the transaction ends."""
    connection.execute(ALONE, {"contact": contact % 2**31})


def ask(connection: Connection, parcel: int, contact: int, expires_at: datetime) -> int:
    """Note that somebody is asked of a parcel; the number of the question."""
    values = {"parcel": parcel, "contact": contact, "expires_at": expires_at}
    return int(connection.execute(ASK, values).scalar_one())


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was asked, and the last answer to it (None: none yet)."""

    id: int
    parcel: int
    name: str | None
    market: str | None
    contact: int
    mail: str | None
    language: str | None
    asked_at: datetime
    expires_at: datetime
    answer: str | None
    until: date | None
    note: str | None
    deal: int | None
    proposal: int | None
    answered_at: datetime | None


_QUESTIONS = """
    select a.id, a.parcel, v.name, v.market, a.contact, c.mail, c.language, a.asked_at, a.expires_at, w.answer,
           w.until, w.note, w.deal, w.proposal, w.answered_at
    from availability_asked a
    left join parcel v on v.id = a.parcel
    left join contact c on c.id = a.contact
    left join lateral (select * from availability_answer w where w.asked = a.id order by w.id desc limit 1) w on true
    where {which}"""
ONE = text(_QUESTIONS.format(which="a.id = :id"))
LIST = text(
    _QUESTIONS.format(
        which="""a.id > :after and (cast(:answered as boolean) is null or (w.answer is not null) = :answered)
            and not exists (select from availability_asked n
                            where n.parcel = a.parcel and n.contact = a.contact and n.id > a.id)
            order by a.id limit :limit"""
    )
)


def one(connection: Connection, number: int) -> Question | None:
    """A question of one's own; None when there is none."""
    row = connection.execute(ONE, {"id": number}).one_or_none()
    return None if row is None else Question(*row)


def listed(connection: Connection, answered: bool | None, *, after: int = 0, limit: int = 100) -> list[Question]:
    """The last question to each person of each parcel: with an answer, without one, or both (None)."""
    asked = {"answered": answered, "after": after, "limit": limit}
    return [Question(*row) for row in connection.execute(LIST, asked)]


MOVED = text("""
    select exists (select from core.market_change e
                   where e.parcel = :parcel and e.at > :since and e.cause <> 'term' and e.actor is distinct from :actor)
""")


def moved(connection: Connection, question: Question, actor: str | None) -> bool:
    """Whether anybody but the holder of its link has said the market of its land since it was asked; as the worker."""
    asked = {"parcel": question.parcel, "since": question.asked_at, "actor": actor}
    return bool(connection.scalar(MOVED, asked))


ANSWER = text("""
    insert into availability_answer (asked, organisation, answer, until, note, deal, proposal)
    values (:asked, core.current_organisation(), :answer, :until, :note, :deal, :proposal)
""")


def answer(connection: Connection, asked: int, said: str, **more: Any) -> None:
    """Keep an answer; those before it count no more. ``more``: until, note, deal, proposal."""
    values = dict.fromkeys(("until", "note", "deal", "proposal")) | more
    connection.execute(ANSWER, {"asked": asked, "answer": said, **values})


MOST_CHOSEN = 5_000


def chosen_parcels(connection: Connection, role: Role, written: str, srid: int) -> list[int]:
    """The offered parcels that a filter (CQL2 text, geometries in degrees) finds for an audience, by id.

    Raises:
        FilterFault: the filter is not CQL2, or names what this audience has not.
    """
    where = condition(read_text(written), queryables(columns(PARCEL, role)), srid)
    statement = text(
        f"select id from parcel where origin <> 'cadastre' and {where.sql} order by id limit {MOST_CHOSEN}"
    )
    return list(connection.scalars(statement, where.values))

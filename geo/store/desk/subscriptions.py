"""Who is told of which search or project by the daily digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from geo.store.database import Role
from geo.store.desk.watches import Eyes, Subject


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of an organisation who is written to."""

    contact: int
    mail: str
    language: str
    organisation: int


ADD = text("""
    insert into subscription (organisation, contact, search, project, told_up_to)
    select c.organisation, c.id, :search, :project, :told_up_to from contact c where c.id = :contact
    returning id
""")
COLUMNS = """u.id, u.organisation, u.contact, u.search, u.project, u.told_up_to, u.told_on, u.created_at,
    coalesce(s.name, p.code_name) as name"""
JOINED = """{schema}subscription u left join {schema}saved_search s on s.id = u.search
    left join {schema}project p on p.id = u.project"""
OWN = JOINED.format(schema="")
LISTED = text(f"select {COLUMNS} from {OWN} where u.ended_at is null and u.id > :after order by u.id limit :limit")
ONE = text(f"select {COLUMNS} from {OWN} where u.ended_at is null and u.id = :id")
OF_CONTACT = text(f"select {COLUMNS} from {OWN} where u.ended_at is null and u.contact = :contact order by u.id")
END = text("""
    update subscription set ended_at = now(), ended_why = :why
    where ended_at is null and contact = :contact and (cast(:id as bigint) is null or id = :id) returning id
""")
DUE = text("""
    select distinct u.contact from core.subscription u join core.contact c on c.id = u.contact
    where u.ended_at is null and c.mail is not null and u.told_on is distinct from :day order by 1
""")
DUE_OF = text(f"""
    select {COLUMNS}, s.audience, s.ended_at is null as search_stands, p.status,
        s.organisation as keeper, p.organisation as follower
    from {JOINED.format(schema="core.")}
    where u.ended_at is null and u.contact = :contact and u.told_on is distinct from :day
    order by u.id for update of u skip locked
""")
TOLD = text("update core.subscription set told_on = :day, told_up_to = greatest(told_up_to, :up_to) where id = :id")
PERSON = text("""
    select c.*, o.kind as works_for_kind, k.kind as kept_by_kind, k.name as kept_by
    from core.contact c left join core.organisation o on o.id = c.of_organisation
    left join core.organisation k on k.id = c.organisation where c.id = :id and c.erased_at is null
""")
# Whoever stopped letters, or what they were told of this project, is written to only where they follow it anew.
FOLLOWERS = text("""
    select c.id as contact, c.mail, c.language, c.organisation
    from core.contact c
    left join lateral (
        select u.ended_at is null as open from core.subscription u
        where u.contact = c.id and u.project = :project order by u.ended_at is not null, u.id desc limit 1) f on true
    where c.organisation = :organisation and c.of_organisation = :organisation and c.mail is not null
      and c.erased_at is null and coalesce(f.open, c.market_stopped_at is null)
    order by c.id
""")
STOP_MARKET = text("""
    update contact set market_stopped_at = case when :stopped then coalesce(market_stopped_at, now()) end where id = :id
""")
STOPPED = text("select market_stopped_at is not null from contact where id = :id")


def add(connection: Connection, contact: int, subject: Subject, told_up_to: int) -> int | None:
    """The id of a new subscription of a contact one keeps; None when one does not. The connection is a planner's.

    Raises:
        sqlalchemy.exc.IntegrityError: the contact is told of it already.
        sqlalchemy.exc.ProgrammingError: search or project are another organisation's.
    """
    values = {"contact": contact, "search": subject.search, "project": subject.project, "told_up_to": told_up_to}
    found: int | None = connection.execute(ADD, values).scalar_one_or_none()
    return found


def listed(connection: Connection, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """A page of the subscriptions one may see; the connection is a planner's."""
    return connection.execute(LISTED, {"after": after, "limit": limit}).all()


def one(connection: Connection, subscription: int) -> Row[Any] | None:
    """A subscription one may see; None when there is none."""
    return connection.execute(ONE, {"id": subscription}).one_or_none()


def of_contact(connection: Connection, contact: int) -> Sequence[Row[Any]]:
    """What a contact is told of; the connection is a planner's, or of the holder of a link."""
    return connection.execute(OF_CONTACT, {"contact": contact}).all()


def end(connection: Connection, contact: int, subscription: int | None, why: str) -> int:
    """End a subscription of a contact, or all of them; how many. ``why``: unsubscribed, by_hand or erased."""
    return len(connection.execute(END, {"contact": contact, "id": subscription, "why": why}).all())


def due(connection: Connection, day: date) -> list[int]:
    """The contacts whose digest of a day was not made yet; as worker."""
    return [int(one) for one in connection.scalars(DUE, {"day": day})]


def due_of(connection: Connection, contact: int, day: date) -> Sequence[Row[Any]]:
    """Their subscriptions that were not looked at for this day, this worker's until it commits; as worker."""
    return connection.execute(DUE_OF, {"contact": contact, "day": day}).all()


def told(connection: Connection, subscription: int, day: date, up_to: int) -> None:
    """Note that a digest of the day held everything up to an event; as worker."""
    connection.execute(TOLD, {"id": subscription, "day": day, "up_to": up_to})


def person(connection: Connection, contact: int) -> Row[Any] | None:
    """A contact with the kind of organisation they work for; None once erased; as worker."""
    return connection.execute(PERSON, {"id": contact}).one_or_none()


def followers(connection: Connection, organisation: int | None, project: int | None = None) -> list[Person]:
    """The people whom an organisation keeps as its own and who want to be told of its land, or of a project; as worker.

    Every letter of the service but a digest goes to them, and to nobody else.
    """
    asked = {"organisation": organisation, "project": project}
    return [Person(*row) for row in connection.execute(FOLLOWERS, asked)]


def stop_market(connection: Connection, contact: int, *, stopped: bool) -> None:
    """Write no more letters on the market to a person, or do again; the connection as for :func:`of_contact`."""
    connection.execute(STOP_MARKET, {"id": contact, "stopped": stopped})


def is_stopped(connection: Connection, contact: int) -> bool:
    """Whether a person wants no letters on the market; the connection as for :func:`of_contact`."""
    return bool(connection.scalar(STOPPED, {"id": contact}))


def reader_of_search(person: Any, audience: str, keeper: int) -> Eyes | None:
    """Through whose eyes a person is shown a saved search; None when it is not for them.

    One's own organisation may tell its people what it sees; nobody lends another organisation's rights.
    """
    if audience == Role.PUBLIC:
        return Eyes(Role.PUBLIC)
    if audience == Role.COMPANY:
        return None if person.of_organisation is None else Eyes(Role.COMPANY)
    if person.of_organisation != keeper:
        return None
    return Eyes(Role.PLANNER, keeper, person.works_for_kind)


def reader_of_project(person: Any, project: int, follower: int) -> Eyes | None:
    """Through whose eyes a person is shown a project: of its organisation, or of a company it was opened to."""
    if person.works_for_kind == "company":
        return Eyes(Role.COMPANY, person.of_organisation, "company", project)
    if person.of_organisation != follower:
        return None
    return Eyes(Role.PLANNER, follower, person.works_for_kind)

"""Saved searches, subscriptions and feeds: the work below their routes and commands."""

from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from api.deps import Session
from api.desk.following.looking import filter_clause, look
from api.desk.following.search_body import NewSearch, NewSubscription
from api.matching.needs import need_of
from api.problems import Problem, Refusal
from api.security.signed_links import link_address
from api.settings import Settings
from geo.store.access.organisations import kind_of
from geo.store.cql2.faults import FilterFault
from geo.store.database import Database, Role
from geo.store.desk import contacts, links, searches, subscriptions, watches
from geo.store.desk.links import Purpose
from geo.store.desk.watches import Eyes, Subject


def save_search(session: Session, said: NewSearch, srid: int, organisation: int | None = None) -> int:
    """The id of a new search.

    Raises:
        Problem: a filter or a need that cannot be read, or none, or both (422); the name is taken (409).
    """
    _check(said, srid)
    try:
        with session.begin() as connection:
            return searches.add(
                connection,
                name=said.name,
                audience=said.audience,
                filter_=said.filter,
                need=said.need,
                organisation=organisation,
            )
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", "") == "23502":
            raise Problem("forbidden", "desk.no_organisation") from None
        raise Problem("conflict", "search.name_taken", name=said.name) from None


def search_told(row: Any) -> dict[str, Any]:
    """A saved search as it is answered."""
    told = {"id": row.id, "name": row.name, "audience": row.audience, "filter": row.filter, "need": row.need}
    return told | {"created_at": row.created_at.isoformat()}


def subscription_told(row: Any) -> dict[str, Any]:
    """A subscription as it is answered."""
    told = {"id": row.id, "contact": row.contact, "search": row.search, "project": row.project, "name": row.name}
    return told | {"told_on": row.told_on and row.told_on.isoformat(), "created_at": row.created_at.isoformat()}


def subscribe(session: Session, said: NewSubscription, srid: int, today: date) -> int:
    """The id of a new subscription; what is there now is not told, what changes from now on is.

    Raises:
        Problem: no such contact, search or project (404), not for this person (422), or told of it already (409).
    """
    subject, database = Subject(said.search, said.project), session.database
    eyes = _reader(session, said.contact, subject)
    watch = _watched(database, subject, eyes, srid, today)
    try:
        with session.begin() as connection:
            number = subscriptions.add(connection, said.contact, subject, watch.last)
    except IntegrityError:
        raise Problem("conflict", "subscription.there") from None
    if number is None:
        raise Problem("not-found", "contact.unknown", id=said.contact)
    return number


def open_feed(session: Session, subject: Subject, settings: Settings, today: date) -> str:
    """The secret address of the feed of a search or a project; an earlier one ends.

    Raises:
        Problem: no such search or project (404).
    """
    watch = _watched(session.database, subject, _eyes_of_feed(session, subject), settings.srid, today)
    with session.begin() as connection:
        links.revoke(connection, Purpose.FEED, watch.id)
        token = links.issue(connection, Purpose.FEED, watch.id, organisation=watch.keeper, expires_at=None)
    return link_address(settings, Purpose.FEED, token)


def close_feed(session: Session, subject: Subject) -> None:
    """End the feed of a search or a project.

    Raises:
        Problem: no such search or project, or it has no feed (404).
    """
    eyes = _eyes_of_feed(session, subject)
    with session.database.connection(Role.WORKER) as connection:
        watch = watches.watch_of(connection, subject, eyes)
    with session.begin() as connection:
        if not links.revoke(connection, Purpose.FEED, watch.id):
            raise Problem("not-found", "feed.none")


class _Watched:
    """A watch that was looked at, its newest event, and which organisation keeps what it is of."""

    def __init__(self, number: int, last: int, keeper: int) -> None:
        self.id = number
        self.last = last
        self.keeper = keeper


def _watched(database: Database, subject: Subject, eyes: Eyes, srid: int, today: date) -> _Watched:
    with database.connection(Role.WORKER) as connection:
        row = watches.watch_of(connection, subject, eyes)
    look(database, srid, row.id, today)
    with database.connection(Role.WORKER) as connection:
        after = watches.find(connection, row.id)
        if after is not None and after.too_wide:
            raise Problem("invalid", "search.too_wide", most=watches.MOST_PARCELS)
        keeper = row.keeper if subject.search is not None else row.follower
        return _Watched(row.id, watches.last_event(connection, row.id), keeper)


def _reader(session: Session, contact: int, subject: Subject) -> Eyes:
    """Through whose eyes a contact will be told. The subject is one the planner sees."""
    with session.begin() as connection:
        search = None if subject.search is None else searches.one(connection, subject.search)
        project = None if subject.project is None else watches.project_of(connection, subject.project)
        mine = contacts.find(connection, contact)
    if search is None and project is None:
        raise _unknown(subject)
    with session.database.connection(Role.WORKER) as connection:
        person = subscriptions.person(connection, contact) if mine else None
    if person is None:
        raise Problem("not-found", "contact.unknown", id=contact)
    if search is not None:
        eyes = subscriptions.reader_of_search(person, search.audience, search.organisation)
    elif project is not None:
        eyes = subscriptions.reader_of_project(person, project.id, project.organisation)
    if eyes is None:
        raise Problem("invalid", "body.invalid", errors=[Refusal("contact", "subscription.not_for", {})])
    return eyes


def _eyes_of_feed(session: Session, subject: Subject) -> Eyes:
    """A feed shows a search to the audience it was made for, a project to the planners who follow it."""
    with session.begin() as connection:
        if subject.search is not None:
            row = searches.one(connection, subject.search)
        else:
            row = watches.project_of(connection, subject.project or 0)
    if row is None:
        raise _unknown(subject)
    if subject.search is not None and row.audience != Role.PLANNER:
        return Eyes(Role(row.audience))
    with session.database.connection(Role.WORKER) as connection:
        return Eyes(Role.PLANNER, row.organisation, kind_of(connection, row.organisation))


def _unknown(subject: Subject) -> Problem:
    if subject.project is None:
        return Problem("not-found", "search.unknown", id=subject.search)
    return Problem("not-found", "desk.no_project", id=subject.project)


def _check(said: NewSearch, srid: int) -> None:
    if (said.filter is None) == (said.need is None):
        raise Problem("invalid", "body.invalid", errors=[Refusal("filter", "search.one_of", {})])
    if said.need is not None:
        need_of(said.need)
    else:
        try:
            filter_clause(said.filter or "", Role(said.audience), srid)
        except FilterFault as fault:
            wrong = Refusal("filter", fault.code, fault.params, "surface_m2 >= 50000")
            raise Problem("invalid", "body.invalid", errors=[wrong]) from None

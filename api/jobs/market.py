"""What the passing of days does to the market: terms end, and whom it concerns is written to, once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from sqlalchemy import Connection

from api.catalogues import sentence
from api.desk.following.stopping import stop_of
from api.desk.market.market_mail import expiring_mail, gone_mail, next_mail, opened_mail
from api.matching.needs import need_of
from api.problems import Problem
from api.settings import Settings
from geo.derive import work
from geo.match.explain import UnseenParcelError, explain
from geo.match.relaxing.trial import Standing
from geo.store.access import organisations
from geo.store.database import Database, Role
from geo.store.desk import closings, market, openings, outbox, subscriptions
from geo.store.desk.openings import Opening, OpenProject
from geo.store.desk.subscriptions import Person

WARNED_DAYS = (7, 30)


def follow(database: Database, settings: Settings, day: date) -> int:
    """Turn the market to a day, and tell of what opened and of what ends soon; how many parcels turned."""
    with database.connection(Role.WORKER) as connection:
        changed = market.turn(connection, day)
    if changed:
        work.derive_these(database, changed, day)
    tell(database, settings, day)
    return len(changed)


def tell(database: Database, settings: Settings, day: date) -> None:
    """Write to those whom what opened, was taken or ends concerns; what was told is not told again."""
    with database.connection(Role.WORKER) as connection:
        found = openings.untold(connection)
        projects = openings.open_projects(connection) if found else []
    for opening in found:
        fitting = [fit for one in projects if (fit := _fitting(database, one, opening, day))]
        with database.connection(Role.WORKER) as connection:
            if openings.claim(connection, "opened", opening.event):
                _tell_opening(connection, settings, opening, fitting, day)
    with database.connection(Role.WORKER) as connection:
        _tell_taken(connection, settings, day)
    for within in WARNED_DAYS:
        with database.connection(Role.WORKER) as connection:
            _warn(connection, settings, within, day)


@dataclass(frozen=True, slots=True)
class Fitting:
    """A project that nothing but the market kept from some land: how the land stands, and its name as it sees it."""

    project: OpenProject
    standing: str
    name: str | None


def _fitting(database: Database, project: OpenProject, opening: Opening, day: date) -> Fitting | None:
    """None: the project may not see the land, or something else is against it as well."""
    try:
        need = need_of(project.need)
        found = explain(database, project.role, project.actor, need, [opening.parcel], day)
    except (UnseenParcelError, Problem):
        return None
    told = found["parcels"][0]
    if told["standing"] == Standing.REJECTED:
        return None
    return Fitting(project, str(told["standing"]), told["parcel"]["name"])


def _tell_opening(
    connection: Connection, settings: Settings, opening: Opening, fitting: list[Fitting], day: date
) -> None:
    waiting = openings.next_in_rank(connection, opening.parcel, day)
    if waiting is not None:
        key = f"market:next:{opening.event}:{waiting.deal}"
        for person, keeper in _concerned(
            connection, opening.responsible, waiting.project_organisation, waiting.project
        ):
            _put(connection, settings, key, person, next_mail(settings, opening, waiting, person, keeper))
    for one in fitting:
        if waiting is not None and one.project.id == waiting.project:
            continue  # it is told that it is next
        openings.keep(connection, opening.event, one.project.id, one.standing)
        for person in subscriptions.followers(connection, one.project.organisation, one.project.id):
            mail = opened_mail(settings, opening, one.project, one.standing, one.name, person)
            _put(connection, settings, f"market:opened:{opening.event}:{one.project.id}", person, mail)


def _tell_taken(connection: Connection, settings: Settings, day: date) -> None:
    """Once to the people of each project that had been told that the land is available, whoever has it now."""
    for event, found in groupby(closings.untold(connection, day), key=lambda one: one.event):
        if not openings.claim(connection, "gone", event):
            continue
        for one in found:
            for person in subscriptions.followers(connection, one.organisation, one.project):
                key = f"market:gone:{event}:{one.project}"
                _put(connection, settings, key, person, gone_mail(settings, one, person))


def _warn(connection: Connection, settings: Settings, within: int, day: date) -> None:
    for one in openings.ending(connection, day, within, settings.timezone):
        claimed = openings.claim(connection, f"expires_{within}", one.row)
        nearer = within == max(WARNED_DAYS) and (one.expires_on - day).days <= min(WARNED_DAYS)
        if nearer or not claimed:
            continue
        for person, keeper in _concerned(connection, one.responsible, one.project_organisation, one.project):
            mail = expiring_mail(settings, one, person, day, keeper)
            _put(connection, settings, f"market:expires:{within}:{one.row}", person, mail)


def _concerned(
    connection: Connection, responsible: int | None, follower: int | None, project: int | None
) -> Iterator[tuple[Person, str | None]]:
    """Who is written to of a commitment: of who answers for the land, with its name, then of the project (None)."""
    for organisation in dict.fromkeys((responsible, follower)):
        if organisation is None:
            continue
        own = organisation == responsible
        keeper = organisations.name_of(connection, organisation) if own else None
        for person in subscriptions.followers(connection, organisation, None if own else project):
            yield person, keeper


def _put(connection: Connection, settings: Settings, key: str, to: Person, mail: tuple[str, str]) -> None:
    """Once for ever to each person, by the key, with the link that stops such letters."""
    stop = stop_of(connection, settings, to.contact, to.organisation, datetime.now(UTC))
    subject, body = mail
    message = outbox.Message(
        f"{key}:{to.contact}",
        to.mail,
        to.language,
        subject,
        f"{body}\n{sentence('market.mail.stop', to.language)} {stop.address}\n",
        organisation=to.organisation,
        headers=stop.headers,
        about={"of": key},
    )
    outbox.put(connection, message)

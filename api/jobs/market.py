"""What the passing of days does to the market: terms end, and whom it concerns is written to, once."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from api.desk.market_mail import expiring_mail, next_mail, opened_mail
from api.matching.needs import need_of
from api.problems import Problem
from api.settings import Settings
from geo.derive import work
from geo.match.explain import UnseenParcelError, explain
from geo.match.relaxing.trial import Standing
from geo.store.database import Database, Role
from geo.store.desk import market, openings, outbox
from geo.store.desk.openings import Opening, OpenProject, Person

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
    """Write to those whom what opened or ends concerns; what was told is not told again."""
    with database.connection(Role.WORKER) as connection:
        found = openings.untold(connection)
        projects = openings.open_projects(connection) if found else []
    for opening in found:
        fitting = [fit for one in projects if (fit := _fitting(database, one, opening, day))]
        with database.connection(Role.WORKER) as connection:
            if openings.claim(connection, "opened", opening.event):
                _tell_opening(connection, settings, opening, fitting, day)
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
        for organisation in dict.fromkeys((opening.responsible, waiting.project_organisation)):
            for person in openings.people_of(connection, organisation):
                mail = next_mail(settings, opening, waiting, person, own=organisation == opening.responsible)
                _put(connection, f"market:next:{opening.event}:{waiting.deal}", organisation, person, mail)
    for one in fitting:
        if waiting is not None and one.project.id == waiting.project:
            continue  # it is told that it is next
        openings.keep(connection, opening.event, one.project.id, one.standing)
        for person in openings.people_of(connection, one.project.organisation):
            mail = opened_mail(settings, opening, one.project, one.standing, one.name, person)
            _put(connection, f"market:opened:{opening.event}:{one.project.id}", one.project.organisation, person, mail)


def _warn(connection: Connection, settings: Settings, within: int, day: date) -> None:
    for one in openings.ending(connection, day, within, settings.timezone):
        claimed = openings.claim(connection, f"expires_{within}", one.row)
        nearer = within == max(WARNED_DAYS) and (one.expires_on - day).days <= min(WARNED_DAYS)
        if nearer or not claimed:
            continue
        for organisation in dict.fromkeys((one.responsible, one.project_organisation)):
            for person in openings.people_of(connection, organisation):
                mail = expiring_mail(settings, one, person, day, own=organisation == one.responsible)
                _put(connection, f"market:expires:{within}:{one.row}", organisation, person, mail)


def _put(connection: Connection, key: str, organisation: int | None, to: Person, mail: tuple[str, str]) -> None:
    """Once for ever to each person, by the key."""
    subject, body = mail
    whole = f"{key}:{to.contact}"
    message = outbox.Message(whole, to.mail, to.language, subject, body, organisation=organisation, about={"of": key})
    outbox.put(connection, message)

"""A need asked of the base by its columns, with the eyes of one audience."""

from dataclasses import dataclass, replace
from datetime import date

from geo.derive.dates import Asked
from geo.match.need.need import Need
from geo.match.parcel import surroundings
from geo.match.parcel.around import Around
from geo.match.questions import asking_near
from geo.match.ranking import SCORE, SORTS
from geo.match.screen.asking import Asking
from geo.match.screen.following import screen_of
from geo.match.screen.land import Land
from geo.match.screen.reading import Reading
from geo.match.screen.screening import Screening
from geo.match.screen.states import StateDates
from geo.match.wishes import wishes_of
from geo.readiness.catalogue_file import in_use
from geo.store.database import Actor, Database, Role


@dataclass(frozen=True, slots=True)
class Opened:
    """A screening of the land somebody may see, who reads of it, and the ``version`` of that land.

    ``data`` names the land and what is known around it of what the need asks, as they are seen.
    """

    screening: Screening
    reading: Reading
    version: str
    data: str

    def looking(self) -> Reading:
        """Who reads the same land with what lies around it of all that a question may be about."""
        reading = self.reading
        asked = asking_near(reading.need)
        with reading.database.connection(reading.role, reading.actor) as connection:
            around = surroundings.read(connection, asked)
        return replace(reading, need=asked, around=around)

    def again(self, changed: Need, land: Land) -> Asking:
        """A changed need asked of some of the land: of what lies around it asks no more than this one."""
        ask, days = self.screening.ask, self.reading.days
        return Asking(changed, land, StateDates(days.database, changed, land, days.remembered), ask.around)


def open_screening(
    database: Database, role: Role, actor: Actor | None, need: Need, as_of: date, sort: str = SCORE
) -> Opened:
    """The land that ``actor`` may see as ``role``, as it is now, screened for a need.

    Raises ValueError for an order that does not exist.
    """
    if sort not in SORTS:
        raise ValueError(f"no such order: {sort!r}")
    catalogue = in_use()
    screen = screen_of(database)
    land, data = screen.land(database, role, actor)
    days = StateDates(database, need, land, screen.remembered(Asked(catalogue, as_of), land.kinds["state"]))
    around = Around()
    if surroundings.asks(need):
        with database.connection(role, actor) as connection:
            around = surroundings.read(connection, need)
    reading = Reading(database, role, actor, need, around, catalogue, as_of, days)
    screening = Screening(Asking(need, land, days, around), wishes_of(need, as_of), reading, sort)
    return Opened(screening, reading, data, "/".join(filter(None, (data, around.stamp))))

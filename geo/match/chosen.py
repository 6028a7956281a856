"""Sites that somebody chose, judged for a need: single parcels, and parcels put together, in the order given."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from sqlalchemy import Connection

from geo.derive.readiness import standings
from geo.match.assembly import parts
from geo.match.assembly.assembly import put_together
from geo.match.explain import UnseenParcelError
from geo.match.fit.phases import decide_phases
from geo.match.judged import Judged, judge_all
from geo.match.match import Match
from geo.match.need.need import Need
from geo.match.parcel import candidates
from geo.match.readiness import readiness, second_phase
from geo.match.screen.following import screen_of
from geo.match.search import SRID
from geo.match.wishes import wishes_of
from geo.readiness.catalogue_file import in_use
from geo.store.database import Actor, Database, Role


class ApartError(ValueError):
    """Parcels that are no site: their land does not come together. ``ids`` are theirs."""

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__(f"{list(ids)} are no one site")
        self.ids = tuple(ids)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, of which base."""

    database: Database
    role: Role
    actor: Actor | None = None

    def connection(self) -> AbstractContextManager[Connection]:
        """A transaction with the eyes of who asks."""
        return self.database.connection(self.role, self.actor)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sites judged, in the order asked; the EPSG code of their geometries; the versions of what was asked."""

    matches: tuple[Match, ...]
    srid: int
    versions: dict[str, str]


def chosen(asker: Asker, need: Need, sites: Sequence[Sequence[int]], as_of: date) -> Chosen:
    """Each site judged for ``need`` with every criterion and its fit decided, whether it passes or not.

    Raises:
        UnseenParcelError: a parcel that who asks does not see.
        ApartError: the parcels of a site do not come together.
    """
    catalogue = in_use()
    ids = sorted({one for site in sites for one in site})
    with asker.connection() as connection:
        found = candidates.load(connection, asker.role, ids=ids, need=need)
        found = second_phase.dated(connection, catalogue, need, as_of, found)
        seen = {land.id for land in found}
        missing = [one for site in sites for one in site if one not in seen]
        if missing:
            raise UnseenParcelError(missing[0])
        dates = readiness.read(connection, catalogue, need, as_of, found)
        srid = int(connection.execute(SRID, {"schema": f"as_{asker.role.value}"}).scalar_one())
    with asker.database.connection(Role.WORKER) as connection:
        dates.lands.update(standings(connection, ids, as_of))
        owners = parts.owners_of(connection, asker.role, ids)
    judged = {one.candidate.id: one for one in judge_all(need, found, dates, wishes_of(need, as_of))}
    _, data = screen_of(asker.database).land(asker.database, asker.role, asker.actor)
    return Chosen(
        tuple(_match(need, [judged[one] for one in site], owners, as_of) for site in sites),
        srid,
        {"software": version("emprise"), "catalogue": catalogue.version, "data": data},
    )


def _match(need: Need, land: Sequence[Judged], owners: dict[int, str] | None, as_of: date) -> Match:
    if len(land) > 1:
        together = put_together(need, land, owners, as_of)
        if together is None:
            raise ApartError([one.candidate.id for one in land])
        return together
    (only,) = land
    return Match(only, None if need.buildings is None else decide_phases(need, only.candidate))

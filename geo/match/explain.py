"""Why these parcels, or why not: every criterion with its fact and its source, and what it would take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection

from geo.derive.known_then import Moment
from geo.derive.readiness import standings
from geo.match.answer import Match
from geo.match.criteria.criterion import Criterion, Verdict
from geo.match.criteria.dates import MILESTONES
from geo.match.document import ToLonLat, match_document
from geo.match.explaining import Ground, gained_steps, takes, together
from geo.match.fit.phases import beside_of, decide_phases
from geo.match.judged import Judged, judge_all
from geo.match.need.need import Need
from geo.match.need.reading import as_read
from geo.match.parcel import candidates
from geo.match.parcel.candidate import Candidate
from geo.match.readiness import readiness, second_phase, what_if
from geo.match.readiness.what_if import Asked
from geo.match.relaxing.dates import asked_again
from geo.match.relaxing.document import change_document
from geo.match.relaxing.near import Looser, near_misses
from geo.match.relaxing.trial import Fits, Standing, Trial
from geo.match.search import SRID, lonlat_of
from geo.match.wishes import wishes_of
from geo.readiness.catalogue_file import in_use
from geo.store.database import Actor, Database, Role

EXPLAIN_SCHEMA = "emprise/explain/1"
MOST_PARCELS = 20
Json = dict[str, Any]


class UnseenParcelError(LookupError):
    """A parcel that is not there, or not to be seen: nobody is told which. ``id`` is the first asked."""

    def __init__(self, parcel_id: int) -> None:
        super().__init__(f"no parcel {parcel_id}")
        self.id = parcel_id


@dataclass(frozen=True)
class _Asking:
    """Who asks, of which base, for which need, from which day."""

    database: Database
    role: Role
    actor: Actor | None
    need: Need
    as_of: date


def explain(database: Database, role: Role, actor: Actor | None, need: Need, ids: Sequence[int], as_of: date) -> Json:
    """Each of these parcels judged for ``need`` with the eyes of one audience, and what each criterion would take.

    Raises UnseenParcelError for the first parcel that ``role`` does not see.
    """
    asking = _Asking(database, role, actor, need, as_of)
    catalogue = in_use()
    wanted = list(dict.fromkeys(ids))
    with database.connection(role, actor) as connection:
        found = _loaded(connection, role, need, wanted)
        found = second_phase.dated(connection, catalogue, need, as_of, found)
        beside = beside_of(connection, wanted)
        dates = readiness.read(connection, catalogue, need, as_of, found)
        srid = connection.execute(SRID, {"schema": f"as_{role.value}"}).scalar_one()
    with database.connection(Role.WORKER) as connection:
        dates.lands.update(standings(connection, wanted, as_of))
    judged = judge_all(need, found, dates, wishes_of(need, as_of))
    fits = Fits.of(need, decide_phases)
    matches = [Match(one, None if need.buildings is None else fits(need, one.candidate)) for one in judged]
    looser = Looser.of(need, judged, fits, asked_again(database, role, actor, catalogue, dates, as_of))
    ground = Ground(need, catalogue, as_of)
    to_lonlat = lonlat_of(srid)
    return {
        "schema": EXPLAIN_SCHEMA,
        "need": as_read(need),
        "parcels": [_explained(asking, looser, match, _taken(asking, ground, beside), to_lonlat) for match in matches],
        "as_of": as_of.isoformat(),
        "version": {"software": version("emprise"), "catalogue": catalogue.version},
    }


def _loaded(connection: Connection, role: Role, need: Need, ids: Sequence[int]) -> list[Candidate]:
    """Parcels as a match of the need has them, in the order asked."""
    found = {one.id: one for one in candidates.load(connection, role, ids=ids, need=need)}
    for parcel_id in ids:
        if parcel_id not in found:
            raise UnseenParcelError(parcel_id)
    return [found[parcel_id] for parcel_id in ids]


Taken = Callable[[Judged, Criterion], list[Json]]


def _taken(asking: _Asking, ground: Ground, beside: dict[int, list[int]]) -> Taken:
    """What would have to happen to the land for a criterion of a parcel that misses it."""

    def taken(one: Judged, criterion: Criterion) -> list[Json]:
        candidate = one.candidate
        if criterion.name not in MILESTONES:
            return ground.would_take(candidate, criterion, beside.get(candidate.id, ()))
        asked = Asked(MILESTONES[criterion.name], asking.need, Moment(asking.as_of, None))
        gains = what_if.of_parcel(asking.database, asking.role, asking.actor, candidate.id, asked)
        return [] if gains is None else gained_steps(gains)

    return taken


def _explained(asking: _Asking, looser: Looser, match: Match, taken: Taken, to_lonlat: ToLonLat) -> Json:
    one, need = match.judged, asking.need
    document: Json = match_document(match, to_lonlat)
    for told, criterion in zip(document["criteria"], match.criteria, strict=True):
        missed = criterion.verdict is not Verdict.PASS
        told["takes"] = takes(need, one, criterion, taken(one, criterion) if missed else ())
    standing = Trial.of(need, looser.trials.fits).standing(one.candidate, one.readiness)
    alone = replace(looser, land=tuple(kept for kept in looser.land if kept.one is one))
    near = near_misses(alone, 1) if standing is Standing.REJECTED else ()
    fit = None if match.fit is None else match.fit.criterion(one.candidate.source)
    return {
        **document,
        "standing": standing.value,
        "changes": [{**change_document(change), "then": then.value} for miss in near for change, then in miss.changes],
        "together": together(looser, one, fit) if standing is Standing.REJECTED else None,
    }

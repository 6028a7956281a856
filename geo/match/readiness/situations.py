"""The states of many parcels, each distinct one once: as they are derived, or as they were on another day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from geo.derive.dates import Written, read_states
from geo.derive.known_then import Moment, known_of, plan_day
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate
from geo.match.readiness.readiness import STATES, classes_of
from geo.match.readiness.whole import Land, counting
from geo.readiness.catalogue import Catalogue
from geo.readiness.distinct import essential, read, written
from geo.readiness.states import standing
from geo.store.database import Database, Role

Key = tuple[int | str, str]
"""A state, by its number or in words, and the name of a class of needs."""
AT_ONCE = 2_000
"""Parcels whose facts are gathered together."""


@dataclass(frozen=True, slots=True)
class Situations:
    """The situation of each parcel (none of what is not known), and the states of the steps that count in each."""

    keys: Mapping[int, Key]
    states: Mapping[Key, Land]


def of(
    database: Database, catalogue: Catalogue, need: Need | None, moment: Moment, land: Sequence[Candidate]
) -> Situations:
    """The situations of these parcels for a need (None: the land alone).

    The states derived for the day serve where there are such; those of any other moment are found from the facts.
    """
    names, classes = classes_of(catalogue, need, land)
    keys: dict[int, Key] = {}
    states: dict[Key, Land] = {}
    for parcel, state, kept in _states(database, catalogue, moment, land):
        key = keys[parcel] = (state, names[parcel])
        if key not in states:
            plain = {code: read(status) for code, status in kept.items()}
            states[key] = counting(catalogue, plain, classes[names[parcel]])
    return Situations(keys, states)


def _states(
    database: Database, catalogue: Catalogue, moment: Moment, land: Sequence[Candidate]
) -> Iterator[tuple[int, int | str, Written]]:
    """Of each parcel its state, by number or in words, and what dates depend on of it."""
    with database.connection(Role.WORKER) as connection:
        if moment.known_at is None and plan_day(connection) == moment.as_of:
            ids = sorted({one.state_id for one in land if one.state_id is not None})
            derived = read_states(connection.execute(STATES, {"ids": ids}))
            for one in land:
                if one.state_id in derived:
                    yield one.id, one.state_id, derived[one.state_id]
            return
        for first in range(0, len(land), AT_ONCE):
            few = [one.id for one in land[first : first + AT_ONCE]]
            for known in known_of(connection, few, moment):
                states = standing(catalogue, known.facts, known.entries, known.attested, moment.as_of)
                there = {code: status for code, status in states.items() if code in catalogue.steps}
                plain = essential(catalogue, there, moment.as_of)
                kept = {code: written(plain[code]) for code in sorted(plain)}
                yield known.parcel, repr(kept), kept

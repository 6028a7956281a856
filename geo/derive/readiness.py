"""The state of every step on a parcel, and the owner-side dates each distinct state yields."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text

from geo.derive import dates, land_facts
from geo.derive.dates import Asked, Written
from geo.derive.land_facts import Known
from geo.readiness.catalogue_file import in_use
from geo.readiness.distinct import essential, written
from geo.readiness.facts import LandFacts
from geo.readiness.freshness import Attested
from geo.readiness.gathering import States
from geo.readiness.needclass import OWNER_ONLY
from geo.readiness.states import standing
from geo.readiness.status import StepStatus

KEEP_STATES = text("""
    insert into core.readiness_state (digest, states)
    select distinct on (digest) decode(digest, 'hex'), states
    from jsonb_to_recordset(:rows) v (digest text, states jsonb)
    order by digest
    on conflict (digest) do nothing
""")
POINT_TO_STATES = text("""
    update core.parcel_derived d set
        state_id = s.id, facts = f.id, due = v.due, changes_on = v.changes_on,
        inputs = d.inputs || jsonb_build_object('readiness', cast(:recipe as text))
    from jsonb_to_recordset(:rows) v (parcel bigint, digest text, facts text, due text[], changes_on date)
    join core.readiness_state s on s.digest = decode(v.digest, 'hex')
    join core.land_facts f on f.digest = decode(v.facts, 'hex')
    where d.parcel = v.parcel
""")
UNDATED = """
    select s.id, s.states::text from core.readiness_state s
    where not exists (select from core.readiness r where r.state_id = s.id and r.need_class = :need_class
                      and r.as_of = :as_of and r.catalogue = :catalogue)
"""
UNDATED_IN_USE = text(f"{UNDATED} and exists (select from core.parcel_derived d where d.state_id = s.id)")
UNDATED_OF_THESE = text(f"{UNDATED} and s.digest in (select decode(v, 'hex') from unnest(cast(:digests as text[])) v)")


def derive(connection: Connection, parcels: Sequence[int], recipe: str, as_of: date) -> None:
    """Fill ``state_id``: what the facts say of each step on ``as_of``, what a planner recorded coming before.

    A state keeps only what dates depend on, so that many parcels share it. The facts are kept beside it, with the
    steps due to be said again and the next day the states change by themselves.
    """
    catalogue = in_use()
    known = land_facts.gather(connection, parcels, as_of)
    facts = land_facts.keep(connection, known)
    rows = []
    for one in known:
        states = _standing(one, as_of)
        kept = {code: written(status) for code, status in sorted(essential(catalogue, states, as_of).items())}
        told = {"parcel": one.parcel, "digest": _digest(kept), "states": kept, "facts": facts[one.parcel]}
        rows.append(told | land_facts.passing(catalogue, one, states, as_of))
    connection.execute(KEEP_STATES, {"rows": Jsonb(rows)})
    connection.execute(POINT_TO_STATES, {"rows": Jsonb(rows), "recipe": recipe})
    keep_for(connection, as_of, {str(row["digest"]) for row in rows})


def standings(connection: Connection, parcels: Sequence[int], as_of: date) -> dict[int, States]:
    """The state of every step on these parcels as the facts are now, with where each comes from."""
    return {one.parcel: _standing(one, as_of) for one in land_facts.gather(connection, parcels, as_of)}


def keep_for(connection: Connection, as_of: date, digests: set[str] | None = None) -> int:
    """Compute the owner-side dates that are missing for ``as_of``; how many were.

    Of the states of these ``digests`` (hexadecimal), else of every state in use.
    """
    asked = Asked(in_use(), as_of)
    values = {"need_class": OWNER_ONLY, "as_of": as_of, "catalogue": asked.catalogue.version}
    if digests is None:
        undated = connection.execute(UNDATED_IN_USE, values).all()
    else:
        undated = connection.execute(UNDATED_OF_THESE, {**values, "digests": sorted(digests)}).all()
    states = dates.read_states(undated)
    dates.keep(connection, asked, dates.computed(asked, states, {OWNER_ONLY: states}, {}))
    return len(states)


def _standing(known: Known, as_of: date) -> States:
    return _standing_of(in_use().version, known.facts, *_told(known), as_of)


def _told(known: Known) -> tuple[tuple[tuple[str, StepStatus], ...], tuple[tuple[str, Attested], ...]]:
    return tuple(known.entries.items()), tuple(known.attested.items())


@lru_cache(maxsize=2_000)
def _standing_of(
    _catalogue: str,
    facts: LandFacts,
    entries: tuple[tuple[str, StepStatus], ...],
    attested: tuple[tuple[str, Attested], ...],
    as_of: date,
) -> States:
    """Of many parcels the same is known; nobody changes what is made once for all of them."""
    return standing(in_use(), facts, dict(entries), dict(attested), as_of)


def _digest(states: Written) -> str:
    return hashlib.sha256(json.dumps(states, sort_keys=True).encode()).hexdigest()[:32]

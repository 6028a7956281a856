"""What the base knows of parcels that tells where their procedures stand: gathered, and kept as it was."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Row, text

from geo.readiness.begun import over_on
from geo.readiness.catalogue import Catalogue
from geo.readiness.facts import LandFacts, surface_class
from geo.readiness.freshness import Attested, terms
from geo.readiness.land_plan import grows_old_on
from geo.readiness.states import SPEAKING
from geo.readiness.status import DONE, RUNNING, StepStatus

# A zone is as old as the first plan that had it closed; its day of birth is certain only where an older plan is loaded
# that had something else there.
FACTS = text("""
    select p.id, p.stade_amngt, p.stade_comm, p.etat_occup, p.usage, p.maitrise_fonc, p.cle_en_main, p.pollution,
           p.observed_on, p.owner_siren, p.published ->> 'proprio_type' as owner_types,
           p.published ->> 'proprio_nom' as owner_names,
           d.zone_type, d.industry, d.built, d.surface_m2,
           case when d.touched <> '[]' or exists (
               select from core.coverage v
               where v.layer = 'constraints' and st_intersects(v.geom, p.geom)) then d.touched end as touched,
           z.known_on, case when z.other_on < z.known_on then z.known_on end as created_on,
           coalesce(r.recorded, '{}') as recorded, r.changes_on, coalesce(a.attested, '{}') as attested
    from core.parcel p
    join core.parcel_derived d on d.parcel = p.id
    left join lateral (
        select min(k.approved_on) filter (where o.closed) as known_on,
               max(k.approved_on) filter (where not o.closed) as other_on
        from core.zone z
        join core.planning_document k on k.id = z.document and k.state <> 'planned'
        cross join lateral (
            select lower(replace(z.typezone, ' ', '')) ~ '^(aus|(2|ii)(au|na)[a-z0-9]*)$' as closed) o
        where lower(replace(d.zone_type, ' ', '')) ~ '^(aus|(2|ii)(au|na)[a-z0-9]*)$'
          and z.geom && p.geom and st_intersects(z.geom, st_pointonsurface(p.geom))) z on true
    left join (
        select parcel, jsonb_object_agg(step, jsonb_build_object(
                   'state', state, 'since', effective_on, 'expires_on', expires_on)) as recorded,
               min(expires_on + 1) filter (where expires_on >= :as_of) as changes_on
        from core.step_states_at(:as_of, now()) where parcel = any(:parcels) group by parcel) r on r.parcel = p.id
    left join (
        select parcel, jsonb_object_agg(step, jsonb_build_object('state', state, 'on', attested_on)) as attested
        from core.attestations_at(:as_of, now()) where parcel = any(:parcels) group by parcel) a on a.parcel = p.id
    where p.id = any(:parcels)
""")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one parcel: its facts, planners' entries by step, and when a status was last seen to be so.

    ``changes_on``: the next day on which an entry lapses.
    """

    parcel: int
    facts: LandFacts
    entries: Mapping[str, StepStatus] = field(default_factory=dict)
    attested: Mapping[str, Attested] = field(default_factory=dict)
    changes_on: date | None = None


ENTERED = "step_state"
"""Source of a status that a planner entered."""


def gather(connection: Connection, parcels: Sequence[int], as_of: date) -> list[Known]:
    """What the base knows of these parcels on a day."""
    rows = connection.execute(FACTS, {"parcels": list(parcels), "as_of": as_of})
    return [
        Known(row.id, _facts(row), entries_of(row.recorded), attested_of(row.attested), row.changes_on) for row in rows
    ]


def entries_of(recorded: Mapping[str, Mapping[str, Any]]) -> dict[str, StepStatus]:
    """Entries by step from {step: {state, since, expires_on}} with days as text."""
    return {
        step: StepStatus(one["state"], _day(one["since"]), ENTERED, expires_on=_day(one["expires_on"]))
        for step, one in recorded.items()
    }


def attested_of(attested: Mapping[str, Mapping[str, str]]) -> dict[str, Attested]:
    """Attestations by step from {step: {state, on}} with days as text."""
    return {step: Attested(one["state"], date.fromisoformat(one["on"])) for step, one in attested.items()}


def _day(said: str | None) -> date | None:
    return None if said is None else date.fromisoformat(said)


def _facts(row: Row[Any]) -> LandFacts:
    touched: Iterable[Mapping[str, str]] | None = row.touched
    return LandFacts(
        stade_amngt=row.stade_amngt,
        stade_comm=row.stade_comm,
        etat_occup=row.etat_occup,
        usage=row.usage,
        maitrise_fonc=row.maitrise_fonc,
        cle_en_main=row.cle_en_main,
        typezone=row.zone_type,
        zone_created_on=row.created_on,
        zone_known_on=row.known_on,
        industry=row.industry,
        pollution=row.pollution,
        built=row.built,
        touched=None if touched is None else SPEAKING.intersection(one["kind"] for one in touched),
        surface_m2=surface_class(row.surface_m2),
        owners=owners(row.owner_siren, row.owner_types, row.owner_names),
        observed_on=row.observed_on,
    )


def owners(siren: str | None, types: str | None, names: str | None) -> int | None:
    """How many owners the published facts name, at least; None when they name none.

    ``types`` and ``names`` are lists of CNIG Friches (``proprio_type``, ``proprio_nom``), parted by ``|``. Legal
    persons alone are named: a natural person among them is counted by its type, never known.
    """
    named = (len({part.strip() for part in (names or "").split("|")} - {""}), int(siren is not None))
    counted = (len([part for part in (types or "").split("|") if part.strip()]), *named)
    return max(counted) or None


def written(facts: LandFacts) -> dict[str, Any]:
    """Facts as ``core.land_facts`` keeps them: what is known, but for the day of observation, which is the parcel's."""
    said = {name: value for name, value in asdict(facts).items() if value is not None and name != "observed_on"}
    return {name: _plain(value) for name, value in said.items()}


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


def digest(facts: Mapping[str, Any]) -> str:
    """What tells written facts from others, in hexadecimal."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def read(kept: Mapping[str, Any], observed_on: date | None) -> LandFacts:
    """Facts as :func:`written` wrote them."""
    facts: dict[str, Any] = dict(kept)
    for name in ("zone_created_on", "zone_known_on"):
        facts[name] = _day(facts.get(name))
    touched = facts.get("touched")
    return LandFacts(**{**facts, "touched": None if touched is None else frozenset(touched)}, observed_on=observed_on)


# The worker's batches may keep the same facts at once: the first to come does.
KEEP = text("""
    insert into core.land_facts (digest, facts)
    select distinct on (digest) decode(digest, 'hex'), facts
    from jsonb_to_recordset(:rows) v (digest text, facts jsonb)
    order by digest
    on conflict (digest) do nothing
""")
REMEMBER = text("""
    insert into core.land_facts_change (parcel, before)
    select d.parcel, d.facts
    from jsonb_to_recordset(:rows) v (parcel bigint, digest text)
    join core.land_facts f on f.digest = decode(v.digest, 'hex')
    join core.parcel_derived d on d.parcel = v.parcel and d.facts <> f.id
    order by d.parcel
""")


def keep(connection: Connection, known: Sequence[Known]) -> dict[int, str]:
    """Keep the facts of these parcels, and what they were where they changed; the digest of each parcel's facts."""
    rows: list[dict[str, Any]] = []
    for one in known:
        facts = written(one.facts)
        rows.append({"parcel": one.parcel, "digest": digest(facts), "facts": facts})
    for statement in (KEEP, REMEMBER):
        connection.execute(statement, {"rows": Jsonb(rows)})
    return {row["parcel"]: row["digest"] for row in rows}


def passing(catalogue: Catalogue, known: Known, states: Mapping[str, StepStatus], as_of: date) -> dict[str, Any]:
    """``due``: the stale steps; ``changes_on``: the next day on which the states change although nothing is said."""
    days = terms(catalogue, states, known.facts.observed_on, known.attested).values()
    ends = (day for code, status in states.items() for day in _turns(catalogue, code, status))
    told = (*days, *ends, grows_old_on(known.facts), known.changes_on)
    to_come = [day for day in told if day is not None and day > as_of]
    return {
        "due": sorted(code for code, status in states.items() if status.stale),
        "changes_on": min(to_come).isoformat() if to_come else None,
    }


def _turns(catalogue: Catalogue, code: str, status: StepStatus) -> tuple[date | None, ...]:
    """The days on which one status becomes another by the calendar: it takes effect, it has expired."""
    step = catalogue.steps.get(code)
    if step is None or status.state not in (DONE, RUNNING):
        return ()
    return status.since, over_on(step, status)


MARK = text("""
    insert into core.dirty (parcel, parts)
    select parcel, 96 from core.parcel_derived where changes_on <= :as_of
    order by parcel
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts
""")


def mark_passed(connection: Connection, as_of: date) -> None:
    """Mark the parcels whose states are others by the mere passing of a day: a term that ends, a zone that ages."""
    connection.execute(MARK, {"as_of": as_of})

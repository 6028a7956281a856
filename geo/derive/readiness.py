"""The state of every step on a parcel, and the owner-side dates each distinct state yields."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Row, text

from geo.readiness.catalogue import MILESTONES, Catalogue
from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.facts import LandFacts
from geo.readiness.needclass import OWNER_ONLY
from geo.readiness.result import NEVER, Readiness
from geo.readiness.states import states_of
from geo.readiness.status import StepStatus

FACTS = text("""
    select p.id, p.stade_amngt, p.stade_comm, p.etat_occup, p.usage, p.maitrise_fonc, p.cle_en_main, p.pollution,
           d.zone_type, d.industry, d.built, d.surface_m2,
           case when d.touched <> '[]' or exists (
               select from core.coverage v
               where v.layer = 'constraints' and st_intersects(v.geom, p.geom)) then d.touched end as touched,
           coalesce(r.recorded, '{}') as recorded
    from core.parcel p
    join core.parcel_derived d on d.parcel = p.id
    left join (
        select parcel, jsonb_object_agg(step, jsonb_build_object(
            'state', state, 'since', effective_on, 'source', 'step_state')) as recorded
        from core.step_states_at(:as_of, now()) where parcel = any(:parcels) group by parcel) r on r.parcel = p.id
    where p.id = any(:parcels)
""")
KEEP_STATES = text("""
    insert into core.readiness_state (digest, states)
    select distinct on (digest) decode(digest, 'hex'), states
    from jsonb_to_recordset(:rows) v (digest text, states jsonb)
    order by digest
    on conflict (digest) do nothing
""")
POINT_TO_STATES = text("""
    update core.parcel_derived d set
        state_id = s.id, inputs = d.inputs || jsonb_build_object('readiness', cast(:recipe as text))
    from jsonb_to_recordset(:rows) v (parcel bigint, digest text)
    join core.readiness_state s on s.digest = decode(v.digest, 'hex')
    where d.parcel = v.parcel
""")
UNDATED = text("""
    select s.id, s.states from core.readiness_state s
    where exists (select from core.parcel_derived d where d.state_id = s.id)
      and not exists (select from core.readiness r where r.state_id = s.id and r.need_class = :need_class
                      and r.as_of = :as_of and r.catalogue = :catalogue)
    order by s.id
""")
KEEP_DATES = text("""
    insert into core.readiness (state_id, need_class, as_of, catalogue, p50, p80, ready_class, quantiles)
    values (:state, :need_class, :as_of, :catalogue, :p50, :p80, :ready_class, :quantiles)
    on conflict (as_of, need_class, state_id) do update set catalogue = excluded.catalogue, p50 = excluded.p50,
        p80 = excluded.p80, ready_class = excluded.ready_class, quantiles = excluded.quantiles
""")
FORGET_DATES = text("delete from core.readiness where as_of < :as_of")

States = Mapping[str, StepStatus]


def derive(connection: Connection, parcels: Sequence[int], recipe: str, as_of: date) -> None:
    """Fill ``state_id``: what the facts say of each step on ``as_of``, what a planner recorded coming before."""
    catalogue = default()
    rows = []
    for row in connection.execute(FACTS, {"parcels": list(parcels), "as_of": as_of}):
        states = _written(_states(row, as_of, catalogue))
        rows.append({"parcel": row.id, "digest": _digest(states), "states": states})
    connection.execute(KEEP_STATES, {"rows": Jsonb(rows)})
    connection.execute(POINT_TO_STATES, {"rows": Jsonb(rows), "recipe": recipe})
    keep_for(connection, as_of)


def keep_for(connection: Connection, as_of: date) -> int:
    """Compute the owner-side dates of every state in use that has none for ``as_of``; how many were missing."""
    catalogue = default()
    asked = {"need_class": OWNER_ONLY, "as_of": as_of, "catalogue": catalogue.version}
    undated = connection.execute(UNDATED, asked).all()
    made = {state_id: compute(catalogue, read_states(states), None, as_of) for state_id, states in undated}
    keep(connection, {(state_id, OWNER_ONLY): found for state_id, found in made.items()})
    return len(undated)


def forget_before(connection: Connection, as_of: date) -> None:
    """Drop the dates kept for earlier days."""
    connection.execute(FORGET_DATES, {"as_of": as_of})


def keep(connection: Connection, made: Mapping[tuple[int, str], Readiness]) -> None:
    """Keep computed readinesses by state and need class, so that the next need of that class finds them."""
    rows = [
        {
            "state": state_id,
            "need_class": need_class,
            "as_of": found.as_of,
            "catalogue": found.catalogue,
            "p50": found.date_at("start", 0.5),
            "p80": found.date_at("start", 0.8),
            "ready_class": found.ready_class,
            "quantiles": Jsonb(_quantiles(found)),
        }
        for (state_id, need_class), found in sorted(made.items(), key=lambda one: one[0])
    ]
    if rows:
        connection.execute(KEEP_DATES, rows)


def _quantiles(found: Readiness) -> dict[str, list[list[float | None]]]:
    """Days at q01..q99 of each milestone that applies, prudent then optimistic; what never comes is null."""
    milestones = {name: found.milestone(name) for name in MILESTONES}
    return {
        name: [[None if day == NEVER else round(day, 2) for day in days] for days in (one.days, one.optimistic)]
        for name, one in milestones.items()
        if one is not None
    }


def read_states(written: Mapping[str, Mapping[str, Any]]) -> dict[str, StepStatus]:
    """The states as ``readiness_state.states`` keeps them."""
    return {
        code: StepStatus(
            state=one["state"],
            since=date.fromisoformat(one["since"]) if one.get("since") else None,
            source=one.get("source", ""),
            units=one.get("units", 1),
        )
        for code, one in written.items()
    }


def _states(row: Row[Any], as_of: date, catalogue: Catalogue) -> States:
    touched: Iterable[Mapping[str, str]] | None = row.touched
    facts = LandFacts(
        stade_amngt=row.stade_amngt,
        stade_comm=row.stade_comm,
        etat_occup=row.etat_occup,
        usage=row.usage,
        maitrise_fonc=row.maitrise_fonc,
        cle_en_main=row.cle_en_main,
        typezone=row.zone_type,
        industry=row.industry,
        pollution=row.pollution,
        built=row.built,
        touched=None if touched is None else frozenset(one["kind"] for one in touched),
        surface_m2=row.surface_m2,
    )
    recorded = {code: one for code, one in read_states(row.recorded).items() if code in catalogue.steps}
    return {**states_of(facts, as_of), **recorded}


def _written(states: States) -> dict[str, dict[str, Any]]:
    return {
        code: {
            "state": status.state,
            "since": None if status.since is None else status.since.isoformat(),
            "source": status.source,
            "units": status.units,
        }
        for code, status in sorted(states.items())
    }


def _digest(states: Mapping[str, Mapping[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(states, sort_keys=True).encode()).hexdigest()[:32]

"""What a single step would gain, on one parcel or over many, with the eyes of one audience, of any day."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from geo.derive import catalogue_used
from geo.derive.catalogue_used import CATALOGUE_OF_TODAY
from geo.derive.known_then import Moment, known_of
from geo.match.criteria.criterion import Verdict
from geo.match.criteria.place import place as in_place
from geo.match.need.need import Need
from geo.match.need.places import Place
from geo.match.parcel import candidates
from geo.match.parcel.candidate import Candidate
from geo.match.readiness import situations
from geo.match.readiness.readiness import project_facts
from geo.match.readiness.situations import Situations
from geo.match.readiness.whole import counting
from geo.readiness import whatif
from geo.readiness.catalogue import MILESTONES, Catalogue, Step
from geo.readiness.catalogue_file import in_use
from geo.readiness.dates import MEAN_MONTH, day_after
from geo.readiness.needclass import need_class
from geo.readiness.states import standing
from geo.readiness.whatif import Expense, Gain, Holding, Reach, TerritoryGain
from geo.store.database import Actor, Database, Role

WHAT_IF_SCHEMA = "emprise/what-if/1"
OWNER_MILESTONES = ("start", "start_cleared")
"""What a parcel reaches by itself; power and production are a project's."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which milestone, for which need (None: the owner's side), of which day and as known when."""

    milestone: str
    need: Need | None
    moment: Moment

    @property
    def as_of(self) -> date:
        """The day asked of."""
        return self.moment.as_of


def milestones_of(need: Need | None) -> tuple[str, ...]:
    """The milestones that may be asked of."""
    return OWNER_MILESTONES if need is None else MILESTONES


def of_parcel(
    database: Database, role: Role, actor: Actor | None, parcel_id: int, asked: Asked
) -> dict[str, object] | None:
    """What each step alone would gain on a parcel; None when ``role`` sees no such parcel.

    A parcel whose readiness is not derived yet, or of which nothing was known then, has no steps.
    """
    with database.connection(role, actor) as connection:
        found = candidates.load(connection, role, only=parcel_id, need=asked.need)
    if not found:
        return None
    with database.connection(Role.WORKER) as connection:
        catalogue, flags = _catalogue(connection, asked.moment)
        known = next(iter(known_of(connection, [parcel_id], asked.moment)), None)
    head = {**_head(asked), "parcel": parcel_id, "catalogue": catalogue.version, "flags": flags}
    if known is None:
        return {**head, "now": None, "steps": []}
    land = standing(catalogue, known.facts, known.entries, known.attested, asked.as_of)
    project = None if asked.need is None else need_class(project_facts(asked.need, found[0]), catalogue)
    states = counting(catalogue, land, project)
    now, gains = whatif.gains(catalogue, states, asked.milestone, asked.as_of, surface_m2=found[0].surface_m2)
    steps = [_gain(one, catalogue.steps[one.step], asked.as_of) for one in gains]
    return {**head, "now": _reach(now, asked.as_of), "steps": steps}


def of_territory(
    database: Database, role: Role, actor: Actor | None, asked: Asked, where: Place | None, only: Sequence[int] | None
) -> dict[str, object]:
    """What each step alone would gain over the parcels listed, in a place, or over all that ``role`` sees.

    Of the parcels as they lie today: one of which it is not known whether it lies there does not count.
    """
    with database.connection(Role.WORKER) as connection:
        catalogue, flags = _catalogue(connection, asked.moment)
    with database.connection(role, actor) as connection:
        land = _chosen(candidates.load(connection, role), where, only)
    known = situations.of(database, catalogue, asked.need, asked.moment, land)
    found = whatif.territory(catalogue, _holdings(known, land), asked.milestone, asked.as_of)
    counts = {"parcels": len(land), "dated": len(known.keys), "situations": len(known.states)}
    steps = [_over(one, catalogue.steps[one.step]) for one in found]
    return {**_head(asked), "catalogue": catalogue.version, "flags": flags, "counts": counts, "steps": steps}


def _catalogue(connection: Connection, moment: Moment) -> tuple[Catalogue, list[str]]:
    """The catalogue in use then; that of now where it was not kept, with the flag that says so."""
    found = catalogue_used.known_then(connection, moment.known_at)
    return (in_use(), [CATALOGUE_OF_TODAY]) if found is None else (found, [])


def _holdings(known: Situations, land: Sequence[Candidate]) -> list[Holding]:
    alike: dict[situations.Key, list[Candidate]] = defaultdict(list)
    for one in land:
        if one.id in known.keys:
            alike[known.keys[one.id]].append(one)
    return [Holding(known.states[key], len(parcels), _surface(parcels)) for key, parcels in sorted(alike.items())]


def _chosen(land: Iterable[Candidate], where: Place | None, only: Sequence[int] | None) -> list[Candidate]:
    listed = None if only is None else set(only)
    there = Need.model_construct(place=where)
    known = [one for one in land if listed is None or one.id in listed]
    return [one for one in known if in_place(there, one, None).verdict is Verdict.PASS]


def _surface(parcels: Sequence[Candidate]) -> float | None:
    known = [one.surface_m2 for one in parcels if one.surface_m2 is not None]
    return sum(known) if len(known) == len(parcels) else None


def _head(asked: Asked) -> dict[str, object]:
    scope = "owner" if asked.need is None else "need"
    return {"schema": WHAT_IF_SCHEMA, "scope": scope, "milestone": asked.milestone, **asked.moment.told()}


def _gain(gain: Gain, step: Step, as_of: date) -> dict[str, object]:
    gained = gain.gained
    return {
        **_named(step, gain.how),
        "state": gain.state,
        "unblocks": math.isinf(gained.p80),
        "gained_months": {"p50": _months(gained.p50), "p80": _months(gained.p80)},
        "gained_months_if_unknown_steps_fall_away": {
            "p50": _months(gained.p50_optimistic),
            "p80": _months(gained.p80_optimistic),
        },
        "then": _reach(gain.then, as_of),
        "cost": _cost(gain.expense),
    }


def _over(gain: TerritoryGain, step: Step) -> dict[str, object]:
    return {
        **_named(step, gain.how),
        "parcels": gain.parcels,
        "unblocks": gain.freed,
        "gained_parcel_months": _months(gain.parcel_days),
        "gained_months_each": _months(gain.parcel_days / max(gain.parcels - gain.freed, 1)),
        "brings_under_6_months": gain.early["under_6"],
        "brings_under_12_months": gain.early["under_12"],
        "cost": _cost(gain.expense),
    }


def _named(step: Step, how: str) -> dict[str, object]:
    return {"code": step.code, "label": step.label["fr"], "label_en": step.label["en"], "side": step.side, "how": how}


def _months(days: float) -> float | None:
    """Mean months, to the tenth; None for what cannot be counted (from never to some day)."""
    return round(days / MEAN_MONTH, 1) if math.isfinite(days) else None


def _reach(reach: Reach, as_of: date) -> dict[str, object]:
    prudent = {"p50": _day(as_of, reach.p50), "p80": _day(as_of, reach.p80)}
    other = {"p50": _day(as_of, reach.p50_optimistic), "p80": _day(as_of, reach.p80_optimistic)}
    return {**prudent, "if_unknown_steps_fall_away": other}


def _day(as_of: date, days: float) -> str | None:
    found = day_after(as_of, days)
    return None if found is None else found.isoformat()


def _cost(expense: Expense | None) -> dict[str, object] | None:
    if expense is None:
        return None
    amounts = {"min": expense.low, "typical": expense.typical, "max": expense.high}
    euros = {name: None if value is None else round(value) for name, value in amounts.items()}
    told = {"payer": expense.payer, "source": expense.source, "confidence": expense.confidence}
    return {"currency": "EUR", **euros, **told}

"""The readiness of one parcel, by itself or for a need, on any day and as it was known at any instant."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from geo.derive import catalogue_used
from geo.derive.catalogue_used import CATALOGUE_OF_TODAY
from geo.derive.known_then import Moment, known_of
from geo.derive.land_facts import Known
from geo.match.need.need import Need
from geo.match.parcel import candidates
from geo.match.parcel.candidate import Candidate
from geo.match.readiness import plan_of_work
from geo.match.readiness.availability import vocabularies_of
from geo.match.readiness.document import document
from geo.match.readiness.plan_of_work import Said
from geo.match.readiness.readiness import project_facts
from geo.readiness.catalogue import Catalogue
from geo.readiness.catalogue_file import in_use
from geo.readiness.compute import compute
from geo.readiness.needclass import need_class
from geo.readiness.states import standing
from geo.store import steps
from geo.store.database import Actor, Database, Role
from geo.store.steps import Kept, Rights
from geo.store.views.views import PLANNERS


def readiness_of(
    database: Database,
    role: Role,
    actor: Actor | None,
    parcel_id: int,
    need: Need | None,
    as_of: date,
    known_at: datetime | None = None,
) -> dict[str, object] | None:
    """The readiness document of design §8 with its plan of work; None when ``role`` sees no such parcel.

    The parcel is looked for with the eyes of who asks; what is told of it comes from its facts, as they are kept. A
    parcel of which nothing was known then, or nothing is derived yet, has an empty one, of class ``unknown``.
    """
    moment = Moment(as_of, known_at)
    with database.connection(role, actor) as connection:
        rights = steps.rights(connection, parcel_id, planner=role in PLANNERS)
        found = candidates.load(connection, role, only=parcel_id, need=need) if rights is not None else []
    if rights is None:
        return None
    with database.connection(Role.WORKER) as connection:
        known = next(iter(known_of(connection, [parcel_id], moment)), None)
        catalogue = catalogue_used.known_then(connection, known_at)
        rows = steps.standing(connection, parcel_id) if known_at is None else _then(connection, parcel_id, known_at)
    if known is None:
        return _nothing(need, moment)
    made = _computed(catalogue or in_use(), known, need, found, moment, rows, rights)
    if catalogue is None:
        made["flags"] = [*made["flags"], CATALOGUE_OF_TODAY]
    return {**made, **moment.told(), "responsible": rights.responsible}


def _then(connection: Connection, parcel_id: int, known_at: datetime) -> list[Kept]:
    return steps.known_then(steps.history(connection, parcel_id), known_at)


def _computed(
    catalogue: Catalogue,
    known: Known,
    need: Need | None,
    found: Sequence[Candidate],
    moment: Moment,
    rows: Sequence[Kept],
    rights: Rights,
) -> dict[str, Any]:
    land = standing(catalogue, known.facts, known.entries, known.attested, moment.as_of)
    land = {code: status for code, status in land.items() if code in catalogue.steps}
    project = need_class(project_facts(need, found[0]), catalogue) if need is not None and found else None
    computed = compute(catalogue, land, project, moment.as_of)
    told = document(computed, catalogue, "owner" if project is None else "need")
    owner = computed if project is None else compute(catalogue, land, None, moment.as_of)
    # the market and what was declared of it are those of today
    said_today = found[0] if found and moment.known_at is None else None
    said = Said(catalogue, known, land, project, moment.as_of, tuple(rows), own=rights.own)
    vocabularies = vocabularies_of(owner, said_today)
    named = {"need_class": None if project is None or project.already else project.key}
    return {**told, **named, **plan_of_work.beside(told, computed, said), "vocabularies": vocabularies}


def _nothing(need: Need | None, moment: Moment) -> dict[str, object]:
    """The answer where nothing is known, or was then."""
    why = "not_derived" if moment.known_at is None else "not_known_then"
    return {
        "scope": "owner" if need is None else "need",
        "start": None,
        "start_cleared": None,
        "power": None,
        "production": None,
        "critical_path": [],
        "class": "unknown",
        "steps": [],
        "unknown": [],
        "blocked": [],
        "flags": [why],
        **moment.told(),
    }

"""Saying of many statuses that they are still as they are told: over HTTP and on the command line alike."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date

from sqlalchemy.exc import SQLAlchemyError

from api.planning.recording import whose
from api.problems import Problem, Refusal
from geo.derive import work
from geo.derive.readiness import standings
from geo.readiness.gathering import States
from geo.readiness.status import UNKNOWN
from geo.store import steps
from geo.store.database import Actor, Database, Role
from geo.store.steps import ATTESTATION, Record, Rights

Seen = tuple[int, str | None]
"""A parcel and a step of it; no step: every one that is due there."""
TOLD = 20


def attest(
    database: Database, role: Role, actor: Actor | None, seen: Sequence[Seen], why: str, on: date, today: date
) -> int:
    """Write an attestation of each status seen on a day, all or none; how many there were.

    Raises:
        Problem: 422, every status that cannot be said again (TOLD at most), with the reason.
    """
    if on > today:
        refusal = Refusal("attested_on", "step.future", {"on": on, "today": today}, today.isoformat())
        raise Problem("invalid", "body.invalid", errors=[refusal])
    parcels = sorted({parcel for parcel, _ in seen})
    with database.connection(role, actor) as connection:
        rights = {parcel: steps.rights(connection, parcel, planner=True) for parcel in parcels}
        with database.connection(Role.WORKER) as worker:
            present = standings(worker, [parcel for parcel, found in rights.items() if found and found.own], today)
        refused = [one for place, said in enumerate(seen) for one in _refused(place, said, rights, present)]
        if refused:
            raise Problem("invalid", "body.invalid", errors=refused[:TOLD])
        statuses = {(parcel, code) for parcel, step in seen for code in _codes(step, present[parcel])}
        for parcel, code in sorted(statuses):
            status = present[parcel][code]
            since = min(status.since or on, on)
            steps.add(connection, parcel, Record(code, status.state, since, why, attested_on=on, kind=ATTESTATION))
    with suppress(SQLAlchemyError):  # what is left stale is derived by whoever derives beside
        work.derive_these(database, parcels, today)
    return len(statuses)


def _codes(step: str | None, states: States) -> list[str]:
    return [code for code, status in states.items() if status.stale] if step is None else [step.upper()]


def _refused(
    place: int, said: Seen, rights: Mapping[int, Rights | None], present: Mapping[int, States]
) -> Iterator[Refusal]:
    parcel, step = said
    found, states = rights[parcel], present.get(parcel)
    if found is None or (found.own and states is None):
        yield Refusal(f"statuses[{place}].parcel", "parcel.unknown", {"id": parcel})
    elif not found.own:
        yield Refusal(f"statuses[{place}].parcel", *whose(found))
    else:
        known = [code for code, status in (states or {}).items() if status.state != UNKNOWN]
        for code in _codes(step, states or {}):
            if code not in known:
                params = {"step": code, "known": known}
                yield Refusal(f"statuses[{place}].step", "step.nothing_to_attest", params)

"""Steps of which a file says otherwise than planners recorded: the records stay, each load tells."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo.derive.land_facts import entries_of, gather, read
from geo.intake.problems import Remark
from geo.intake.report import KEPT_PER_CODE, STEP_KEPT
from geo.readiness.states import contradictions
from geo.readiness.status import StepStatus
from geo.store import steps
from geo.store.database import Database, Role
from geo.store.layers import Layer
from geo.store.merging.staged_steps import STATED, with_entries

TODAY = text("select core.today()")


def step_conflicts(connection: Connection, layer: Layer, values: Mapping[str, object]) -> Iterator[Remark]:
    """A remark for each step of a staged parcel on which a planner's entry and the file's facts differ."""
    for staged in with_entries(connection, layer, values, KEPT_PER_CODE):
        entries = entries_of(staged.recorded)
        for code, entry, mapped in contradictions(read(staged.facts, None), entries, staged.on):
            by = staged.organisations.get(code)
            yield _kept(staged.row, staged.parcel, code, entry, mapped, by, key=staged.key)


def edited_step_conflicts(
    database: Database, edited: Mapping[int, Mapping[str, object]], rows: Mapping[int, int]
) -> Iterator[Remark]:
    """The same of an edited file: ``edited`` are the facts it changes by parcel, ``rows`` where each parcel stands.

    A parcel of which it changes nothing that tells of a step is not looked at.
    """
    stated: dict[int, dict[str, Any]] = {
        parcel: {name: value for name, value in facts.items() if name in STATED} for parcel, facts in edited.items()
    }
    parcels = [parcel for parcel, facts in stated.items() if facts]
    if not parcels:
        return
    with database.connection(Role.WORKER) as connection:
        as_of: date = connection.execute(TODAY).scalar_one()
        for known in sorted(gather(connection, parcels, as_of), key=lambda one: rows[one.parcel]):
            facts = replace(known.facts, **stated[known.parcel])
            found = contradictions(facts, known.entries, as_of)
            recorded = steps.standing(connection, known.parcel) if found else []
            for code, entry, mapped in found:
                row = steps.in_force(recorded, code)
                by = None if row is None else row.organisation
                yield _kept(rows[known.parcel], known.parcel, code, entry, mapped, by)


def _kept(
    row: int, parcel: int, code: str, entry: StepStatus, mapped: StepStatus, by: str | None, **beside: str
) -> Remark:
    params = {
        **beside,
        "row": row,
        "parcel": parcel,
        "step": code,
        "entered": entry.state,
        "since": None if entry.since is None else entry.since.isoformat(),
        "by": by,
        "stated": mapped.state,
        "source": mapped.source,
    }
    return Remark(row, code, mapped.source, STEP_KEPT, params=params)

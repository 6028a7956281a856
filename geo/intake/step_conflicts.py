"""Steps of which a file says otherwise than planners recorded: the records stay, each load tells."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from geo.derive.land_facts import entries_of, read
from geo.intake.problems import Remark
from geo.intake.report import KEPT_PER_CODE, STEP_KEPT
from geo.readiness.states import contradictions
from geo.store.layers import Layer
from geo.store.staged_steps import with_entries


def step_conflicts(connection: Connection, layer: Layer, values: Mapping[str, object]) -> Iterator[Remark]:
    """A remark for each step of a staged parcel on which a planner's entry and the file's facts differ."""
    if layer.name != "parcels":
        return
    for staged in with_entries(connection, layer, values, KEPT_PER_CODE):
        entries = entries_of(staged.recorded)
        for code, entry, mapped in contradictions(read(staged.facts, None), entries, staged.on):
            params = {
                "row": staged.row,
                "parcel": staged.parcel,
                "key": staged.key,
                "step": code,
                "entered": entry.state,
                "since": None if entry.since is None else entry.since.isoformat(),
                "by": staged.organisations.get(code),
                "stated": mapped.state,
                "source": mapped.source,
            }
            yield Remark(staged.row, code, mapped.source, STEP_KEPT, params=params)

"""What is proposed for a file nobody recognises: columns with why and how sure, what is left, what is asked."""

from dataclasses import dataclass

from geo.intake.files.table_columns import GeometryColumns
from geo.intake.mapping.layer_mapping import Rule

SURE_ENOUGH = 0.6
"""Below this a column stays unmapped and is listed."""
Conditions = tuple[tuple[str, tuple[str, ...]], ...]
"""Fields and the values meant of each."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """One column of ours and where it seems to come from: ``why`` is a code, ``confidence`` from 0 to 1."""

    rule: Rule
    why: str
    confidence: float

    @property
    def field(self) -> str:
        """The fields of the source; empty for a constant."""
        return " + ".join(self.rule.fields)


@dataclass(frozen=True, slots=True)
class Left:
    """A field that no column takes: ``why`` is a code, ``target`` the column it could have been, if any.

    One without a ``field`` is what no field says and the planner has to: the kind of a constraint, what rows are known
    again by.
    """

    field: str
    why: str
    target: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a source layer seems to be; ``columns`` in the order of our record.

    ``asked`` is what no field says and the planner has to. ``reach`` is the width of lines or the radius of points of a
    constraint, ``geometry`` the columns of a table that hold its places, ``crs`` their system where the file does not
    state it. ``only`` and ``leave_out`` are those of the mapping confirmed for an earlier version.
    """

    name: str
    layer: str
    columns: tuple[Proposed, ...]
    left: tuple[Left, ...]
    reach: tuple[Proposed, ...] = ()
    crs: str | None = None
    geometry: GeometryColumns | None = None
    asked: tuple[Left, ...] = ()
    only: Conditions = ()
    leave_out: Conditions = ()

    @property
    def confidence(self) -> float:
        """How much speaks for this layer; a column all whose words are still to be filled in says nothing."""
        known = (one for one in self.columns if one.rule.values is None or any(one.rule.values.values()))
        return sum(one.confidence for one in known)

"""What a load tells of land at each load, whether its file changed it or not.

Rows that a file repeats word for word are passed over unread (docs/decisions/raw-skip.md), but for the land that such
a message may be about. So a check states what land that is, and a load makes no check but those listed here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from geo.intake.problems import Remark
from geo.intake.report import KEPT_PER_CODE, OVERRIDDEN
from geo.intake.step_conflicts import step_conflicts
from geo.store import edits
from geo.store.layers import Layer
from geo.store.merging import others, staged_steps

LAYER = "parcels"
"""The layer whose rows planners and their organisations say something of."""


@dataclass(frozen=True, slots=True)
class Check:
    """Remarks on staged rows, for the values of a merge; ``of`` (SQL) says of which parcels ``t`` there may be any."""

    remarks: Callable[[Connection, Layer, Mapping[str, Any]], Iterable[Remark]]
    of: str


def _overridden(connection: Connection, layer: Layer, values: Mapping[str, Any]) -> Iterator[Remark]:
    """Fields where planners know better than the file: their values stay."""
    for one in edits.disagreements(connection, layer, values, KEPT_PER_CODE):
        yield Remark(one.row, one.field, one.told, OVERRIDDEN, params=asdict(one))


CHECKS = (
    Check(_overridden, edits.OVERRIDDEN),
    Check(step_conflicts, staged_steps.ENTERED),
)
REFUSED = others.OF_OTHERS
"""Land whose rows are refused at each load (geo.intake.settling)."""


def remarks(connection: Connection, layer: Layer, values: Mapping[str, Any]) -> Iterator[Remark]:
    """What each check tells of the staged rows of a layer."""
    for check in CHECKS if layer.name == LAYER else ():
        yield from check.remarks(connection, layer, values)


def spoken_of(layer: Layer) -> str:
    """SQL: some check may tell of the parcel ``t``, so that its row is to be read at each load."""
    return " or ".join([*(check.of for check in CHECKS), REFUSED]) if layer.name == LAYER else "false"

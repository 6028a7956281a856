"""How many parcels a need finds, by the index alone: what a page shows while a need is being written."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from geo.match.given_back import give_back
from geo.match.need.need import Need
from geo.match.screen.fits import YES
from geo.match.screen.opening import open_screening
from geo.match.screen.screening import Screening
from geo.store.database import Actor, Database, Role


@dataclass(frozen=True, slots=True)
class IndexCounts:
    """considered = proved + open + to_check + sum(rejected); no fit is decided beyond what profiles prove."""

    considered: int
    proved: int
    open: int
    to_check: int
    rejected: dict[str, int]
    data: str


def count(database: Database, role: Role, actor: Actor | None, need: Need, as_of: date) -> IndexCounts:
    """The counts of a need over what ``actor`` may see as ``role``."""
    counts = _counted(database, role, actor, need, as_of)
    give_back()
    return counts


def _counted(database: Database, role: Role, actor: Actor | None, need: Need, as_of: date) -> IndexCounts:
    """What it holds of every parcel is free when it returns."""
    opened = open_screening(database, role, actor, need, as_of)
    return counts_of(opened.screening, opened.data)


def counts_of(screening: Screening, data: str) -> IndexCounts:
    """The counts of one screening."""
    clear, asking = screening.clear, screening.asking
    proved = len(clear) if screening.need.buildings is None else int(np.count_nonzero(clear.told == YES))
    rejected = screening.rejected.copy()
    rejected["fit"] += len(clear.refused) + len(asking.refused)
    return IndexCounts(
        considered=len(screening.rows),
        proved=proved,
        open=len(clear) - proved + screening.stale,
        to_check=len(asking),
        rejected=dict(sorted((+rejected).items())),
        data=data,
    )

"""A changed need screened, where the buildings asked are the same: what is told of them on a row is told once."""

from dataclasses import dataclass, field

import numpy as np

from geo.match.screen.columns import Rows
from geo.match.screen.fits import Numbers
from geo.match.screen.screening import Screening

NOT_TOLD = np.int8(-1)


def nothing_told(rows: Rows) -> Numbers:
    """Of each row up to the last of some, that nothing is told yet."""
    return np.full(int(rows.max(initial=-1)) + 1, NOT_TOLD)


@dataclass
class ScreenedAgain(Screening):
    """A screening that keeps in ``known``, by row, what is told of the buildings; None: they are others."""

    known: Numbers | None = field(default=None, kw_only=True)

    def told(self, rows: Rows) -> Numbers:
        """What profiles, or surfaces alone, tell of the buildings at some rows."""
        if self.known is None:
            return super().told(rows)
        found = self.known[rows]
        new = rows[found == NOT_TOLD]
        if len(new):
            self.known[new] = super().told(new)
            found = self.known[rows]
        return found

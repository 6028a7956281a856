"""Which matches of those shown no other of them beats: as good on every wish, and better on one."""

from collections.abc import Sequence

import numpy as np

from geo.match.judged import Judged


def unbeaten(rows: Sequence[Judged]) -> list[bool]:
    """For each row, whether no other row is sure to be as good on its rank and every wish, and better on one.

    A missing fact may be the best there is, so it beats nobody and nobody beats it.
    """
    if not rows:
        return []
    # (rows, rank and wishes): what each is sure to satisfy, and what it may satisfy at best
    least = np.array([[_rank(row), *(part.satisfaction.low for part in row.score.contributions)] for row in rows])
    most = np.array([[_rank(row), *(part.satisfaction.high for part in row.score.contributions)] for row in rows])
    return [not bool(np.any((least >= best).all(axis=1) & (least > best).any(axis=1))) for best in most]


def _rank(row: Judged) -> float:
    """The rank as one wish more: available land before optioned land before the rest."""
    return -float(row.candidate.rank_group)

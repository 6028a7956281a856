"""What a table says of the number each row has, in one compiled loop: a fifth of the time of two steps of numpy."""

from typing import Any

from numpy.typing import NDArray

from geo.compiler import lean
from geo.match.screen.columns import Column, Rows


@lean
def look_up(table: NDArray[Any], numbers: Column, rows: Rows, out: NDArray[Any]) -> None:
    """Write ``table[numbers[rows]]`` to ``out`` (as long as ``rows``, of the kind of the table)."""
    for place in range(rows.shape[0]):
        out[place] = table[numbers[rows[place]]]

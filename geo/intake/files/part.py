"""One layer of rows inside a source file, whatever its format: the face readers show to the source."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from geo.intake.crs import Frame
from geo.intake.raw import Raw

if TYPE_CHECKING:
    from geo.intake.chunk import Piece

Told = Callable[[float], None]
"""Hears the share of the part that was read, from 0 to 1."""

SAMPLE_ROWS = 200
"""How many first rows the schema and the coordinate system are judged from."""


class Part(Protocol):
    """Rows that share fields and a coordinate system.

    ``crs`` is ``EPSG:n`` as the file declares it, None when it does not say. ``sample`` are the first rows.
    """

    name: str
    fields: list[str]
    crs: str | None
    sample: Raw

    def read(self, first_row: int, most: int, frame: Frame, told: Told) -> Iterator[Raw]:
        """All rows, at most ``most`` at a time, numbered from ``first_row``, understood as ``frame`` says.

        Raises Unreadable.
        """
        ...


@runtime_checkable
class Divisible(Protocol):
    """A part that can cut its rows into pieces without reading them."""

    def pieces(self, first_row: int, most: int, frame: Frame, told: Told) -> "Iterator[Piece]":
        """What ``read`` of a Part gives, unread: the same pieces each time. Raises Unreadable."""
        ...

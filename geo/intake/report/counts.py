"""How many rows of a layer were read, kept, mended, refused, and what the base made of them."""

from dataclasses import dataclass
from typing import Protocol


class Merged(Protocol):
    """What the base says of a merged layer."""

    @property
    def new(self) -> int:
        """Rows the base did not have."""
        ...

    @property
    def changed(self) -> int:
        """Rows whose record differs."""
        ...

    @property
    def unchanged(self) -> int:
        """Rows the base has as they are."""
        ...

    @property
    def missing(self) -> int:
        """Rows of the base that the file no longer has."""
        ...


@dataclass(slots=True)
class Counts:
    """Rows of one layer. read = kept + identical + rejected + left_out; repaired rows are among the kept ones.

    ``left_out`` are rows a mapping says are not wanted.

    ``new``, ``changed``, ``unchanged`` and ``missing`` are None until the layer is merged into the base.
    """

    read: int = 0
    kept: int = 0
    identical: int = 0
    repaired: int = 0
    rejected: int = 0
    left_out: int = 0
    new: int | None = None
    changed: int | None = None
    unchanged: int | None = None
    missing: int | None = None

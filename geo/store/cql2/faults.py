"""Why a filter is refused."""

from collections.abc import Mapping
from typing import Any

EXAMPLE = "zone_type = 'AUc' AND surface_m2 >= 50000"
"""A right filter, where none is nearer to what was meant."""


class FilterFault(ValueError):  # noqa: N818 - read as a sentence
    """A filter that cannot be answered: a code of the catalogue and what its sentence needs.

    ``at``: where in the JSON form, from the outside in (``args[0]``). A parameter ``example`` is a whole filter, as
    text.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, Any] = params
        self.at: tuple[str, ...] = ()

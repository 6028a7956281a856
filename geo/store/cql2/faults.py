"""Why a filter is refused."""

from collections.abc import Mapping
from typing import Any


class FilterFault(ValueError):  # noqa: N818 - read as a sentence
    """A filter that cannot be answered: a code of the catalogue and what its sentence needs."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, Any] = params

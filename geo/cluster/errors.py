"""The one error of this room, and its remarks: codes and parameters, whose sentences stand in api/catalogues."""

from collections.abc import Mapping
from dataclasses import dataclass
from errno import errorcode


class ClusterError(Exception):
    """The embedded cluster cannot do what was asked.

    ``code`` is stable; ``params`` are the folders, accounts and numbers that its sentence is filled with.
    """

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know of a cluster that works."""

    code: str
    params: Mapping[str, object]


def refused(code: str, problem: OSError, /, **params: object) -> ClusterError:
    """The error for what the operating system refused: ``errno`` is its symbol, ``reason`` its own words."""
    symbol = errorcode.get(problem.errno or 0, "")
    return ClusterError(code, errno=symbol, reason=problem.strerror or str(problem), **params)

"""What an update did or would do: field by field, with its conflicts and its refusals."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from geo.intake.problems import Rejection, Remark, Repair


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one row that the file changes; a geometry is shown as its surface (m2) and number of vertices."""

    row: int
    id: int
    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field changed in the file and in the base since the file was written, to different values.

    ``actor`` and ``at`` (ISO) tell the last change in the base; the field ``row_version`` stands for a row so old
    that the history no longer knows what it was.
    """

    row: int
    id: int
    field: str
    base: object
    file: object
    current: object
    actor: str | None
    at: str | None


@dataclass(slots=True)
class UpdateReport:
    """The report of one file. read = changed + unchanged + conflicting + rejected.

    ``changed`` counts rows that are (or would be) written; ``missing`` are parcels the editor may change that the
    file does not hold: told, never deleted. ``written`` says whether the base was changed.
    """

    name: str
    read: int = 0
    unchanged: int = 0
    missing: int = 0
    written: bool = False
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """Rows the file changes."""
        return len({change.row for change in self.changes})

    @property
    def conflicting(self) -> int:
        """Rows with a conflict, of which nothing is written."""
        return len({conflict.row for conflict in self.conflicts})

    @property
    def rejected(self) -> int:
        """Rows refused."""
        return len({rejection.row for rejection in self.rejections})

    @property
    def clean(self) -> bool:
        """Whether all of the file can be written."""
        return not self.conflicts and not self.rejections

    def to_json(self) -> dict[str, object]:
        """The whole report as JSON values."""
        counts = ("read", "changed", "unchanged", "conflicting", "rejected", "missing")
        listed = ("changes", "conflicts", "rejections", "repairs", "remarks")
        return {
            "file": self.name,
            "update": True,
            "written": self.written,
            "rows": {name: getattr(self, name) for name in counts},
            **{name: [_plain(asdict(one)) for one in getattr(self, name)] for name in listed},
        }


def _plain(value: Any) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value

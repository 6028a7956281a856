"""What an update did or would do: field by field, with its conflicts and its refusals."""

from dataclasses import asdict, dataclass, field

from geo.intake.problems import Rejection, Remark, Repair
from geo.intake.report.told import plain


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
    file does not hold: told, never deleted. ``written`` says whether the base was changed. ``step_conflicts``: steps of
    changed parcels whose record by a planner stays against what the file says.
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
    step_conflicts: list[Remark] = field(default_factory=list)

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
        listed = ("changes", "conflicts", "rejections", "repairs", "remarks", "step_conflicts")
        return {
            "file": self.name,
            "update": True,
            "written": self.written,
            "rows": {name: getattr(self, name) for name in counts},
            **{name: [plain(asdict(one)) for one in getattr(self, name)] for name in listed},
        }

"""The verdict of one criterion on one parcel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """Whether a parcel meets a criterion; unknown is neither."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What a criterion does to a parcel that misses it: a must rejects it, a wish lowers it, a note only tells."""

    MUST = "must"
    WISH = "wish"
    NOTE = "note"


class Who(StrEnum):
    """Who can answer what is unknown."""

    RESPONSIBLE = "responsible"
    """the organisation responsible for the parcel (`Candidate.responsible`), else its EPCI"""
    OWNER = "owner"
    PLANNING_AUTHORITY = "planning_authority"
    GRID_OPERATOR = "grid_operator"
    RAIL_MANAGER = "rail_manager"
    ENVIRONMENT_AUTHORITY = "environment_authority"
    SURVEYOR = "surveyor"
    SERVICE = "service"
    """this service: it does not record or decide this yet"""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion judged: the fact it read, where that comes from, and a code with its parameters (JSON values)."""

    name: str
    verdict: Verdict
    code: str
    fact: object = None
    source: str | None = None
    detail: Mapping[str, object] = field(default_factory=dict)
    role: Role = Role.MUST

    @property
    def blocks(self) -> bool:
        """Whether this rejects the parcel."""
        return self.role is Role.MUST and self.verdict is Verdict.FAIL

    @property
    def asks(self) -> bool:
        """Whether this sends the parcel to `to_check`."""
        return self.role is Role.MUST and self.verdict is Verdict.UNKNOWN


def unknown(name: str, code: str, who: Who, source: str | None = None, **detail: object) -> Criterion:
    """A criterion whose fact is missing, and who can give it."""
    return Criterion(name, Verdict.UNKNOWN, code, None, source, {**detail, "who": who.value})


def decided(
    name: str, passes: bool, codes: tuple[str, str], fact: object, source: str | None, **detail: object
) -> Criterion:
    """A criterion whose fact is known; `codes` are those of pass and of fail."""
    verdict, code = (Verdict.PASS, codes[0]) if passes else (Verdict.FAIL, codes[1])
    return Criterion(name, verdict, code, fact, source, detail)

"""Where a project stands with its company, and what may come after what."""

from collections.abc import Mapping
from enum import StrEnum


class ProjectStatus(StrEnum):
    """From a first sign to a site, or lost on the way."""

    DETECTED = "detected"
    QUALIFIED = "qualified"
    PROPOSED = "proposed"
    VISITED = "visited"
    SITED = "sited"
    LOST = "lost"


_S = ProjectStatus
NEXT: Mapping[ProjectStatus, tuple[ProjectStatus, ...]] = {
    _S.DETECTED: (_S.QUALIFIED, _S.LOST),
    _S.QUALIFIED: (_S.PROPOSED, _S.LOST),
    _S.PROPOSED: (_S.VISITED, _S.LOST),
    _S.VISITED: (_S.SITED, _S.PROPOSED, _S.LOST),
    _S.SITED: (_S.LOST,),
    _S.LOST: (_S.QUALIFIED,),
}
"""After a visit other sites may be proposed; a sale may fall through; who was lost may come back."""
OPEN = (_S.DETECTED, _S.QUALIFIED, _S.PROPOSED, _S.VISITED)
"""Projects that still look for land."""


def needs_reason(before: ProjectStatus, after: ProjectStatus) -> bool:
    """Whether a change must say why: of what is lost, and of what comes back."""
    return _S.LOST in (before, after)

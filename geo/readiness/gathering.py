"""States being gathered, and the folding of published French values: shared by the rules of land facts."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from geo.readiness.status import BLOCKED, DONE, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN, StepStatus

States = dict[str, StepStatus]

UNSAID = frozenset({"", "inconnu", "autre", "sans objet"})
"""The three unknowns of CNIG lists, folded."""

_NUMBERED = re.compile(r"(1|2|ii?)(?:au|na)\w*")

WEIGHTS = {NOT_NEEDED: 0, DONE: 1, UNKNOWN: 2, RUNNING: 3, TO_DO: 4, BLOCKED: 5}


def weight(status: StepStatus | None) -> int:
    """How much is left to do, for choosing between two facts that speak of one step."""
    return 0 if status is None else WEIGHTS[status.state]


def put(states: States, codes: Iterable[str], state: str, source: str) -> None:
    """Write one state for several steps."""
    for code in codes:
        states[code] = StepStatus(state, source=source)


def from_size(value: float | None, bound: float) -> str:
    """to_do from ``bound`` up, not_needed below, unknown without a value."""
    if value is None:
        return UNKNOWN
    return TO_DO if value >= bound else NOT_NEEDED


@lru_cache(maxsize=1_000)
def fold(text: str | None) -> str:
    """Lower case, without accents, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text or "") if not unicodedata.combining(c))
    return " ".join(bare.replace("’", "'").lower().split())


def zone_of(typezone: str | None) -> str:
    """Zone type folded, old spellings in today's: 2AU and IIAU are ``aus``, 1AU and IAU are ``auc``."""
    letters = fold(typezone).replace(" ", "")
    numbered = _NUMBERED.fullmatch(letters)
    if numbered:
        return "aus" if numbered[1] in ("2", "ii") else "auc"
    return letters


def is_protected(typezone: str | None) -> bool:
    """Zones A and N, and the land a carte communale keeps from building."""
    zone = zone_of(typezone)
    return zone.startswith(("n", "zn")) or (zone.startswith("a") and not zone.startswith("au"))

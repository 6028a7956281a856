"""Does it take natural, farm or forest land (ENAF)?

What counts is the use of the ground, not its zoning (article 194 of loi Climat et résilience, 2021-1104, and article
L101-2-1 of the Code de l'urbanisme), so only what was recorded of occupation and use decides.
"""

from geo.land.text import fold
from geo.land.vocabulary import Origin
from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView

NAME = "no_enaf"
BUILT_BEFORE = frozenset({"friche", "vacant", "occupe"})
"""States of occupation (terr_etat_occup) of ground that has been built on."""
TAKEN = frozenset(
    fold(used)
    for used in (
        "voirie ou infrastructure",
        "parkings, stationnement",
        "zone de retournement poids-lourds",
        "bâti productif",
        "bâti résidentiel",
        "dépôt, stockage",
        "carrières, zones d'extraction",
    )
)
"""Uses (terr_usage) of ground that is no longer natural, farmed or wooded."""
WILD = frozenset(fold(used) for used in ("espace agricole", "espace naturel ou forestier"))


def no_enaf(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the ground has been built on or used before.

    Brownfields and land once occupied pass, farmed, natural and wooded land fails. Land never occupied whose use says
    neither, or that is told both, is for the planning authority to say.
    """
    usage = fold(candidate.usage or "")
    before = candidate.origin is Origin.FRICHE or fold(candidate.etat_occup or "") in BUILT_BEFORE or usage in TAKEN
    fact = candidate.usage or candidate.etat_occup
    if usage in WILD and not before:
        return Criterion(NAME, Verdict.FAIL, "no_enaf.natural_or_farmed", fact, candidate.source)
    if before and usage not in WILD:
        return Criterion(NAME, Verdict.PASS, "no_enaf.used_before", fact, candidate.source)
    code = "no_enaf.not_recorded" if fact is None else "no_enaf.unknown"
    return unknown(NAME, code, Who.PLANNING_AUTHORITY, candidate.source)

"""The classes that portals, programmes and territories speak in, each read from the one computed date.

Owner-side readiness only: what a project brings is not the parcel's. Both bounds must agree, else ``unknown``: what is
not known of a step is never settled by a class. Rules and sources: docs/decisions/readiness-vocabularies.md.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from geo.readiness.result import Milestone, Readiness, class_of
from geo.readiness.status import DONE, NOT_NEEDED, TO_DO, UNKNOWN

CLASSES = ("immediate", "0_6", "6_12", "over_12")
HELD_AT = 0.8
"""Classes are held with this probability: the prudent date."""
WORDS: Mapping[str, float] = {"earliest": 0.1, "likely": 0.5, "prudent": 0.8}
"""What the three dates are called: au plus tôt, probable, prudente."""
FONCIER_PLUS: Mapping[str, str] = {
    "immediate": "IMMEDIATLY",
    "0_6": "FROM_0_TO_6",
    "6_12": "FROM_6_TO_12",
    "over_12": "MORE_THAN_12",
}
"""Availability as the national portal writes it (its spelling)."""
PLAN = frozenset({"ZAN", "PLU_MOD", "PLU_REV", "DP_MEC", "PINM"})
DILIGENCE = frozenset({"FLORA4", "ARCH_P", "ARCH_D", "ARCH_F", "SOIL_DIAG", "CASE_BY_CASE"})
WORKS = frozenset({"VRD", "ACCESS", "DEMOL", "DEPOL_0", "DEPOL_1", "DEPOL_2", "DEPOL_3"})
PERMITS = frozenset({"APPEAL_PA", "AGRI", "CLEAR", "DEP", "IOTA_OP_D", "IOTA_OP_A"})
DEVELOPMENT = frozenset({"ZAC", "PA", "APPEAL_PA", "VRD"})
OVER = frozenset({DONE, NOT_NEEDED})
SOLD, OPTIONED = "sold", ("optioned", "under_promise", "reserved_by_council")
OFFERED = ("for_sale", "for_lease")


@dataclass(frozen=True, slots=True)
class Declared:
    """What others say of the parcel's availability: a day (Foncier+ ``date_dispo``), turnkey (CNIG, Foncier+)."""

    on: date | None = None
    turnkey: bool | None = None

    def ready_class(self, as_of: date) -> str | None:
        """The class they declare on a day; None when nothing is declared. Turnkey is immediate by its definition."""
        if self.turnkey:
            return "immediate"
        return None if self.on is None else class_of(as_of, (self.on - as_of).days)


def day_of(published: str | None) -> date | None:
    """A day as it was published (ISO); None for what is no day of the calendar."""
    with suppress(ValueError):
        return None if published is None else date.fromisoformat(published)
    return None


def vocabularies(owner: Readiness, market: str | None, declared: Declared) -> dict[str, object]:
    """Every vocabulary for a parcel, by name, from its owner-side readiness; ``unknown`` where bounds disagree."""
    states = {row.code: row.state for row in owner.steps}
    computed = owner.ready_class
    return {
        "words": {name: None if day is None else day.isoformat() for name, day in words(owner.start).items()},
        "class": computed,
        "foncier_plus": FONCIER_PLUS.get(computed),
        "turnkey": turnkey(owner),
        "france_2030": _agreed(owner.start_cleared, france_2030),
        "roannais": roannais(owner, market),
        "bfc": bfc(states, market),
        "vbrsp": list(vbrsp(owner, states, market)),
        "declared": compared(declared.ready_class(owner.as_of), computed),
    }


def words(milestone: Milestone) -> dict[str, date | None]:
    """The dates people ask for, by name; None for never."""
    return {name: milestone.on(probability) for name, probability in WORDS.items()}


def turnkey(owner: Readiness) -> str:
    """yes when appeals and withdrawals are purged "immediately or very shortly" (the State's call of 2020): six months.

    The sale itself takes up to six months, so land where nothing but the sale is left is turnkey.
    """
    said = _agreed(owner.start_cleared, lambda as_of, day: class_of(as_of, _days(as_of, day)))
    return said if said == UNKNOWN else "yes" if said in ("immediate", "0_6") else "no"


def france_2030(_: date, day: date | None) -> str:
    """The three waves of the France 2030 sites, by the year all is purged; later sites are outside the programme."""
    if day is None or day.year > 2030:
        return "after_2030"
    return "by_2024" if day.year <= 2024 else "2025_2027" if day.year <= 2027 else "2028_2030"


def roannais(owner: Readiness, market: str | None) -> str:
    """Of Roannais Agglomération: sous option; commercialisable now; else the land envelope before or after 2030."""
    if market in OPTIONED:
        return "sous_option"
    if market in OFFERED and owner.ready_class in ("immediate", "0_6"):
        return "commercialisable"
    return _agreed(owner.start, lambda _, day: "avant_2030" if day is not None and day.year < 2030 else "apres_2030")


def bfc(states: Mapping[str, str], market: str | None) -> str:
    """``eta_disp`` of Bourgogne-Franche-Comté: how far the development is, and whether it is sold."""
    if market == SOLD:
        return "terminee"
    left = _left(states, DEVELOPMENT)
    if UNKNOWN in left:
        return UNKNOWN
    if not left:
        return "commercialisation_en_cours" if market in OFFERED or market in OPTIONED else "engagee"
    begun = any(states.get(code, NOT_NEEDED) not in (TO_DO, NOT_NEEDED) for code in DEVELOPMENT)
    return "engagee" if begun else "non_engagee"


def vbrsp(owner: Readiness, states: Mapping[str, str], market: str | None) -> tuple[int, int] | tuple[()]:
    """Tier of the Virginia programme, at least and at most (unknown steps to do, then not needed).

    1 raw, a seller who is willing; 2 marketed, title to be had from one seller; 3 plan and due diligence settled;
    4 serviced; 5 every permit in place and purged. Empty: nobody is known to sell.
    """
    if market not in (*OFFERED, *OPTIONED):
        return ()
    return _tier(states, OVER), _tier(states, OVER | {UNKNOWN})


def _tier(states: Mapping[str, str], over: Collection[str]) -> int:
    """The last rung of which everything before is over too."""
    rungs = ({"LAND_PRIV", "DUP"}, PLAN | DILIGENCE, WORKS | {"PA", "ZAC"}, PERMITS)
    for tier, rung in enumerate(rungs, 1):
        if any(states.get(code, NOT_NEEDED) not in over for code in rung):
            return tier
    return len(rungs) + 1


def compared(declared: str | None, computed: str) -> dict[str, str] | None:
    """The declared class beside the computed one, and what comes of it; None when nothing is declared.

    ``verdict``: agrees, too_early (declared sooner than computed), too_late, open (the computed one is unknown).
    """
    if declared is None:
        return None
    if computed not in CLASSES:
        verdict = "open"
    else:
        gap = CLASSES.index(declared) - CLASSES.index(computed)
        verdict = "agrees" if gap == 0 else "too_early" if gap < 0 else "too_late"
    return {"declared": declared, "computed": computed, "verdict": verdict}


def _left(states: Mapping[str, str], codes: Iterable[str]) -> set[str]:
    return {states[code] for code in codes if states.get(code, NOT_NEEDED) not in OVER}


def _agreed(milestone: Milestone, say: Callable[[date, date | None], str]) -> str:
    """What both bounds say, unknown when they differ."""
    said = {say(milestone.as_of, milestone.on(HELD_AT, optimistic=bound)) for bound in (False, True)}
    return said.pop() if len(said) == 1 else UNKNOWN


def _days(as_of: date, day: date | None) -> float:
    return float("inf") if day is None else (day - as_of).days

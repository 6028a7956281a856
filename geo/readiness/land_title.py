"""Title: who owns the land, whether they sell, and who may buy before the buyer."""

from geo.readiness.facts import LandFacts
from geo.readiness.gathering import UNSAID, States, fold, is_protected, put
from geo.readiness.status import BLOCKED, NOT_NEEDED, TO_DO, UNKNOWN, StepStatus

PUBLIC_SELLERS = frozenset(
    {
        "etat",
        "region",
        "departement",
        "structure intercommunale",
        "epci, structure intercommunale",
        "commune",
        "autre collectivite territoriale",
        "organisme de logement social",
        "etablissement public foncier",
        "sem ou spla",
        "amenageur",
    }
)


def title(states: States, facts: LandFacts) -> None:
    """Who sells, and whether they sell."""
    tenure, stage = fold(facts.maitrise_fonc), fold(facts.stade_comm)
    source = f"terr_maitrise_fonc={facts.maitrise_fonc} terr_stade_comm={facts.stade_comm}"
    public = tenure in PUBLIC_SELLERS
    unsaid = tenure in UNSAID
    willing = stage.startswith(("en vente", "reserve"))
    sold = stage.startswith("vendu")
    if stage == "non commercialisable":
        option, purchase = BLOCKED, NOT_NEEDED
    elif (public or willing) and not sold:
        option, purchase = TO_DO, NOT_NEEDED
    elif unsaid and not sold:
        option, purchase = TO_DO, UNKNOWN
    else:
        option, purchase = NOT_NEEDED, TO_DO
    put(states, ("LAND_OPT",), option, source)
    states["LAND_PRIV"] = StepStatus(purchase, source=source, units=max(facts.owners or 1, 1))
    states["DPU"] = _preemption(facts, public=public and not sold)


def _preemption(facts: LandFacts, *, public: bool) -> StepStatus:
    """A sale by a private owner inside a perimeter; U and AU zones usually are in one."""
    if public:
        return StepStatus(NOT_NEEDED, source=f"terr_maitrise_fonc={facts.maitrise_fonc}")
    if "preemption" in (facts.touched or ()):
        return StepStatus(TO_DO, source="constraint=preemption")
    outside = is_protected(facts.typezone)
    return StepStatus(NOT_NEEDED if outside else UNKNOWN, source=f"typezone={facts.typezone}")

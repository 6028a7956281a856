"""What networks serve the land: the site that holds it publishes which are there, never how much they give.

Fields `reseau_*` of the CNIG standard "Sites économiques" (v2024-10): yes or no, for the whole site, no capacity.
"""

from collections.abc import Callable

from geo.match.criteria.criterion import Criterion, Verdict, Who, decided, unknown
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView

Evaluate = Callable[[Need, Candidate, ReadinessView | None], Criterion]

FLOWS = {
    "gas_m3h": ("gas", Who.GRID_OPERATOR),
    "water_m3h": ("water", Who.RESPONSIBLE),
    "effluents_m3d": ("sewer", Who.RESPONSIBLE),
}
"""The network that carries each flow of a need, and who knows what it can still take."""


def is_served(candidate: Candidate, network: str) -> bool | None:
    """Whether the site says it has the network; None when it says nothing, or one of the three unknowns of CNIG."""
    return {"oui": True, "non": False}.get(candidate.networks.get(network, ""))


def fibre(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether optical fibre is there."""
    found = is_served(candidate, "fibre")
    if found is None:
        return unknown("fibre", "fibre.not_recorded", Who.RESPONSIBLE)
    codes = ("fibre.at_site", "fibre.none_at_site")
    return decided("fibre", found, codes, found, candidate.networks_source, **_known_on(candidate))


def flow(name: str) -> Evaluate:
    """The criterion of one flow. Always unknown: that a network is there says nothing of what it can still carry, and
    one that is not there can be brought; the question differs."""
    network, who = FLOWS[name]

    def evaluate(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
        found = is_served(candidate, network)
        if found is None:
            return unknown(name, f"{name}.not_recorded", who, asked=getattr(need, name))
        code = f"{name}.at_site" if found else f"{name}.none_at_site"
        told = {**_known_on(candidate), "asked": getattr(need, name), "who": who.value}
        return Criterion(name, Verdict.UNKNOWN, code, found, candidate.networks_source, told)

    return evaluate


def _known_on(candidate: Candidate) -> dict[str, object]:
    return {} if candidate.networks_on is None else {"known_on": candidate.networks_on}

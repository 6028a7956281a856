"""Is it on the market, is it offered at all, and is it for sale or for lease?"""

from geo.land.vocabulary import Market
from geo.match.criteria.criterion import Criterion, Verdict, Who, decided, unknown
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView

OFFERED = frozenset({Market.FOR_SALE, Market.FOR_LEASE, Market.OPTIONED, Market.PROSPECT})
_WANTED = {"buy": Market.FOR_SALE, "lease": Market.FOR_LEASE}


def market(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the market leaves the parcel to a newcomer.

    for_sale, for_lease: pass (`market.<state>_with_conditions` when it has conditions). optioned: pass as second rank.
    prospect: pass here, `origin` decides. under_promise, sold, reserved_by_council, kept_by_owner, not_marketed: fail.
    Unknown: unknown.
    """
    state = Market.PROSPECT if candidate.is_prospect else candidate.market
    if state is None or state is Market.UNKNOWN:
        return unknown("market", "market.unknown", Who.RESPONSIBLE, candidate.source)
    detail: dict[str, object] = {}
    if candidate.market_on is not None:
        detail["on"] = candidate.market_on.isoformat()
    code = f"market.{state.value}"
    if candidate.market_conditions and state in (Market.FOR_SALE, Market.FOR_LEASE):
        code = f"market.{state.value}_with_conditions"
    return decided("market", state in OFFERED, (code, code), state.value, candidate.source, **detail)


def origin(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether land that nobody offers was asked for: prospects only with `include: ["prospect"]`."""
    asked = not candidate.is_prospect or "prospect" in need.include
    codes = ("origin.prospect" if candidate.is_prospect else "origin.offered", "origin.prospect_not_asked")
    return decided("origin", asked, codes, candidate.origin.value, candidate.source)


def tenure(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether it can be bought or leased as asked.

    Land under option or not offered at all states no tenure: buying is what an option or an owner's agreement leads to,
    so it passes for `buy` (`tenure.by_agreement`); nobody knows whether it could be leased.
    """
    wanted = need.tenure or "any"
    state = candidate.market
    if state in (Market.FOR_SALE, Market.FOR_LEASE):
        passes = wanted == "any" or state is _WANTED[wanted]
        code = f"tenure.{state.value}"
        return decided("tenure", passes, (code, code), state.value, candidate.source, asked=wanted)
    if wanted == "any" or (wanted == "buy" and (state is Market.OPTIONED or candidate.is_prospect)):
        return Criterion("tenure", Verdict.PASS, "tenure.by_agreement", None, candidate.source, {"asked": wanted})
    return unknown("tenure", "tenure.unknown", Who.OWNER, candidate.source, asked=wanted)

"""From the marketing stages of published files to the market of a parcel."""

from geo.land.text import fold
from geo.land.vocabulary import Market

MARKET_BY = "market_by."
"""Before the name of a stage, among what a file states, that the market was derived from."""
_STAGES: dict[str, tuple[Market, bool]] = {
    "en vente": (Market.FOR_SALE, False),
    "en vente avec contraintes": (Market.FOR_SALE, True),
    "vendu commercialisation achevee": (Market.SOLD, False),
    "reserve par option de reservation": (Market.OPTIONED, False),
    "reserve par une deliberation de l epci": (Market.RESERVED_BY_COUNCIL, False),
    "non commercialise": (Market.NOT_MARKETED, False),
    # land that may not be sold (roads, basins, kept apart): nobody said its owner keeps it for itself
    "non commercialisable": (Market.NOT_MARKETED, False),
}
_SHORTENED = (
    ("vendu", "vendu commercialisation achevee"),
    ("commercialisation achevee", "vendu commercialisation achevee"),
    ("reserve par option", "reserve par option de reservation"),
    ("reserve par une deliberation", "reserve par une deliberation de l epci"),
    ("reserve par deliberation", "reserve par une deliberation de l epci"),
)


def of_cnig_stage(terr_stade_comm: str | None, cession: str | None = None) -> tuple[Market, bool]:
    """Market of a CNIG ``terr_stade_comm``, and whether the sale comes with conditions.

    ``cession`` is what regional files add (``terr_cession_type`` of Bourgogne-Franche-Comté,
    ``type_acquisition`` of Foncier+): land on offer that is only let becomes for_lease.
    The three unknowns of CNIG, None and any text off the list give ``unknown``.
    """
    stage = fold(terr_stade_comm or "")
    if stage not in _STAGES:
        stage = next((full for start, full in _SHORTENED if stage.startswith(start)), stage)
    market, conditions = _STAGES.get(stage, (Market.UNKNOWN, False))
    if market is Market.FOR_SALE and of_cession(cession) is Market.FOR_LEASE:
        market = Market.FOR_LEASE
    return market, conditions


def of_cession(cession: str | None) -> Market | None:
    """How land on offer is given: for_sale, for_lease, or None when it is not said. A choice counts as a sale."""
    words = fold(cession or "")
    if any(word in words for word in ("vente", "achat", "acquisition")):
        return Market.FOR_SALE
    if any(word in words for word in ("location", "mise a disposition", "bail")):
        return Market.FOR_LEASE
    return None


_FRICHE = {"friche reconvertie": Market.NOT_MARKETED}
_DEVELOPMENT = {
    "procedure d amenagement non engagee": Market.NOT_MARKETED,
    "procedure d amenagement engagee": Market.NOT_MARKETED,
    "commercialisation terminee": Market.SOLD,
    "non engagee": Market.NOT_MARKETED,
    "engagee": Market.NOT_MARKETED,
    "terminee": Market.SOLD,
}
_ROANNAIS = {
    "commercialisable": Market.FOR_SALE,
    "sous option": Market.OPTIONED,
    "retention fonciere": Market.KEPT_BY_OWNER,
    "densification": Market.KEPT_BY_OWNER,
    "enveloppe fonciere avant 2030": Market.NOT_MARKETED,
    "enveloppe avant 2030": Market.NOT_MARKETED,
    "enveloppe fonciere apres 2030": Market.NOT_MARKETED,
    "enveloppe apres 2030": Market.NOT_MARKETED,
}


def of_friche_status(site_statut: str | None) -> Market:
    """Market of a CNIG ``site_statut``: a brownfield put to new use is on no market; of the others nothing is said."""
    return _FRICHE.get(fold(site_statut or ""), Market.UNKNOWN)


def of_development(eta_disp: str | None) -> Market:
    """Market of ``eta_disp`` (Bourgogne-Franche-Comté): before and after the sale of lots it speaks of each of them.

    While lots are being sold it does not say which are left.
    """
    return _DEVELOPMENT.get(fold(eta_disp or ""), Market.UNKNOWN)


def of_roannais_status(statut: str | None) -> Market:
    """Market of the land statuses of Roannais Agglomération's glossary.

    *Rétention foncière* is private, serviced and held back; *densification* is kept for the owner's own extension;
    the envelopes are land to come, before or after 2030.
    """
    return _ROANNAIS.get(fold(statut or ""), Market.UNKNOWN)

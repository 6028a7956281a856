"""Parcels: origin, natural key, market and owner, from terrains, brownfields, cadastral files and any outline."""

from geo.intake import cadastre
from geo.intake.draft import Draft
from geo.land.ids import municipality
from geo.land.market import of_cnig_stage
from geo.land.text import fold
from geo.land.vocabulary import Market, Origin

_NATURAL_PERSON = "personne physique"


def complete(draft: Draft) -> None:
    """Fill what no single field says: key, origin, market, commune; keep natural persons out."""
    draft.fill_false("synthetic")
    draft.fields["origin"] = _origins(draft)
    draft.fields["cadastral_ids"] = [value or [] for value in draft.fields["cadastral_ids"]]
    if draft.context.origin == Origin.CADASTRE:
        _prospects(draft)
    else:
        draft.keys = _keys(draft)
    _market(draft)
    _owners(draft)
    ids = draft.fields["cadastral_ids"]
    draft.fill("commune_insee", lambda i: str(ids[i][0])[:5] if ids[i] else draft.context.commune)  # type: ignore[index]
    insee = draft.fields["commune_insee"]
    draft.fields["commune_insee"] = [None if code is None else municipality(str(code)) for code in insee]


def _origins(draft: Draft) -> list[object]:
    known = {origin.value: origin.value for origin in Origin}
    stated = draft.read("origin") if "origin" in draft.present else [None] * draft.size
    return [known.get(fold(str(value)), draft.context.origin) for value in stated]


def _prospects(draft: Draft) -> None:
    """A cadastral parcel read as a prospect: its identifier is its key and its only cadastral parcel."""
    draft.keys = cadastre.identify(draft)
    draft.fields["cadastral_ids"] = [[idu] if idu else [] for idu in draft.keys]
    draft.fields["name"] = [None] * draft.size
    draft.fields["commune_insee"] = [idu[:5] if idu else None for idu in draft.keys]


def _keys(draft: Draft) -> list[str | None]:
    """terr_id, else site_id (brownfields), else idu, else a declared column, else the geometry."""
    sites = draft.fields["site_key"]
    if draft.context.origin == Origin.FRICHE and "terr_id" not in draft.present:
        return draft.keys_or_geometry(draft.read("site_id"))
    if "site_id" in draft.present:
        draft.fields["site_key"] = draft.read("site_id") if not any(sites) else sites
    return draft.keys_or_geometry(draft.declared_keys())


def _market(draft: Draft) -> None:
    """A stated market wins; else the CNIG stage says it; a prospect is not on the market at all."""
    fields = draft.fields
    cessions = draft.read("terr_cession_type", "cession_type", "type_acquisition")
    markets: list[object] = []
    conditions: list[object] = []
    for place in range(draft.size):
        market, condition = _market_of(draft, place, cessions[place])
        markets.append(market)
        conditions.append(condition)
    fields["market"], fields["market_conditions"] = markets, conditions


SAYS_MARKET = frozenset(
    {"market", "stade_comm", "terr_stade_comm", "testadcomm", "terr_cession_type", "cession_type", "type_acquisition"}
)


def _offers_nothing(draft: Draft) -> bool:
    """A layer of outlines without any word of the market is no list of offers: its parcels are prospects."""
    return draft.context.origin == Origin.DRAWN and not SAYS_MARKET & draft.present.keys()


def _market_of(draft: Draft, place: int, cession: object) -> tuple[str, bool | None]:
    fields = draft.fields
    stage, stated = fields["stade_comm"][place], fields["market"][place]
    told = fields["market_conditions"][place]
    if stated is not None:
        return str(stated), None if told is None else bool(told)
    if fields["origin"][place] == Origin.CADASTRE or _offers_nothing(draft):
        return Market.PROSPECT.value, None
    if stage is None:
        return Market.UNKNOWN.value, None
    market, conditions = of_cnig_stage(str(stage), None if cession is None else str(cession))
    on_offer = market in (Market.FOR_SALE, Market.FOR_LEASE)
    return market.value, (conditions if told is None else bool(told)) if on_offer else None


def _owners(draft: Draft) -> None:
    """No identifier is kept of an owner who is a natural person."""
    kinds, tenures, sirens = (draft.fields[n] for n in ("owner_kind", "maitrise_fonc", "owner_siren"))
    for place, siren in enumerate(sirens):
        if siren is not None and _NATURAL_PERSON in (fold(str(kinds[place])), fold(str(tenures[place]))):
            draft.table.repair(place, "owner_siren", "(withheld)", None, "owner.natural_person")
            sirens[place] = None

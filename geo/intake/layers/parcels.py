"""Parcels: origin, natural key, market and owner, from terrains, brownfields, cadastral files and any outline."""

import numpy as np
import shapely

from geo.intake.layers import cadastre, cnig_published
from geo.intake.layers.cnig_fields import BOURGOGNE_FRANCHE_COMTE
from geo.intake.layers.cnig_values import identifier
from geo.intake.layers.draft import Draft
from geo.intake.problems import Remark
from geo.land.ids import municipality
from geo.land.market import MARKET_BY, of_cession, of_cnig_stage, of_development, of_friche_status, of_roannais_status
from geo.land.text import fold
from geo.land.vocabulary import Market, Origin

_NATURAL_PERSON = "personne physique"


def complete(draft: Draft) -> None:
    """Fill what no single field says: key, origin, market, commune; keep natural persons out."""
    draft.fill_false("synthetic")
    draft.fields["origin"] = _origins(draft)
    if "cadastral_ids" not in draft.table.sources:
        draft.assumed.add("cadastral_ids")  # a file without references does not say that there are none
    draft.fields["cadastral_ids"] = [value or [] for value in draft.fields["cadastral_ids"]]
    if draft.context.origin == Origin.CADASTRE:
        _prospects(draft)
    else:
        draft.keys = _keys(draft)
    _refuse_nowhere(draft)
    _market(draft)
    _owners(draft)
    cnig_published.keep(draft)
    _keep_prices_back(draft)
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
    draft.assumed.discard("cadastral_ids")
    draft.fields["cadastral_ids"] = [[idu] if idu else [] for idu in draft.keys]
    draft.fields["name"] = [None] * draft.size
    draft.fields["commune_insee"] = [idu[:5] if idu else None for idu in draft.keys]


def _keys(draft: Draft) -> list[str | None]:
    """terr_id, else site_id (brownfields), else idu, else a declared column, else the geometry."""
    sites = draft.fields["site_key"]
    if draft.context.origin == Origin.FRICHE and "terr_id" not in draft.present:
        return draft.keys_or_geometry(draft.read("site_id", read=identifier))
    if "site_id" in draft.present and not any(sites):
        draft.fields["site_key"] = draft.read("site_id", read=identifier)
        draft.table.stated.add("site_key")
    return draft.keys_or_geometry(draft.declared_keys())


def _refuse_nowhere(draft: Draft) -> None:
    """Without outline, point or key a row is about nothing. With a key alone it may be an update of land that is
    known: whether it is, shows when the base is asked (geo.store.merging.unplaced)."""
    nowhere = shapely.is_missing(draft.shapes.geometry) & shapely.is_missing(draft.shapes.location)
    for place in np.flatnonzero(draft.shapes.good & nowhere).tolist():
        if draft.keys[place] is None:
            draft.shapes.reject([place], "geometry.missing")


def _market(draft: Draft) -> None:
    """A stated market wins; else the CNIG stage says it; a prospect is not on the market at all."""
    fields = draft.fields
    cessions = draft.read(*_CESSIONS)
    beside = _beside_the_stage(draft, cessions)
    markets: list[object] = []
    conditions: list[object] = []
    for place in range(draft.size):
        market, condition = _market_of(draft, place, cessions[place], beside[place])
        markets.append(market)
        conditions.append(condition)
    fields["market"], fields["market_conditions"] = markets, conditions
    together = {"market", "market_conditions"}  # a market without a word of conditions has none
    if _tells_market(draft):
        draft.table.stated |= together | _told_by(draft)
    else:
        draft.assumed |= together


def _told_by(draft: Draft) -> set[str]:
    """The stages the market was derived from, for the merge; none where the file states the market itself."""
    if "market" in draft.table.sources:
        return set()
    beside = {f"published.{name}" for name in (*_CESSIONS, *_OTHER_STAGES) if name in draft.present}
    stage = {"stade_comm"} if "stade_comm" in draft.table.sources else set()
    return {MARKET_BY + name for name in stage | beside}


def _tells_market(draft: Draft) -> bool:
    """Whether the file says anything of the market. How land would be given says nothing by itself, but in the
    exchange table, which lists offers."""
    told = SAYS_MARKET & draft.present.keys()
    return bool(told.difference(_CESSIONS)) or (bool(told) and "id_site_eco" in draft.present)


_CESSIONS = ("terr_cession_type", "cession_type", "type_acquisition")
SAYS_MARKET = frozenset({"market", "stade_comm", "terr_stade_comm", "testadcomm", *_CESSIONS}) | frozenset(
    {"site_statut", "eta_disp", "statut_foncier"}
)


def _beside_the_stage(draft: Draft, cessions: list[object]) -> list[Market]:
    """The market by what files say that have no CNIG stage, or leave it empty."""
    if "id_site_eco" in draft.present:  # the exchange table lists what is offered, and how
        return [_offered(cession) for cession in cessions]
    for name, rule in _OTHER_STAGES.items():
        if name in draft.present:
            return [rule(None if said is None else str(said)) for said in draft.read(name)]
    return [Market.UNKNOWN] * draft.size


def _offered(cession: object) -> Market:
    return of_cession(None if cession is None else str(cession)) or Market.UNKNOWN


_OTHER_STAGES = {
    "statut_foncier": of_roannais_status,
    "eta_disp": of_development,
    "site_statut": of_friche_status,
}


def _offers_nothing(draft: Draft) -> bool:
    """A layer of outlines without any word of the market is no list of offers: its parcels are prospects."""
    return draft.context.origin == Origin.DRAWN and not SAYS_MARKET & draft.present.keys()


def _market_of(draft: Draft, place: int, cession: object, beside: Market) -> tuple[str, bool | None]:
    fields = draft.fields
    stage, stated = fields["stade_comm"][place], fields["market"][place]
    told = fields["market_conditions"][place]
    if stated is not None:
        return str(stated), None if told is None else bool(told)
    if fields["origin"][place] == Origin.CADASTRE or _offers_nothing(draft):
        return Market.PROSPECT.value, None
    if stage is None:
        return beside.value, None
    market, conditions = of_cnig_stage(str(stage), None if cession is None else str(cession))
    on_offer = market in (Market.FOR_SALE, Market.FOR_LEASE)
    return market.value, (conditions if told is None else bool(told)) if on_offer else None


def _keep_prices_back(draft: Draft) -> None:
    """Bourgogne-Franche-Comté marks prices as not to be passed on: they stay with the published facts, which no view
    shows. Buyer and amount of a sale are masked for everybody but the parcel's own planners already."""
    if not _OF_BOURGOGNE & draft.present.keys():
        return
    prices = draft.fields["price_eur_m2"]
    for place, price in enumerate(prices):
        if price is not None:
            draft.fields["published"][place]["terr_m2_prix"] = price  # type: ignore[index]
            prices[place] = None
            draft.table.remarks.append(Remark(draft.table.rows[place], "price_eur_m2", None, "price.kept_back"))


_OF_BOURGOGNE = frozenset(official.name for official in BOURGOGNE_FRANCHE_COMTE)


def _owners(draft: Draft) -> None:
    """No identifier is kept of an owner who is a natural person."""
    kinds, tenures, sirens = (draft.fields[n] for n in ("owner_kind", "maitrise_fonc", "owner_siren"))
    for place, siren in enumerate(sirens):
        if siren is not None and _NATURAL_PERSON in (fold(str(kinds[place])), fold(str(tenures[place]))):
            draft.table.repair(place, "owner_siren", "(withheld)", None, "owner.natural_person")
            sirens[place] = None

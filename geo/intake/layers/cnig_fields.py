"""The official fields of the CNIG standards, in their order: type, whether required, list, and our column for each.

Sites économiques v2024-10 (table schemas v1.0.1: ``schema/*/schema.json`` of cnigfr/schema-sites-economiques) and
Friches v2023-12 revision 2025-12 (schema 1.0.6, 51 fields). Hectares, kilometres and €/m2; m2 for brownfields.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from geo.intake.layers import cnig


class Kind(StrEnum):
    """How a field is written."""

    TEXT = "text"
    URL = "url"
    CODE = "code"  # an identifier of the standards
    CODES = "codes"  # identifiers with | between
    LISTED = "listed"  # one value of a list
    CHOICES = "choices"  # values of a list with | between
    NUMBER = "number"
    WHOLE = "whole"
    HECTARES = "hectares"
    DAY = "day"
    YEAR = "year"
    FLAG = "flag"  # oui, non
    REFERENCES = "references"  # cadastral identifiers with | between
    SIREN = "siren"
    INSEE = "insee"
    POINT = "point"
    SURFACE = "surface"
    AMERICAN_DAY = "american"  # month/day/year, as the exchange table of the national portal writes it
    COMMAS = "commas"  # texts with commas between


@dataclass(frozen=True, slots=True)
class Official:
    """One official field. ``column`` is where our record holds it, '' when it stays among the published ones."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    values: tuple[str, ...] = ()
    column: str = ""


def _fields(table: str, lists: Mapping[str, tuple[str, ...]] | None = None) -> tuple[Official, ...]:
    """One field a line: name (``!`` when required), kind, column."""
    found = []
    for line in table.strip().splitlines():
        name, kind, column = [*line.split(), ""][:3]
        plain = name.rstrip("!")
        values = (lists or {}).get(plain, ())
        found.append(Official(plain, Kind(kind), name.endswith("!"), values, column))
    return tuple(found)


POLE = _fields(
    """
    pole_id! code key
    pole_nom! text name
    pole_vocadomi! listed
    pole_identif_date! day
    pole_actu_date day
    pole_nb_site number
    pole_nb_etab number
    pole_nb_emploi number
    pole_surface! number
    pole_geompoint! point geom
    pole_rayonnement listed
    """,
    {"pole_vocadomi": cnig.POLE_VOCADOMI, "pole_rayonnement": cnig.RAYONNEMENT},
)
SITE = _fields(
    """
    site_id! code key
    pole_id! code
    site_nom! text name
    site_type! listed site_type
    site_vocadomi! listed vocation
    site_etat! listed etat
    site_surf_brute! number
    site_surf_utile! number
    site_creation_date year
    site_identif_date! day
    site_actu_date! day
    source_producteur text
    site_description text
    site_quali_territoire text
    site_evol_urba listed
    site_url url
    site_epci_nom! text epci_name
    site_epci_siren! siren epci_siren
    site_comm_nom! text commune_name
    site_comm_insee! insee commune_insee
    site_moa_type! listed
    site_moa_nom text
    site_moa_amngt text
    site_moa_comm text
    site_uf_nbre number
    site_uf_vacant_nbre number
    site_taux_vacance number
    site_uf_bati_nbre number
    site_nb_etab number
    site_nb_emploi number
    site_geomsurf! surface geom
    site_geompoint point
    site_media url
    site_surf_comm_dispo number
    site_surf_projet number
    site_voca_industrielle flag
    site_voca_commerciale flag
    site_voca_tertiaire flag
    site_voca_artisanale flag
    site_voca_touristique flag
    site_voca_portuaire flag
    site_voca_aeroportuaire flag
    reseau_eau_pluviale flag
    reseau_eau_potable flag
    reseau_assainissement flag
    reseau_gaz flag
    reseau_electrique flag
    reseau_fibre_optique flag
    reseau_fret_ferroviaire flag
    reseau_fluvial flag
    desserte_tc flag
    desserte_route_nom text
    autoroute_nom text
    autoroute_echang_dist number
    gare_nom text
    gare_dist number
    gare_fret_nom text
    gare_fret_dist number
    aeroport_nom text
    aeroport_dist number
    port_nom text
    port_dist number
    """,
    {
        "site_type": cnig.SITE_TYPE,
        "site_vocadomi": cnig.SITE_VOCADOMI,
        "site_etat": cnig.SITE_ETAT,
        "site_evol_urba": cnig.SITE_EVOL_URBA,
        "site_moa_type": cnig.SITE_MOA_TYPE,
    },
)
TERRAIN = _fields(
    """
    terr_id! code key
    site_id! code site_key
    terr_refcad references cadastral_ids
    terr_surf_brute! hectares surface_stated_m2
    terr_utile flag
    terr_identif_date! day
    terr_actu_date! day observed_on
    terr_maitrise_fonc! listed maitrise_fonc
    terr_stade_amngt! listed stade_amngt
    terr_stade_comm! listed stade_comm
    terr_etat_occup! listed etat_occup
    terr_usage! listed usage
    terr_url_cartofriches url
    terr_geomsurf! surface geom
    terr_cle_en_main flag cle_en_main
    terr_acquereur text buyer
    terr_cession_date day market_on
    terr_vente_montant number sale_amount
    terr_m2_prix number price_eur_m2
    """,
    {
        "terr_maitrise_fonc": cnig.MAITRISE_FONC,
        "terr_stade_amngt": cnig.STADE_AMNGT,
        "terr_stade_comm": cnig.STADE_COMM,
        "terr_etat_occup": cnig.ETAT_OCCUP,
        "terr_usage": cnig.USAGE,
    },
)
ESTABLISHMENT = _fields(
    """
    SIRET! text siret
    SIREN! siren
    terr_id! codes
    ban-id text
    bat-id text
    etab_adresse text
    etab_raison_sociale! text
    etab_nat_juridique! text
    etab_nom! text name
    epci_nom! text
    epci_siren! siren
    comm_nom! text
    comm_insee! insee commune_insee
    etab_siege flag
    etab_creation_date! day
    etab_identif_date! day
    etab_actu_date! day
    etab_actif flag
    etab_fermeture_date day
    etab_description text
    etab_activite_code! text activity_code
    etab_activite_libelle! text
    etab_effectif_code! text
    etab_effectif_libelle! text
    etab_effectif_annee! year
    etab_source_info! text
    geocodage_qualite! listed
    etab_geompoint! point geom
    etab_contact_mail text
    etab_contact_tel text
    """,
    {"geocodage_qualite": cnig.GEOCODAGE},
)
FRICHE = _fields(
    """
    site_id! code key
    site_nom! text name
    site_type! listed
    site_adresse text
    site_identif_date! day
    site_actu_date! day observed_on
    site_url url
    site_ademe_url url
    site_securite listed
    site_occupation listed
    site_statut listed
    site_projet_url url
    site_reconv_annee year
    site_reconv_type listed
    activite_libelle text
    activite_code codes
    activite_fin_annee year
    comm_nom! text
    comm_insee! insee commune_insee
    bati_type choices
    bati_nombre whole
    bati_surface whole
    bati_pollution listed
    bati_vacance listed
    bati_patrimoine listed
    bati_etat listed
    local_ancien_annee year
    local_recent_annee year
    proprio_type codes
    proprio_personne choices owner_kind
    proprio_nom text
    sol_pollution_annee year
    sol_pollution_existe listed pollution
    sol_pollution_origine listed
    sol_pollution_commentaire text
    sol_depollution_fiche url
    unite_fonciere_surface whole surface_stated_m2
    unite_fonciere_refcad references cadastral_ids
    urba_zone_type listed
    urba_zone_lib text
    urba_zone_formdomi text
    urba_zaer! listed
    urba_doc_type listed
    desserte_distance codes
    desserte_commentaire text
    source_nom! text
    source_url url
    source_producteur text
    source_contact text
    geompoint! point
    geomsurf surface geom
    """,
    {
        "site_type": cnig.FRICHE_TYPE,
        "site_securite": cnig.SECURITE,
        "site_occupation": cnig.FRICHE_OCCUPATION,
        "site_statut": cnig.FRICHE_STATUT,
        "site_reconv_type": cnig.RECONV_TYPE,
        "bati_type": cnig.BATI_TYPE,
        "bati_pollution": cnig.BATI_POLLUTION,
        "bati_vacance": cnig.BATI_VACANCE,
        "bati_patrimoine": cnig.BATI_PATRIMOINE,
        "bati_etat": cnig.BATI_ETAT,
        "proprio_personne": cnig.PERSONNE,
        "sol_pollution_existe": cnig.SOL_POLLUTION,
        "sol_pollution_origine": cnig.SOL_ORIGINE,
        "urba_zone_type": cnig.ZONE_TYPE,
        "urba_zaer": cnig.ZAER,
        "urba_doc_type": cnig.DOC_TYPE,
    },
)
CLASSES: Mapping[str, tuple[Official, ...]] = {
    "pole-eco": POLE,
    "site-eco": SITE,
    "terrain-eco": TERRAIN,
    "etablissement": ESTABLISHMENT,
    "friches": FRICHE,
}
"""The official classes by the names of their schemas."""

# What regions and the national portal add. Fields marked "non diffusable" stay among the published ones, which no
# public view shows.
BOURGOGNE_FRANCHE_COMTE = _fields(
    """
    eta_disp listed
    proc_ame listed
    terr_lot text
    terr_cession_type listed
    """,
    {"eta_disp": cnig.ETA_DISP, "proc_ame": cnig.PROC_AME, "terr_cession_type": cnig.CESSION_TYPE},
)
ROANNAIS = _fields(
    """
    surface_brute_ha hectares surface_stated_m2
    surface_nette_ha number
    surface_commercialisable_ha number
    surface_sous_option_ha number
    surface_retention_fonciere_ha number
    surface_densification_ha number
    enveloppe_avant_2030_ha number
    enveloppe_apres_2030_ha number
    statut_foncier text
    zrr flag
    afr flag
    taux_cfe number
    taux_tfb number
    taux_ta number
    """
)
FONCIER_PLUS = _fields(
    """
    id_site_eco code key
    epci text
    nom text name
    type_site text
    surface_disponible hectares surface_stated_m2
    surface_batie_disponible number
    surface_mobilisable number
    date_dispo american
    type_acquisition text
    vocation_sectorielle commas
    parcelle_reference references cadastral_ids
    nombre_parcelles_dispo whole
    scm flag cle_en_main
    type_maitrise_ouvrage text
    contact_ard text contact
    """
)
LAYER_FIELDS: Mapping[str, tuple[Official, ...]] = {
    "poles": POLE,
    "sites": SITE,
    "parcels": (*TERRAIN, *FRICHE, *BOURGOGNE_FRANCHE_COMTE, *ROANNAIS),
    "establishments": ESTABLISHMENT,
}
"""The official fields a row of each layer may state, whatever schema its file follows."""


def official_fields(layer: str, present: Mapping[str, str]) -> tuple[Official, ...]:
    """The official fields to look for in a file with these fields (lower case)."""
    fields = LAYER_FIELDS.get(layer, ())
    # the names of the exchange table are everyday words: they mean its fields only in its company
    return (*FONCIER_PLUS, *fields) if layer == "parcels" and "id_site_eco" in present else fields


SHORT_NAMES = {
    "terrcad": "terr_refcad",
    "tesurfbrut": "terr_surf_brute",
    "testaamngt": "terr_stade_amngt",
    "testadcomm": "terr_stade_comm",
    "teoccup": "terr_etat_occup",
    "teclemain": "terr_cle_en_main",
    "ban_id": "ban-id",
    "bat_id": "bat-id",
    "proprio_type(catpro3)": "proprio_type",
    "urba_zone_formedomi": "urba_zone_formdomi",
}
"""Names of shapefiles (annex of the standard), of the GeoPackage template and of local files, and the official ones."""
ANNEX_NAMES = frozenset({"testaamngt", "testadcomm", "teoccup"})
REFERENCE_NAMES = ("idu", "id_parcelle", "parcelle_id", "parcelle")
"""What the table of available parcels beside the exchange table may call a parcel: its names are not published."""


@cache
def cut_names(fields: tuple[Official, ...]) -> Mapping[str, str]:
    """The names a shapefile made by GDAL or QGIS has for these fields: ten characters, numbered when they meet.

    ``terr_stade_amngt`` and ``terr_stade_comm`` give ``terr_stade`` and ``terr_sta_1``.
    """
    taken: dict[str, str] = {}
    for official in fields:
        if official.kind is Kind.SURFACE or official.name.endswith("_geompoint"):
            continue
        name, number = official.name.lower().replace("-", "_")[:10], 0
        while name in taken:
            number += 1
            name = f"{official.name.lower()[:8]}_{number}" if number < 10 else f"{official.name.lower()[:8]}{number}"
        taken[name] = official.name
    return {cut: name for cut, name in taken.items() if cut != name.lower()}


def with_official_names(present: Mapping[str, str], layer: str) -> dict[str, str]:
    """``present`` (lower-case name to the name as written) with the official name of each abbreviated field."""
    named = dict(present)
    for other, name in _other_names(present, layer):
        if other in present:
            named.setdefault(name.lower(), present[other])
    return named


def with_identifiers(present: Mapping[str, str], layer: str, rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """``present`` with the identifiers of a file that has the annex's names, told by how they are made.

    The annex's own names for them are not known to us; ``80024_TERRAIN-ECO_00131`` is a terrain's wherever it stands.
    """
    named = dict(present)
    if layer != "parcels" or "terr_id" in named or not ANNEX_NAMES & named.keys():
        return named
    for kind, name in (("TERRAIN", "terr_id"), ("SITE", "site_id")):
        for written in present.values():
            said = [str(row[written]) for row in rows[:50] if row.get(written) is not None]
            if said and all(f"_{kind}-ECO_" in one for one in said):
                named.setdefault(name, written)
    return named


def _other_names(present: Mapping[str, str], layer: str) -> Iterator[tuple[str, str]]:
    """Names a file may have for official fields of a layer, with the official one."""
    fields = LAYER_FIELDS.get(layer, ())
    known = {official.name for official in fields}
    yield from ((short, name) for short, name in SHORT_NAMES.items() if name in known)
    if layer == "parcels" and "friche" in present:
        yield "commune", "comm_nom"
    if layer == "parcels" and "id_site_eco" in present:
        yield from ((name, "parcelle_reference") for name in REFERENCE_NAMES)
    for members in (TERRAIN, FRICHE) if layer == "parcels" else (fields,):
        if _is_cut(present, members):
            yield from cut_names(members).items()


def _is_cut(present: Mapping[str, str], fields: tuple[Official, ...]) -> bool:
    """Whether the names were cut to ten characters: no name is longer, and two of the cut ones are there."""
    return all(len(name) <= 10 for name in present) and sum(cut in present for cut in cut_names(fields)) > 1

"""The record of every layer: its columns, their types, and the source fields each may be read from.

This is the one place to read what intake produces (plans: plan_records.py). For each layer: the shape of its geometry,
the fields that may hold its natural key (best first), and its columns. A column's own name is always accepted as a
source field; then come ``names``, best first, in any case; ``other`` names fields that need another reader (hectares
instead of m2). A column without reader is *computed* by the module of its layer. Every column may be None (unknown)
unless said.
"""

from collections.abc import Mapping
from datetime import date

from geo.intake.layers import cnig
from geo.intake.layers.cnig_values import choices, identifier, office, siret
from geo.intake.layers.days import day
from geo.intake.layers.kinds import place_kind
from geo.intake.layers.plan_records import PRESCRIPTIONS, ZONES
from geo.intake.layers.record import SYNTHETIC, Column, Layer, Shape
from geo.intake.layers.references import references
from geo.intake.layers.values import flag, insee, listed, one_of, quantity, siren, text, whole
from geo.land.vocabulary import Effect, Market, Visibility

metres2 = quantity(high=1e11)
hectares = quantity(scale=10_000.0, high=1e11)

_INSEE_NAMES = ("insee", "code_insee", "comm_insee", "insee_com", "site_comm_insee", "codecommune", "commune")
_PUBLISHED = Column("published", dict)  # official fields without a column of their own, by name; never None

PARCELS = Layer(
    "parcels",
    Shape.SURFACE_OR_POINT,
    ("id_site_eco", "terr_id", "parcel_uid", "id_parcelle", "parcelle_id", "parcel_id", "id"),
    (
        Column("origin", str),  # terrain | friche | cadastre | drawn; never None
        Column("name", str, text, ("terr_nom", "site_nom", "nom", "friche")),
        Column("site_key", str, identifier),  # site_id, except where it is the parcel's own key
        Column("commune_insee", str, insee, _INSEE_NAMES),
        Column("cadastral_ids", list, references, ("terr_refcad", "unite_fonciere_refcad", "parcelle_reference")),
        Column(
            "surface_stated_m2",
            float,
            metres2,
            ("unite_fonciere_surface", "surface_m2", "contenance"),
            {"terr_surf_brute": hectares, "surface_disponible": hectares, "surface_brute_ha": hectares},
        ),
        Column("stade_amngt", str, listed(cnig.STADE_AMNGT, cnig.SYNONYMS), ("terr_stade_amngt",)),
        Column("stade_comm", str, listed(cnig.STADE_COMM, cnig.SYNONYMS), ("terr_stade_comm",)),
        Column("etat_occup", str, listed(cnig.ETAT_OCCUP, cnig.SYNONYMS), ("terr_etat_occup",)),
        Column("usage", str, listed(cnig.USAGE, cnig.SYNONYMS), ("terr_usage",)),
        Column("maitrise_fonc", str, listed(cnig.MAITRISE_FONC, cnig.SYNONYMS), ("terr_maitrise_fonc",)),
        Column("cle_en_main", bool, flag, ("terr_cle_en_main", "scm")),
        Column("pollution", str, listed(cnig.SOL_POLLUTION, cnig.SYNONYMS), ("sol_pollution_existe",)),
        Column("market", str, one_of(Market)),  # stated, else from stade_comm; never None
        Column("market_conditions", bool, flag),  # stated, else from stade_comm
        Column("market_on", date, day, ("terr_cession_date",)),
        Column("price_eur_m2", float, quantity(high=1e6), ("terr_m2_prix",)),
        Column("power_mw", float, quantity(high=1e5)),
        Column("owner_kind", str, text, (), {"proprio_personne": choices(cnig.PERSONNE)}),
        Column("owner_siren", str, siren, ("proprio_siren",)),  # legal persons only
        Column("buyer", str, text, ("terr_acquereur",)),
        Column("sale_amount", float, quantity(), ("terr_vente_montant",)),
        Column("contact", str, text, (), {"contact_ard": office}),
        Column("visibility", str, one_of(Visibility)),  # as declared in the file
        _PUBLISHED,
        SYNTHETIC,  # never None
        Column("observed_on", date, day, ("terr_actu_date", "site_actu_date", "updated_on", "updated")),
    ),
)

CADASTRE = Layer(
    "cadastre",
    Shape.SURFACE,
    (),  # the key is idu
    (
        Column("idu", str),  # 14 characters, see geo.land.ids; never None
        Column("commune_insee", str),  # these four from idu; never None
        Column("prefixe", str),
        Column("section", str),
        Column("numero", str),
        Column("contenance_m2", float, metres2, ("contenance", "supf", "surface", "surface_m2")),
        Column("arpente", bool, flag),
        Column("created_on", date, day, ("created", "creat_date", "date_creation")),
        Column("updated_on", date, day, ("updated", "update_date", "date_maj")),
    ),
)

CONSTRAINTS = Layer(
    "constraints",
    Shape.SURFACE,
    ("key", "idzonereglementaire", "idperimetre", "id"),
    (
        Column("kind", str, text),  # never None
        Column("label", str, text, ("libellezonereglement", "libelle", "nom", "name")),
        Column("effect", str, one_of(Effect)),  # never None
        Column("clearance_m", float, quantity(high=10_000.0)),
        Column("source_date", date, day, ("dateetat", "datappro", "datvalid")),
        SYNTHETIC,
    ),
)

BUILDINGS = Layer(
    "buildings",
    Shape.SURFACE,
    ("key", "rnb_id", "cleabs", "id"),
    (
        Column("height_m", float, quantity(high=500.0), ("hauteur", "height")),
        SYNTHETIC,
    ),
)

SITES = Layer(
    "sites",
    Shape.SURFACE,
    ("site_id",),
    (
        Column("name", str, text, ("site_nom", "nom")),
        Column("site_type", str, listed(cnig.SITE_TYPE, cnig.SYNONYMS)),
        Column("vocation", str, listed(cnig.SITE_VOCADOMI, cnig.SYNONYMS), ("site_vocadomi",)),
        Column("etat", str, listed(cnig.SITE_ETAT, cnig.SYNONYMS), ("site_etat",)),
        Column("commune_insee", str, insee, _INSEE_NAMES),
        Column("commune_name", str, text, ("site_comm_nom", "comm_nom")),
        Column("epci_siren", str, siren, ("site_epci_siren",)),
        Column("epci_name", str, text, ("site_epci_nom", "epci_nom")),
        _PUBLISHED,
        SYNTHETIC,
    ),
)

POLES = Layer(
    "poles",
    Shape.POINT,
    ("pole_id",),
    (Column("name", str, text, ("pole_nom",)), _PUBLISHED),
)

ESTABLISHMENTS = Layer(
    "establishments",
    Shape.POINT,
    (),  # the key is siret
    (
        Column("siret", str, siret, required=True),
        Column("name", str, text, ("etab_nom",)),
        Column("activity_code", str, text, ("etab_activite_code",)),
        Column("commune_insee", str, insee, ("comm_insee",)),
        _PUBLISHED,
    ),
)

COMMUNES = Layer(
    "communes",
    Shape.SURFACE,
    (),  # the key is insee
    (
        Column("insee", str, insee, ("insee_com", "code_insee", "code"), required=True),
        Column("name", str, text, ("nom", "nom_officiel", "nom_com"), required=True),
        Column("departement", str, text, ("insee_dep", "code_departement", "dep")),  # else from insee
        Column("population", int, whole),
        Column("epci_siren", str, siren, ("siren_epci", "codes_siren_des_epci", "code_epci")),
        Column("epci_name", str, text, ("epci_nom", "nom_epci")),
    ),
)

AREAS = Layer(
    "areas",
    Shape.SURFACE,
    (),  # the key is kind and code
    (
        Column("kind", str, place_kind("areas")),  # epci, departement, or as stated; never None
        Column("code", str, text, ("epci_siren", "siren", "departement", "insee_dep", "id"), required=True),
        Column("name", str, text, ("epci_nom", "nom", "libelle")),
    ),
)

AREA_COMMUNES = Layer(
    "area_communes",
    Shape.NONE,
    (),  # the key is kind, code and insee
    (
        Column("kind", str, place_kind("areas")),  # never None
        Column("code", str, text, ("id",), required=True),
        Column("insee", str, insee, ("codgeo", "insee_com", "code_insee", "commune", "communes"), required=True),
        Column("name", str, text, ("nom", "libelle")),
    ),
)

TRAVEL_TIMES = Layer(
    "travel_times",
    Shape.NONE,
    (),  # the key is origin and target
    (
        Column("origin", str, text, ("from", "origine", "de", "depart"), required=True),
        Column("target", str, text, ("to", "destination", "vers", "arrivee"), required=True),
        Column("minutes", float, quantity(high=6_000.0), ("duree_min", "temps_min", "duree", "temps"), required=True),
        Column("km", float, quantity(high=5_000.0), ("distance_km",)),
        Column("computed_on", date, day, ("date", "calcule_le")),
    ),
)

NETWORKS = Layer(
    "networks",
    Shape.POINT,
    ("key", "code", "id"),
    (
        Column("kind", str, place_kind("networks")),  # substation when nothing else is said; never None
        Column("name", str, text, ("nom", "libelle")),
        Column("voltage_kv", float, quantity(high=2_000.0), ("tension_kv",)),
        Column("free_mw", float, quantity(low=-1e5, high=1e5), ("capacite_mw",)),
        SYNTHETIC,
    ),
)

LAYERS: Mapping[str, Layer] = {
    layer.name: layer
    for layer in (
        *(PARCELS, CADASTRE, ZONES, PRESCRIPTIONS, CONSTRAINTS, BUILDINGS, POLES, SITES, ESTABLISHMENTS),
        *(COMMUNES, AREAS, AREA_COMMUNES, NETWORKS, TRAVEL_TIMES),
    )
}

"""Rows of the CNIG standards for tests: from the published schemas where they are there, else from the field lists."""

import json
from pathlib import Path
from typing import Any

from geo.intake.layers.cnig_fields import CLASSES, Kind

TERRAIN = {
    "terr_id": "80024_TERRAIN-ECO_00131",
    "site_id": "80024_SITE-ECO_00001",
    "terr_refcad": "80024000ZO0030|80024000ZO0034",
    "terr_surf_brute": 9.9,
    "terr_utile": "oui",
    "terr_identif_date": "2023-08-29",
    "terr_actu_date": "2023-08-30",
    "terr_maitrise_fonc": "structure intercommunale",
    "terr_stade_amngt": "viabilisé et aménagé",
    "terr_stade_comm": "en vente",
    "terr_etat_occup": "inoccupé",
    "terr_usage": "bâti productif",
    "terr_url_cartofriches": "https://cartofriches.cerema.fr/x?site=48095_11974",
    "terr_cle_en_main": "non",
    "terr_acquereur": "SA Lactalys",
    "terr_cession_date": "2021-04-22",
    "terr_vente_montant": 530000,
    "terr_m2_prix": 5.35,
}
FRICHE = {
    "site_id": "12083_22-12.0017",
    "site_nom": "Centre médical thermal",
    "site_type": "friche industrielle",
    "site_adresse": "875 rte de Pierrefond",
    "site_identif_date": "2003-05-18",
    "site_actu_date": "2019-06-23",
    "site_url": "https://fiches-risques.brgm.fr/georisques/AQI4008059",
    "site_ademe_url": "https://data.ademe.fr/attachments/22218_28092020.pdf",
    "site_securite": "interdictions ou limitations d'accès au site",
    "site_occupation": "partiellement inoccupé",
    "site_statut": "friche avec projet",
    "site_projet_url": "https://www.reconvtafriche.fr/laureat2021.html",
    "site_reconv_annee": "2022",
    "site_reconv_type": "énergie, hors photovoltaïque",
    "activite_libelle": "Extraction de houille|Terrils ou crassier de mines",
    "activite_code": "B05.10Z|V89.04Z",
    "activite_fin_annee": "1989",
    "comm_nom": "CRANSAC",
    "comm_insee": "12083",
    "bati_type": "secteur tertiaire|commercial",
    "bati_nombre": 2,
    "bati_surface": 2400,
    "bati_pollution": "amiante",
    "bati_vacance": "vacant",
    "bati_patrimoine": "aucun",
    "bati_etat": "dégradation moyenne",
    "local_ancien_annee": "1976",
    "local_recent_annee": "1987",
    "proprio_type": "P4a|G1a",
    "proprio_personne": "personne morale",
    "proprio_nom": "Commune de Cransac",
    "sol_pollution_annee": "1996",
    "sol_pollution_existe": "pollution avérée",
    "sol_pollution_origine": "retombées atmosphériques",
    "sol_pollution_commentaire": "Produits toxiques",
    "sol_depollution_fiche": "https://fiches-risques.brgm.fr/basol?page=1",
    "unite_fonciere_surface": 16750,
    "unite_fonciere_refcad": "12083000AH0035|12083000AH0072",
    "urba_zone_type": "N",
    "urba_zone_lib": "Np",
    "urba_zone_formdomi": "0202",
    "urba_zaer": "non",
    "urba_doc_type": "PLUI",
    "desserte_distance": "2|6|46",
    "desserte_commentaire": "La desserte départementale permet les convois exceptionnels",
    "source_nom": "BASIAS",
    "source_url": "https://www.ecologie.gouv.fr/laureats",
    "source_producteur": "Appel à projet Fond Friche",
    "source_contact": "fondfriche@ecologie.gouv.fr",
}
"""All fields but the geometries of Friches v2023-12 rev. 2025-12, made from its field list (domain.md §2): no file of
this revision is in shared/data."""


def schema(shared: Path, name: str) -> dict[str, Any]:
    """A published Table Schema with its lists where they belong: among the constraints."""
    found: dict[str, Any] = json.loads((shared / f"cnig_sites_economiques/{name}.schema.json").read_bytes())
    for field in found["fields"]:
        if "enum" in field:
            field["constraints"]["enum"] = field.pop("enum")
    return found


def example(shared: Path, name: str) -> dict[str, Any]:
    """The published example value of every field of a class but its outline."""
    kinds = {official.name: official for official in CLASSES[name]}
    fields = schema(shared, name)["fields"]
    return {f["name"]: f["example"] for f in fields if kinds[f["name"]].column != "geom"} | {}


def is_geometry(name: str, field: str) -> bool:
    """Whether a field of a class holds a geometry."""
    return any(one.name == field and one.kind in (Kind.SURFACE, Kind.POINT) for one in CLASSES[name])

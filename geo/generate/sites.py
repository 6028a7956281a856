"""What is known of an economic zone as a whole (CNIG SITE-ECO), summed from its parcels."""

from geo.generate.facts import Properties
from geo.generate.placing import Place

_BUILT = ("occupé", "vacant", "friche", "occupation transitoire")
_NETWORKS = ("reseau_eau_potable", "reseau_assainissement", "reseau_electrique", "reseau_fibre_optique")


def site_properties(place: Place, name: str, area_m2: float, parcels: list[Properties]) -> Properties:
    """The attributes of a site; surfaces in hectares as the standard has them."""
    commune = place.commune
    built = sum(parcel["terr_etat_occup"] in _BUILT for parcel in parcels)
    vacant = sum(parcel["terr_etat_occup"] in ("vacant", "friche") for parcel in parcels)
    properties: Properties = {
        "layer": "site",
        "synthetic": True,
        "site_id": f"{commune.insee}_SITE-ECO_{place.number:05d}",
        "name": name,
        "site_nom": name,
        "site_type": "zone d'activité économique",
        "site_vocadomi": ("industrielle", "mixte", "entrepôts, logistique", "artisanale")[place.number % 4],
        "site_etat": "existant et actif" if built else "création",
        "site_evol_urba": "extension urbaine" if built < len(parcels) / 2 else "mixte",
        "site_surf_brute": round(area_m2 / 10_000, 4),
        "site_surf_utile": _hectares(parcels, terr_utile="oui"),
        "site_surf_comm_dispo": _hectares(parcels, terr_stade_comm="en vente"),
        "site_surf_projet": _hectares(parcels, terr_stade_comm="réservé par option de réservation"),
        "site_uf_nbre": len(parcels),
        "site_uf_bati_nbre": built,
        "site_uf_vacant_nbre": vacant,
        "site_identif_date": "2018-01-15",
        "site_actu_date": "2026-06-01",
        "source_producteur": "données synthétiques",
        "site_comm_insee": commune.insee,
        "site_comm_nom": commune.name,
        "site_epci_siren": commune.epci_siren,
        "site_epci_nom": commune.epci_name,
        "site_moa_type": ("epci", "société d'économie mixte", "commune")[place.number % 3],
        "reseau_gaz": "oui" if place.number % 3 else "non",
        "reseau_fret_ferroviaire": "non" if place.number % 5 else "oui",
    }
    return properties | dict.fromkeys(_NETWORKS, "oui")


def _hectares(parcels: list[Properties], **like: str) -> float:
    """The stated surfaces of the parcels that say this, added up."""
    chosen = (p for p in parcels if all(p.get(key) == value for key, value in like.items()))
    return round(sum(float(str(p["terr_surf_brute"])) for p in chosen), 4)

"""The lists of CNIG Sites économiques v2024-10 and CNIG Friches v2023-12, as published.

``test_sample`` compares them with the published schemas where those are at hand.
"""

_UNSAID = {"inconnu", "autre", "sans objet"}

LISTS: dict[str, set[str]] = {
    "terr_stade_amngt": _UNSAID
    | {
        "non aménageable",
        "non aménagé, non viabilisé",
        "viabilisation en cours",
        "viabilisé non aménagé",
        "viabilisé et aménagé",
    },
    "terr_stade_comm": _UNSAID
    | {
        "non commercialisé",
        "non commercialisable",
        "en vente",
        "en vente avec contraintes",
        "vendu, commercialisation achevée",
        "réservé par option de réservation",
        "réservé par une délibération de l'EPCI",
    },
    "terr_etat_occup": _UNSAID | {"inoccupé", "occupation transitoire", "occupé", "vacant", "friche"},
    "terr_usage": _UNSAID
    | {
        "voirie ou infrastructure",
        "parkings, stationnement",
        "zone de retournement poids-lourds",
        "autres équipements publics",
        "bâti productif",
        "bâti résidentiel",
        "bassin d'orage ou de rétention",
        "espace vert",
        "espace naturel ou forestier",
        "espace agricole",
        "zone de service partagée entre entreprises",
        "carrières, zones d'extraction",
        "dépôt, stockage",
        "production d’énergie renouvelable",
    },
    "terr_maitrise_fonc": _UNSAID
    | {
        "personne physique",
        "Etat",
        "région",
        "département",
        "structure intercommunale",
        "commune",
        "autre collectivité territoriale",
        "organisme de logement social",
        "établissement public foncier",
        "SEM ou SPLA",
        "aménageur",
        "investisseur professionnel",
        "établissement de santé et structure sociale",
        "établissement de tourisme et structure de loisir sportive ou cultuelle",
        "établissement industriel et commercial",
        "organisation de gestion foncière et immobilière",
        "établissement d'enseignement d'étude et de recherche",
    },
    "site_type": _UNSAID
    | {
        "zone d'activité économique",
        "site économique historique hors ZAE",
        "établissement économique isolé",
        "zone AU à vocation économique",
    },
    "site_vocadomi": _UNSAID
    | {
        "industrielle",
        "commerciale",
        "tertiaire",
        "artisanale",
        "touristique",
        "portuaire",
        "aéroportuaire, aéronautique",
        "entrepôts, logistique",
        "logistique agricole",
        "mixte",
    },
    "site_etat": _UNSAID | {"en projet", "création", "existant et actif", "projet de déclassement", "déclassé"},
    "site_evol_urba": _UNSAID | {"extension urbaine", "renouvellement urbain", "mixte"},
    "site_moa_type": _UNSAID
    | {"commune", "epci", "société d'économie mixte", "chambre de commerce et industrie", "Etat", "privé"},
}

POLLUTION = {
    "pollution inexistante",
    "pollution traitée",
    "pollution peu probable",
    "pollution supposée",
    "pollution avérée",
}
TYPEZONES = {"U", "AUc", "AUs", "A", "N"}
CESSIONS = {"Vente", "Location", "Mise à disposition"}

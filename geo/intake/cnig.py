"""The value lists of the CNIG standards, exactly as published (Sites économiques v2024-10, Friches v2023-12)."""

UNSAID = ("inconnu", "autre", "sans objet")
"""Allowed in every list; three different ways of not knowing."""

STADE_AMNGT = (
    "non aménageable",
    "non aménagé, non viabilisé",
    "viabilisation en cours",
    "viabilisé non aménagé",
    "viabilisé et aménagé",
    *UNSAID,
)
STADE_COMM = (
    "non commercialisé",
    "non commercialisable",
    "en vente",
    "en vente avec contraintes",
    "vendu, commercialisation achevée",
    "réservé par option de réservation",
    "réservé par une délibération de l'EPCI",
    *UNSAID,
)
ETAT_OCCUP = ("inoccupé", "occupation transitoire", "occupé", "vacant", "friche", *UNSAID)
USAGE = (
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
    *UNSAID,
)
MAITRISE_FONC = (
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
    *UNSAID,
)
SOL_POLLUTION = (
    "pollution inexistante",
    "pollution traitée",
    "pollution peu probable",
    "pollution supposée",
    "pollution avérée",
    *UNSAID,
)
SITE_TYPE = (
    "zone d'activité économique",
    "site économique historique hors ZAE",
    "établissement économique isolé",
    "zone AU à vocation économique",
    *UNSAID,
)
SITE_VOCADOMI = (
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
    *UNSAID,
)
SITE_ETAT = ("en projet", "création", "existant et actif", "projet de déclassement", "déclassé", *UNSAID)

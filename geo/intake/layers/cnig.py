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
SITE_TYPE = (
    "zone d'activité économique",
    "site économique historique hors ZAE",
    "établissement économique isolé",
    "zone AU à vocation économique",
    *UNSAID,
)
_VOCATIONS = (
    "industrielle",
    "commerciale",
    "tertiaire",
    "artisanale",
    "touristique",
    "portuaire",
    "aéroportuaire, aéronautique",
    "entrepôts, logistique",
    "logistique agricole",
)
SITE_VOCADOMI = (*_VOCATIONS, "mixte", *UNSAID)
POLE_VOCADOMI = (*_VOCATIONS, "mixte à dominante logistique", "mixte, sans dominante", *UNSAID)
RAYONNEMENT = ("international", "national", "régional", "local", *UNSAID)
SITE_ETAT = ("en projet", "création", "existant et actif", "projet de déclassement", "déclassé", *UNSAID)
SITE_EVOL_URBA = ("extension urbaine", "renouvellement urbain", "mixte", *UNSAID)
SITE_MOA_TYPE = (
    "commune",
    "epci",
    "société d'économie mixte",
    "chambre de commerce et industrie",
    "Etat",
    "privé",
    *UNSAID,
)
GEOCODAGE = (
    "non localisé",
    "localisation à la commune",
    "localisation au lieu-dit",
    "localisation à la rue (sans numéro)",
    "localisation à la plaque adresse",
    "localisation à la parcelle",
    "localisation au bâtiment",
    *UNSAID,
)
SYNONYMS = {
    "extension": "extension urbaine",
    "renouvellement": "renouvellement urbain",
    "occupation en transition": "occupation transitoire",
    "epci structure intercommunale": "structure intercommunale",
    "zone 2au a vocation economique": "zone AU à vocation économique",
    "vendu": "vendu, commercialisation achevée",
    "commercialisation achevee": "vendu, commercialisation achevée",
    "reserve par option": "réservé par option de réservation",
    "reserve par une deliberation": "réservé par une délibération de l'EPCI",
    "reserve par deliberation": "réservé par une délibération de l'EPCI",
    "non engagee": "procédure d'aménagement non engagée",
    "engagee": "procédure d'aménagement engagée",
    "en cours": "commercialisation en cours",
    "terminee": "commercialisation terminée",
}
"""Wordings met in the published examples, the text of the standard (PDF), the forms of its GeoPackage and older
versions, folded, and the value of the list each stands for. One is used only where its value is in the list at hand
and the wording itself is not."""

FRICHE_TYPE = (
    *(
        f"friche {of}"
        for of in (
            "industrielle",
            "commerciale",
            "hospitalière",
            "agro-industrielle",
            "carrière ou mine",
            "militaire",
            "d'habitat",
            "d'équipement public",
            "portuaire",
            "aéroportuaire",
            "ferroviaire",
            "logistique",
            "loisir tourisme hôtellerie",
            "enseignement",
            "cultuelle",
        )
    ),
    "mixte - dominante habitat",
    "mixte - autre",
    *UNSAID,
)
FRICHE_STATUT = ("friche potentielle", "friche sans projet", "friche avec projet", "friche reconvertie", *UNSAID)
FRICHE_OCCUPATION = (
    "totalement inoccupé",
    "partiellement inoccupé",
    "occupation transitoire ou temporaire",
    "occupation illicite supposée",
    "occupation illicite avérée",
    *UNSAID,
)
SECURITE = (
    "évacuation des produits dangereux et déchets présents sur le site",
    "interdictions ou limitations d'accès au site",
    "suppression des risques d'incendie et d'explosion",
    "surveillance des effets de l'installation sur son environnement",
    "mesures de gestion de pollution ou restrictions temporaires",
    "existence d'une attestation de mise en sécurité",
    *UNSAID,
)
RECONV_TYPE = (
    "habitat",
    "bureau",
    "commerce",
    "industrie",
    "autres activités économiques",
    "équipement public",
    "aménagement d'espace public",
    "renaturation",
    "panneaux photovoltaïques",
    "énergie, hors photovoltaïque",
    "mixte",
    *UNSAID,
)
BATI_TYPE = ("industriel", "commercial", "résidentiel", "secteur tertiaire", *UNSAID)
BATI_POLLUTION = ("amiante", "plomb", *UNSAID)
BATI_VACANCE = ("occupé", "partiellement occupé", "vacant", *UNSAID)
BATI_PATRIMOINE = ("aucun", "présence d'un bâtiment d'intérêt", "présence d'un bâtiment classé", *UNSAID)
BATI_ETAT = (
    "dégradation inexistante ou faible",
    "dégradation moyenne",
    "dégradation très importante",
    "dégradation hétérogène",
    *UNSAID,
)
PERSONNE = ("personne physique", "personne morale", *UNSAID)
SOL_POLLUTION = (
    "pollution inexistante",
    "pollution traitée",
    "pollution peu probable",
    "pollution supposée",
    "pollution avérée",
    *UNSAID,
)
SOL_ORIGINE = (
    "dépôt de déchets, stockages de produits",
    "pollution due au fonctionnement de l'installation",
    "origine accidentelle (transport, transbordement, manipulation,...)",
    "retombées atmosphériques",
    *UNSAID,
)
ZONE_TYPE = ("U", "AUc", "AUs", "A", "N", "Zc", "ZCa", "ZnC", "RNU", *UNSAID)
DOC_TYPE = ("RNU", "CC", "PLU", "PLUI", "PSMV", *UNSAID)
ZAER = ("oui", "non", "inconnu")

# Bourgogne-Franche-Comté, standard v3.6 (June 2024)
ETA_DISP = (
    "procédure d'aménagement non engagée",
    "procédure d'aménagement engagée",
    "commercialisation en cours",
    "commercialisation terminée",
    *UNSAID,
)
PROC_AME = ("ZAC", "permis d'aménager", *UNSAID)
CESSION_TYPE = ("Vente", "Location", "Mise à disposition", *UNSAID)

"""How a lot can stand: its marketing stage and occupation, and what then is likely of the rest.

Values are the published French ones (CNIG Sites économiques v2024-10).
"""

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from geo.generate.dice import Dice


class Table:
    """A weighted list to draw from."""

    def __init__(self, weights: dict[str, float]) -> None:
        self._values = tuple(weights)
        self._bounds = tuple(accumulate(weights.values()))

    def draw(self, dice: Dice) -> str:
        """One of the values."""
        place = bisect_right(self._bounds, dice.random() * self._bounds[-1])
        return self._values[min(place, len(self._values) - 1)]


class Situation(NamedTuple):
    """One way a lot can stand: its marketing stage and occupation, and tables for the rest."""

    stage: str
    occupation: str
    servicing: Table
    use: Table
    tenure: Table


_SERVICED = Table({"viabilisé et aménagé": 0.9, "viabilisé non aménagé": 0.1})
_FOR_SALE = Table(
    {
        "viabilisé et aménagé": 0.35,
        "viabilisé non aménagé": 0.35,
        "viabilisation en cours": 0.2,
        "non aménagé, non viabilisé": 0.1,
    }
)
_RAW = Table({"non aménagé, non viabilisé": 0.85, "viabilisation en cours": 0.1, "inconnu": 0.05})
_NEVER = Table({"non aménageable": 1.0})

_BUILT = Table(
    {
        "bâti productif": 0.84,
        "dépôt, stockage": 0.07,
        "parkings, stationnement": 0.04,
        "production d’énergie renouvelable": 0.02,
        "bâti résidentiel": 0.01,
        "carrières, zones d'extraction": 0.01,
        "inconnu": 0.01,
    }
)
_OPEN = Table({"espace vert": 0.35, "espace agricole": 0.3, "inconnu": 0.25, "dépôt, stockage": 0.1})
_FIELDS = Table({"espace agricole": 0.75, "espace naturel ou forestier": 0.25})
_LEFTOVER = Table(
    {
        "voirie ou infrastructure": 0.5,
        "espace vert": 0.25,
        "autres équipements publics": 0.15,
        "bassin d'orage ou de rétention": 0.1,
    }
)

_PRIVATE = Table(
    {
        "établissement industriel et commercial": 0.42,
        "organisation de gestion foncière et immobilière": 0.26,
        "investisseur professionnel": 0.12,
        "personne physique": 0.12,
        "inconnu": 0.08,
    }
)
_SELLER = Table(
    {
        "structure intercommunale": 0.5,
        "aménageur": 0.16,
        "commune": 0.12,
        "SEM ou SPLA": 0.12,
        "établissement public foncier": 0.05,
        "investisseur professionnel": 0.05,
    }
)
_KEPT = Table(
    {
        "personne physique": 0.4,
        "établissement industriel et commercial": 0.22,
        "commune": 0.14,
        "organisation de gestion foncière et immobilière": 0.1,
        "département": 0.03,
        "Etat": 0.03,
        "inconnu": 0.08,
    }
)
_BROWN = Table(
    {
        "établissement industriel et commercial": 0.4,
        "établissement public foncier": 0.28,
        "structure intercommunale": 0.14,
        "inconnu": 0.1,
        "personne physique": 0.08,
    }
)
_PUBLIC = Table({"structure intercommunale": 0.55, "commune": 0.35, "département": 0.1})

SOLD, SALE = "vendu, commercialisation achevée", "en vente"
CONDITIONS, OPTION = "en vente avec contraintes", "réservé par option de réservation"
COUNCIL, KEEP = "réservé par une délibération de l'EPCI", "non commercialisé"

SITUATIONS = {
    "occupied": Situation(SOLD, "occupé", _SERVICED, _BUILT, _PRIVATE),
    "vacant": Situation(SALE, "vacant", _SERVICED, _BUILT, _PRIVATE),
    "brownfield": Situation(CONDITIONS, "friche", _SERVICED, _BUILT, _BROWN),
    "brownfield_kept": Situation(KEEP, "friche", _SERVICED, _BUILT, _BROWN),
    "interim": Situation(KEEP, "occupation transitoire", _SERVICED, _BUILT, _KEPT),
    "for_sale": Situation(SALE, "inoccupé", _FOR_SALE, _OPEN, _SELLER),
    "conditions": Situation(CONDITIONS, "inoccupé", _FOR_SALE, _OPEN, _SELLER),
    "option": Situation(OPTION, "inoccupé", _FOR_SALE, _OPEN, _SELLER),
    "council": Situation(COUNCIL, "inoccupé", _FOR_SALE, _OPEN, _SELLER),
    "sold_unbuilt": Situation(SOLD, "inoccupé", _FOR_SALE, _OPEN, _PRIVATE),
    "kept": Situation(KEEP, "inoccupé", _FOR_SALE, _OPEN, _KEPT),
    "unknown": Situation("inconnu", "inconnu", Table({"inconnu": 1.0}), Table({"inconnu": 1.0}), _KEPT),
    "fields": Situation(KEEP, "inoccupé", _RAW, _FIELDS, _KEPT),
    "fields_for_sale": Situation(SALE, "inoccupé", _RAW, _FIELDS, _SELLER),
    "fields_conditions": Situation(CONDITIONS, "inoccupé", _RAW, _FIELDS, _SELLER),
    "fields_council": Situation(COUNCIL, "inoccupé", _RAW, _FIELDS, _SELLER),
    "leftover": Situation("non commercialisable", "inoccupé", _NEVER, _LEFTOVER, _PUBLIC),
}

_UNBUILT = {
    "for_sale": 0.38,
    "conditions": 0.1,
    "option": 0.12,
    "council": 0.08,
    "sold_unbuilt": 0.06,
    "kept": 0.14,
    "unknown": 0.06,
    "leftover": 0.06,
}
_BUILT_UP = {"occupied": 0.82, "vacant": 0.07, "brownfield": 0.04, "brownfield_kept": 0.04, "interim": 0.03}
_URBAN_BUILT, _URBAN_UNBUILT = Table(_BUILT_UP), Table(_UNBUILT)
_TO_OPEN = Table(
    {
        "fields": 0.3,
        "fields_for_sale": 0.25,
        "fields_conditions": 0.15,
        "fields_council": 0.1,
        "for_sale": 0.12,
        "option": 0.08,
    }
)
_CLOSED = Table({"fields": 0.72, "fields_conditions": 0.12, "fields_for_sale": 0.1, "unknown": 0.06})


def situation_of(dice: Dice, typezone: str, shape: str, built_share: float) -> str:
    """How a lot stands: what the plan lets be there, and how full the zone is (``built_share`` in U zones)."""
    if shape == "sliver":
        return "leftover"
    if typezone == "U":
        return (_URBAN_BUILT if dice.random() < built_share else _URBAN_UNBUILT).draw(dice)
    return (_TO_OPEN if typezone == "AUc" else _CLOSED).draw(dice)


def has_building(situation: str) -> bool:
    """Does a lot in this situation carry a building?"""
    return SITUATIONS[situation].occupation in ("occupé", "vacant", "friche", "occupation transitoire")

"""Marketing stages of published files."""

import pytest

from geo.land.market import of_cession, of_cnig_stage
from geo.land.vocabulary import Market


@pytest.mark.parametrize(
    ("stage", "market", "conditions"),
    [
        ("en vente", Market.FOR_SALE, False),
        ("En vente ", Market.FOR_SALE, False),
        ("en vente avec contraintes", Market.FOR_SALE, True),
        ("vendu, commercialisation achevée", Market.SOLD, False),
        ("vendu", Market.SOLD, False),
        ("commercialisation achevée", Market.SOLD, False),
        ("réservé par option de réservation", Market.OPTIONED, False),
        ("réservé par option", Market.OPTIONED, False),
        ("réservé par une délibération de l'EPCI", Market.RESERVED_BY_COUNCIL, False),
        ("réservé par une délibération de l’EPCI", Market.RESERVED_BY_COUNCIL, False),
        ("rÃ©servÃ© par une dÃ©libÃ©ration de l'EPCI", Market.RESERVED_BY_COUNCIL, False),
        ("non commercialisé", Market.NOT_MARKETED, False),
        ("non commercialisable", Market.NOT_MARKETED, False),
        ("inconnu", Market.UNKNOWN, False),
        ("autre", Market.UNKNOWN, False),
        ("sans objet", Market.UNKNOWN, False),
        ("n'importe quoi", Market.UNKNOWN, False),
        ("", Market.UNKNOWN, False),
        (None, Market.UNKNOWN, False),
    ],
)
def test_stage_of_the_standard(stage: str | None, market: Market, conditions: bool) -> None:
    assert of_cnig_stage(stage) == (market, conditions)


@pytest.mark.parametrize(
    ("cession", "market"),
    [
        ("Location", Market.FOR_LEASE),
        ("Mise à disposition", Market.FOR_LEASE),
        ("Bail à construction", Market.FOR_LEASE),
        ("Vente", Market.FOR_SALE),
        ("Vente ou location", Market.FOR_SALE),
        ("", None),
        (None, None),
    ],
)
def test_how_land_is_given(cession: str | None, market: Market | None) -> None:
    assert of_cession(cession) is market


def test_only_land_on_offer_can_be_to_let() -> None:
    assert of_cnig_stage("en vente", "Location") == (Market.FOR_LEASE, False)
    assert of_cnig_stage("en vente avec contraintes", "Location") == (Market.FOR_LEASE, True)
    assert of_cnig_stage("vendu", "Location") == (Market.SOLD, False)
    assert of_cnig_stage("en vente", "Vente ou location") == (Market.FOR_SALE, False)

"""Words that tell which land it is are found; plain ones are let through."""

import pytest

from geo.desk.identifying import named_in

NAMES = frozenset(
    {
        "Lot 38, Zone d'activité des Noisetiers",
        "Saint-Quentin-Fallavier",
        "38449999AA0001",
        "CC du Grésivaudan",
        "38449",
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "À saint quentin fallavier, au bord de l'A43",
        "la zone des NOISETIERS",
        "parcelle 38449999AA0001",
        "le Gresivaudan",
        "insee 38449.",
    ],
)
def test_a_text_that_names_the_land_is_found(text: str) -> None:
    assert named_in(["Bonjour.", text], NAMES) is not None


@pytest.mark.parametrize("text", ["", "Un terrain de 9 ha dans une zone d'activité", "lot calme, 384 490 m²"])
def test_a_text_that_does_not_is_let_through(text: str) -> None:
    assert named_in([text], NAMES) is None

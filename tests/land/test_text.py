"""Folding of French text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.land.mojibake import mended
from geo.land.text import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Réservé, par une  délibération de l’EPCI", "reserve par une deliberation de l epci"),
        ("Zone Ã\xa0 urbaniser", "zone a urbaniser"),
        ("Œuvre", "oeuvre"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(alphabet="aàâäéèêëîïôöùûüçœŒÉÀ'’ AZ", max_size=40))
def test_mangled_french_is_undone_and_right_french_is_left(text: str) -> None:
    assert mended(text) == text
    mangled = text.encode("utf-8").decode("latin-1")
    assert mended(mangled) == text


def test_capitals_before_a_no_break_space_are_right_as_they_are() -> None:
    assert mended("ACTIVITÉ\xa0: «\xa0LIBRE\xa0»") == "ACTIVITÉ\xa0: «\xa0LIBRE\xa0»"


def test_what_cannot_be_undone_is_left() -> None:
    assert mended("Ã© ☃") == "Ã© ☃"

"""Kinds of networks as a need names them: the words that files use, their codes, any other that is loaded."""

import pytest

from tests.match.parcels import need


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("échangeur", "motorway_junction"),
        ("Autoroute", "motorway_junction"),
        ("gare de fret", "freight_station"),
        ("Gare", "station"),
        ("aéroport", "airport"),
        ("embranchement ferré", "siding"),
        ("poste source", "substation"),
        ("siding", "siding"),
        ("Station GNV", "station_gnv"),
        ("hydrogen_pipe", "hydrogen_pipe"),
    ],
)
def test_a_kind_is_asked_by_its_code_or_by_a_word_that_files_use(said: str, code: str) -> None:
    asked = need(max_km={said: 5}, near=[{"kind": said, "max_minutes": 20}])
    assert asked.max_km == {code: 5}
    assert asked.near is not None
    assert asked.near[0].kind == code

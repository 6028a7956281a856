"""Places that a need names: what a name means is looked up, however many names, parcels and areas there are."""

from itertools import product
from typing import Any

import pytest
import shapely

from geo.land import text
from geo.match.criteria.criterion import Verdict
from geo.match.criteria.place import place
from geo.match.parcel import around as around_of_match
from geo.match.parcel.around import Around, NamedArea
from tests.match.parcels import need, parcel

AREAS = {
    1: NamedArea("scot", "S1", "SCoT du Lac", shape=shapely.box(0, 0, 1, 1)),
    2: NamedArea("ti", "T1", "Vallée de l'Arve", departments=frozenset({"74"})),
    3: NamedArea("scot", "S3", "Vallée de l’Arve"),
}
LYON = frozenset({"metropole de lyon", "200046977"})


@pytest.mark.parametrize(
    ("names", "facts", "verdict"),
    [
        (["scot du LAC"], {"area_ids": frozenset({1})}, Verdict.PASS),
        (["S1"], {"area_ids": frozenset({1})}, Verdict.PASS),
        (["scot/s1"], {"area_ids": frozenset({1})}, Verdict.PASS),
        (["vallee de l arve"], {"area_ids": frozenset({3})}, Verdict.PASS),
        (["vallee de l arve"], {"area_ids": frozenset({1})}, Verdict.FAIL),
        (["SCoT du Lac"], {"lon": None}, Verdict.UNKNOWN),
        (["SCoT du Lac"], {"commune_insee": None}, Verdict.FAIL),
        (["T1"], {"commune_insee": None}, Verdict.UNKNOWN),
        (["T1"], {"lon": None}, Verdict.FAIL),
        (["SCoT du Lac", "T1"], {"commune_insee": None}, Verdict.UNKNOWN),
        (["SCoT du Lac", "METROPOLE de Lyon"], {"lon": None}, Verdict.PASS),
        (["200046977"], {}, Verdict.PASS),
        (["200046977"], {"epci_siren": None}, Verdict.UNKNOWN),
        (["200046977"], {"epci_siren": "1"}, Verdict.FAIL),
        (["Métropole de Lyon"], {"epci_name": None}, Verdict.UNKNOWN),
        (["Métropole de Lyon"], {"epci_name": "Autre"}, Verdict.FAIL),
        (["nulle part"], {}, Verdict.UNKNOWN),
        (["nulle part", "Métropole de Lyon"], {}, Verdict.PASS),
    ],
)
def test_what_a_name_means(names: list[str], facts: dict[str, Any], verdict: Verdict) -> None:
    land = parcel(around=Around(areas=AREAS, epcis=LYON), **facts)
    assert place(need(place={"named": names}), land, None).verdict is verdict


def test_a_name_that_nobody_bears_is_told() -> None:
    land = parcel(around=Around(areas=AREAS, epcis=LYON))
    found = place(need(place={"named": ["nulle part", "T1", "Ailleurs"]}), land, None)
    assert (found.code, found.detail["names"]) == ("place.not_loaded", "nulle part, Ailleurs")


def test_names_are_folded_once_for_all_land(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for each area and each name, and for each parcel what its own commune says."""
    folded = []

    def counted(said: str) -> str:
        folded.append(said)
        return text.fold(said)

    monkeypatch.setattr(around_of_match, "fold", counted)
    monkeypatch.setattr("geo.match.criteria.place.fold", counted)
    areas = {number: NamedArea("scot", f"S{number}", f"SCoT {number}") for number in range(300)}
    asked = need(place={"named": [f"nulle part {number}" for number in range(40)]}, aid_zone="AFR")
    around = Around(areas=areas, epcis=LYON)
    land = [parcel(id_, around=around, epci_name=f"Communauté {id_}") for id_ in range(50)]
    found = {place(asked, one, None).code for one in land}
    assert found == {"place.not_loaded"}
    assert len(folded) <= 3 * len(areas) + 3 * 40 + 2 * len(land)


def test_areas_of_a_kind_are_folded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    folded = []

    def counted(said: str) -> str:
        folded.append(said)
        return text.fold(said)

    monkeypatch.setattr(around_of_match, "fold", counted)
    areas = {number: NamedArea("aid_zone", f"AFR{number}", f"Zone {number}") for number in range(20)}
    around = Around(areas=areas)
    for _, label in product(range(50), ("afr1", None)):
        assert len(around.of_kind("aid_zone", label)) == (11 if label else 20)
    assert len(folded) <= 2 * (2 * len(areas) + 1)

"""What is said in a terminal of several parcels put together."""

from typing import Any

import pytest

from api.together import known_as, looked_for, rank_told


def match(parcels: int = 2, **together: Any) -> dict[str, Any]:
    facts_of: dict[str, Any] = {"cadastral_ids": [], "source_id": None, "industry": "allowed"}
    named: list[dict[str, Any]] = [{"name": f"Lot {n}", **facts_of} for n in range(parcels)]
    facts = {"owners": 2, "owners_unknown": 0, "surplus_m2": 1_200.0, "price_eur": None, "beyond_owned_m2": 0.0}
    return {"rank": "assembly", "parcel": named[0], "criteria": [], "assembly": {**facts, "parcels": named, **together}}


def test_who_owns_it_what_it_costs_and_what_to_check_are_told() -> None:
    plain = "regroupement de 2 terrains voisins, 2 propriétaires ; 1\u202f200 m² de plus que demandé"
    assert " ; ".join(rank_told(match(), "fr")) == plain
    told = rank_told(match(owners=2, owners_unknown=1, price_eur=845_299.2, beyond_owned_m2=6.0), "fr")
    assert told == [
        "regroupement de 2 terrains voisins, 2 propriétaires dont 1 inconnu",
        "1\u202f200 m² de plus que demandé",
        "845\u202f299 €HT en tout",
        "6 m² du bâtiment tombent entre deux dessins de la même limite : demander un bornage",
    ]
    assert rank_told(match(owners=None, owners_unknown=None), "en")[0] == "assembly of 2 neighbouring parcels"


def test_a_site_is_called_by_its_first_parcels() -> None:
    assert known_as(match(), "fr") == "Lot 0 + Lot 1"
    assert known_as(match(parcels=5), "fr") == "Lot 0 + Lot 1 + Lot 2 + 2 autres"
    alone: dict[str, Any] = {
        "rank": "available",
        "parcel": {"name": "Lot 9", "industry": "unknown"},
        "criteria": [],
        "assembly": None,
    }
    assert known_as(alone, "fr") == "Lot 9"
    assert rank_told(alone, "fr") == ["disponible"]


@pytest.mark.parametrize(
    ("found", "complete", "first"),
    [
        (True, True, "Aucun terrain ne suffit"),
        (False, True, "Aucun regroupement"),
        (False, False, "Regroupements cherchés"),
    ],
)
def test_how_far_sites_were_looked_for_is_told(found: bool, complete: bool, first: str) -> None:
    searched = {"units": 6, "complete": complete, "complete_to": 6 if complete else 4}
    document = {"assemblies": searched, "matches": [match()] if found else [], "to_check": []}
    (line,) = looked_for(document, "fr")
    assert line.startswith(first)
    none: dict[str, Any] = {**document, "assemblies": None, "counts": {"proved": 1, "rejected": {"land_m2": 2}}}
    assert list(looked_for(none, "fr")) == []
    short: dict[str, Any] = {**none, "counts": {"proved": 0, "rejected": {"land_m2": 2}}}
    assert [line[:30] for line in looked_for(short, "fr")] == ["Aucun regroupement à étudier :"]
    late: dict[str, Any] = {**none, "counts": {"proved": 0, "rejected": {"start_by": 2}}}
    assert list(looked_for(late, "fr")) == []


@pytest.mark.parametrize(("asked", "warned"), [([], True), ([{"name": "use"}], False)])
def test_land_that_the_plan_shuts_to_industry_is_not_shown_unwarned(asked: list[dict[str, str]], warned: bool) -> None:
    """A need that names no use is shown such land; one that names it has its own criterion say so."""
    parcel = {"name": "Lot 9", "industry": "forbidden"}
    shut = {"rank": "available", "parcel": parcel, "criteria": asked, "assembly": None}
    warning = ["attention : le plan y interdit l'industrie"] if warned else []
    assert rank_told(shut, "fr") == ["disponible", *warning]
    counts: dict[str, Any] = {"proved": 1, "rejected": {}}
    says = list(looked_for({"assemblies": None, "counts": counts, "matches": [shut], "to_check": [shut]}, "fr"))
    assert [line[:9] for line in says] == ["Attention"] * warned
    assert not warned or "2 terrains montrés" in says[0]

"""What single steps would gain, as a planner reads it."""

from typing import Any

from rich.console import Console

from api.cli.gains import print_gains
from tests.cli.conftest import Command

COST = {"currency": "EUR", "min": 15_000, "typical": 40_000, "max": 2_704_501, "payer": "owner", "source": "s"}
MOMENT: dict[str, Any] = {"as_of": "2026-11-22", "known_at": None, "catalogue": "abc", "flags": []}
BOUNDS = {"p50": "2028-01-01", "p80": "2028-06-11"}


def step(**said: Any) -> dict[str, Any]:
    named = {"code": "PA", "label": "Permis d'aménager", "label_en": "Development permit", "how": "done"}
    gained = {
        "gained_months": {"p50": 5, "p80": 5.1},
        "gained_months_if_unknown_steps_fall_away": {"p50": 5, "p80": 5.1},
    }
    return {**named, **gained, "unblocks": False, "then": BOUNDS, "cost": COST} | said


def parcel(*steps: dict[str, Any]) -> dict[str, Any]:
    now = {**BOUNDS, "if_unknown_steps_fall_away": {**BOUNDS, "p80": "2028-02-01"}}
    return {"parcel": 3, "milestone": "start", "now": now, "steps": list(steps), **MOMENT}


def printed(document: dict[str, Any], lang: str) -> str:
    console = Console(record=True, width=140, no_color=True)
    print_gains(document, lang, console)
    return " ".join(console.export_text().replace("\u202f", " ").split())


def test_a_parcel_is_told_in_both_languages() -> None:
    nothing = {"p50": 0, "p80": 0}
    rest = {"gained_months": nothing, "gained_months_if_unknown_steps_fall_away": nothing}
    told = printed(parcel(step(), step(label="Rien", **rest)), "fr")
    assert "Terrain 3 : ce qu'une seule procédure ferait gagner (début des travaux)" in told
    assert "En l'état, au 22/11/2026 : probable 01/01/2028, prudente 11/06/2028." in told
    assert "si rien de ce qu'on ignore n'est à faire : probable 01/01/2028, prudente 01/02/2028." in told
    assert "commence le 22/11/2026" in told
    assert "Tel que connu" not in told
    assert "Permis d'aménager 5,1 mois 11/06/2028 15 k€ à 2,7 M€" in told
    assert "Rien" not in told
    assert "catalogue abc" in told
    assert "Development permit 5.1 months 2028-06-11 €15k to €2.7M" in printed(parcel(step()), "en")


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    told = printed(parcel(step(cost=None), step(cost=COST | {"min": None})), "fr")
    assert told.count("11/06/2028 inconnu") == 2
    assert "2,7 M€ (projet)" in printed(parcel(step(cost=COST | {"payer": "project"})), "fr")
    apart = {"gained_months_if_unknown_steps_fall_away": {"p50": 0, "p80": 0}}
    assert "gain si rien d'inconnu n'est à faire" in printed(parcel(step(**apart)), "fr")
    freed = step(unblocks=True, gained_months={"p50": None, "p80": None}, how="begun")
    assert "Permis d'aménager : engagée sans attendre débloque" in printed(parcel(freed), "fr")


def test_there_may_be_nothing_to_tell() -> None:
    assert "Aucune procédure ne ferait gagner un jour" in printed(parcel(), "fr")
    assert "pas encore calculé" in printed(parcel() | {"now": None}, "fr")


def test_as_known_at_an_instant_is_said() -> None:
    then = {"known_at": "2026-06-30T18:00:00+02:00"}
    assert "Tel que connu le 30/06/2026 à 18:00 (+02:00)." in printed(parcel(step()) | then, "fr")
    assert "As known at the end of 2026-06-30." in printed(
        territory(3) | {"known_at": "2026-06-30T23:59:59.999999+02:00"}, "en"
    )
    assert "rien n'était encore connu" in printed(parcel() | then | {"now": None}, "fr")


def territory(parcels: int, *steps: dict[str, Any]) -> dict[str, Any]:
    counts = {"parcels": parcels, "dated": parcels, "situations": min(parcels, 2)}
    return {"milestone": "start_cleared", "counts": counts, "steps": list(steps), **MOMENT}


def test_a_territory_is_told() -> None:
    sums = {"parcels": 1_200, "gained_parcel_months": 371.3, "brings_under_12_months": 25}
    told = printed(territory(2_500, step(**sums)), "fr")
    assert "2 500 terrains (2 situations)" in told
    assert "début des travaux, recours purgés" in told
    assert "Permis d'aménager 1 200 371,3 25 15 k€ à 2,7 M€" in told
    assert "Aucun terrain n'y est connu" in printed(territory(0), "fr")


def test_a_question_is_of_a_parcel_or_of_a_place(emprise: Command) -> None:
    for arguments in ([], ["3", "--commune", "74173"]):
        assert "emprise what-if --commune 74173" in emprise("what-if", *arguments, code=1).stderr
    assert "cahier des charges" in emprise("what-if", "3", "--milestone", "power", code=1).stderr
    assert "74173" in emprise("what-if", "--commune", "7417", code=1).stderr

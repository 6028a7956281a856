"""Why not this parcel, and what to ask first, as the terminal tells it."""

import io
from typing import Any

from rich.console import Console

from api.cli.explaining import print_explained, print_near, print_questions

CHANGE = {"criterion": "price_max_eur_m2", "path": "/price_max_eur_m2", "from": 40.0, "to": 50.0, "also": []}
PARCEL = {"id": 7, "name": "Les Prés", "cadastral_ids": [], "source_id": None}


def written(tell: Any, *told: Any) -> str:
    out = Console(file=io.StringIO(), width=200)
    tell(*told, out)
    return str(out.file.getvalue())  # type: ignore[attr-defined]


def test_a_parcel_left_out_says_what_it_takes() -> None:
    price = {"name": "price_max_eur_m2", "verdict": "fail", "code": "price.too_high", "fact": 50.0, "source": "agence"}
    price |= {"detail": {"asked_max": 40.0}, "takes": {"need": [CHANGE], "land": [], "ask": None}}
    one = {"parcel": PARCEL, "assembly": None, "standing": "rejected", "criteria": [price]}
    one |= {"changes": [CHANGE | {"then": "proved"}], "together": None}
    told = written(lambda out: print_explained({"parcels": [one]}, "fr", out))
    assert "Les Prés est écarté." in told
    assert "Pour ce critère : payer jusqu'à 50 €HT/m² au lieu de 40 €HT/m²." in told
    assert "(source : agence)" in told
    assert "Un seul changement le fait entrer : payer jusqu'à 50 €HT/m²" in told


def test_a_brownfield_one_change_away_says_when_it_is_clean() -> None:
    steps = [{"code": "DEPOL_1", "label": "Dépollution", "label_en": "Depollution"}]
    near = {"parcel": PARCEL, "changes": [CHANGE | {"then": "to_check"}]}
    near["depollution"] = {
        "steps": steps,
        "over_p50": "2028-02-01",
        "start": {"p50": "2028-03-01", "p80": "2028-06-01"},
    }
    told = written(lambda out: print_near(out, [near], "en"))
    assert "Les Prés: paying up to" in told
    assert "(the parcel is then to be checked)" in told
    assert "the ground is probably ready on 2028-02-01, works may start from 2028-03-01" in told


def test_questions_say_what_they_are_worth() -> None:
    told = written(lambda out: print_questions(out, [{"field": "place", "removes": 2.6, "of": 6}], "fr"))
    assert "Dans quels départements cherchez-vous ? La réponse écarterait environ 3 terrains sur 6." in told
    assert written(lambda out: print_questions(out, None, "fr")) == ""

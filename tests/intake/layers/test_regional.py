"""What Bourgogne-Franche-Comté and Roannais add to the standard. No real file of theirs is in shared/data: these are
made from the published lists (BFC standard v3.6; the glossary of Roannais Agglomération, which names no fields)."""

from pathlib import Path
from typing import Any

import pytest

from tests.intake.official import TERRAIN
from tests.intake.written_files import Read, feature, read_features, square


def one(found: Read) -> dict[str, Any]:
    (batch,) = found.batches
    return {name: values[0] for name, values in batch.fields.items()}


BFC = {"eta_disp": "commercialisation en cours", "proc_ame": "ZAC", "terr_lot": "12", "terr_cession_type": "Vente"}


def test_bourgogne_keeps_its_fields_and_holds_its_prices_back(tmp_path: Path) -> None:
    row = one(read_features(tmp_path, [feature(square(), **TERRAIN | BFC)]))
    assert row["published"].items() >= BFC.items()
    assert row["price_eur_m2"] is None
    assert row["published"]["terr_m2_prix"] == 5.35
    assert (row["buyer"], row["sale_amount"]) == ("SA Lactalys", 530_000.0), "masked in the views already"


@pytest.mark.parametrize(
    ("stage", "cession", "development", "market"),
    [
        ("en vente", "Location", "commercialisation en cours", "for_lease"),
        ("en vente", "Mise à disposition", None, "for_lease"),
        ("en vente", "Vente", "commercialisation terminée", "for_sale"),
        (None, "Vente", "terminée", "sold"),
        (None, None, "procédure d'aménagement non engagée", "not_marketed"),
        (None, "Vente", "commercialisation en cours", "unknown"),
        (None, None, "on ne sait", "unknown"),
    ],
)
def test_the_market_in_bourgogne(
    tmp_path: Path, stage: str | None, cession: str | None, development: str | None, market: str
) -> None:
    facts = {"terr_stade_comm": stage, "terr_cession_type": cession, "eta_disp": development}
    assert one(read_features(tmp_path, [feature(square(), **TERRAIN | facts)]))["market"] == market


@pytest.mark.parametrize(
    ("status", "market"),
    [
        ("commercialisable", "for_sale"),
        ("Sous option", "optioned"),
        ("rétention foncière", "kept_by_owner"),
        ("densification", "kept_by_owner"),
        ("enveloppe foncière avant 2030", "not_marketed"),
        ("enveloppe foncière après 2030", "not_marketed"),
        ("autre chose", "unknown"),
    ],
)
def test_the_statuses_of_roannais(tmp_path: Path, status: str, market: str) -> None:
    row = {"id": "r1", "statut_foncier": status, "surface_brute_ha": 3.2, "surface_nette_ha": 2.75, "zrr": "oui"}
    found = read_features(tmp_path, [feature(square(), **row, afr="non", taux_cfe=24.5)])
    assert found.schema == "roannais"
    columns = one(found)
    assert columns["market"] == market
    assert columns["surface_stated_m2"] == 32_000.0, "gross"
    facts = {"statut_foncier": status, "surface_nette_ha": 2.75, "zrr": "oui", "afr": "non", "taux_cfe": 24.5}
    assert columns["published"] == facts

"""The exchange table of Foncier+. No real file is in shared/data: made from its published field list."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from geo.intake.load import Options, load
from geo.store.database import Database
from tests.conftest import SRID
from tests.intake.written_files import Read, read, write
from tests.store.parcels_of import parcels_of

SITE = {
    "Id_site_eco": "42187_SITE-ECO_00012",
    "EPCI": "Roannais Agglomération",
    "nom": "Zone de Bonvert",
    "type_site": "foncier",
    "surface_disponible": "12,5",
    "surface_batie_disponible": "0",
    "surface_mobilisable": "14",
    "date_dispo": "7/14/2026",
    "type_acquisition": "achat",
    "vocation_sectorielle": "industrie, logistique",
    "parcelle_reference": "42187000AB0012",
    "nombre_parcelles_dispo": "2",
    "SCM": "1",
    "type_maitrise_ouvrage": "EPCI",
    "contact_ard": '{"nom": "Jeanne Dupont", "mail": "jeanne.dupont@ard.example", "url": "https://ard.example/42"}',
}


def table(folder: Path, *rows: dict[str, str], name: str = "sites.csv") -> Path:
    made = io.StringIO()
    sheet = csv.DictWriter(made, list(rows[0]), delimiter=";")
    sheet.writeheader()
    sheet.writerows(rows)
    return write(folder, made.getvalue().encode(), name)


def one(found: Read) -> dict[str, Any]:
    (batch,) = found.batches
    return {name: values[0] for name, values in batch.fields.items()}


def test_a_site_is_an_offer(tmp_path: Path) -> None:
    found = read(table(tmp_path, SITE))
    assert (found.schema, found.layers, found.keys) == ("foncier_plus", ("parcels",), [SITE["Id_site_eco"]])
    row = one(found)
    expected = {"origin": "terrain", "name": "Zone de Bonvert", "market": "for_sale", "surface_stated_m2": 125_000.0}
    expected |= {"cle_en_main": True, "cadastral_ids": ["42187000AB0012"], "contact": "https://ard.example/42"}
    assert {name: row[name] for name in expected} == expected
    assert row["published"] == {
        "epci": "Roannais Agglomération",
        "type_site": "foncier",
        "surface_batie_disponible": 0,
        "surface_mobilisable": 14,
        "date_dispo": "2026-07-14",
        "type_acquisition": "achat",
        "vocation_sectorielle": "industrie|logistique",
        "nombre_parcelles_dispo": 2,
        "type_maitrise_ouvrage": "EPCI",
    }


def test_the_name_of_the_contact_is_kept_nowhere(tmp_path: Path) -> None:
    found = read(table(tmp_path, SITE))
    assert "upont" not in str([found.batches[0].fields, found.repairs, found.row_remarks, found.remarks])
    assert ("contact", "person.withheld") in {(repair.field, repair.code) for repair in found.repairs}


@pytest.mark.parametrize(
    ("how", "market"),
    [("achat", "for_sale"), ("location", "for_lease"), ("bail à construction", "for_lease"), ("", "unknown")],
)
def test_how_it_is_offered(tmp_path: Path, how: str, market: str) -> None:
    assert one(read(table(tmp_path, SITE | {"type_acquisition": how})))["market"] == market


@pytest.mark.parametrize(("written", "day"), [("12/1/2026", "2026-12-01"), ("1/12/2026", "2026-01-12")])
def test_its_dates_begin_with_the_month(tmp_path: Path, written: str, day: str) -> None:
    assert one(read(table(tmp_path, SITE | {"date_dispo": written})))["published"]["date_dispo"] == day


def test_a_date_that_is_none_stays_as_written(tmp_path: Path) -> None:
    assert one(read(table(tmp_path, SITE | {"date_dispo": "14/7/2026"})))["published"]["date_dispo"] == "14/7/2026"


def test_the_table_of_parcels_fills_in_the_sites(database: Database, tmp_path: Path) -> None:
    load(database, table(tmp_path, SITE), Options(), srid=SRID)
    ids = ["42187000AB0012", "42187000AB0013"]
    rows = [{"Id_site_eco": SITE["Id_site_eco"], "idu": idu} for idu in ids]
    report = load(database, table(tmp_path, *rows, name="parcelles.csv"), Options(), srid=SRID)
    assert [report.total(name) for name in ("read", "kept", "changed", "new", "rejected")] == [2, 1, 1, 0, 0]
    (row,) = parcels_of(database)
    assert row.cadastral_ids == ids
    assert (row.name, row.market, row.surface_stated_m2) == ("Zone de Bonvert", "for_sale", 125_000.0), "untouched"
    assert row.published["date_dispo"] == "2026-07-14"

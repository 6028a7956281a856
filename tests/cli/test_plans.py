"""Plans loaded by the command: the counts of the real files, and the decisions that change told parcel by parcel."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.intake.written_files import collection, feature, square, write

LON, LAT = 4.85, 45.75


def zone(libelle: str, destdomi: str, **facts: Any) -> dict[str, Any]:
    said = {"libelle": libelle, "typezone": "U", "destdomi": destdomi, "insee": "69123"}
    return feature(square(LON - 0.01, LAT - 0.01, 0.03), **(said | facts))


def loaded(emprise: Command, path: Path, *options: str) -> dict[str, Any]:
    (report,) = json.loads(emprise("load", path, "--json", *options).stdout)
    return dict(report)


def test_changed_decisions_are_told_parcel_by_parcel(emprise: Command, tmp_path: Path) -> None:
    lots = [feature(square(LON, LAT), terr_id=f"69123_TERRAIN-ECO_{n}", terr_stade_comm="en vente") for n in "12"]
    lots[1]["geometry"] = square(LON + 1, LAT)
    emprise("load", write(tmp_path, collection(lots), "lots.geojson"))
    first = loaded(emprise, write(tmp_path, collection([zone("UH", "01", datappro="20150101")]), "plu.geojson"))
    assert first["decisions"]["changed"]["counts"] == [{"before": "unknown", "after": "forbidden", "parcels": 1}]
    path = write(tmp_path, collection([zone("UX", "02", datappro="20240101")]), "plu2.geojson")
    second = loaded(emprise, path)["decisions"]["changed"]
    assert second["total"] == 1
    (told,) = second["first"]
    assert told["message"] == "69123_TERRAIN-ECO_1 : interdite (zone UH) → autorisée (zone UX)"
    again = emprise("load", path)
    assert "a changé" not in again.stdout
    draft = write(tmp_path, collection([zone("UE", "05", datappro="20260101", etat="02")]), "draft.geojson")
    said = emprise("load", draft).stdout
    assert "1 terrain changerait si ce plan" in said
    assert "autorisée (zone UX) → interdite (zone UE)" in said
    assert "encore en projet" in said


@pytest.mark.parametrize(
    ("path", "read", "kept", "left_out", "identical", "repaired", "remarks"),
    [
        ("zone_urba_cnig/200011781_PLUi_20180101.zip", 222, 221, 1, 0, 0, {"geometry.holds_no_land": 1}),
        (
            "zone_urba_cnig/241800432_PLUi_20200128.zip",
            221,
            220,
            0,
            1,
            1,
            {"row.identical": 1, "zone.type_contradicts_label": 1},
        ),
        pytest.param("zone_urba_cnig/30014_PLU_20171013.zip", 90, 90, 0, 0, 0, {}, marks=pytest.mark.slow),
        pytest.param(
            "zone_urba_cnig/41175_PLU_20140603.zip", 118, 118, 0, 0, 89, {"zone.type_old": 29}, marks=pytest.mark.slow
        ),
        pytest.param("megeve_74173/zone_urba.geojson.gz", 241, 241, 0, 0, 0, {}, marks=pytest.mark.slow),
        ("megeve_74173/raw_zone_urba_l93.zip", 241, 241, 0, 0, 0, {}),
    ],
)
def test_every_plan_of_the_shared_data_loads_with_its_defects_listed(
    emprise: Command,
    shared: Path,
    path: str,
    read: int,
    kept: int,
    left_out: int,
    identical: int,
    repaired: int,
    remarks: dict[str, int],
) -> None:
    """Counts of ../shared/data/SOURCES.md, without --keep-going. (Every day each is loaded by test_every_file.)"""
    report = loaded(emprise, shared / path)
    rows = report["rows"]
    found = tuple(rows[name] for name in ("read", "kept", "left_out", "identical", "repaired", "rejected"))
    assert found == (read, kept, left_out, identical, repaired, 0)
    assert report["written"]
    assert rows["read"] == rows["kept"] + rows["left_out"] + rows["identical"] + rows["rejected"]
    counts = report["remarks"]["counts"]
    assert {code: counts.get(code) for code in remarks} == remarks
    assert {code for code in counts if code.startswith(("zone.", "row.", "geometry.h"))} == set(remarks)

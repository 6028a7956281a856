"""`emprise export --standard`: what cannot leave is named, listed in a file, and told by the exit code."""

import csv
import re
from pathlib import Path

from tests.cli.conftest import Command
from tests.intake.official import FRICHE
from tests.intake.written_files import collection, feature, square


def test_rows_without_a_source_stay_out_are_listed_and_leave_when_it_is_named(emprise: Command, tmp_path: Path) -> None:
    bare = {name: value for name, value in FRICHE.items() if name not in ("source_nom", "site_actu_date")}
    rows = [feature(square(6 + n / 100), **bare | {"site_id": f"12083_{n}", "site_nom": f"=F{n}"}) for n in range(25)]
    (tmp_path / "friches.geojson").write_bytes(collection(rows))
    emprise("load", tmp_path / "friches.geojson")
    asked = ("--standard", "cnig", "--collection", "friches")
    said = emprise("export", tmp_path / "f.csv", *asked, code=3).stdout
    assert "0 ligne " in said
    assert "25 lignes restent de côté" in said
    assert "--producer NOM" in said
    assert "--left" in said
    left = tmp_path / "left.csv"
    assert left.name in emprise("export", tmp_path / "f.csv", *asked, "--left", left, "--force", code=3).stdout
    with left.open(encoding="utf-8-sig", newline="") as source:
        found = list(csv.DictReader(source, delimiter=";"))
    assert len(found) == 25
    assert {(one["field"], one["code"]) for one in found} == {("source_nom", "missing")}
    assert all("obligatoire" in one["message"] for one in found)
    again = emprise("export", tmp_path / "g.csv", *asked, "--left", left, code=1)
    assert "existe déjà" in again.stderr
    assert not (tmp_path / "g.csv").exists(), "nothing is written when the list cannot be"
    whole = emprise("export", tmp_path / "f.csv", *asked, "--producer", "CC Exemple", "--force").stdout
    assert "25 lignes au format officiel" in whole
    assert "restent" not in whole


def test_a_planners_own_lot_leaves_with_an_identifier(emprise: Command, tmp_path: Path) -> None:
    lots = [
        feature(square(4.8), name="A", market="for_sale", site_id="69123_SITE-ECO_1", commune_insee="69123"),
        feature(square(4.9), name="B", market="for_sale", commune_insee="69123"),
    ]
    (tmp_path / "lots.geojson").write_bytes(collection(lots))
    emprise("load", tmp_path / "lots.geojson", "--as", "parcels")
    said = emprise("export", tmp_path / "t.csv", "--standard", "cnig", code=3).stdout
    assert "1 ligne au format officiel" in said
    assert "sort sous 69123_TERRAIN-ECO_E" in said
    assert re.search(r"B \(\d+\) : dans aucun site connu, et site_id est obligatoire", " ".join(said.split()))
    assert "emprise load sites.gpkg" in " ".join(said.split()), "what to do about it"


def test_rows_that_stay_out_are_counted_and_not_their_names(emprise: Command, tmp_path: Path) -> None:
    for number in range(2):
        rows = [feature(square(5 + number / 10), parcel_uid="Lot 1", market="for_sale", site_id="x")]
        (tmp_path / f"commune{number}.geojson").write_bytes(collection(rows))
    left = tmp_path / "left.csv"
    emprise("load", *sorted(tmp_path.glob("commune*.geojson")), "--as", "parcels", "--responsible", "CC Deux Lots")
    asked = ("--standard", "cnig", "--for", "CC Deux Lots", "--left", left)
    said = emprise("export", tmp_path / "two.csv", *asked, code=3).stdout
    assert "2 lignes restent de côté" in said
    with left.open(encoding="utf-8-sig", newline="") as source:
        assert {one["key"] for one in csv.DictReader(source, delimiter=";") if one["code"] == "missing"} == {"Lot 1"}


def test_what_goes_with_a_standard_goes_with_nothing_else(emprise: Command, tmp_path: Path) -> None:
    emprise("export", tmp_path / "x.geojson", "--producer", "X", code=2)


def test_the_command_goes_by_its_name(emprise: Command) -> None:
    assert "Usage : emprise export" in emprise("export", "--help").stdout
    assert "Toutes les options : emprise export --help" in emprise("export", code=2).stderr

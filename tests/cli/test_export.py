"""`emprise export` and `load --update` on the sample, edited by another program: docs/round-trip.md, for real."""

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas
import pytest

from tests.cli.conftest import Command
from tests.conftest import REPO

DOCUMENT = (REPO / "docs" / "round-trip.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def loaded(emprise: Command) -> Command:
    """The sample loaded and derived, as land of one organisation."""
    emprise("load", "sample_parcels.geojson", "--responsible", "CC Exemple")
    return emprise


EDITS = """
import sys, geopandas, shapely
path, out = sys.argv[1:]
land = geopandas.read_file(path)
for n in range(3):
    land.loc[n, "name"] = f"Nom {n}"
land.loc[3, "market"] = "optioned"
land.loc[4, "geometry"] = shapely.transform(land.loc[4, "geometry"], lambda xy: xy + [5, 0])
land.loc[5, "price_eur_m2"] = 77.5
land.loc[6, "contact"] = "foncier@exemple.fr"
land.to_file(out, layer="parcels")
"""
"""Another program: three names, a market, an outline moved by five metres; two rows edited on our side meanwhile."""


def standing(emprise: Command, folder: Path) -> dict[int, dict[str, Any]]:
    """Every parcel as it stands."""
    path = folder / "now.geojson"
    emprise("export", path, "--force")
    return {one["id"]: one for one in json.loads(path.read_text())["features"]}


def test_there_and_back_with_another_program(loaded: Command, tmp_path: Path) -> None:
    there, back, meanwhile = tmp_path / "terrains.gpkg", tmp_path / "rendu.gpkg", tmp_path / "autre.geojson"
    assert "600 lignes" in loaded("export", there).stdout
    loaded("export", meanwhile)
    subprocess.run([sys.executable, "-c", EDITS, there, back], check=True, timeout=120)
    told = loaded("load", back, "--update", "--reason", "rendu", "--dry-run", "--json")
    (report,) = json.loads(told.stdout)
    ids = [one["id"] for one in json.loads(meanwhile.read_text())["features"][:7]]
    assert [(c["id"], c["field"]) for c in report["changes"]] == [
        *((ids[n], "name") for n in range(3)),
        (ids[3], "market"), (ids[4], "geometry"), (ids[5], "price_eur_m2"), (ids[6], "contact"),
    ]  # fmt: skip
    assert report["rows"] | {"missing": 0} == {
        "read": 600, "changed": 7, "unchanged": 593, "conflicting": 0, "rejected": 0, "missing": 0
    }  # fmt: skip

    document = json.loads(meanwhile.read_text())
    document["features"][5]["properties"]["price_eur_m2"] = 55.0
    document["features"][6]["properties"]["market"] = "sold"
    meanwhile.write_text(json.dumps(document))
    loaded("load", meanwhile, "--update", "--reason", "par un autre", "--responsible", "CC Exemple", "--no-derive")

    refused = loaded("load", back, "--update", "--reason", "rendu", code=1).stdout
    assert "Conflits" in refused
    assert "77,5" in refused
    assert "55" in refused
    assert "Rien n'est écrit" in refused
    assert (report["rows"]["changed"], report["written"]) == (7, False)

    told = loaded("load", back, "--update", "--reason", "rendu", "--keep-going", "--json", code=3)
    (report,) = json.loads(told.stdout)
    (clash,) = report["conflicts"]
    assert (clash["field"], clash["file"], clash["current"], clash["actor"]) == ("price_eur_m2", 77.5, 55.0, "cli:1")
    assert report["rows"]["changed"] == 6
    now = standing(loaded, tmp_path)
    after = {n: now[ids[n]]["properties"] for n in (0, 3, 5, 6)}
    assert (after[0]["name"], after[3]["market"], after[5]["price_eur_m2"]) == ("Nom 0", "optioned", 55.0)
    assert (after[6]["contact"], after[6]["market"]) == ("foncier@exemple.fr", "sold"), "both edits stand"

    again = loaded("load", "sample_parcels.geojson").stdout
    assert "Valeurs saisies ici, gardées" in again
    now = standing(loaded, tmp_path)
    assert now[ids[0]]["properties"]["name"] == "Nom 0"
    moved = now[ids[4]]["geometry"]["coordinates"][0][0][0][0]
    before = document["features"][4]["geometry"]["coordinates"][0][0][0][0]
    assert moved - before == pytest.approx(5 / 77_800, rel=0.02)


def test_a_planner_is_refused_land_of_others(loaded: Command, tmp_path: Path) -> None:
    loaded("key", "create", "x", "--organisation", "CC Voisine", "--kind", "territory")
    path = tmp_path / "terrains.geojson"
    loaded("export", path, "--for", "CC Voisine")
    document = json.loads(path.read_text())
    assert document["features"]
    document["features"][0]["properties"]["name"] = "Pris"
    path.write_text(json.dumps(document))
    told = loaded("load", path, "--update", "--reason", "x", "--responsible", "CC Voisine", code=1)
    assert "relève de CC Exemple" in told.stdout
    assert "CC Inconnue" in loaded("export", tmp_path / "y.gpkg", "--for", "CC Inconnue", code=1).stderr


def test_the_public_file_hides_what_the_public_may_not_see(loaded: Command, tmp_path: Path) -> None:
    path = tmp_path / "public.geojson"
    assert "vue publique" in loaded("export", path, "--as-audience", "public").stdout
    facts = json.loads(path.read_text())["features"][0]["properties"]
    assert {"id", "row_version", "name"} <= facts.keys()
    assert not {"price_eur_m2", "owner_siren", "contact", "stade_comm"} & facts.keys()


def test_wrong_use_is_told(loaded: Command, tmp_path: Path) -> None:
    path = tmp_path / "terrains.gpkg"
    loaded("export", path, "--as-audience", "planner", code=2)
    loaded("export", path, "--as-audience", "public", "--for", "CC Exemple", code=2)
    loaded("export", path, "--standard", "cnig", "--crs", "EPSG:2154", code=2)
    assert "EPSG:2154" in loaded("export", path, "--crs", "Lambert", code=1).stderr
    loaded("export", path)
    assert "--force" in loaded("export", path, code=1).stderr
    for arguments in (
        ("--update",),
        ("--reason", "x"),
        ("--update", "--reason", " "),
        ("--update", "--reason", "x", "--as", "zones"),
    ):
        loaded("load", path, *arguments, code=2)
    assert "id et row_version" in loaded("load", "sample_parcels.geojson", "--update", "--reason", "x", code=1).stderr
    forgotten = loaded("load", path, code=1).stderr
    assert "ajoutez --update --reason" in forgotten
    assert "orrespondance" not in forgotten
    cut = tmp_path / "terrains.shp"
    land = geopandas.read_file(path).head(1)[["id", "row_version", "name", "geometry"]]
    with pytest.warns((UserWarning, RuntimeWarning)):
        land.to_file(cut)
    assert "coupe le nom du champ row_version" in loaded("load", cut, "--update", "--reason", "x", code=1).stderr


def test_official_files(loaded: Command, tmp_path: Path) -> None:
    path = tmp_path / "terrains.csv"
    assert "600 lignes" in loaded("export", path, "--standard", "cnig").stdout
    assert path.read_text(encoding="utf-8").startswith("terr_id;site_id;")
    said = loaded("export", tmp_path / "sites.gpkg", "--standard", "cnig", code=3).stdout
    assert "pole_id, obligatoire" in said, "sites of the sample belong to no pole, which the schema requires"
    with sqlite3.connect(tmp_path / "sites.gpkg") as file:
        layers = [name for (name,) in file.execute("select table_name from gpkg_contents order by 1")]
        assert file.execute("pragma user_version").fetchone() == (10200,), "as old programs know it, without a warning"
    file.close()
    assert layers == ["etablissement", "pole_eco", "site_eco", "terrain_eco"]


@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="ogr2ogr is absent: install gdal-bin to try the document")
def test_every_command_of_the_document_runs(loaded: Command, tmp_path: Path) -> None:
    """In their order, in one folder: the Python block between is run where it stands."""
    blocks = re.findall(r"```(sh|python)\n(.*?)```", DOCUMENT, re.DOTALL)
    ran = []
    for language, block in blocks:
        if language == "python":
            subprocess.run([sys.executable, "-c", block], cwd=tmp_path, check=True, timeout=120)
            continue
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] == ".venv/bin/emprise":
                loaded(
                    *[
                        str(tmp_path / word) if (word.endswith((".gpkg", ".geojson", ".csv"))) else word
                        for word in words[1:]
                    ],
                    code=3 if "sites.gpkg" in words else 0,  # its sites belong to no pole: left out and named
                )
            elif words:
                subprocess.run(words, cwd=tmp_path, check=True, timeout=120, capture_output=True)
            ran.append(words[:1])
    assert len(ran) >= 6

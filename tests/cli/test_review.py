"""`emprise review` and filiation files, as a planner uses them."""

import json
from pathlib import Path

from tests.cli.conftest import Command
from tests.intake.test_lineage import FAR, LEFT, RIGHT, WHOLE, cadastre_file, dfi


def offer(folder: Path, reference: str) -> Path:
    """One terrain on the first cadastral parcel, as a CNIG file says it."""
    offered = json.loads(cadastre_file(folder, {1: WHOLE}, "terrain.geojson").read_text())
    offered["features"][0]["properties"] = {
        "terr_id": "69290_TERRAIN-ECO_00001",
        "terr_refcad": reference,
        "terr_stade_comm": "en vente",
    }
    path = folder / "terrains.geojson"
    path.write_text(json.dumps(offered))
    return path


def test_a_split_is_decided_on_the_command_line(emprise: Command, tmp_path: Path) -> None:
    emprise("load", cadastre_file(tmp_path, {1: WHOLE, 9: FAR}), offer(tmp_path, "69290000AB0001"))
    assert "Rien à décider" in emprise("review").stdout
    told = emprise("load", dfi(tmp_path, ([1], [2, 3])), cadastre_file(tmp_path, {2: LEFT, 3: RIGHT, 9: FAR}))
    assert "1 terrain est touché" in told.stdout
    assert "divisée" in emprise("review", columns=200).stdout
    (review,) = json.loads(emprise("review", "--json").stdout)
    number = str(review["id"])
    emprise("review", number, code=2)
    emprise("review", number, "split", code=2)
    assert "Le terrain est divisé" in emprise("review", number, "split", "--reason", "division").stdout
    assert json.loads(emprise("review", "--json").stdout) == []
    gone = emprise("review", number, "keep", "--reason", "trop tard", code=1)
    assert f"n° {number}" in gone.stderr

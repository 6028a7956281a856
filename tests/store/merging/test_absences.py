"""A delivery that leaves whole communes out says so by commune."""

import json
from pathlib import Path

from geo.intake.load import Options, load
from geo.store.database import Database
from tests.intake.test_lineage import COMMUNE, box, cadastre_file

OTHER = "74056"


def test_communes_of_which_a_delivery_has_no_row_are_counted(database: Database, tmp_path: Path) -> None:
    path = cadastre_file(tmp_path, {1: box(0, 0, 50, 50), 2: box(60, 0, 50, 50), 3: box(200, 0, 50, 50)})
    document = json.loads(path.read_text())
    facts = document["features"][2]["properties"]
    facts |= {"commune": OTHER, "id": OTHER + facts["id"][5:]}
    path.write_text(json.dumps(document))
    load(database, path, Options(), srid=2154)
    del document["features"][1:]
    path.write_text(json.dumps(document))
    found = load(database, path, Options(dry_run=True), srid=2154).differences["cadastre"]
    assert found["absent_communes"] == [{"commune": OTHER, "name": None, "rows": 1}]
    assert sorted(one["commune"] for one in found["missing"]) == sorted([COMMUNE, OTHER])

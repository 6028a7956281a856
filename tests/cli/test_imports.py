"""`emprise imports` lists what came in, with what became of it."""

import json
from pathlib import Path

from tests.cli.conftest import Command
from tests.intake.test_load import feature


def test_what_came_in_is_listed(emprise: Command, tmp_path: Path) -> None:
    bad = feature("2", 1)
    bad["geometry"]["coordinates"][0][1][0] = None
    for name, features in (("first.geojson", [feature("1")]), ("second.geojson", [feature("1"), bad])):
        (tmp_path / name).write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert "n°" in emprise("imports").stdout
    emprise("load", tmp_path / "first.geojson", "--no-derive")
    emprise("load", tmp_path / "second.geojson", "--no-derive", code=1)
    *_, newest, oldest = (" ".join(line.split()) for line in emprise("imports").stdout.splitlines() if line.strip())
    assert "second.geojson refusé" in newest
    assert oldest.endswith("first.geojson chargé 1 1 0 0")
    english = emprise("imports", "--limit", "1", lang="en_GB.UTF-8").stdout
    assert "refused" in english
    assert "first.geojson" not in english

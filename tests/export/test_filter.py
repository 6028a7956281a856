"""`export` of the rows that a CQL2 filter finds: on any field of the file, in any collection, as each audience."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geo.derive import work
from geo.export.export import Wanted, export
from geo.store.cql2.faults import FilterFault
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.conftest import SRID


@pytest.fixture
def land(database: Database) -> Database:
    with database.connection(Role.WORKER) as connection:
        own = rows.organisation(connection, "CC Exemple")
        for n in range(6):
            facts: dict[str, Any] = {"name": f"Lot {n} à 100 %", "power_mw": n / 2, "visibility": "public"}
            facts["stade_amngt"] = "viabilisé" if n % 2 else None
            rows.parcel(connection, f"T-{n}", rows.square(n * 200, 0), responsible=own, market="for_sale", **facts)
        rows.zone(connection, "Z", rows.square(0, 0, 900), libelle="AUc")
        rows.zone(connection, "Y", rows.square(900, 0, 900), libelle="N")
    work.derive(database, as_of=date(2026, 11, 22))
    return database


def names(database: Database, path: Path, chosen: str, **wanted: Any) -> list[str]:
    count = export(database, path, Wanted(force=True, chosen=chosen, **wanted), srid=SRID)
    found = json.loads(path.read_text())["features"]
    assert len(found) == count
    return [one["properties"].get("name") or one["properties"]["libelle"] for one in found]


def test_only_what_the_filter_finds_is_written(land: Database, tmp_path: Path) -> None:
    path = tmp_path / "terrains.geojson"
    whole = names(land, path, "true")
    assert len(whole) == 6
    assert names(land, path, "power_mw >= 1.5") == whole[3:]
    assert names(land, path, "name LIKE '%100 \\%' AND power_mw < 1") == whole[:2]
    assert names(land, path, "stade_amngt = 'viabilisé'") == whole[1::2], "a fact of the edited table, for its editor"
    west, south = json.loads(path.read_text())["features"][0]["geometry"]["coordinates"][0][0][0][:2]
    near = f"S_INTERSECTS(geometry, BBOX({west - 0.001}, {south - 0.001}, {west + 0.001}, {south + 0.001}))"
    assert 1 <= len(names(land, path, near)) < 6
    assert names(land, path, "libelle = 'AUc'", collection="zones") == ["AUc"]
    assert names(land, path, "power_mw > 99") == []


def test_what_an_audience_lacks_it_cannot_choose_by(land: Database, tmp_path: Path) -> None:
    path = tmp_path / "terrains.geojson"
    for name in ("stade_amngt", "price_eur_m2", "buyer"):
        assert names(land, path, f"{name} IS NULL AND false") == []
        with pytest.raises(FilterFault, match=r"filter\.unknown_property"):
            names(land, path, f"{name} IS NULL", role=Role.PUBLIC, actor=Actor())
    assert path.exists()


def test_a_wrong_filter_leaves_no_file(land: Database, tmp_path: Path) -> None:
    path = tmp_path / "terrains.geojson"
    with pytest.raises(FilterFault):
        export(land, path, Wanted(chosen="power_mw >"), srid=SRID)
    assert list(tmp_path.iterdir()) == []

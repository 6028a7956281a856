"""The same land written in another system, or with fewer decimals, has not changed."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from geo.store.database import Database, Role
from geo.store.layers import LAYERS
from geo.store.merging.unmoved import STILL_M, still
from tests.intake.official import TERRAIN
from tests.intake.written_files import square
from tests.store.merging.test_partial import CASES, put_in, row_of

ROUNDING = 4e-8
"""Half the last of seven decimals of a degree, and less: 4 mm."""
LAND = {"parcels": (square(), TERRAIN), **{name: CASES[name][:2] for name in CASES if name != "zones"}}
"""Of each layer a geometry and a row; a zone is known by its geometry (and its plan is a unit)."""


def shifted(geometry: Any, by: float) -> dict[str, Any]:
    def deep(one: Any) -> Any:
        return [deep(part) for part in one] if isinstance(one, list | tuple) else one + by

    return {"type": geometry["type"], "coordinates": deep(geometry["coordinates"])}


def facts(row: Any) -> dict[str, Any]:
    """All of a row but which record said it last."""
    return {name: value for name, value in row._mapping.items() if name not in ("digest", "raw")}


def kept(database: Database) -> tuple[Any, ...]:
    with database.connection(Role.WORKER) as connection:
        return tuple(connection.execute(text("select count(*) from core.history")).one())


@pytest.mark.parametrize("layer", LAND)
def test_rounding_is_no_change(database: Database, tmp_path: Path, layer: str) -> None:
    geometry, row = LAND[layer]
    assert put_in(database, tmp_path, layer, geometry, **row).total("new") == 1
    before = row_of(database, layer)
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("delete from core.dirty"))
    for _ in range(2):
        again = put_in(database, tmp_path, layer, shifted(geometry, ROUNDING), **row)
        assert (again.total("new"), again.total("changed"), again.total("unchanged")) == (0, 0, 1)
    after = row_of(database, layer)
    assert facts(after) == facts(before)
    assert (after.digest != before.digest) is LAYERS[layer].remembers, "large layers need not compare it a third time"
    assert kept(database) == (0,)
    with database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.dirty")) == 0
    moved = put_in(database, tmp_path, layer, shifted(geometry, 1e-6), **row)
    assert (moved.total("changed"), moved.total("unchanged")) == (1, 0), "11 cm are a change"


def test_a_change_is_not_said_to_move_the_land(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, "parcels", square(), **TERRAIN)
    before = row_of(database, "parcels")
    other = TERRAIN | {"terr_nom": "Autre nom"}
    report = put_in(database, tmp_path, "parcels", shifted(square(), ROUNDING), **other)
    (change,) = report.differences["parcels"]["changed"]
    assert list(change["fields"]) == ["name"]
    after = row_of(database, "parcels")
    assert (after.name, after.geom) == ("Autre nom", before.geom)


def is_still(database: Database, one: str, other: str) -> bool:
    with database.connection(Role.WORKER) as connection:
        given_two = f"select {still('a', 'b')} from (select cast(:one as geometry) a, cast(:other as geometry) b) v"
        return bool(connection.scalar(text(given_two), {"one": one, "other": other}))


def test_the_same_corners_are_not_the_same_land(database: Database) -> None:
    corner = "POLYGON((0 0, 100 0, {}, 0 0))"
    dart, other = corner.format("50 90, 50 30"), corner.format("50 30, 50 90")
    assert not is_still(database, dart, other)
    assert is_still(database, dart, corner.format("50 90, 50.005 30"))
    assert is_still(database, "POLYGON((0 0, 0 9, 9 9, 9 0, 0 0))", "POLYGON((0 9, 9 9, 9 0, 0.005 0, 0 9))")
    assert not is_still(database, dart, "POLYGON((0 0, 100 0, 50 90, 0 0))")


def test_how_far_is_still(database: Database) -> None:
    @given(st.floats(-0.03, 0.03))
    def check(by: float) -> None:
        one, other = "LINESTRING(900000 6500000, 900100 6500100)", f"LINESTRING(900000 {6500000 + by}, 900100 6500100)"
        moved = abs((6500000 + by) - 6500000)
        assert is_still(database, one, other) == (moved <= STILL_M)

    check()

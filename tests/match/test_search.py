"""The main job over a real base: from files to ranked, proved matches."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from sqlalchemy import text

from geo.cluster import Running
from geo.derive import work
from geo.generate import planted
from geo.intake.load import Options, load
from geo.match.reading import read_need
from geo.match.search import search
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.conftest import REPO, SAMPLE_DAY, SRID, copied

AS_OF = SAMPLE_DAY

STORY = {
    "buildings": [{"length_m": 220, "width_m": 120}],
    "setback_m": 10,
    "land_m2": {"min": "8 ha"},
    "use": "industrie",
    "icpe": {"regime": "E"},
    "power_mw": {"at_opening": 10},
    "start_by": "2028-12-31",
    "place": {"communes": ["38449"]},
}


@pytest.fixture
def sample(cluster: Running, sample_template: str) -> Iterator[Database]:
    with copied(cluster, sample_template, "search") as address:
        database = Database(address, pool_size=2)
        yield database
        database.close()


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["parcel"]["name"] for row in rows]


def test_the_planted_story(sample: Database) -> None:
    """Ready, strip, closed zone, unknown power, optioned, under a forbidding constraint: each told apart."""
    answer: Any = search(sample, Role.PUBLIC, None, read_need(STORY), AS_OF)
    assert names(answer["matches"]) == [planted.READY, planted.OPTIONED]
    assert [match["rank"] for match in answer["matches"]] == ["available", "optioned"]
    assert names(answer["to_check"]) == [planted.POWER_UNKNOWN]
    unknown = [
        c["code"] for c in answer["to_check"][0]["criteria"] if c["role"] == "must" and c["verdict"] == "unknown"
    ]
    assert unknown == ["power.unknown"]
    rejected = answer["counts"]["rejected"]
    assert (rejected["fit"], rejected["start_by"]) == (2, 1)
    counts = answer["counts"]
    assert counts["considered"] == counts["proved"] + counts["open"] + counts["to_check"] + sum(rejected.values())


def test_the_same_question_has_the_same_digest(sample: Database) -> None:
    """Also when the readiness is read back instead of computed."""
    ask = partial(search, sample, Role.PUBLIC, None, read_need(STORY), AS_OF)
    first, second = ask(), ask()
    assert first == second
    assert first["digest"] == second["digest"]


def test_a_parcel_one_may_not_see_changes_nothing(sample: Database) -> None:
    """Byte for byte, but for the version of the data seen by that audience, which does not move either."""
    ask = partial(search, sample, Role.PUBLIC, None, read_need(STORY), AS_OF)
    with_hidden = ask()
    with sample.connection(Role.WORKER) as connection:
        hidden = connection.execute(
            text("update core.parcel set deleted_on = '2026-01-01' where visibility <> 'public'")
        )
        assert hidden.rowcount > 20
    work.derive(sample, as_of=AS_OF)
    assert ask() == with_hidden


def test_who_may_see_more_is_answered_more(sample: Database) -> None:
    considered = []
    for role, actor in ((Role.PUBLIC, None), (Role.COMPANY, Actor()), (Role.ADMIN, None)):
        answer: Any = search(sample, role, actor, read_need({"land_m2": 1}), AS_OF)
        considered.append(answer["counts"]["considered"])
    assert considered == sorted(set(considered))
    assert considered[-1] == 600


def test_stale_land_is_open_not_decided(sample: Database) -> None:
    with sample.connection(Role.WORKER) as connection:
        connection.execute(text("select core.mark_dirty(array(select id from core.parcel), 8)"))
    answer: Any = search(sample, Role.PUBLIC, None, read_need(STORY), AS_OF)
    assert answer["counts"]["proved"] == 0
    assert answer["counts"]["open"] > 0


def test_land_never_derived_is_open_too(database: Database) -> None:
    """Its surface and its zone are not unknown facts to ask anyone about: they are still to be computed."""
    load(database, REPO / "sample_parcels.geojson", Options(), srid=SRID)
    answer: Any = search(database, Role.PUBLIC, None, read_need(STORY | {"place": {"departments": ["38"]}}), AS_OF)
    assert answer["counts"]["to_check"] == answer["counts"]["proved"] == 0
    assert answer["counts"]["open"] > 0


def test_a_layer_never_loaded_is_a_reservation(database: Database) -> None:
    """Without buildings the fit is proved on the land as known, and the match says what is not known."""
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "T")
    work.derive(database, as_of=AS_OF)
    need = read_need({"buildings": [{"length_m": 40, "width_m": 20}]})

    def told() -> tuple[str, list[str]]:
        answer: Any = search(database, Role.PUBLIC, None, need, AS_OF)
        (match,) = answer["matches"]
        (layers,) = [criterion for criterion in match["criteria"] if criterion["name"] == "layers"]
        return layers["verdict"], layers["detail"].get("missing", [])

    assert told() == ("unknown", ["buildings", "constraints"])
    with database.connection(Role.WORKER) as connection:
        for layer in ("buildings", "constraints"):
            rows.coverage(connection, layer, rows.square(-500, -500, 1_000))
    work.derive(database, as_of=AS_OF)
    assert told() == ("pass", [])


@pytest.fixture(scope="module")
def bare_megeve(cluster: Running, template: str, shared: Path) -> Iterator[Database]:
    """Megève as its cadastre and its plan have it, without the buildings; for the module, which only reads it."""
    with copied(cluster, template, "megeve") as address:
        database = Database(address, pool_size=2)
        bring(database, shared, "zone_urba", "parcelles")
        yield database
        database.close()


@pytest.fixture
def megeve(cluster: Running, bare_megeve: Database, shared: Path) -> Iterator[Database]:
    """Megève with its buildings."""
    bare_megeve.close()
    with copied(cluster, str(bare_megeve.url.database), "built") as address:
        database = Database(address, pool_size=2)
        bring(database, shared, "batiments")
        yield database
        database.close()


def bring(database: Database, shared: Path, *names: str) -> None:
    for name in names:
        load(database, shared / "megeve_74173" / f"{name}.geojson.gz", Options(visibility="public"), srid=SRID)
    work.derive(database, as_of=AS_OF)


WORKSHOP = {
    "buildings": [{"length_m": 40, "width_m": 20}],
    "setback_m": 5,
    "include": ["prospect"],
    "limit": 1000,
}


def test_a_workshop_in_megeve(megeve: Database) -> None:
    """Of 104 parcels mainly in UX an independent exact search found 4 that take 40 x 20 m, 5 m from the boundary.

    Each placement is checked here against the parcel and the buildings as loaded, with shapely alone.
    """
    with megeve.connection(Role.WORKER) as connection:
        in_ux = connection.execute(
            text("""select p.id, st_asbinary(p.geom), d.scale
                from core.parcel p join core.parcel_derived d on d.parcel = p.id where d.zone_label = 'UX'""")
        ).all()
        buildings = shapely.from_wkb(list(connection.scalars(text("select st_asbinary(geom) from core.building"))))
    land: dict[int, tuple[Any, float]] = {row[0]: (shapely.from_wkb(row[1]), row[2]) for row in in_ux}
    assert len(land) == 104
    answer: Any = search(megeve, Role.PUBLIC, None, read_need(WORKSHOP), AS_OF)
    shown = [row for row in answer["matches"] if row["parcel"]["id"] in land]
    assert len(shown) == 4
    assert {row["parcel"]["zone_label"] for row in shown} == {"UX"}
    tree = shapely.STRtree(buildings)
    to_planar = pyproj.Transformer.from_crs(4326, SRID, always_xy=True)
    for row in shown:
        parcel, scale = land[row["parcel"]["id"]]
        ring = np.array(row["placement"]["coordinates"][0])
        placed = shapely.Polygon(np.column_stack(to_planar.transform(ring[:, 0], ring[:, 1])))
        sides = sorted(np.hypot(*np.diff(np.array(placed.exterior.coords), axis=0).T))
        assert sides == pytest.approx([20 * scale] * 2 + [40 * scale] * 2, abs=1e-3)
        assert parcel.covers(placed)
        assert placed.distance(parcel.boundary) >= 5 * scale - 1e-3
        near = buildings[tree.query(placed, predicate="intersects")]
        assert all(placed.intersection(building).area < 1e-3 for building in near)
    industry: Any = search(megeve, Role.PUBLIC, None, read_need({**WORKSHOP, "use": "industrie"}), AS_OF)
    assert industry["matches"]
    assert overlaps_with_forbidden_zones(megeve, industry["matches"]) == {}


def overlaps_with_forbidden_zones(database: Database, matches: list[dict[str, Any]]) -> dict[int, float]:
    """By parcel, the m2 (more than 1) of a placement drawn where the plan forbids industry, by shapely alone."""
    with database.connection(Role.WORKER) as connection:
        found = connection.scalars(text("select st_asbinary(geom) from core.zone where industry = 'forbidden'"))
        zones = shapely.from_wkb(list(found))
    assert len(zones)
    to_planar = pyproj.Transformer.from_crs(4326, SRID, always_xy=True)
    tree = shapely.STRtree(zones)
    over: dict[int, float] = {}
    for row in matches:
        ring = np.array(row["placement"]["coordinates"][0])
        placed = shapely.Polygon(np.column_stack(to_planar.transform(ring[:, 0], ring[:, 1])))
        near = zones[tree.query(placed, predicate="intersects")]
        area = float(shapely.union_all(shapely.intersection(near, placed)).area)
        if area > 1:
            over[row["parcel"]["id"]] = area
    return over


def test_forgetting_the_buildings_shows_thirteen(bare_megeve: Database) -> None:
    """The same search without the buildings: what the proof of 4 owes to them."""
    answer: Any = search(bare_megeve, Role.PUBLIC, None, read_need(WORKSHOP), AS_OF)
    assert len([row for row in answer["matches"] if row["parcel"]["zone_label"] == "UX"]) == 13

"""Brownfields of the national inventory: a point, a commune and a published surface, but no outline."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from pyproj import Transformer

from geo.cluster import Running
from geo.derive import work
from geo.intake.load import Options, load
from geo.match.counting import count
from geo.match.need.reading import read_need
from geo.match.search import search
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.conftest import SAMPLE_DAY, SRID, copied

FILE = "cartofriches_extrait_aura.csv"
TO_PLANAR = Transformer.from_crs(4326, SRID, always_xy=True)
CUSSET = "Anc. Décharge Communale OM de Meunière"
Land = tuple[Database, int]


def square(lon: float, lat: float, side: float) -> shapely.Polygon:
    x, y = TO_PLANAR.transform(lon, lat)
    drawn: shapely.Polygon = shapely.box(x, y, x + side, y + side)
    return drawn


@pytest.fixture(scope="module")
def land(cluster: Running, template: str, shared: Path) -> Iterator[Land]:
    """The nineteen brownfields of the extract, one parcel with an outline at Cusset, the communes of both."""
    with copied(cluster, template, "brownfields") as address:
        database = Database(address, pool_size=2)
        load(database, shared / FILE, Options(), srid=SRID)
        with database.connection(Role.WORKER) as connection:
            rows.commune(connection, "03095", square(3.40, 46.09, 9_000), "Cusset")
            rows.commune(connection, "01185", square(5.55, 45.93, 9_000), "Hauteville")
            anchor = rows.parcel(connection, "anchor", square(3.468, 46.133, 50), name="Voisin")
        work.derive(database, as_of=SAMPLE_DAY)
        yield database, anchor
        database.close()


def asked(land: Land, **members: Any) -> Any:
    return search(land[0], Role.ADMIN, None, read_need({"limit": 50, **members}), SAMPLE_DAY)


def judged(answer: Any, criterion: str) -> dict[str, Any]:
    """One criterion of the land to check, by the name of the land."""
    told = {row["parcel"]["name"]: row["criteria"] for row in answer["to_check"]}
    return {name: next(one for one in criteria if one["name"] == criterion) for name, criteria in told.items()}


def test_a_published_surface_is_told_and_land_far_too_small_is_refused(land: Land) -> None:
    """Of nineteen, two state half of eight hectares or more; none is proved to have them."""
    answer = asked(land, land_m2={"min": "8 ha"})
    assert answer["counts"]["rejected"] == {"land_m2": 18}
    told = judged(answer, "land_m2")
    assert len(told) == 2
    cusset = told[CUSSET]
    assert (cusset["verdict"], cusset["code"], cusset["fact"]) == ("unknown", "land.stated", 99_426.0)
    assert cusset["detail"] == {"stated_m2": 99_426.0, "asked_min": 80_000.0, "who": "surveyor"}
    assert cusset["source"]


def test_a_point_tells_whether_land_lies_near(land: Land) -> None:
    near = asked(land, land_m2={"min": 50}, place={"near": {"lon": 3.47, "lat": 46.134, "km": 5}})
    assert set(judged(near, "place")) == {CUSSET}
    assert near["counts"]["rejected"] == {"place": 18}


def test_land_without_an_outline_is_not_next_to_what_is_130_km_away(land: Land) -> None:
    """By its commune, or its point; only what lies around is asked whether it is next door."""
    need: dict[str, Any] = {"land_m2": {"min": 50}, "place": {"adjacent_to": str(land[1])}}
    answer = asked(land, **need)
    assert {name: one["code"] for name, one in judged(answer, "place").items()} == {CUSSET: "place.outline_unknown"}
    assert answer["counts"]["rejected"] == {"place": 19}
    assert count(land[0], Role.ADMIN, None, read_need(need), SAMPLE_DAY).rejected == {"place": 19}

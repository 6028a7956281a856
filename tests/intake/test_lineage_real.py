"""The 7,575 real parcels of seven communes, divided and renumbered: no real pair of quarterly versions is at hand."""

import gzip
import json
from pathlib import Path
from threading import Thread
from typing import Any

import shapely
import shapely.geometry
from sqlalchemy import text

from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.store.database import Actor, Database, Role
from geo.store.lineage.review import Decision, NotDecided, decide, open_reviews
from tests.conftest import SRID
from tests.intake.test_lineage import LEFT, RIGHT, WHOLE, Cadastre, box, cadastre, cadastre_file
from tests.intake.test_lineage_versions import told

__all__ = ["cadastre"]

Feature = dict[str, Any]
EVERY = 100


def named(feature: Feature, idu: str, geometry: object = None) -> Feature:
    """The parcel under another number, and with another outline."""
    facts = {"id": idu, "commune": idu[:5], "prefixe": idu[5:8], "section": idu[8:10], "numero": idu[10:]}
    return feature | {"properties": facts, "geometry": geometry or feature["geometry"]}


def halves(feature: Feature, number: int) -> list[Feature]:
    """West and east of the middle, under numbers of a section that is not used."""
    whole = shapely.geometry.shape(feature["geometry"])
    west, south, east, north = whole.bounds
    middle = (west + east) / 2
    made = []
    for place, half in enumerate((shapely.box(west, south, middle, north), shapely.box(middle, south, east, north))):
        piece = shapely.intersection(whole, half)
        idu = f"{feature['properties']['id'][:8]}ZZ{number + place:04d}"
        made.append(named(feature, idu, shapely.geometry.mapping(piece)))
    return made


def version(database: Database, path: Path, features: list[Feature]) -> Report:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    report = load(database, path, Options(layer="cadastre"), srid=SRID)
    assert report.written, report.to_json()
    return report


def test_real_parcels_are_divided_then_all_renumbered(database: Database, shared: Path, tmp_path: Path) -> None:
    """One in a hundred is divided; then the seven communes become one, each the prefix of its parcels."""
    path = shared / "pas_de_calais_62" / "parcelles_7_communes.geojson.gz"
    with gzip.open(path) as file:
        first = [named(one, one["properties"]["id"]) for one in json.load(file)["features"]]
    second: list[Feature] = []
    for place, one in enumerate(first):
        second += halves(one, 2 * (place // EVERY) + 1) if place % EVERY == 0 else [one]
    divided = len(second) - len(first)
    third = [named(one, f"62999{one['properties']['id'][2:5]}{one['properties']['id'][8:]}") for one in second]

    version(database, tmp_path / "v.geojson", first)
    said = told(version(database, tmp_path / "v.geojson", second))["lineage.retired"]
    assert (len(first), divided) == (7_575, 76)
    assert (said["count"], said["split"], said["renumbered"], said["redrawn"]) == (divided, 2 * divided, 0, 0)
    said = told(version(database, tmp_path / "v.geojson", third))["lineage.retired"]
    assert (said["count"], said["renumbered"]) == (len(second), len(second)), "neighbours that overlap as drawn and all"
    assert version(database, tmp_path / "v.geojson", third).total("missing") == 0


def test_neighbours_that_overlap_as_drawn_are_renumbered_each_for_itself(cadastre: Cadastre) -> None:
    overlapping = box(39, 0, 61, 60)
    cadastre.version({1: LEFT, 2: overlapping})
    cadastre.version({3: LEFT, 4: overlapping})
    assert cadastre.lineage() == {(1, 3, "renumbered", "overlap"), (2, 4, "renumbered", "overlap")}


def test_two_loads_of_one_version_at_once_are_one(cadastre: Cadastre, tmp_path: Path) -> None:
    cadastre.version({1: WHOLE})
    cadastre.offer("lot", WHOLE, 1)
    reports: list[Report] = []

    def loaded(name: str, **options: Any) -> None:
        path = cadastre_file(tmp_path, {2: LEFT, 3: RIGHT}, name)
        reports.append(load(cadastre.database, path, Options(layer="cadastre", **options), srid=SRID))

    threads = [
        Thread(target=loaded, args=("a.geojson",)),
        Thread(target=loaded, args=("b.geojson",)),
        Thread(target=loaded, args=("c.geojson",), kwargs={"dry_run": True}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == 3
    assert cadastre.retired() == [1]
    assert cadastre.lineage() == {(1, 2, "split", "overlap"), (1, 3, "split", "overlap")}
    with cadastre.database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.cadastral_review")) == 1


def test_two_who_decide_at_once_decide_once(cadastre: Cadastre) -> None:
    cadastre.version({1: WHOLE})
    cadastre.offer("lot", WHOLE, 1)
    cadastre.version({2: LEFT, 3: RIGHT})
    with cadastre.database.connection(Role.WORKER) as connection:
        (review,) = open_reviews(connection)
    second: list[str] = []

    def late() -> None:
        try:
            cadastre.decide(review.id, Decision.SPLIT)
            second.append("decided")
        except NotDecided as refusal:
            second.append(refusal.code)

    with cadastre.database.connection(Role.WORKER, Actor(actor="cli", reason="division")) as connection:
        decide(connection, review.id, Decision.KEEP)
        waiting = Thread(target=late)
        waiting.start()
        waiting.join(0.5)
        assert second == [], "it waits for the first"
    waiting.join()
    assert second == ["review.unknown"]
    assert len(cadastre.rows("select from core.parcel where deleted_on is null")) == 1

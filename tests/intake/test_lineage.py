"""A newer cadastre: what is gone is retired with what took its place; offered land stays until a planner decides."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
import shapely.geometry
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text

from geo.derive import work
from geo.intake.filiation import is_filiation, load_filiation
from geo.intake.layers.ground import ground_area
from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.store.database import Actor, Database, Role
from geo.store.lineage.review import Decision, NotDecided, decide, open_reviews
from tests import land_rows
from tests.conftest import SRID
from tests.land_rows import LYON, square

TO_DEGREES = pyproj.Transformer.from_crs(SRID, 4326, always_xy=True)
COMMUNE = "69290"
DAY = date(2026, 11, 22)


def idu(section: str, numero: int) -> str:
    return f"{COMMUNE}000{section}{numero:04d}"


def box(east: float, north: float, width: float, height: float) -> BaseGeometry:
    x, y = LYON[0] + east, LYON[1] + north
    return shapely.box(x, y, x + width, y + height)


def degrees(shape: BaseGeometry) -> Any:
    drawn = shapely.transform(shape, lambda xy: np.column_stack(TO_DEGREES.transform(xy[:, 0], xy[:, 1])))
    return shapely.geometry.mapping(drawn)


def cadastre_file(folder: Path, parcels: Mapping[int, BaseGeometry], name: str = "cadastre.geojson") -> Path:
    features = [
        {
            "type": "Feature",
            "geometry": degrees(shape),
            "properties": {
                "id": idu("AB", numero),
                "commune": COMMUNE,
                "prefixe": "000",
                "section": "AB",
                "numero": str(numero),
                "contenance": round(shape.area),
            },
        }
        for numero, shape in parcels.items()
    ]
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture
def cadastre(database: Database, tmp_path: Path) -> "Cadastre":
    return Cadastre(database, tmp_path)


class Cadastre:
    """Loads versions of a small cadastre and asks what became of it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder

    def version(self, parcels: Mapping[int, BaseGeometry], layer: str = "cadastre") -> Report:
        path = cadastre_file(self.folder, parcels)
        report = load(self.database, path, Options(layer=layer), srid=SRID)
        assert report.written, report.to_json()
        work.derive(self.database, as_of=DAY)
        return report

    def rows(self, statement: str, **values: Any) -> Sequence[Any]:
        with self.database.connection(Role.WORKER) as connection:
            return connection.execute(text(statement), values).all()

    def retired(self) -> list[int]:
        found = self.rows("select idu from core.cadastral_parcel where retired_on is not null order by idu")
        return [int(row.idu[-4:]) for row in found]

    def lineage(self) -> set[tuple[int, int, str, str]]:
        found = self.rows("select * from core.cadastral_lineage")
        return {(int(row.old[-4:]), int(row.new[-4:]), row.cause, row.basis) for row in found}

    def offer(self, key: str, shape: BaseGeometry, *numeros: int, **facts: Any) -> int:
        with self.database.connection(Role.WORKER) as connection:
            ids = [idu("AB", numero) for numero in numeros]
            parcel = land_rows.parcel(connection, key, shape, cadastral_ids=ids, **facts)
        work.derive(self.database, as_of=DAY)
        return parcel

    def parcel(self, number: int) -> Any:
        return self.rows("select *, st_astext(geom) as wkt from core.parcel where id = :id", id=number)[0]

    def decide(self, review: int, decision: Decision) -> list[int]:
        with self.database.connection(Role.WORKER, Actor(actor="cli", reason="division")) as connection:
            return decide(connection, review, decision)


WHOLE, LEFT, RIGHT = box(0, 0, 100, 60), box(0, 0, 40, 60), box(40, 0, 60, 60)
FAR = box(500, 0, 50, 50)


def test_a_split_retires_the_old_and_keeps_the_offered_land(cadastre: Cadastre) -> None:
    cadastre.version({1: WHOLE, 9: FAR})
    offered = cadastre.offer("lot 1", WHOLE, 1, name="Lot du pont")
    with cadastre.database.connection(Role.ADMIN, Actor(actor="planner", reason="seen")) as connection:
        connection.execute(text("update parcel_edit set name = 'Lot A' where id = :id"), {"id": offered})
    before = cadastre.parcel(offered)

    cadastre.version({2: LEFT, 3: RIGHT, 9: FAR})

    assert cadastre.retired() == [1]
    assert cadastre.lineage() == {(1, 2, "split", "overlap"), (1, 3, "split", "overlap")}
    after = cadastre.parcel(offered)
    assert (after.wkt, after.name, after.overrides, after.cadastral_ids) == (
        before.wkt,
        "Lot A",
        before.overrides,
        [idu("AB", 1)],
    )
    with cadastre.database.connection(Role.WORKER) as connection:
        (review,) = open_reviews(connection)
    assert (review.parcel, review.cause, review.old_ids) == (offered, "split", [idu("AB", 1)])
    assert review.within == [idu("AB", 2), idu("AB", 3)]
    shares = cadastre.rows("select idu, share from core.parcel_cadastral where parcel = :p order by idu", p=offered)
    assert [(int(row.idu[-4:]), round(row.share, 2)) for row in shares] == [(2, 0.4), (3, 0.6)]


def test_the_same_cadastre_again_asks_nothing(cadastre: Cadastre) -> None:
    cadastre.version({1: WHOLE})
    cadastre.offer("lot 1", WHOLE, 1)
    cadastre.version({2: LEFT, 3: RIGHT})
    report = cadastre.version({2: LEFT, 3: RIGHT})
    assert report.total("new") == report.total("changed") == 0
    assert len(cadastre.rows("select from core.cadastral_review")) == 1


def test_a_parcel_merely_absent_is_not_gone(cadastre: Cadastre) -> None:
    """An extract, or one sheet of several, says nothing of what it does not show."""
    cadastre.version({1: WHOLE, 9: FAR})
    report = cadastre.version({9: FAR})
    assert report.total("missing") == 1
    assert cadastre.retired() == []
    cadastre.version({2: LEFT, 9: FAR})
    assert cadastre.retired() == [], "what took its place covers 40 % of it only"


def test_a_merge_and_a_decision_to_follow(cadastre: Cadastre) -> None:
    cadastre.version({2: LEFT, 3: RIGHT})
    offered = cadastre.offer("lot", WHOLE, 2, 3)
    cadastre.version({4: WHOLE})
    assert cadastre.lineage() == {(2, 4, "merge", "overlap"), (3, 4, "merge", "overlap")}
    with cadastre.database.connection(Role.WORKER) as connection:
        (review,) = open_reviews(connection)
    assert cadastre.decide(review.id, Decision.FOLLOW) == [offered]
    after = cadastre.parcel(offered)
    assert after.cadastral_ids == [idu("AB", 4)]
    assert after.overrides["cadastral_ids"]["imported"] == [idu("AB", 2), idu("AB", 3)]
    assert {"geom", "cadastral_ids"} <= after.overrides.keys()
    assert shapely.from_wkt(after.wkt).symmetric_difference(WHOLE).area < 0.01
    with pytest.raises(NotDecided, match=r"review\.unknown"):
        cadastre.decide(review.id, Decision.KEEP)


def test_land_joined_with_a_neighbour_does_not_grow_by_following(cadastre: Cadastre) -> None:
    cadastre.version({2: LEFT, 3: RIGHT})
    offered = cadastre.offer("left", LEFT, 2)
    cadastre.version({4: WHOLE})
    with cadastre.database.connection(Role.WORKER) as connection:
        (review,) = open_reviews(connection)
    assert (review.within, review.became) == ([], {idu("AB", 4): 0.4})
    with pytest.raises(NotDecided, match=r"review\.nothing_new"):
        cadastre.decide(review.id, Decision.FOLLOW)
    assert cadastre.decide(review.id, Decision.KEEP) == [offered]
    after = cadastre.parcel(offered)
    assert shapely.from_wkt(after.wkt).area == pytest.approx(LEFT.area)
    assert after.cadastral_ids == [idu("AB", 4)]
    assert after.overrides["cadastral_ids"]["imported"] == [idu("AB", 2)]


def test_keeping_names_what_stands_on_the_land_and_nothing_that_is_gone(cadastre: Cadastre) -> None:
    """One of three references became two, of which one lies beside the land; another's land became a road."""
    road = box(0, 200, 100, 10)
    cadastre.version({1: WHOLE, 5: road, 9: FAR})
    offered = cadastre.offer("lot", shapely.union_all([box(0, 0, 60, 60), road, FAR]), 9, 1, 5)
    with cadastre.database.connection(Role.WORKER) as connection:
        connection.execute(
            text("insert into core.filiation values ('1', 'DA', '2026-01-01', :mothers, '{}')"),
            {"mothers": [idu("AB", 5)]},
        )
    cadastre.version({2: box(0, 0, 62, 60), 3: box(62, 0, 38, 60), 9: FAR})
    assert cadastre.retired() == [1, 5]
    with cadastre.database.connection(Role.WORKER) as connection:
        (review,) = open_reviews(connection)
    assert review.became == {idu("AB", 2): pytest.approx(60 / 62, abs=1e-3), idu("AB", 3): 0}
    ground = cadastre.rows("select surface_m2 from core.parcel_derived where parcel = :p", p=offered)
    assert review.surface_m2 == pytest.approx(ground[0].surface_m2)
    assert abs((review.surface_m2 or 0) / (3_600 + 1_000 + 2_500) - 1) > 1e-4, "the plane is not the ground"
    cadastre.decide(review.id, Decision.KEEP)
    assert cadastre.parcel(offered).cadastral_ids == [idu("AB", 9), idu("AB", 2)]
    work.derive(cadastre.database, as_of=DAY)
    dead = cadastre.rows("""select from core.parcel p cross join unnest(p.cadastral_ids) i(idu)
        join core.cadastral_parcel c on c.idu = i.idu and c.retired_on is not null""")
    assert dead == []


def test_a_split_into_parcels_of_their_own(cadastre: Cadastre) -> None:
    cadastre.version({1: WHOLE})
    offered = cadastre.offer("lot", WHOLE, 1, name="Lot", market="optioned", price_eur_m2=40.0)
    with cadastre.database.connection(Role.WORKER) as connection:
        connection.execute(
            text("""insert into core.commitment (parcel, kind, effective_on, actor)
                values (:p, 'option', '2026-01-01', 'x')"""),
            {"p": offered},
        )
        connection.execute(
            text("""insert into core.step_state (parcel, step, state, effective_on, actor)
                values (:p, 'TITLE', 'done', '2026-01-01', 'x')"""),
            {"p": offered},
        )
    cadastre.version({2: LEFT, 3: RIGHT})
    with cadastre.database.connection(Role.WORKER) as connection:
        (review,) = open_reviews(connection)
    pieces = cadastre.decide(review.id, Decision.SPLIT)
    assert len(pieces) == 2
    found = [cadastre.parcel(piece) for piece in pieces]
    assert [(row.name, row.market, row.price_eur_m2) for row in found] == [("Lot", "optioned", 40.0)] * 2
    assert [row.cadastral_ids for row in found] == [[idu("AB", 2)], [idu("AB", 3)]]
    assert [round(shapely.from_wkt(row.wkt).area) for row in found] == [2_400, 3_600]
    assert cadastre.parcel(offered).deleted_on is not None
    lineage = cadastre.rows("select new, share, cause from core.parcel_lineage where old = :p order by new", p=offered)
    assert [(row.new, round(row.share, 2), row.cause) for row in lineage] == [
        (pieces[0], 0.4, "split"),
        (pieces[1], 0.6, "split"),
    ]
    for table in ("commitment", "step_state"):
        held = cadastre.rows(f"select parcel from core.{table} where superseded_at is null order by parcel")
        assert [row.parcel for row in held] == [offered, *pieces]


def test_a_renumbering_asks_nothing_and_moves_the_references(cadastre: Cadastre) -> None:
    cadastre.version({1: WHOLE, 9: FAR})
    offered = cadastre.offer("lot", box(0, 0, 100, 120), 1, 9)
    before = cadastre.parcel(offered)
    cadastre.version({7: WHOLE, 9: FAR})
    assert cadastre.lineage() == {(1, 7, "renumbered", "overlap")}
    after = cadastre.parcel(offered)
    assert (after.wkt, after.cadastral_ids) == (before.wkt, [idu("AB", 7), idu("AB", 9)])
    assert after.overrides["cadastral_ids"]["imported"] == [idu("AB", 1), idu("AB", 9)]
    assert cadastre.rows("select from core.cadastral_review") == []


def test_the_same_number_redrawn_is_asked_about(cadastre: Cadastre) -> None:
    cadastre.version({1: WHOLE, 9: FAR})
    offered = cadastre.offer("lot", WHOLE, 1)
    cadastre.version({1: box(0, 0, 90, 60), 9: FAR})
    with cadastre.database.connection(Role.WORKER) as connection:
        (review,) = open_reviews(connection)
    assert (review.parcel, review.cause, review.within) == (offered, "redrawn", [idu("AB", 1)])
    assert review.following_m2 == pytest.approx(ground_area(box(0, 0, 90, 60), SRID), abs=0.1)


def test_a_number_that_comes_back_stands_again(cadastre: Cadastre) -> None:
    cadastre.version({1: WHOLE})
    cadastre.version({2: LEFT, 3: RIGHT})
    cadastre.version({1: WHOLE})
    assert cadastre.retired() == [2, 3]
    assert cadastre.lineage() == {(2, 1, "merge", "overlap"), (3, 1, "merge", "overlap")}, "it has no successors"


def dfi(folder: Path, *lots: tuple[Sequence[int], Sequence[int]]) -> Path:
    """A file after the published description of the format."""
    lines = []
    for place, (mothers, daughters) in enumerate(lots, start=1):
        head = f"{COMMUNE[:2]}0;{COMMUNE[2:]};000;{place:07d};1;20250305;X;00001"
        for kind, numeros in ((1, mothers), (2, daughters)):
            lines.append(f"{head};{kind};" + "".join(f"AB{numero:04d};" for numero in numeros))
    path = folder / "dfi.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_filiation_file_says_what_no_drawing_shows(cadastre: Cadastre, tmp_path: Path) -> None:
    """The new parcel is drawn elsewhere (a survey moved it): overlap alone would call the old one merely absent."""
    path = dfi(tmp_path, ([1], [2]), ([2], [3, 4]), ([5], []))
    assert is_filiation(path)
    report = load_filiation(cadastre.database, path, actor="cli")
    assert (report.written, report.total("new")) == (True, 3)
    again = load_filiation(cadastre.database, path, actor="cli")
    assert (again.total("new"), again.total("unchanged")) == (0, 3)
    cadastre.version({1: LEFT, 5: box(0, 200, 50, 50), 9: FAR})
    cadastre.version({3: box(0, 100, 40, 60), 4: box(40, 100, 60, 60), 9: FAR})
    assert cadastre.retired() == [1, 5]
    assert cadastre.lineage() == {(1, 3, "split", "filiation"), (1, 4, "split", "filiation")}


def test_a_refused_line_keeps_the_whole_filiation_out(cadastre: Cadastre, tmp_path: Path) -> None:
    path = dfi(tmp_path, ([1], [2]))
    path.write_text(path.read_text() + "690;290;000;0000002;1;20259905;X;00001;1;AB0001;\n")
    report = load_filiation(cadastre.database, path, actor="cli")
    assert (report.written, report.rejected) == (False, 1)
    assert cadastre.rows("select from core.filiation") == []
    kept = load_filiation(cadastre.database, path, actor="cli", keep_going=True)
    assert kept.written
    assert len(cadastre.rows("select from core.filiation")) == 1


def test_prospects_follow_the_cadastre(cadastre: Cadastre) -> None:
    first = {1: WHOLE, 5: box(0, 200, 50, 50), 9: FAR, 6: square(0, 400)}
    cadastre.version(first, "parcels")
    ids = {row.key[-4:]: row.id for row in cadastre.rows("select id, key from core.parcel")}
    with cadastre.database.connection(Role.ADMIN, Actor(actor="planner", reason="seen")) as connection:
        for numero in ("0005", "0006"):
            connection.execute(text("update parcel_edit set name = 'Vu' where id = :id"), {"id": ids[numero]})

    newer = {2: LEFT, 3: RIGHT, 7: box(0, 200, 50, 50), 9: FAR, 10: box(0, 400, 50, 100), 11: box(50, 400, 50, 100)}
    report = cadastre.version(newer, "parcels")

    live = {row.key[-4:]: row for row in cadastre.rows("select * from core.parcel where deleted_on is null")}
    assert live.keys() == {"0002", "0003", "0007", "0009", "0006", "0010", "0011"}
    assert (live["0007"].id, live["0007"].name) == (ids["0005"], "Vu"), "a new number is the same parcel"
    lineage = cadastre.rows("select old, cause from core.parcel_lineage")
    assert {(row.old, row.cause) for row in lineage} == {(ids["0001"], "split")}
    with cadastre.database.connection(Role.WORKER) as connection:
        (review,) = open_reviews(connection)
    assert review.parcel == ids["0006"], "what a planner has said something about is not dropped"
    assert report.total("new") == 4
    assert cadastre.version(newer, "parcels").total("new") == 0


def test_land_over_prospects_says_how_many_it_stands_for(cadastre: Cadastre, tmp_path: Path) -> None:
    """Half of each at least: a lot over two, and a strip of a third, are two; loaded again they are no news."""
    cadastre.version({1: LEFT, 2: RIGHT, 3: box(100, 0, 100, 60), 9: FAR}, "parcels")
    lot = {"type": "Feature", "properties": {"parcel_uid": "lot"}, "geometry": degrees(box(0, 0, 110, 60))}

    def told(path: Path) -> list[Any]:
        tried = load(cadastre.database, path, Options(dry_run=True), srid=SRID)
        report = load(cadastre.database, path, Options(), srid=SRID)
        assert report.written
        work.derive(cadastre.database, as_of=DAY)
        ahead, done = (
            [one.params["count"] for one in said.remarked() if one.code == "lineage.prospects_covered"]
            for said in (tried, report)
        )
        assert ahead == done, "a trial says it too"
        return done

    path = tmp_path / "lots.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [lot]}))
    assert told(path) == [2]
    covered = cadastre.rows("""select p.key from core.parcel p join core.parcel_derived d on d.parcel = p.id
        where d.covered_by is not null order by p.key""")
    assert [row.key[-4:] for row in covered] == ["0001", "0002"], "as they are listed"
    lot["geometry"] = degrees(box(0, 0, 160, 60))
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [lot]}))
    assert told(path) == [1], "the third is the only one that is news"
    assert told(path) == []

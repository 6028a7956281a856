"""Versions of a cadastre in a row: in pieces, renumbered as a whole, shown first, back again; questions stay true."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from geo.derive import work
from geo.intake.filiation import load_filiation
from geo.intake.layers.ground import ground_area
from geo.intake.load import Options, confirm, load, stage
from geo.intake.report import Report
from geo.store.database import Actor, Database, Role
from geo.store.lineage.review import Decision, NotDecided, open_reviews
from tests import land_rows
from tests.conftest import SRID
from tests.intake.test_lineage import DAY, FAR, LEFT, RIGHT, WHOLE, Cadastre, box, cadastre, cadastre_file, dfi, idu

__all__ = ["cadastre"]

TOLD = ("lineage.retired", "lineage.reviews", "lineage.prospects_renumbered")


def told(report: Report) -> dict[str, Mapping[str, Any]]:
    """What the report says of lineage."""
    return {one.code: one.params for one in report.remarked() if one.code in TOLD}


def merged_commune(folder: Path, parcels: Mapping[int, BaseGeometry]) -> Path:
    """The same commune after it was absorbed: another INSEE, its old number as prefix."""
    path = cadastre_file(folder, parcels, "absorbed.geojson")
    said = json.loads(path.read_text())
    for feature in said["features"]:
        facts = feature["properties"]
        facts |= {"id": "69123290" + facts["id"][8:], "commune": "69123", "prefixe": "290"}
    path.write_text(json.dumps(said))
    return path


def loaded(database: Database, path: Path, layer: str = "cadastre", **options: Any) -> Report:
    return load(database, path, Options(layer=layer, **options), srid=SRID)


def questions(database: Database) -> list[Any]:
    with database.connection(Role.WORKER) as connection:
        return list(open_reviews(connection))


def test_a_version_in_several_files_retires_what_they_cover_together(cadastre: Cadastre) -> None:
    """One sheet a file: neither file's new parcels cover the old one alone."""
    cadastre.version({1: WHOLE, 9: FAR})
    cadastre.version({2: LEFT})
    assert cadastre.retired() == []
    cadastre.version({3: RIGHT})
    assert cadastre.retired() == [1]
    assert cadastre.lineage() == {(1, 2, "split", "overlap"), (1, 3, "split", "overlap")}
    assert cadastre.rows("select from core.cadastral_parcel where retired_on is null and idu like '%0009'")


def test_parcels_that_lie_over_one_another_are_not_counted_twice(cadastre: Cadastre) -> None:
    """Two new parcels drawn over the same half of the old one do not cover the whole of it."""
    cadastre.version({1: WHOLE})
    cadastre.version({2: box(0, 0, 50, 60), 3: box(0, 0, 48, 60)})
    assert cadastre.retired() == []


def test_a_commune_that_is_absorbed_takes_its_parcels_along(cadastre: Cadastre, tmp_path: Path) -> None:
    cadastre.version({1: LEFT, 2: RIGHT, 9: FAR})
    offered = cadastre.offer("lot", WHOLE, 1, 2)
    report = loaded(cadastre.database, merged_commune(tmp_path, {1: LEFT, 2: RIGHT, 9: FAR}))
    assert told(report)["lineage.retired"]["renumbered"] == 3
    assert cadastre.retired() == [1, 2, 9]
    after = cadastre.parcel(offered)
    assert after.cadastral_ids == ["69123290AB0001", "69123290AB0002"]
    assert questions(cadastre.database) == []


def test_the_neighbouring_commune_is_left_alone(cadastre: Cadastre, tmp_path: Path) -> None:
    cadastre.version({1: LEFT, 9: FAR})
    loaded(cadastre.database, merged_commune(tmp_path, {2: RIGHT, 3: box(300, -100, 900, 90)}))
    assert cadastre.retired() == []


def test_prospects_of_an_absorbed_commune_stay_the_parcels_they_are(cadastre: Cadastre, tmp_path: Path) -> None:
    cadastre.version({1: LEFT, 2: RIGHT}, "parcels")
    before = {row.id for row in cadastre.rows("select id from core.parcel")}
    with cadastre.database.connection(Role.ADMIN, Actor(actor="planner", reason="seen")) as connection:
        connection.execute(text("update parcel_edit set name = 'Vu'"))
    report = loaded(cadastre.database, merged_commune(tmp_path, {1: LEFT, 2: RIGHT}), "parcels")
    found = cadastre.rows("select * from core.parcel where deleted_on is null order by key")
    assert [(row.key, row.cadastral_ids, row.name, row.commune_insee) for row in found] == [
        ("69123290AB0001", ["69123290AB0001"], "Vu", "69123"),
        ("69123290AB0002", ["69123290AB0002"], "Vu", "69123"),
    ]
    assert {row.id for row in found} == before
    assert (report.total("new"), report.total("changed")) == (0, 2)


def test_a_strip_taken_from_a_large_parcel_is_a_division(cadastre: Cadastre) -> None:
    """Half a percent, below what two drawings differ by; yet all of the strip comes out of the old parcel."""
    cadastre.version({1: WHOLE})
    offered = cadastre.offer("lot", WHOLE, 1)
    cadastre.version({2: box(0, 0, 99.5, 60), 3: box(99.5, 0, 0.5, 60)})
    assert cadastre.lineage() == {(1, 2, "split", "overlap"), (1, 3, "split", "overlap")}
    (review,) = questions(cadastre.database)
    assert (review.parcel, review.within) == (offered, [idu("AB", 2), idu("AB", 3)])


@pytest.mark.parametrize("derived", [True, False])
def test_a_question_leads_to_the_parcels_that_stand_today(cadastre: Cadastre, tmp_path: Path, derived: bool) -> None:
    """Two versions before anybody decides, with or without a derivation in between."""
    cadastre.version({1: WHOLE, 9: FAR})
    offered = cadastre.offer("lot", WHOLE, 1)
    for parcels in ({2: LEFT, 3: RIGHT}, {3: RIGHT, 4: box(0, 0, 40, 30), 5: box(0, 30, 40, 30)}):
        assert loaded(cadastre.database, cadastre_file(tmp_path, parcels)).written
        if derived:
            work.derive(cadastre.database, as_of=DAY)
    (review,) = questions(cadastre.database)
    assert review.within == [idu("AB", 3), idu("AB", 4), idu("AB", 5)]
    assert review.following_m2 == pytest.approx(ground_area(WHOLE, SRID), rel=1e-4)
    cadastre.decide(review.id, Decision.FOLLOW)
    assert cadastre.parcel(offered).cadastral_ids == review.within


def test_references_are_renumbered_again_and_again(cadastre: Cadastre, tmp_path: Path) -> None:
    cadastre.version({1: WHOLE})
    offered = cadastre.offer("lot", WHOLE, 1)
    for numero in (2, 3, 4):
        assert loaded(cadastre.database, cadastre_file(tmp_path, {numero: WHOLE})).written
    after = cadastre.parcel(offered)
    assert after.cadastral_ids == [idu("AB", 4)]
    assert after.overrides["cadastral_ids"]["imported"] == [idu("AB", 1)]


def test_the_pieces_of_land_a_planner_had_drawn_have_outlines_of_their_own(cadastre: Cadastre) -> None:
    cadastre.version({1: WHOLE})
    offered = cadastre.offer("lot", box(0, 0, 90, 60), 1)
    with cadastre.database.connection(Role.ADMIN, Actor(actor="planner", reason="drawn")) as connection:
        set_drawn = "update parcel_edit set geom = :drawn, name = 'Lot' where id = :id"
        connection.execute(text(set_drawn), {"id": offered, "drawn": f"SRID=2154;{WHOLE_WKT}"})
    cadastre.version({2: LEFT, 3: RIGHT})
    (review,) = questions(cadastre.database)
    pieces = [cadastre.parcel(piece) for piece in cadastre.decide(review.id, Decision.SPLIT)]
    assert [sorted(piece.overrides) for piece in pieces] == [["name"], ["name"]]
    assert [round(shapely.from_wkt(piece.wkt).area) for piece in pieces] == [2_400, 3_600]


WHOLE_WKT = WHOLE.wkt.replace("POLYGON ((", "MULTIPOLYGON (((").replace("))", ")))")


def test_land_that_names_numbers_of_yesterday_is_led_to_those_of_today(cadastre: Cadastre, tmp_path: Path) -> None:
    """Files of terrains lag behind the cadastre: what they name may be long renumbered or divided."""
    cadastre.version({1: WHOLE, 6: FAR})
    cadastre.version({7: FAR, 2: LEFT, 3: RIGHT})
    path = cadastre_file(tmp_path, {1: WHOLE, 6: FAR}, "terrains.geojson")
    said = json.loads(path.read_text())
    for feature in said["features"]:
        numero = feature["properties"]["numero"]
        facts = {"terr_id": f"69290_TERRAIN-ECO_{numero}", "terr_refcad": feature["properties"]["id"]}
        feature["properties"] = facts | {"terr_stade_comm": "en vente", "terr_etat_occup": "inoccupé"}
    path.write_text(json.dumps(said))
    report = load(cadastre.database, path, Options(), srid=SRID)
    references = "select cadastral_ids as ids from core.parcel where origin = 'terrain' order by key"
    assert [row.ids for row in cadastre.rows(references)] == [[idu("AB", 1)], [idu("AB", 7)]]
    (review,) = questions(cadastre.database)
    assert (review.old_ids, review.within) == ([idu("AB", 1)], [idu("AB", 2), idu("AB", 3)])
    assert told(report)["lineage.reviews"] == {"count": 1}
    cadastre.decide(review.id, Decision.KEEP)
    said["features"][0]["properties"]["terr_stade_comm"] = "non commercialisé"
    path.write_text(json.dumps(said))
    again = load(cadastre.database, path, Options(), srid=SRID)
    assert again.total("changed") == 1
    assert questions(cadastre.database) == [], "what was decided is not asked again"
    assert [row.ids for row in cadastre.rows(references)] == [[idu("AB", 2), idu("AB", 3)], [idu("AB", 7)]]


def test_an_agency_moves_no_reference_of_other_land_but_asks(cadastre: Cadastre, tmp_path: Path) -> None:
    with cadastre.database.connection(Role.WORKER) as connection:
        agency = land_rows.organisation(connection, "Agence", "agency")
        other = land_rows.organisation(connection, "EPCI")
    cadastre.version({1: WHOLE, 2: FAR})
    own = cadastre.offer("own", WHOLE, 1, responsible=agency)
    theirs = cadastre.offer("theirs", FAR, 2, responsible=other)
    report = loaded(cadastre.database, cadastre_file(tmp_path, {3: WHOLE, 4: FAR}), organisation=agency)
    assert report.written
    assert cadastre.parcel(own).cadastral_ids == [idu("AB", 3)]
    assert cadastre.parcel(theirs).cadastral_ids == [idu("AB", 2)]
    (review,) = questions(cadastre.database)
    assert (review.parcel, review.cause, review.within) == (theirs, "renumbered", [idu("AB", 4)])


@pytest.mark.parametrize(("visibility", "counted"), [("private", False), ("agency", True)])
def test_a_question_about_private_land_is_asked_and_not_counted(
    cadastre: Cadastre, tmp_path: Path, visibility: str, counted: bool
) -> None:
    """An agency that loads a cadastre does not learn that other organisations keep land there to themselves."""
    with cadastre.database.connection(Role.WORKER) as connection:
        agency = land_rows.organisation(connection, "Agence", "agency")
        other = land_rows.organisation(connection, "EPCI")
    cadastre.version({1: WHOLE, 2: FAR})
    theirs = cadastre.offer("theirs", WHOLE, 1, responsible=other)
    with cadastre.database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set visibility = :seen"), {"seen": visibility})
    report = loaded(cadastre.database, cadastre_file(tmp_path, {3: LEFT, 4: RIGHT, 2: FAR}), organisation=agency)
    assert ("lineage.reviews" in told(report)) is counted
    assert [review.parcel for review in questions(cadastre.database)] == [theirs]


@pytest.mark.parametrize("layer", ["cadastre", "parcels"])
def test_a_dry_run_tells_the_same_lineage_and_writes_nothing(cadastre: Cadastre, tmp_path: Path, layer: str) -> None:
    cadastre.version({1: WHOLE, 5: box(0, 200, 50, 50), 9: FAR}, layer)
    cadastre.offer("lot", WHOLE, 1)
    if layer == "parcels":
        with cadastre.database.connection(Role.ADMIN, Actor(actor="planner", reason="seen")) as connection:
            connection.execute(text("update parcel_edit set name = 'Vu' where cadastral_ids[1] like '%0001'"))
    path = cadastre_file(tmp_path, {2: LEFT, 3: RIGHT, 7: box(0, 200, 50, 50), 9: FAR})
    state = """select (select count(*) from core.history) h, (select count(*) from core.cadastral_lineage) l,
        (select count(*) from core.cadastral_review) r, (select count(*) from core.import) i,
        (select count(*) from core.cadastral_parcel) c, (select count(*) from core.parcel) p"""
    before = cadastre.rows(state)
    dry = loaded(cadastre.database, path, layer, dry_run=True)
    assert cadastre.rows(state) == before
    real = loaded(cadastre.database, path, layer)
    assert told(dry) == told(real) != {}
    assert [dry.total(name) for name in ("new", "changed", "missing")] == [
        real.total(name) for name in ("new", "changed", "missing")
    ]


def test_what_was_retired_is_not_missing_from_the_file(cadastre: Cadastre) -> None:
    cadastre.version({1: WHOLE, 9: FAR})
    cadastre.version({2: LEFT, 3: RIGHT, 9: FAR})
    assert cadastre.version({2: LEFT, 3: RIGHT, 9: FAR}).total("missing") == 0


def test_a_wrong_file_is_mended_by_the_right_one(cadastre: Cadastre) -> None:
    """Prospects that a wrong file ended stand again, and those it made end."""
    cadastre.version({1: WHOLE, 9: FAR}, "parcels")
    cadastre.version({2: LEFT, 3: RIGHT, 9: FAR}, "parcels")
    cadastre.version({1: WHOLE, 9: FAR}, "parcels")
    live = cadastre.rows("select key from core.parcel where deleted_on is null order by key")
    assert [row.key for row in live] == [idu("AB", 1), idu("AB", 9)]
    cadastre.version({2: LEFT, 3: RIGHT, 9: FAR}, "parcels")
    live = cadastre.rows("select key from core.parcel where deleted_on is null order by key")
    assert [row.key for row in live] == [idu("AB", 2), idu("AB", 3), idu("AB", 9)]


def test_a_prospect_that_a_planner_took_out_stays_out(cadastre: Cadastre) -> None:
    cadastre.version({1: WHOLE, 9: FAR}, "parcels")
    with cadastre.database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set deleted_on = core.today() where key like '%0001'"))
    cadastre.version({1: WHOLE, 9: FAR}, "parcels")
    assert cadastre.rows("select from core.parcel where key like '%0001' and deleted_on is not null")


def test_land_given_to_the_public_domain_is_asked_about(cadastre: Cadastre, tmp_path: Path) -> None:
    cadastre.version({1: WHOLE, 9: FAR})
    offered = cadastre.offer("lot", WHOLE, 1)
    load_filiation(cadastre.database, dfi(tmp_path, ([1], [])), actor="cli")
    cadastre.version({9: FAR})
    (review,) = questions(cadastre.database)
    assert (review.parcel, review.old_ids, review.within) == (offered, [idu("AB", 1)], [])


def test_a_filiation_file_alone_retires_nothing(cadastre: Cadastre, tmp_path: Path) -> None:
    """Its daughters are not in the base: a file that shows neither is an extract."""
    cadastre.version({1: WHOLE, 9: FAR})
    load_filiation(cadastre.database, dfi(tmp_path, ([1], [2, 3])), actor="cli")
    cadastre.version({9: FAR})
    assert cadastre.retired() == []


def test_half_of_two_parcels_into_one_each_is_a_redrawing(cadastre: Cadastre) -> None:
    cadastre.version({1: LEFT, 2: RIGHT})
    cadastre.version({3: box(0, 0, 100, 30), 4: box(0, 30, 100, 30)})
    assert {cause for *_, cause, _ in cadastre.lineage()} == {"redrawn"}
    assert cadastre.retired() == [1, 2]


def test_a_delivery_that_waits_for_a_person_tells_lineage_once(cadastre: Cadastre, tmp_path: Path) -> None:
    """As uploads are: received, staged and shown, confirmed later."""
    cadastre.version({1: WHOLE})
    path = cadastre_file(tmp_path, {2: LEFT, 3: RIGHT})
    with cadastre.database.connection(Role.WORKER) as connection:
        delivery = int(connection.scalar(RECEIVED) or 0)
    shown = stage(cadastre.database, path, Options(layer="cadastre"), srid=SRID, delivery=delivery)
    assert cadastre.retired() == []
    confirmed = confirm(cadastre.database, delivery)
    assert told(shown) == told(confirmed)
    assert [one.code for one in confirmed.remarked()].count("lineage.retired") == 1


RECEIVED = text("""insert into core.delivery (status, file_name, actor, options) values
    ('received', 'cadastre.geojson', 'cli', '{}') returning id""")


def test_land_without_an_outline_takes_that_of_the_parcels_it_follows(cadastre: Cadastre) -> None:
    cadastre.version({1: WHOLE})
    offered = [cadastre.offer(f"lot {n}", WHOLE, 1) for n in (1, 2)]
    with cadastre.database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set geom = null"))
    cadastre.version({2: LEFT, 3: RIGHT})
    for review, decision in zip(questions(cadastre.database), (Decision.FOLLOW, Decision.SPLIT), strict=True):
        assert review.within == [idu("AB", 2), idu("AB", 3)]
        assert review.surface_m2 is None
        cadastre.decide(review.id, decision)
    assert shapely.from_wkt(cadastre.parcel(offered[0]).wkt).area == pytest.approx(WHOLE.area, rel=1e-4)
    shares = cadastre.rows("select share from core.parcel_lineage where old = :p order by new", p=offered[1])
    assert [round(row.share, 2) for row in shares] == [0.4, 0.6]


@pytest.mark.parametrize("decision", [Decision.SPLIT, Decision.FOLLOW])
def test_a_prospect_passes_on_what_is_known_of_it(cadastre: Cadastre, decision: Decision) -> None:
    """Its pieces are prospects already: they take it over, and no land stands twice."""
    cadastre.version({1: WHOLE, 9: FAR}, "parcels")
    with cadastre.database.connection(Role.ADMIN, Actor(actor="planner", reason="seen")) as connection:
        connection.execute(text("update parcel_edit set name = 'Vu' where cadastral_ids[1] like '%0001'"))
    newer = {2: LEFT, 3: RIGHT, 9: FAR}
    cadastre.version(newer, "parcels")
    cadastre.version(newer)
    (review,) = questions(cadastre.database)
    assert review.origin == "cadastre"
    pieces = cadastre.decide(review.id, decision)
    work.derive(cadastre.database, as_of=DAY)
    live = cadastre.rows("select id, key, name, market from core.parcel where deleted_on is null order by key")
    assert [(row.key, row.name, row.market) for row in live] == [
        (idu("AB", 2), "Vu", "prospect"),
        (idu("AB", 3), "Vu", "prospect"),
        (idu("AB", 9), None, "prospect"),
    ]
    assert pieces == [row.id for row in live][:2]
    again = cadastre.version(newer, "parcels")
    assert (again.total("new"), again.total("changed")) == (0, 0)


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.COMPANY, Role.PLANNER])
@pytest.mark.parametrize(
    "table", ["filiation", "cadastral_lineage", "cadastral_review", "decision_change", "plan_day", "parcel_lineage"]
)
def test_what_became_of_parcels_is_read_by_no_audience(database: Database, role: Role, table: str) -> None:
    """Questions name land that others may not see."""
    with database.connection(role) as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(f"select from core.{table}"))


def test_land_that_a_division_merely_grazes_is_not_asked_about(cadastre: Cadastre) -> None:
    """Two percent of it lie on the parcel: two sources draw one limit differently."""
    cadastre.version({1: WHOLE, 9: FAR})
    cadastre.offer("next", box(98, 0, 100, 60))
    cadastre.version({2: LEFT, 3: RIGHT, 9: FAR})
    assert cadastre.retired() == [1]
    assert questions(cadastre.database) == []


def referring(folder: Path, numero: int) -> Path:
    """A file of one terrain that is known by its cadastral reference alone."""
    path = folder / "terrains.csv"
    path.write_text(f"terr_id;terr_refcad;terr_stade_comm\n69290_TERRAIN-ECO_1;{idu('AB', numero)};en vente\n")
    return path


def test_an_outline_stays_when_its_file_names_parcels_that_are_not_in_the_base(
    cadastre: Cadastre, tmp_path: Path
) -> None:
    cadastre.version({1: WHOLE})
    loaded(cadastre.database, referring(tmp_path, 1), "terrains")
    (parcel,) = cadastre.rows("select id from core.parcel")
    before = cadastre.parcel(parcel.id)
    assert before.outline == "cadastre"
    assert before.wkt is not None
    report = loaded(cadastre.database, referring(tmp_path, 7), "terrains")
    after = cadastre.parcel(parcel.id)
    assert (after.wkt, after.cadastral_ids, after.outline) == (before.wkt, [idu("AB", 7)], "cadastre")
    assert told(report)["lineage.reviews"] == {"count": 1}
    (review,) = questions(cadastre.database)
    assert (review.cause, review.old_ids, review.became) == ("named", [idu("AB", 1)], {idu("AB", 7): None})
    for wanted in (Decision.FOLLOW, Decision.SPLIT):
        with pytest.raises(NotDecided, match=r"review\.(nothing_new|not_in_base)"):
            cadastre.decide(review.id, wanted)
    assert loaded(cadastre.database, referring(tmp_path, 7), "terrains").total("unchanged") == 1
    assert len(questions(cadastre.database)) == 1
    cadastre.version({1: WHOLE, 7: FAR})
    assert cadastre.parcel(parcel.id).wkt == before.wkt, "it moves for no cadastre"
    cadastre.decide(review.id, Decision.FOLLOW)
    assert shapely.from_wkt(cadastre.parcel(parcel.id).wkt).symmetric_difference(FAR).area < 0.01


def test_an_outline_is_that_of_the_parcels_its_file_names_when_they_are_known(
    cadastre: Cadastre, tmp_path: Path
) -> None:
    cadastre.version({1: WHOLE, 7: FAR})
    loaded(cadastre.database, referring(tmp_path, 1), "terrains")
    loaded(cadastre.database, referring(tmp_path, 7), "terrains")
    (parcel,) = cadastre.rows("select id from core.parcel")
    assert shapely.from_wkt(cadastre.parcel(parcel.id).wkt).symmetric_difference(FAR).area < 0.01
    assert questions(cadastre.database) == []

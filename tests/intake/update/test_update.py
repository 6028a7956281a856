"""An exported file edited elsewhere and given back: what changed is written, what moved on kept, clashes told."""

import json
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlalchemy import update as sql_update

from geo.derive import work
from geo.export.export import Wanted, export
from geo.intake.load import Options, load
from geo.intake.problems import Unreadable
from geo.intake.update import outline
from geo.intake.update.report import UpdateReport
from geo.intake.update.update import UpdateOptions, update
from geo.store import tables
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.conftest import SRID

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def land(database: Database) -> Database:
    """Three parcels of a territory and one of its neighbour: 1 to 4."""
    with database.connection(Role.WORKER) as connection:
        own, other = (rows.organisation(connection, name) for name in ("CC Exemple", "CC Voisine"))
        for n in range(4):
            facts = {"name": f"Lot {n + 1}", "price_eur_m2": 20.125, "power_mw": 0.123456789}
            rows.parcel(
                connection,
                f"T-{n + 1}",
                rows.square(n * 200, 0),
                responsible=other if n == 3 else own,
                observed_on="2026-01-31",
                cadastral_ids=["69123000AB0012", "69123000AB0013"],
                cle_en_main=n == 0 or None,
                **facts,
            )
    return database


def written(database: Database, folder: Path, suffix: str = ".geojson", **wanted: Any) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"terrains{suffix}"
    export(database, path, Wanted(force=True, **wanted), srid=SRID)
    return path


def edited(path: Path, change: Callable[[list[dict[str, Any]]], object]) -> Path:
    """The GeoJSON file after ``change`` of its list of features."""
    document = json.loads(path.read_text())
    change(document["features"])
    path.write_text(json.dumps(document))
    return path


def setting(place: int, **facts: Any) -> Callable[[list[dict[str, Any]]], object]:
    return lambda features: features[place]["properties"].update(facts)


def planner(database: Database, name: str = "CC Exemple") -> Actor:
    with database.connection(Role.GATE) as connection:
        found = connection.execute(select(tables.organisation.c.id).filter_by(name=name)).scalar_one()
    return Actor(organisation=found, organisation_kind="territory", actor="session:7", reason="visite")


def back(
    database: Database, path: Path, *, role: Role = Role.ADMIN, actor: Actor | None = None, **options: Any
) -> UpdateReport:
    who = actor or Actor(actor="cli", reason="mise à jour")
    return update(database, path, UpdateOptions(role, who, **options), srid=SRID)


def edit(database: Database, parcel: int, actor: Actor | None = None, **facts: Any) -> None:
    """A planner edits a parcel meanwhile."""
    sets = ", ".join(f"{name} = :{name}" for name in facts)
    with database.connection(Role.PLANNER, actor or planner(database)) as connection:
        changed = connection.execute(text(f"update parcel_edit set {sets} where id = :id"), {"id": parcel, **facts})
        assert changed.rowcount == 1


def parcel(database: Database, number: int) -> Any:
    with database.connection(Role.WORKER) as connection:
        return connection.execute(select(tables.parcel).where(tables.parcel.c.id == number)).one()


def counts(report: UpdateReport) -> tuple[int, int, int, int]:
    return report.changed, report.unchanged, report.conflicting, report.rejected


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_a_file_as_it_was_written_changes_nothing(land: Database, tmp_path: Path, suffix: str) -> None:
    path = written(land, tmp_path, suffix)
    report = back(land, path)
    assert counts(report) == (0, 4, 0, 0)
    assert [parcel(land, n).version for n in (1, 2, 3, 4)] == [1, 1, 1, 1]
    assert report.remarks == []


@pytest.mark.parametrize("crs", [4326, 3857, 2154])
def test_other_systems_bring_no_outline_back_moved(land: Database, tmp_path: Path, crs: int) -> None:
    report = back(land, written(land, tmp_path, ".gpkg", srid=crs))
    assert counts(report) == (0, 4, 0, 0)


def test_a_changed_field_is_written_alone_as_an_override_with_its_reason(land: Database, tmp_path: Path) -> None:
    path = edited(written(land, tmp_path), setting(0, name="Lot un", market="sold"))
    report = back(land, path)
    assert counts(report) == (1, 3, 0, 0)
    assert [(c.row, c.id, c.field, c.before, c.after) for c in report.changes] == [
        (1, 1, "name", "Lot 1", "Lot un"),
        (1, 1, "market", "for_sale", "sold"),
    ]
    found = parcel(land, 1)
    assert (found.name, found.market, found.version, found.price_eur_m2) == ("Lot un", "sold", 2, 20.125)
    assert set(found.overrides) == {"name", "market"}
    kept = found.overrides["name"]
    assert (kept["value"], kept["imported"], kept["by"], kept["why"]) == ("Lot un", "Lot 1", "cli", "mise à jour")
    with land.connection(Role.WORKER) as connection:
        (row,) = connection.execute(select(tables.history)).all()
    assert (row.actor, row.reason, row.before["version"]) == ("cli", "mise à jour", 1)


def test_every_editable_field_is_written(land: Database, tmp_path: Path) -> None:
    facts = {
        "name": "N", "site_id": "69123_SITE-ECO_1", "cadastral_ids": ["69123000AC0001"], "surface_stated_m2": 1.5,
        "stade_amngt": "viabilisé et aménagé", "stade_comm": "en vente", "etat_occup": "friche", "usage": "espace vert",
        "maitrise_fonc": "commune", "cle_en_main": False, "pollution": "pollution inexistante", "market": "optioned",
        "market_conditions": True, "market_on": "2026-03-03", "price_eur_m2": 0.5, "power_mw": 3.25,
        "owner_kind": "commune", "contact": "foncier@exemple.fr", "visibility": "partners", "observed_on": "2026-11-01",
    }  # fmt: skip
    report = back(land, edited(written(land, tmp_path), setting(1, **facts)))
    assert report.rejections == []
    assert {change.field for change in report.changes} == set(facts)
    found = parcel(land, 2)._mapping
    columns = {("site_key" if name == "site_id" else name): value for name, value in facts.items()}
    assert {name: str(found[name]) for name in columns} == {name: str(value) for name, value in columns.items()}
    assert set(found["overrides"]) == set(columns)


def test_what_moved_on_in_the_base_is_kept_and_agreement_is_no_conflict(land: Database, tmp_path: Path) -> None:
    path = written(land, tmp_path)
    edit(land, 1, market="sold", name="Même nom")
    edited(path, setting(0, price_eur_m2=30, name="Même nom"))
    report = back(land, path)
    assert counts(report) == (1, 3, 0, 0)
    assert [change.field for change in report.changes] == ["price_eur_m2"]
    found = parcel(land, 1)
    assert (found.market, found.name, found.price_eur_m2) == ("sold", "Même nom", 30)


def test_a_field_changed_on_both_sides_is_a_conflict_and_nothing_is_written(land: Database, tmp_path: Path) -> None:
    path = written(land, tmp_path)
    edit(land, 1, name="Du planificateur")
    edit(land, 1, market="sold")
    edited(
        path,
        lambda features: (setting(0, name="Du fichier", price_eur_m2=31)(features), setting(1, name="B")(features)),
    )
    report = back(land, path)
    assert counts(report) == (1, 2, 1, 0)
    assert not report.written
    (clash,) = report.conflicts
    assert (clash.row, clash.id, clash.field, clash.base, clash.file, clash.current, clash.actor) == (
        1, 1, "name", "Lot 1", "Du fichier", "Du planificateur", "session:7"
    )  # fmt: skip
    assert clash.at is not None
    assert (parcel(land, 1).name, parcel(land, 2).name) == ("Du planificateur", "Lot 2")
    going = back(land, path, keep_going=True)
    assert going.written
    assert (parcel(land, 1).name, parcel(land, 1).price_eur_m2, parcel(land, 2).name) == (
        "Du planificateur",
        20.125,
        "B",
    )


def test_a_version_the_history_does_not_know_is_too_old(land: Database, tmp_path: Path) -> None:
    path = written(land, tmp_path)
    edit(land, 1, market="sold")
    edited(path, setting(0, name="Nouveau", row_version=1))
    _forget(land)
    report = back(land, path)
    (clash,) = report.conflicts
    assert (clash.field, clash.file, clash.current) == ("row_version", 1, 2)


def _forget(database: Database) -> None:
    """History from before versions were kept in it."""
    engine = create_engine(database.url)
    with engine.begin() as connection:
        connection.execute(text("update core.history set before = before - 'version'"))
    engine.dispose()


def test_rows_that_cannot_be_taken_are_told_one_by_one(land: Database, tmp_path: Path) -> None:
    path = written(land, tmp_path)

    def spoil(features: list[dict[str, Any]]) -> None:
        features[0]["properties"]["market"] = "à vendre"
        features[1]["properties"]["price_eur_m2"] = "beaucoup"
        features[2]["properties"]["source_id"] = "T-9"
        copy = json.loads(json.dumps(features[3]))
        features.append(copy)
        for facts in ({"id": None}, {"id": 999}, {"id": "x"}):
            features.append(json.loads(json.dumps(features[3])) | {"properties": features[3]["properties"] | facts})

    report = back(land, edited(path, spoil))
    told = {(rejection.row, rejection.code) for rejection in report.rejections}
    assert told == {
        (1, "update.word"), (2, "update.number"), (3, "update.fixed"), (4, "update.duplicate_id"),
        (5, "update.duplicate_id"), (6, "update.new_row"), (7, "update.unknown_id"), (8, "update.not_a_number"),
    }  # fmt: skip
    assert report.read == 8 == sum(counts(report))
    assert not report.written


def test_computed_fields_are_told_and_not_taken(land: Database, tmp_path: Path) -> None:
    work.derive(land, as_of=date(2026, 11, 22))
    path = edited(written(land, tmp_path), setting(0, surface_m2=1.0, ready_p50="2030-01-01", industry="allowed"))
    report = back(land, path)
    assert counts(report) == (0, 4, 0, 0)
    assert {(one.row, one.field, one.code) for one in report.remarks} == {
        (1, "surface_m2", "update.computed"),
        (1, "industry", "update.computed"),
    }


def test_missing_rows_are_told_and_stay(land: Database, tmp_path: Path) -> None:
    report = back(land, edited(written(land, tmp_path), lambda features: features.pop()))
    assert report.missing == 1
    assert parcel(land, 4).deleted_on is None


def test_only_the_fields_of_the_file_are_touched(land: Database, tmp_path: Path) -> None:
    def only(features: list[dict[str, Any]]) -> None:
        for feature in features:
            kept = ("id", "row_version", "name")
            feature["properties"] = {name: feature["properties"][name] for name in kept} | {"note": "x"}
        features[0]["properties"]["name"] = "Lot un"

    report = back(land, edited(written(land, tmp_path), only))
    assert counts(report) == (1, 3, 0, 0)
    assert parcel(land, 1).price_eur_m2 == 20.125
    assert [(one.code, one.value) for one in report.remarks] == [("field.ignored", ["note"])]


def test_a_planner_changes_own_rows_and_is_refused_others(land: Database, tmp_path: Path) -> None:
    path = edited(written(land, tmp_path), setting(3, name="Pris"))
    edit(land, 1, name="Entre-temps")
    actor = planner(land)
    report = back(land, path, role=Role.PLANNER, actor=actor)
    assert [(one.row, one.code) for one in report.rejections] == [(4, "update.not_yours")]
    assert report.rejections[0].params["responsible"] == "CC Voisine"
    edited(path, setting(0, market="sold"))
    going = back(land, path, role=Role.PLANNER, actor=actor, keep_going=True)
    assert counts(going) == (1, 2, 0, 1)
    assert (parcel(land, 1).market, parcel(land, 1).name, parcel(land, 4).name) == ("sold", "Entre-temps", "Lot 4")
    assert parcel(land, 1).overrides["market"]["by"] == "session:7"


def test_hidden_parcels_are_told_like_unknown_ones(land: Database, tmp_path: Path) -> None:
    path = edited(written(land, tmp_path), setting(3, name="Pris"))
    with land.connection(Role.WORKER) as connection:
        connection.execute(sql_update(tables.parcel).where(tables.parcel.c.id == 4).values(visibility="private"))
    report = back(land, path, role=Role.PLANNER, actor=planner(land))
    assert [(one.row, one.code) for one in report.rejections] == [(4, "update.unknown_id")]
    assert report.rejections[0].params == {"id": 4}


def test_a_neighbours_row_that_moved_on_is_nobodys_edit(land: Database, tmp_path: Path) -> None:
    path = written(land, tmp_path)
    edit(land, 4, planner(land, "CC Voisine"), name="Renommé par eux")
    report = back(land, edited(path, setting(0, name="Lot un")), role=Role.PLANNER, actor=planner(land))
    assert counts(report) == (1, 3, 0, 0)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_a_redrawn_outline_is_written_mended_and_measured(land: Database, tmp_path: Path, suffix: str) -> None:
    path = written(land, tmp_path, suffix)
    frame = geopandas.read_file(path).to_crs(SRID)
    west, south, *_ = rows.square(0, 0).bounds
    corners = [(0, 0), (150, 0), (150, 100), (0, 100), (0, 0.001), (0.0005, 0.0005), (0, 0)]
    frame.loc[0, "geometry"] = shapely.MultiPolygon([shapely.Polygon([(west + x, south + y) for x, y in corners])])
    out = tmp_path / f"back{suffix}"
    frame.to_crs(4326 if suffix == ".geojson" else SRID).to_file(out)
    report = back(land, out)
    assert counts(report) == (1, 3, 0, 0)
    (change,) = report.changes
    assert change.field == "geometry"
    found = parcel(land, 1)
    assert shapely.from_wkb(str(found.geom)).area == pytest.approx(15_000, abs=1)
    override = found.overrides["geom"]
    assert shapely.from_wkb(override["imported"]).equals(shapely.MultiPolygon([rows.square(0, 0)]))
    assert shapely.from_wkb(override["value"]).equals(shapely.from_wkb(str(found.geom)))


def test_an_outline_no_land_has_is_refused(land: Database, tmp_path: Path) -> None:
    def bow(features: list[dict[str, Any]]) -> None:
        ring = features[0]["geometry"]["coordinates"][0][0]
        ring[1], ring[2] = ring[2], ring[1]
        features[1]["geometry"] = {"type": "Point", "coordinates": ring[0]}

    report = back(land, edited(written(land, tmp_path), bow))
    assert [(one.row, one.code) for one in report.rejections] == [(1, "geometry.invalid"), (2, "update.outline_lost")]


def test_outlines_moved_on_both_sides_clash(land: Database, tmp_path: Path) -> None:
    path = written(land, tmp_path)
    moved = shapely.to_wkb(
        shapely.set_srid(shapely.MultiPolygon([rows.square(0, 0, 90)]), SRID), hex=True, include_srid=True
    )
    with land.connection(Role.PLANNER, planner(land)) as connection:
        connection.execute(text("update parcel_edit set geom = cast(:g as geometry) where id = 1"), {"g": moved})
    assert counts(back(land, path, dry_run=True)) == (0, 4, 0, 0), "a file that says the old outline edits nothing"

    def stretch(features: list[dict[str, Any]]) -> None:
        for corner in features[0]["geometry"]["coordinates"][0][0][1:3]:
            corner[0] += 1e-4

    (clash,) = back(land, edited(path, stretch)).conflicts
    assert (clash.field, clash.base, clash.current) == (
        "geometry", {"area_m2": 10_017.24, "vertices": 5}, {"area_m2": 8_113.97, "vertices": 5}
    )  # fmt: skip
    assert clash.actor == "session:7"


def test_a_value_set_back_to_the_sources_lifts_the_override(land: Database, tmp_path: Path) -> None:
    back(land, edited(written(land, tmp_path), setting(0, name="Lot un")))
    assert set(parcel(land, 1).overrides) == {"name"}
    back(land, edited(written(land, tmp_path), setting(0, name="Lot 1")))
    assert parcel(land, 1).overrides == {}


def test_dry_run_shows_all_and_writes_nothing(land: Database, tmp_path: Path) -> None:
    report = back(land, edited(written(land, tmp_path), setting(0, name="Lot un")), dry_run=True)
    assert report.changed == 1
    assert not report.written
    assert parcel(land, 1).version == 1


def test_the_same_file_twice_changes_nothing_the_second_time(land: Database, tmp_path: Path) -> None:
    path = edited(written(land, tmp_path), setting(0, name="Lot un"))
    back(land, path)
    assert counts(back(land, path)) == (0, 4, 0, 0)
    assert parcel(land, 1).version == 2


def test_of_two_updates_at_once_the_second_sees_what_the_first_wrote(land: Database, tmp_path: Path) -> None:
    path = edited(written(land, tmp_path), setting(0, name="Second"))
    reports: list[UpdateReport] = []
    with land.connection(Role.PLANNER, planner(land)) as connection:
        connection.execute(text("update parcel_edit set name = 'Premier' where id = 1"))
        second = threading.Thread(target=lambda: reports.append(back(land, path)))
        second.start()
        time.sleep(1.0)
        assert second.is_alive(), "it waits for the row"
    second.join(timeout=30)
    (report,) = reports
    assert [(clash.field, clash.current) for clash in report.conflicts] == [("name", "Premier")]
    assert parcel(land, 1).name == "Premier"


def test_nothing_is_nothing_however_it_is_written(land: Database, tmp_path: Path) -> None:
    path = edited(
        written(land, tmp_path), setting(0, owner_siren="", buyer="", contact="", sale_amount=None, zone_label="")
    )
    assert counts(back(land, path)) == (0, 4, 0, 0)


def test_a_code_that_lost_its_zeros_is_the_same_code(land: Database, tmp_path: Path) -> None:
    with land.connection(Role.WORKER) as connection:
        connection.execute(sql_update(tables.parcel).where(tables.parcel.c.id == 1).values(owner_siren="005520135"))
    assert counts(back(land, edited(written(land, tmp_path), setting(0, owner_siren=5520135)))) == (0, 4, 0, 0)
    report = back(land, edited(written(land, tmp_path), setting(0, owner_siren="005520136")))
    assert [one.code for one in report.rejections] == ["update.fixed"]


def test_each_load_lists_what_planners_know_better(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "terrains.geojson"
    square = shapely.geometry.mapping(shapely.box(4.85, 45.75, 4.851, 45.751))
    facts: dict[str, Any] = {
        "terr_id": "69123_TERRAIN-ECO_1",
        "terr_stade_comm": "en vente",
        "terr_actu_date": "2026-01-31",
    }
    source = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": facts, "geometry": square}]}
    path.write_text(json.dumps(source))
    load(database, path, Options(), srid=SRID)
    out = edited(written(database, tmp_path / "out"), setting(0, market="sold", observed_on="2026-11-01"))

    def stretch(features: list[dict[str, Any]]) -> None:
        features[0]["geometry"]["coordinates"][0][0][1][0] += 1e-4

    back(database, edited(out, stretch))
    drawn = parcel(database, 1).geom
    for again in range(2):
        report = load(database, path, Options(), srid=SRID)
        assert [(one.row, one.field, one.params["kept"], one.params["told"]) for one in report.conflicts()][1:] == [
            (1, "market", "sold", "for_sale")
        ]
        (outline_kept, market) = report.conflicts()
        assert outline_kept.field == "geom"
        assert float(str(outline_kept.params["kept"])) > float(str(outline_kept.params["told"]))
        assert (market.params["by"], market.params["why"], market.params["parcel"]) == ("cli", "mise à jour", 1)
        assert report.to_json()["remarks"]["counts"]["override.kept"] == 2, again
    facts["terr_stade_comm"], facts["terr_m2_prix"] = "vendu, commercialisation achevée", 40
    path.write_text(json.dumps(source))
    assert [one.field for one in load(database, path, Options(), srid=SRID).conflicts()] == ["geom"]
    found = parcel(database, 1)
    assert (found.market, found.price_eur_m2, str(found.observed_on)) == ("sold", 40, "2026-11-01")
    assert str(found.geom) == str(drawn)
    assert shapely.from_wkb(found.overrides["geom"]["imported"]).area < shapely.from_wkb(str(drawn)).area


@pytest.mark.parametrize(
    "spelt",
    [
        '["69123000AB0012", "69123000AB0013"]',
        "(2:69123000AB0012,69123000AB0013)",
        "['69123000AB0012' '69123000AB0013']",
        "69123000AB0012|69123000AB0013",
    ],
)
def test_a_list_is_the_same_however_a_program_writes_it(land: Database, tmp_path: Path, spelt: str) -> None:
    report = back(land, edited(written(land, tmp_path), setting(0, cadastral_ids=spelt)))
    assert counts(report) == (0, 4, 0, 0)


def test_a_table_without_geometry_changes_facts_and_keeps_outlines(land: Database, tmp_path: Path) -> None:
    path = tmp_path / "prix.csv"
    path.write_text("id;row_version;name;price_eur_m2\n1;1;Lot 1;35,5\n2;1;Lot 2;20,125\n", encoding="utf-8")
    report = back(land, path)
    assert counts(report) == (1, 1, 0, 0)
    assert [(one.field, one.after) for one in report.changes] == [("price_eur_m2", 35.5)]
    assert parcel(land, 1).geom is not None
    assert report.missing == 2


def test_a_workbook_changes_facts_too(land: Database, tmp_path: Path) -> None:
    path = tmp_path / "prix.xlsx"
    facts = {"id": [1, 2], "row_version": [1, 1], "market": ["sold", "for_sale"], "market_on": [date(2026, 3, 3), None]}
    pandas.DataFrame(facts).to_excel(path, index=False)
    report = back(land, path)
    assert [(one.field, one.after) for one in report.changes] == [("market", "sold"), ("market_on", date(2026, 3, 3))]


def test_a_deleted_parcel_is_not_brought_back(land: Database, tmp_path: Path) -> None:
    path = edited(written(land, tmp_path), setting(0, name="Lot un"))
    edit(land, 1, deleted_on="2026-11-01")
    assert [one.code for one in back(land, path).rejections] == ["update.deleted"]


def test_a_file_that_is_no_export_is_refused(land: Database, tmp_path: Path) -> None:
    def strip(features: list[dict[str, Any]]) -> None:
        for feature in features:
            del feature["properties"]["row_version"]

    with pytest.raises(Unreadable) as refusal:
        back(land, edited(written(land, tmp_path), strip))
    assert refusal.value.code == "update.no_version"


SQUARE = shapely.MultiPolygon([rows.square(0, 0)])


@given(st.floats(-0.0005, 0.0005), st.floats(-0.0005, 0.0005), st.integers(0, 3), st.booleans())
def test_one_outline_is_the_same_wherever_its_ring_begins(dx: float, dy: float, start: int, turned: bool) -> None:
    ring = [(x + dx, y + dy) for x, y in shapely.get_coordinates(SQUARE)[:-1]]
    ring = ring[start:] + ring[:start]
    other = shapely.Polygon(ring[::-1] if turned else ring)
    assert outline.same(SQUARE, other, outline.MOVED_M)


@given(st.floats(0.002, 50), st.integers(0, 3))
def test_a_moved_corner_is_another_outline(far: float, corner: int) -> None:
    ring = [list(xy) for xy in shapely.get_coordinates(SQUARE)[:-1]]
    ring[corner][0] += far
    assert not outline.same(SQUARE, shapely.Polygon(ring), outline.MOVED_M)


def test_the_same_corners_joined_otherwise_are_another_outline() -> None:
    one = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10), (5, 5)])
    other = shapely.Polygon([(0, 0), (10, 0), (5, 5), (10, 10), (0, 10)])
    assert not outline.same(one, other, 0.001)


def test_seven_decimals_are_forgiven_a_centimetre() -> None:
    rounded = shapely.Polygon([(4.8500001, 45.75), (4.86, 45.75), (4.86, 45.76)])
    exact = shapely.Polygon([(4.850000123, 45.75), (4.86, 45.75), (4.86, 45.76)])
    allowed = outline.tolerances(np.array([rounded, exact, None], dtype=object), degrees=True)
    assert allowed.tolist() == [outline.ROUNDED_M, outline.MOVED_M, outline.MOVED_M]

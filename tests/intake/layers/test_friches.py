"""Brownfields: what they say, several files about the same land, and outlines out of the cadastre."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.store.database import Actor, Database, Role
from tests.conftest import SRID
from tests.intake.official import FRICHE
from tests.intake.written_files import LAT, LON, collection, feature, read, read_features, square, write
from tests.store.parcels_of import parcels_of


def put_in(database: Database, folder: Path, *features: Any, name: str = "friches", **options: Any) -> Report:
    path = write(folder, collection(features), f"{name}.geojson")
    return load(database, path, Options(**options), srid=SRID)


def changes(report: Report) -> tuple[int, ...]:
    return tuple(report.total(name) for name in ("new", "changed", "unchanged", "rejected"))


def test_a_brownfield_of_the_standard(tmp_path: Path) -> None:
    """Made from the field list of v2023-12 rev. 2025-12: no file of that revision is in shared/data."""
    heads = [*FRICHE, "geompoint", "geomsurf"]
    ring = "POLYGON ((2.3 44.5, 2.301 44.5, 2.301 44.501, 2.3 44.501, 2.3 44.5))"
    cells = [*(str(value) for value in FRICHE.values()), "POINT (2.3001 44.5001)", ring]
    line = ",".join(f'"{cell}"' for cell in cells)
    found = read(write(tmp_path, f"{','.join(heads)}\n{line}\n".encode(), "friches.csv"))
    assert (found.schema, found.keys, found.rejections) == ("cnig_friche", ["12083_22-12.0017"], [])
    (batch,) = found.batches
    expected = {"origin": "friche", "name": "Centre médical thermal", "commune_insee": "12083", "market": "unknown"}
    expected |= {"owner_kind": "personne morale", "pollution": "pollution avérée", "surface_stated_m2": 16_750.0}  # type: ignore[dict-item]
    assert {name: batch.fields[name][0] for name in expected} == expected
    kept: dict[str, Any] = batch.fields["published"][0]  # type: ignore[assignment]
    columns = {"site_id", "site_nom", "site_actu_date", "comm_insee", "proprio_personne", "sol_pollution_existe"}
    columns |= {"unite_fonciere_surface", "unite_fonciere_refcad"}
    assert kept == {k: v for k, v in FRICHE.items() if k not in columns} | {"geompoint": "POINT (2.3001 44.5001)"}


@pytest.mark.parametrize(
    ("status", "market"),
    [
        ("friche reconvertie", "not_marketed"),
        ("friche avec projet", "unknown"),
        ("friche sans projet", "unknown"),
        ("friche potentielle", "unknown"),
        ("inconnu", "unknown"),
    ],
)
def test_the_status_says_little_of_the_market(tmp_path: Path, status: str, market: str) -> None:
    found = read_features(tmp_path, [feature(square(), **FRICHE | {"site_statut": status})])
    assert found.column("market") == [market]


def test_a_point_that_is_the_centroid_is_no_fact_of_its_own(tmp_path: Path) -> None:
    near = f"POINT ({LON + 0.000501} {LAT + 0.0005})"  # eight centimetres beside it
    for point, kept in (
        (f"POINT ({LON + 0.0005} {LAT + 0.0005})", False),
        (near, True),
        (f"POINT ({LON} {LAT})", True),
    ):
        found = read_features(tmp_path, [feature(square(), **FRICHE | {"geompoint": point})])
        assert ("geompoint" in found.column("published")[0]) is kept  # type: ignore[operator]


def test_an_export_of_cartofriches(shared: Path) -> None:
    found = read(shared / "cartofriches_extrait_aura.csv")
    assert (found.schema, found.read, found.rejections) == ("cnig_friche", 19, [])
    (batch,) = found.batches
    assert batch.location is not None
    assert all(point is not None for point in batch.location)
    assert batch.fields["surface_stated_m2"][0] == 99_426.0
    assert batch.fields["cadastral_ids"][4] == ["01331000AB0106", "01331000AB0107"]
    assert {row["urba_zone_type"] for row in batch.fields["published"]} == {"U", "A", "N", "Zc", "ZnC"}  # type: ignore[index]


def test_polygons_and_table_of_the_same_sites_are_one_parcel(database: Database, shared: Path) -> None:
    folder = shared / "friches_ardennes_08"
    options = Options()
    assert changes(load(database, folder / "friches_polygones.geojson.gz", options, srid=SRID)) == (164, 0, 0, 0)
    table = load(database, folder / "friches_data.csv", options, srid=SRID)
    assert (table.total("new"), table.total("rejected"), table.total("missing")) == (0, 0, 0)
    rows = parcels_of(database)
    assert len(rows) == 164
    assert all(row.geom is not None for row in rows), "a file of points takes no outline away"
    amagne = next(row for row in rows if row.key == "08008_01")
    assert amagne.name == "Délaissé ferroviaire d’Amagne-Lucquy", "both files name it: the last one is heard"
    assert amagne.pollution == "pollution inexistante"
    assert amagne.published["site_statut"] == "friche sans projet"
    again = load(database, folder / "friches_data.csv", options, srid=SRID)
    assert changes(again) == (0, 0, 164, 0)


def test_a_partial_file_touches_only_its_fields(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, feature(square(), **FRICHE))
    (before,) = parcels_of(database)
    few = {"site_id": FRICHE["site_id"], "unite_fonciere_surface": 999, "site_statut": "friche reconvertie"}
    report = put_in(database, tmp_path, feature(square(), **few | {"bati_etat": None}), name="autre")
    assert changes(report) == (0, 1, 0, 0)
    (after,) = parcels_of(database)
    assert (after.name, after.pollution, after.owner_kind) == (before.name, before.pollution, before.owner_kind)
    assert (after.surface_stated_m2, after.market) == (999.0, "not_marketed")
    expected = {k: v for k, v in before.published.items() if k != "bati_etat"} | {"site_statut": "friche reconvertie"}
    assert after.published == expected, "a field it has empties, a field it lacks stays"
    assert changes(put_in(database, tmp_path, feature(square(), **few), name="autre")) == (0, 0, 1, 0)


def test_a_field_that_comes_empty_is_news_even_where_nothing_was_said(database: Database, tmp_path: Path) -> None:
    row = {"site_id": "1", "unite_fonciere_surface": 5}
    put_in(database, tmp_path, feature(square(), **row, sol_pollution_existe="pollution avérée"))
    put_in(database, tmp_path, feature(square(), **row))
    assert parcels_of(database)[0].pollution == "pollution avérée"
    report = put_in(database, tmp_path, feature(square(), **row, sol_pollution_existe=None))
    assert changes(report) == (0, 1, 0, 0)
    assert parcels_of(database)[0].pollution is None


def test_a_planners_word_stands_over_partial_files_too(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, feature(square(), **FRICHE))
    with database.connection(Role.ADMIN, Actor(actor="a", reason="visited")) as connection:
        connection.execute(text("update as_admin.parcel_edit set name = 'Les Thermes', power_mw = 3"))
    put_in(database, tmp_path, feature(square(), site_id=FRICHE["site_id"], unite_fonciere_surface=7), name="b")
    put_in(database, tmp_path, feature(square(), **FRICHE | {"site_nom": "Thermes"}), name="c")
    (row,) = parcels_of(database)
    assert (row.name, row.power_mw) == ("Les Thermes", 3.0)
    assert row.overrides["name"]["imported"] == "Thermes"
    assert row.overrides["power_mw"]["imported"] is None


def test_a_table_without_places_updates_known_land_only(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, feature(square(), **FRICHE))
    head = "site_id;unite_fonciere_surface\n"
    path = write(tmp_path, f"{head}{FRICHE['site_id']};123\n".encode(), "surfaces.csv")
    assert changes(load(database, path, Options(), srid=SRID)) == (0, 1, 0, 0)
    assert parcels_of(database)[0].surface_stated_m2 == 123.0
    assert parcels_of(database)[0].geom is not None
    path = write(tmp_path, f"{head}{FRICHE['site_id']};124\nunknown_1;5\n".encode(), "surfaces.csv")
    report = load(database, path, Options(), srid=SRID)
    assert [(one.row, one.code) for one in report.rejections()] == [(2, "geometry.missing")]
    assert not report.written


CADASTRE = [
    feature(square(LON + 0.001 * place), id=f"74173000AB00{place + 1:02}", commune="74173", prefixe="000",
            section="AB", numero=str(place + 1))
    for place in range(3)
]  # fmt: skip
POINT = {"type": "Point", "coordinates": [LON + 0.001, LAT + 0.0005]}
BARE = {"site_id": "74173_1", "unite_fonciere_refcad": "74173000AB0001|74173000AB0002", "site_nom": "Halle"}


def outline_of(database: Database) -> tuple[Any, Any]:
    with database.connection(Role.WORKER) as connection:
        row = connection.execute(text("select outline, st_area(geom) from core.parcel where origin = 'friche'")).one()
        return row[0], row[1]


@pytest.mark.parametrize("first", ["cadastre", "friches"])
def test_a_point_takes_its_outline_from_the_cadastre(database: Database, tmp_path: Path, first: str) -> None:
    files = {"cadastre": CADASTRE, "friches": [feature(POINT, **BARE)]}
    second = next(name for name in files if name != first)
    put_in(database, tmp_path, *files[first], name=first)
    report = put_in(database, tmp_path, *files[second], name=second)
    outline, area = outline_of(database)
    assert outline == "cadastre"
    assert area == pytest.approx(2 * 8_700, rel=0.02)
    assert {remark.code for remark in report.remarked()} >= {"outline.of_cadastre"}
    again = put_in(database, tmp_path, *files["friches"], name="friches")
    assert changes(again) == (0, 0, 1, 0)
    drawn = put_in(database, tmp_path, feature(square(), **BARE), name="friches")
    assert changes(drawn) == (0, 1, 0, 0)
    outline, area = outline_of(database)
    assert (outline, area) == (None, pytest.approx(8_700, rel=0.02)), "the source's own outline takes its place"


def test_no_outline_where_the_point_lies_elsewhere(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, *CADASTRE, name="cadastre")
    far = {"type": "Point", "coordinates": [LON + 0.01, LAT]}
    report = put_in(database, tmp_path, feature(far, **BARE))
    assert outline_of(database) == (None, None)
    (remark,) = [one for one in report.remarked() if one.code == "outline.point_outside"]
    assert remark.params["key"] == "74173_1"
    assert remark.params["apart_m"] == pytest.approx(620, rel=0.05)


def test_no_outline_while_one_of_its_parcels_is_unknown(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, *CADASTRE, name="cadastre")
    put_in(database, tmp_path, feature(POINT, **BARE | {"unite_fonciere_refcad": "74173000AB0001|74173000AB0099"}))
    assert outline_of(database) == (None, None)


def test_other_references_are_other_land(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, *CADASTRE, name="cadastre")
    put_in(database, tmp_path, feature(POINT, **BARE))
    first = parcels_of(database)[0].geom
    turned = BARE | {"unite_fonciere_refcad": "74173000AB0002|74173000AB0001"}
    put_in(database, tmp_path, feature(POINT, **turned))
    assert parcels_of(database)[0].geom == first, "another order is the same land"
    put_in(database, tmp_path, feature(POINT, **BARE | {"unite_fonciere_refcad": "74173000AB0001"}))
    assert outline_of(database) == ("cadastre", pytest.approx(8_700, rel=0.02))
    unknown = feature(POINT, **BARE | {"unite_fonciere_refcad": "74173000AB0099"})
    assert changes(put_in(database, tmp_path, unknown)) == (0, 1, 0, 0)
    kept = ("cadastre", pytest.approx(8_700, rel=0.02))
    assert outline_of(database) == kept, "offered land does not move, nor vanish, by itself: a planner is asked"
    assert changes(put_in(database, tmp_path, unknown)) == (0, 0, 1, 0)
    drawn = {"site_id": BARE["site_id"], "unite_fonciere_refcad": "74173000AB0001"}
    put_in(database, tmp_path, feature(square(), **drawn))
    put_in(database, tmp_path, feature(POINT, **BARE))
    assert outline_of(database) == (None, pytest.approx(8_700, rel=0.02)), "what the source drew is its own"


def test_references_that_a_planner_holds_to_keep_their_outline(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, *CADASTRE, name="cadastre")
    put_in(database, tmp_path, feature(POINT, **BARE))
    before = parcels_of(database)[0]
    with database.connection(Role.ADMIN, Actor(actor="a", reason="deed")) as connection:
        connection.execute(
            text("update as_admin.parcel_edit set cadastral_ids = array['74173000AB0002', '74173000AB0001']")
        )
    put_in(database, tmp_path, feature(POINT, **BARE | {"unite_fonciere_refcad": "74173000AB0003"}))
    after = parcels_of(database)[0]
    assert (after.geom, after.outline) == (before.geom, "cadastre")
    assert after.overrides["cadastral_ids"]["imported"] == ["74173000AB0003"]


def test_no_outline_of_parcels_that_are_gone(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, *CADASTRE, name="cadastre")
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.cadastral_parcel set retired_on = core.today() where numero = '1'"))
    put_in(database, tmp_path, feature(POINT, **BARE))
    assert outline_of(database) == (None, None)


def test_a_point_two_metres_outside_is_elsewhere(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, *CADASTRE, name="cadastre")
    beside = {"type": "Point", "coordinates": [LON - 0.000025, LAT + 0.0005]}
    put_in(database, tmp_path, feature(beside, **BARE))
    assert outline_of(database) == (None, None)
    on_the_line = {"type": "Point", "coordinates": [LON - 0.000005, LAT + 0.0005]}
    put_in(database, tmp_path, feature(on_the_line, **BARE))
    assert outline_of(database)[0] == "cadastre"


def test_a_planner_who_takes_an_outline_away_is_heard(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, feature(square(), **BARE))
    with database.connection(Role.ADMIN, Actor(actor="a", reason="not surveyed")) as connection:
        connection.execute(text("update as_admin.parcel_edit set geom = null"))
    put_in(database, tmp_path, *CADASTRE, name="cadastre")
    assert outline_of(database) == (None, None)

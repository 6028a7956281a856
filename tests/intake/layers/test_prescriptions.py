"""Prescriptions and information perimeters of a plan: read by their codes, bound to their document.

No such file stands in ../shared/data: these are built from the published field lists (CNIG PLU 2013 to 2024).
"""

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from sqlalchemy import text

from geo.derive import work
from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.conftest import SRID
from tests.intake.files.dbf import dbf
from tests.intake.written_files import Read, collection, feature, read, square, write

LON, LAT, SIDE = 4.85, 45.75, 0.01
PLAN = {"idurba": "69123_PLU_20200101", "datvalid": "20200101"}


def area(code: str = "05", sub: str | None = "00", label: str = "ER 1", east: float = 0, **more: Any) -> dict[str, Any]:
    """A square prescription; ``east`` counts in sides."""
    said = {"typepsc": code, "stypepsc": sub, "libelle": label, "txt": None} | PLAN | more
    return feature(square(LON + east * SIDE, LAT, SIDE), **said)


def line(**properties: Any) -> dict[str, Any]:
    ends = [[LON, LAT + SIDE / 2], [LON + SIDE, LAT + SIDE / 2]]
    return feature({"type": "LineString", "coordinates": ends}, **({"libelle": "recul"} | PLAN | properties))


def zone(typezone: str = "U", **properties: Any) -> dict[str, Any]:
    said = {"libelle": typezone, "typezone": typezone, "destdomi": "02" if typezone == "U" else None}
    return feature(square(LON - SIDE, LAT - SIDE, 5 * SIDE), **(said | PLAN | properties))


def read_rows(folder: Path, features: list[dict[str, Any]]) -> Read:
    return read(write(folder, collection(features), "prescription_surf.geojson"))


def put(database: Database, folder: Path, name: str, features: list[dict[str, Any]]) -> Report:
    report = load(database, write(folder, collection(features), name), Options(), srid=SRID)
    assert report.written, report.to_json()
    return report


@pytest.mark.parametrize(
    ("fields", "code", "kind", "effect"),
    [
        ({"typepsc": "01", "stypepsc": "00"}, "PSC 01-00", "ebc", "forbids"),
        ({"typepsc": "02", "stypepsc": "01"}, "PSC 02-01", "risk_forbidden", "forbids"),
        ({"TYPEPSC": "05", "STYPEPSC": "07"}, "PSC 05-07", "frozen_by_plan", "restricts"),
        ({"typepsc": 5, "stypepsc": 7}, "PSC 05-07", "frozen_by_plan", "restricts"),
        ({"typepsc": "05", "typepsc2": "01"}, "PSC 05-01", "reserved_land", "forbids"),
        ({"typepsc": "05"}, "PSC 05-00", "reserved_land", "forbids"),
        ({"typepsc": "16", "stypepsc": "03"}, "PSC 16-03", "stecal", "informs"),
        ({"typepsc": "18", "stypepsc": "11"}, "PSC 18-11", "zac", "informs"),
        ({"typepsc": "18", "stypepsc": "01"}, "PSC 18-01", "development_scheme", "informs"),
        ({"typepsc": "38", "stypepsc": "02"}, "PSC 38-02", "max_footprint", "informs"),
        ({"typepsc": "39", "stypepsc": "02"}, "PSC 39-02", "max_height", "informs"),
        ({"typepsc": "49", "stypepsc": "01"}, "PSC 49-01", "whole_operation", "informs"),
        ({"typepsc": "49", "stypepsc": "02"}, "PSC 49-02", "equipment_first", "informs"),
        ({"typepsc": "50", "stypepsc": "00"}, "PSC 50-00", "use_forbidden", "restricts"),
        ({"typepsc": "97", "stypepsc": "01"}, "PSC 97-01", "plan_prescription", "informs"),
        ({"typeinf": "02", "stypeinf": "00"}, "INF 02-00", "zac", "informs"),
        ({"typeinf": "04", "stypeinf": "01"}, "INF 04-01", "preemption", "informs"),
        ({"typeinf": "14", "stypeinf": "00"}, "INF 14-00", "noise", "informs"),
        ({"typeinf": "16", "typeinf2": "00"}, "INF 16-00", "archaeology", "informs"),
        ({"typeinf": "21", "stypeinf": "00"}, "INF 21-00", "draft_risk_plan", "restricts"),
        ({"typeinf": "38", "stypeinf": "00"}, "INF 38-00", "polluted_site", "informs"),
        ({"typeinf": "41", "stypeinf": "00"}, "INF 41-00", "road_setback", "forbids"),
        ({"typeinf": "07", "stypeinf": "00"}, "INF 07-00", "plan_information", "informs"),
    ],
)
def test_each_code_is_a_kind_with_an_effect(
    tmp_path: Path, fields: dict[str, Any], code: str, kind: str, effect: str
) -> None:
    found = read_rows(tmp_path, [feature(square(LON, LAT, SIDE), libelle="x", **fields, **PLAN)])
    assert (found.schema, found.layers) == ("cnig_plan_areas", ("prescriptions",))
    assert [found.column(name) for name in ("code", "kind", "effect")] == [[code], [kind], [effect]]
    assert found.column("partition") == ["DU_69123"]
    assert found.column("approved_on") == [date(2020, 1, 1)]


def test_a_row_without_code_is_refused(tmp_path: Path) -> None:
    found = read_rows(tmp_path, [area(), area(code="ER", east=1), area(code="05", east=2)])
    assert found.rows == [1, 3]
    assert found.codes() == {"prescription.no_code"}


def test_a_line_of_no_width_only_informs(tmp_path: Path) -> None:
    found = read_rows(tmp_path, [line(typepsc="05", stypepsc="01", largeur=None)])
    assert found.column("effect") == ["informs"]
    (drawn,) = found.geometry
    assert drawn.area == pytest.approx(drawn.length / 2, rel=0.01), "a metre wide: enough to be touched"


def test_a_line_that_states_its_width_takes_it(tmp_path: Path) -> None:
    found = read_rows(tmp_path, [line(typepsc="05", stypepsc="01", largeur=12)])
    assert found.column("effect") == ["forbids"]
    (drawn,) = found.geometry
    west, _, east, _ = drawn.bounds
    assert drawn.area == pytest.approx((east - west - 12) * 12, rel=0.02)


def test_a_point_only_informs(tmp_path: Path) -> None:
    found = read_rows(
        tmp_path, [feature({"type": "Point", "coordinates": [LON, LAT]}, typepsc="07", libelle="croix", **PLAN)]
    )
    assert found.column("effect") == ["informs"]
    assert found.geometry[0].area == pytest.approx(0.785, abs=0.02)


def parcel_on(database: Database, side: float = 100) -> int:
    """A parcel in the middle of the squares above."""
    statement = text("""select st_x(g), st_y(g)
        from (select st_transform(st_setsrid(st_makepoint(:x, :y), 4326), 2154) g) t""")
    with database.connection(Role.WORKER) as connection:
        x, y = connection.execute(statement, {"x": LON + SIDE / 2, "y": LAT + SIDE / 2}).one()
        return rows.parcel(connection, "T", rows.square(x - rows.LYON[0], y - rows.LYON[1], side))


def derived(database: Database, parcel: int, as_of: date = date(2026, 11, 22)) -> Any:
    work.derive(database, as_of=as_of)
    with database.connection(Role.WORKER) as connection:
        return connection.execute(
            text("select * from core.parcel_derived where parcel = :parcel"), {"parcel": parcel}
        ).one()


INDUSTRIAL, CAMPING = "Secteur d'activités industrielles", "Camping"
NO_INDUSTRY = "Interdiction des activités industrielles"


@pytest.mark.parametrize(
    ("typezone", "code", "label", "verdict", "rule"),
    [
        ("A", "PSC 16-03", INDUSTRIAL, "conditional", "stecal_for_industry"),
        ("A", "PSC 16-03", "Ax", "unknown", "stecal_not_read"),
        ("A", "PSC 16-03", CAMPING, "forbidden", "zone_protected"),
        ("N", "PSC 51-00", "Industries sous conditions", "conditional", "use_conditional_by_prescription"),
        ("U", "PSC 50-00", NO_INDUSTRY, "forbidden", "use_forbidden_by_prescription"),
        ("U", "PSC 50-00", "Secteur 3", "unknown", "prescription_not_read"),
        ("U", "PSC 50-00", "Commerces interdits", "allowed", "dominant_use"),
        ("U", "PSC 51-00", "Secteur 3", "conditional", "prescription_not_read"),
        ("U", "INF 98-00", "Annulation partielle", "unknown", "plan_annulled"),
        ("U", "PSC 05-07", "Attente de projet", "allowed", "dominant_use"),
    ],
)
def test_what_a_prescription_makes_of_the_decision(
    database: Database, tmp_path: Path, typezone: str, code: str, label: str, verdict: str, rule: str
) -> None:
    parcel = parcel_on(database)
    put(database, tmp_path, "zone_urba.geojson", [zone(typezone)])
    family, number = code.lower().split()
    fields = {f"type{family}": number[:2], f"stype{family}": number[3:]}
    put(database, tmp_path, "areas.geojson", [feature(square(LON, LAT, SIDE), libelle=label, **fields, **PLAN)])
    row = derived(database, parcel)
    assert (row.industry, row.industry_rule) == (verdict, rule)


def test_a_prescription_over_part_of_a_parcel_makes_a_mixture(database: Database, tmp_path: Path) -> None:
    parcel = parcel_on(database)
    put(database, tmp_path, "zone_urba.geojson", [zone()])
    west_part = square(LON + SIDE / 2 - 0.01, LAT, SIDE + 0.0005)
    put(database, tmp_path, "areas.geojson", [feature(west_part, typepsc="50", libelle=NO_INDUSTRY, **PLAN)])
    row = derived(database, parcel)
    assert row.industry == "conditional"
    assert set(row.industry_rule.removeprefix("mix:").split("+")) == {"allowed", "forbidden"}


def test_prescriptions_retire_with_their_plan(database: Database, tmp_path: Path) -> None:
    parcel = parcel_on(database)
    put(database, tmp_path, "zone_urba.geojson", [zone()])
    put(database, tmp_path, "areas.geojson", [area("01", "00", "EBC")])
    before = derived(database, parcel)
    assert (before.buildable_m2, [one["kind"] for one in before.touched]) == (0, ["ebc"])
    put(database, tmp_path, "newer.geojson", [zone(idurba="69123_PLU_20250101", datvalid="20250101")])
    after = derived(database, parcel)
    assert after.touched == []
    assert after.buildable_m2 == pytest.approx(after.surface_m2)
    with database.connection(Role.PUBLIC) as connection:
        assert connection.scalar(text('select count(*) from "constraint"')) == 0


def test_prescriptions_alone_retire_no_plan(database: Database, tmp_path: Path) -> None:
    put(database, tmp_path, "zone_urba.geojson", [zone(idurba="69123_PLU_20100101", datvalid="20100101")])
    report = put(database, tmp_path, "areas.geojson", [area()])
    assert "plan.no_zones" in {remark.code for remark in report.remarked()}
    with database.connection(Role.WORKER) as connection:
        assert list(connection.scalars(text("select retired_on from core.planning_document"))) == [None, None]


def test_each_file_of_a_plan_answers_for_its_own_rows(database: Database, tmp_path: Path) -> None:
    put(database, tmp_path, "prescription_surf.geojson", [area(), area(east=1)])
    put(database, tmp_path, "prescription_lin.geojson", [line(typepsc="15", stypepsc="01")])
    report = put(database, tmp_path, "prescription_surf.geojson", [area()])
    assert [report.total(name) for name in ("new", "changed", "unchanged")] == [0, 0, 1]
    with database.connection(Role.WORKER) as connection:
        assert list(connection.scalars(text("select code from core.constraint_area order by 1"))) == [
            "PSC 05-00",
            "PSC 15-01",
        ]


def test_a_plan_in_one_archive_of_the_geoportail(database: Database, tmp_path: Path) -> None:
    """A shapefile of zones, one of prescriptions, and DOC_URBA, which says the plan is a draft."""
    folder = tmp_path / "69123_PLU_20260101" / "Donnees_geographiques"
    folder.mkdir(parents=True)
    shape = shapely.box(842000, 6519000, 842500, 6519500)
    facts = {"LIBELLE": ["UX"], "TYPEZONE": ["U"], "FORMDOMI": ["0201"], "IDURBA": ["69123_PLU_20260101"]}
    geopandas.GeoDataFrame(facts, geometry=[shape], crs=2154).to_file(folder / "ZONE_URBA.shp")
    facts = {"LIBELLE": ["EBC"], "TYPEPSC": ["01"], "STYPEPSC": ["00"], "IDURBA": ["69123_PLU_20260101"]}
    geopandas.GeoDataFrame(facts, geometry=[shape], crs=2154).to_file(folder / "PRESCRIPTION_SURF.shp")
    described = {"IDURBA": "69123_PLU_20260101", "TYPEDOC": "PLU", "ETAT": "02", "DATAPPRO": "20260101", "DATEFIN": ""}
    (folder / "DOC_URBA.dbf").write_bytes(dbf([described]))
    path = tmp_path / "69123_PLU_20260101.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"69123_PLU_20260101/Donnees_geographiques/{file.name}")
    report = load(database, path, Options(), srid=SRID)
    assert report.written, report.to_json()
    with database.connection(Role.WORKER) as connection:
        found = text("select partition, kind, etat, state, approved_on from core.planning_document")
        row = connection.execute(found).one()
        assert tuple(row) == ("DU_69123", "PLU", "02", "planned", date(2026, 1, 1))
        assert connection.scalar(text("select count(*) from core.constraint_area where document is not null")) == 1
    assert json.dumps(report.to_json())

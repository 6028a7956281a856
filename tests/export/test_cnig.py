"""Official files out: they pass the official schemas with the lists enforced, and come in again as what they were."""

import csv
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from geo.derive import work
from geo.export.cnig import official_row
from geo.export.cnig_files import made_of, write_csv, write_geopackage
from geo.export.official import Exported, export_official
from geo.intake.layers.cnig_fields import CLASSES, FRICHE
from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.intake.source import open_source
from geo.store.database import Database, Role
from geo.store.official import records
from tests import land_rows
from tests.conftest import SRID
from tests.intake.official import FRICHE as FRICHE_ROW
from tests.intake.official import TERRAIN, example, schema
from tests.intake.written_files import collection, feature, square

SITES = ("pole-eco", "site-eco", "terrain-eco", "etablissement")
GEOMETRIES: dict[str, object] = {
    "pole-eco": {"type": "Point", "coordinates": [6.0, 45.5]},
    "site-eco": square(),
    "terrain-eco": square(),
    "etablissement": {"type": "MultiPoint", "coordinates": [[6.0, 45.5]]},
    "friches": square(),
}


def put_in(database: Database, folder: Path, *rows: tuple[object, Mapping[str, object]], name: str = "in") -> Report:
    path = folder / f"{name}.geojson"
    path.write_bytes(collection([feature(geometry, **properties) for geometry, properties in rows]))
    return load(database, path, Options(), srid=SRID)


def out(database: Database, path: Path, name: str) -> list[Any]:
    """Write the class as the ending of ``path`` says; what was told."""
    with database.connection(Role.WORKER) as connection:
        made = made_of(name, records(connection, name))
        if path.suffix == ".csv":
            with path.open("w", encoding="utf-8", newline="") as target:
                return write_csv(target, name, made)[1]
        return write_geopackage(path, name, made, SRID)


def changes(report: Report) -> tuple[int, ...]:
    return tuple(report.total(name) for name in ("new", "changed", "rejected"))


@pytest.mark.parametrize("ending", ["csv", "gpkg"])
@pytest.mark.parametrize("name", [*SITES, "friches"])
def test_in_out_in_changes_nothing(database: Database, tmp_path: Path, shared: Path, name: str, ending: str) -> None:
    row = FRICHE_ROW if name == "friches" else example(shared, name)
    first = put_in(database, tmp_path, (GEOMETRIES[name], row))
    assert changes(first) == (1, 0, 0), first.rejections()
    path = tmp_path / f"out.{ending}"
    assert out(database, path, name) == []
    again = load(database, path, Options(), srid=SRID)
    assert again.read == 1
    assert changes(again) == (0, 0, 0), again.differences


@pytest.mark.parametrize("ending", ["csv", "gpkg"])
def test_an_establishment_of_several_points_keeps_them(
    database: Database, tmp_path: Path, shared: Path, ending: str
) -> None:
    published = shared / "cnig_sites_economiques/etablissement.exemple-valide.csv"
    assert changes(load(database, published, Options(), srid=SRID)) == (1, 0, 0)
    path = tmp_path / f"out.{ending}"
    assert out(database, path, "etablissement") == []
    with open_source(path, srid=SRID) as source:
        (batch,) = source
        written = json.loads(batch.fields["published"][0]["etab_geompoint"])  # type: ignore[index]
    assert written == {"type": "MultiPoint", "coordinates": [[2.3626, 51.0934], [4.1999, 50.723]]}
    assert changes(load(database, path, Options(), srid=SRID)) == (0, 0, 0)
    one = put_in(database, tmp_path, (GEOMETRIES["etablissement"], example(shared, "etablissement")))
    assert changes(one) == (0, 1, 0)
    out(database, path, "etablissement")
    with open_source(path, srid=SRID) as source:
        (batch,) = source
        assert "etab_geompoint" not in batch.fields["published"][0]  # type: ignore[operator]


CHECKS: dict[str, Callable[[str, dict[str, Any]], bool]] = {
    "string": lambda value, field: True,
    "number": lambda value, field: bool(re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", value)),
    "integer": lambda value, field: bool(re.fullmatch(r"-?\d+", value)),
    "date": lambda value, field: is_date(value, field["format"]),
    "geopoint": lambda value, field: is_geopoint(value),
    "geojson": lambda value, field: json.loads(value)["type"] in ("Polygon", "MultiPolygon", "MultiPoint"),
}


def is_date(value: str, form: str) -> bool:
    if form == "%Y":
        return bool(re.fullmatch(r"\d{4}", value))
    return date.fromisoformat(value).isoformat() == value


def is_geopoint(value: str) -> bool:
    lon, lat = map(float, value.split(","))
    return abs(lon) <= 180 and abs(lat) <= 90


def broken(table: dict[str, Any], rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    """What of the rows a Table Schema refuses, its lists among the constraints: (field, value)."""
    found = []
    for row in rows:
        assert list(row) == [field["name"] for field in table["fields"]]
        for field in table["fields"]:
            value, rules = row[field["name"]], field.get("constraints", {})
            if value in ("", "NA", "NaN", "N/A"):
                good = not rules.get("required")
            else:
                good = CHECKS[field["type"]](value, field) and value in rules.get("enum", [value])
                good = good and re.search(rules.get("pattern", ""), value) is not None
                good = good and (field.get("format") != "email" or "@" in value)
            found += [] if good else [(field["name"], value)]
    return found


FRICHE_TYPES = {"whole": "integer", "day": "date", "year": "date"}
FRICHE_SCHEMA = {
    "fields": [
        {
            "name": one.name,
            "type": FRICHE_TYPES.get(one.kind, "string"),
            "format": "%Y" if one.kind == "year" else "%Y-%m-%d",
            "constraints": {"required": one.required} | ({"enum": list(one.values)} if one.kind == "listed" else {}),
        }
        for one in FRICHE
    ]
}
"""The schema of brownfields put together from the field list (domain.md §2): its file is not in shared/data."""


def rows_of(path: Path, name: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter="," if name == "friches" else ";"))


def table_of(shared: Path, name: str) -> dict[str, Any]:
    return FRICHE_SCHEMA if name == "friches" else schema(shared, name)


def test_the_checker_finds_what_is_wrong(shared: Path) -> None:
    path = shared / "cnig_sites_economiques/site-eco.exemple-valide.csv"
    found = {field for field, _ in broken(schema(shared, "site-eco"), rows_of(path, "site-eco"))}
    assert found == {"site_vocadomi", "site_etat", "site_evol_urba", "site_moa_type"}, "the defects of domain.md §1.5"


@pytest.mark.parametrize("name", [*SITES, "friches"])
def test_what_leaves_passes_the_official_schema(database: Database, tmp_path: Path, shared: Path, name: str) -> None:
    put_in(database, tmp_path, (GEOMETRIES[name], FRICHE_ROW if name == "friches" else example(shared, name)))
    path = tmp_path / "out.csv"
    assert out(database, path, name) == []
    rows = rows_of(path, name)
    assert len(rows) == 1
    assert broken(table_of(shared, name), rows) == []


def test_the_published_site_leaves_mended(database: Database, tmp_path: Path, shared: Path) -> None:
    """Its own example fails the schema when the lists are enforced; what is made of it passes."""
    load(database, shared / "cnig_sites_economiques/site-eco.exemple-valide.csv", Options(), srid=SRID)
    path = tmp_path / "out.csv"
    assert out(database, path, "site-eco") == []
    (row,) = rows_of(path, "site-eco")
    assert broken(schema(shared, "site-eco"), [row]) == []
    assert (row["site_vocadomi"], row["site_etat"], row["site_moa_type"]) == (
        "entrepôts, logistique",
        "inconnu",
        "epci",
    )


def test_what_is_off_a_list_leaves_as_unknown_and_is_told(database: Database, tmp_path: Path, shared: Path) -> None:
    put_in(database, tmp_path, (square(), TERRAIN | {"terr_stade_amngt": "NIMPORTE QUOI", "terr_usage": None}))
    path = tmp_path / "out.csv"
    told = out(database, path, "terrain-eco")
    (row,) = rows_of(path, "terrain-eco")
    assert (row["terr_stade_amngt"], row["terr_usage"]) == ("inconnu", "inconnu")
    assert broken(schema(shared, "terrain-eco"), [row]) == []
    assert [(one.field, one.code, one.value) for one in told] == [("terr_stade_amngt", "not_in_list", "NIMPORTE QUOI")]


def test_a_row_without_a_required_field_stays_and_is_named(database: Database, tmp_path: Path) -> None:
    kept = TERRAIN | {"terr_id": "80024_TERRAIN-ECO_2"}
    bare = {name: value for name, value in TERRAIN.items() if name not in ("terr_identif_date", "site_id")}
    named = TERRAIN | {"terr_id": "lot 3", "terr_refcad": None}
    put_in(database, tmp_path, (square(), bare), (square(6.1), kept), (square(6.2), named))
    path = tmp_path / "out.csv"
    told = out(database, path, "terrain-eco")
    assert [row["terr_id"] for row in rows_of(path, "terrain-eco")] == ["80024_TERRAIN-ECO_2"]
    assert [(one.key, one.field, one.code) for one in told] == [
        ("80024_TERRAIN-ECO_00131", "site_id", "missing"),
        ("80024_TERRAIN-ECO_00131", "terr_identif_date", "missing"),
        ("lot 3", "terr_id", "not_allowed"),
        ("lot 3", "terr_id", "missing"),
    ]


def test_corsican_references_cannot_leave_in_a_file_that_passes(
    database: Database, tmp_path: Path, shared: Path
) -> None:
    put_in(database, tmp_path, (square(), TERRAIN | {"terr_refcad": "2A004000AB0012"}))
    path = tmp_path / "out.csv"
    told = out(database, path, "terrain-eco")
    assert [(one.field, one.code, one.value) for one in told] == [("terr_refcad", "not_allowed", "2A004000AB0012")]
    assert broken(schema(shared, "terrain-eco"), rows_of(path, "terrain-eco")) == []


def test_what_a_planner_says_of_the_market_is_what_leaves() -> None:
    record = {"key": "k", "stade_comm": "en vente", "market": "sold", "overrides": {"market": {}}, "published": {}}
    assert official_row("terrain-eco", record).told
    stages = []
    for market, conditions in (("sold", None), ("for_sale", True), ("for_sale", False), ("unknown", None)):
        facts = record | {
            "market": market,
            "market_conditions": conditions,
            "stade_comm": "réservé par option de réservation",
        }
        full = facts | {
            "key": TERRAIN["terr_id"],
            "site_key": "80024_SITE-ECO_1",
            "surface_stated_m2": 1e4,
            "published": {"terr_identif_date": "2020-01-01"},
            "observed_on": date(2020, 1, 1),
            "geom": "x",
        }
        row = official_row("terrain-eco", full).row
        assert row is not None
        stages.append(row["terr_stade_comm"])
    assert stages == ["vendu, commercialisation achevée", "en vente avec contraintes", "en vente", "inconnu"]


def test_a_text_that_a_spreadsheet_would_run_is_neutralised(database: Database, tmp_path: Path, shared: Path) -> None:
    hostile = example(shared, "site-eco") | {"site_nom": "=cmd|'/C calc'!A0"}
    put_in(database, tmp_path, (square(), hostile))
    path = tmp_path / "out.csv"
    out(database, path, "site-eco")
    assert rows_of(path, "site-eco")[0]["site_nom"] == "'=cmd|'/C calc'!A0"


def test_the_geopackage_has_the_fields_of_the_template(database: Database, tmp_path: Path, shared: Path) -> None:
    import gzip
    import sqlite3

    template = tmp_path / "template.gpkg"
    template.write_bytes(gzip.decompress((shared / "cnig_sites_economiques/sites_economiques.gpkg.gz").read_bytes()))
    for name, layer in zip(SITES, ("pole_eco", "site_eco", "terrain_eco", "etablissement"), strict=True):
        put_in(database, tmp_path, (GEOMETRIES[name], example(shared, name)), name=name)
        path = tmp_path / f"{name}.gpkg"
        assert out(database, path, name) == []
        columns = []
        for file in (template, path):
            with sqlite3.connect(file) as base:
                columns.append([row[1] for row in base.execute(f"pragma table_info({layer})") if row[1] != "geom"])
        assert columns[1][: len(columns[0])] == columns[0], "as in the template, and what it lacks after"
        assert set(columns[1][len(columns[0]) :]) <= {"site_geompoint", "terr_url_cartofriches"}


def test_masked_facts_are_in_no_public_view(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, (square(), TERRAIN | {"visibility": "public"}))
    with database.connection(Role.WORKER) as connection:
        columns = connection.execute(
            text("""select table_schema, column_name from information_schema.columns
                where table_schema in ('as_public', 'as_company')
                  and column_name in ('published', 'buyer', 'sale_amount')""")
        ).all()
    assert columns == []


def test_every_class_has_the_fields_of_its_schema(shared: Path) -> None:
    for name in SITES:
        fields = schema(shared, name)["fields"]
        assert [one.name for one in CLASSES[name]] == [field["name"] for field in fields]
        for official, field in zip(CLASSES[name], fields, strict=True):
            listed = field["constraints"].get("enum")
            assert official.required == field["constraints"]["required"], official.name
            if listed and listed != ["oui", "non"]:
                assert list(official.values) == listed, official.name
    assert len(FRICHE) == 51


def test_all_classes_in_one_geopackage_are_the_same_rows_again(
    database: Database, tmp_path: Path, shared: Path
) -> None:
    """A container of several classes is, class by class, the same source as a file of each."""
    for name in SITES:
        put_in(database, tmp_path, (GEOMETRIES[name], example(shared, name)), name=name)
    path = tmp_path / "sites.gpkg"
    assert export_official(database, path, None, srid=SRID) == Exported(4, 0, [])
    again = load(database, path, Options(), srid=SRID)
    assert again.read == 4
    assert changes(again) == (0, 0, 0), again.differences


def test_a_planners_lot_leaves_with_what_the_base_knows(database: Database, tmp_path: Path, shared: Path) -> None:
    with database.connection(Role.WORKER) as connection:
        land_rows.site(connection, "69123_SITE-ECO_1", land_rows.square(-50, -50, 300))
        number = land_rows.parcel(connection, "Lot 4", origin="drawn", commune_insee="69123")
        land_rows.parcel(connection, "ailleurs", land_rows.square(3_000, 0), origin="drawn", commune_insee="69123")
        land_rows.parcel(connection, "69123000AB0001", land_rows.square(500, 0), origin="cadastre", market="prospect")
    work.derive(database, as_of=date(2026, 1, 1))
    path = tmp_path / "out.csv"
    told = out(database, path, "terrain-eco")
    (row,) = rows_of(path, "terrain-eco")
    made = f"69123_TERRAIN-ECO_E{number}"
    assert (row["terr_id"], row["site_id"], row["terr_surf_brute"]) == (made, "69123_SITE-ECO_1", "1.0017")
    assert row["terr_identif_date"] == row["terr_actu_date"] != ""
    assert row["terr_stade_comm"] == "en vente"
    assert broken(schema(shared, "terrain-eco"), [row]) == []
    assert [(one.key, one.field, one.code) for one in told if one.key == "Lot 4"] == [("Lot 4", "terr_id", "made")]
    assert [one.field for one in told if one.key == "ailleurs" and one.code == "missing"] == ["site_id"]
    assert {one.key for one in told} == {"Lot 4", "ailleurs"}


def test_a_brownfield_without_source_or_day_leaves_with_a_named_one_and_ours(
    database: Database, tmp_path: Path
) -> None:
    bare = {name: value for name, value in FRICHE_ROW.items() if name not in ("source_nom", "site_actu_date")}
    put_in(database, tmp_path, (square(), bare))
    none = export_official(database, tmp_path / "none.csv", "friches", srid=SRID)
    assert (none.count, none.left) == (0, 1)
    assert [(one.field, one.code) for one in none.told] == [("source_nom", "missing")]
    path = tmp_path / "out.csv"
    named = export_official(database, path, "friches", srid=SRID, producer="CC Exemple")
    assert named == Exported(1, 0, [])
    (row,) = rows_of(path, "friches")
    assert row["source_nom"] == "CC Exemple"
    assert broken(FRICHE_SCHEMA, [row]) == []

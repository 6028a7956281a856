"""Every data file of ../shared/data loads into a base, with the counts of its SOURCES.md and its defects told.

A file that is added to the folder fails here until it is listed. Where a figure is not that of SOURCES.md the line
says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from geo.cluster import Running
from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.store.database import Database, Role
from tests.conftest import SHARED, SRID, copied
from tests.intake.written_files import needs_data

pytestmark = [needs_data, pytest.mark.xdist_group("every_file")]

NO_DATA = ("*.schema.json", "enums_*.json", "fit_reference_rectangles.csv", "SOURCES.md")
"""What issue 3 says is no data file."""

TABLE = {"csv.read_as", "table.crs_recognised"}
"""How a table was understood: said of each, and no defect."""


@dataclass(frozen=True)
class Expected:
    """Rows read by layer; of these ``fewer`` are not kept (told twice or left out); codes told and how many times."""

    layers: dict[str, int]
    fewer: int = 0
    defects: dict[str, int] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)


def sheet(parcels: int, differing: int) -> Expected:
    return Expected({"cadastre": parcels}, defects={"surface.differs": differing} if differing else {})


EVERY = {
    "aura_communes.geojson.gz": Expected({"communes": 4_020}),
    "aura_epci.geojson.gz": Expected({"areas": 172}),
    "aura_departements.geojson.gz": Expected({"areas": 12}),
    "ademe_sites_pollues_aura.geojson.gz": Expected({"constraints": 54}),
    "aerodromes_aura.csv": Expected({"networks": 58}),
    # 01027_12396 lies outside Balan; "Cusset" and others are respelt where the list has them otherwise
    "cartofriches_extrait_aura.csv": Expected({"parcels": 19}, defects={"commune.outside": 1, "value.respelt": 1}),
    "gares_sncf_aura.geojson.gz": Expected({"networks": 418}),
    "megeve_74173/parcelles.geojson.gz": Expected(
        # 36 pairs overlap, says SOURCES.md; PostGIS finds 40, slivers of rounding among them
        {"parcels": 10_466},
        defects={"geometry.overlaps": 1, "commune.outside": 1},
    ),
    "megeve_74173/zone_urba.geojson.gz": Expected({"zones": 241}),
    "megeve_74173/raw_zone_urba_l93.zip": Expected({"zones": 241}, defects={"geometry.flattened": 1}),
    "megeve_74173/raw_parcelles_cc46_sans_dbf.zip": Expected(
        {"parcels": 10_466}, defects={"geometry.overlaps": 1}, options={"layer": "parcels"}
    ),
    "megeve_74173/batiments.geojson.gz": Expected({"buildings": 4_897}, defects={"geometry.made_valid": 1}),
    # the invalid line goes nowhere; two lines stand there twice
    "megeve_74173/voies_cadastrales.geojson.gz": Expected(
        {"constraints": 4_809}, fewer=2, defects={"geometry.no_length": 1, "row.identical": 2}
    ),
    "megeve_74173/sample_candidates.geojson.gz": Expected({"parcels": 298}, defects={"source.renamed": 1}),
    # 335 differ by more than 10 % in the plane, 333 on the ground
    "pas_de_calais_62/parcelles_7_communes.geojson.gz": Expected(
        {"cadastre": 7_575}, defects={"surface.differs": 333, "surface.not_stated": 4, "geometry.overlaps": 1}
    ),
    "edigeo_pci/edigeo-130290000A01.tar.bz2": sheet(389, 74),
    "edigeo_pci/edigeo-25354000AB01.tar.bz2": sheet(14, 2),
    "edigeo_pci/edigeo-25354000AK01.tar.bz2": sheet(142, 10),
    "edigeo_pci/edigeo-25354000ZB01.tar.bz2": sheet(68, 1),
    "edigeo_pci/edigeo-25354000ZC01.tar.bz2": sheet(78, 3),
    "edigeo_pci/edigeo-25354000ZD01.tar.bz2": sheet(22, 3),
    "edigeo_pci/edigeo-25354000ZE01.tar.bz2": sheet(61, 1),
    "edigeo_pci/edigeo-25354000ZH01.tar.bz2": sheet(80, 5),
    "edigeo_pci/edigeo-25354000ZI01.tar.bz2": sheet(46, 0),
    # 24 stated surfaces differ by more than 5 %, 22 by more than 10 %; the invalid one was mended before it was given
    "friches_ardennes_08/friches_polygones.geojson.gz": Expected(
        {"parcels": 164}, defects={"surface.differs": 22, "value.respelt": 10}
    ),
    "friches_ardennes_08/friches_data.csv": Expected({"parcels": 164}, defects={"value.respelt": 25}),
    "cnig_sites_economiques/pole-eco.exemple-valide.csv": Expected({"poles": 1}),
    "cnig_sites_economiques/site-eco.exemple-valide.csv": Expected(
        {"sites": 1},
        defects={"geometry.ring_closed": 1, "row.halves_joined": 1, "value.respelt": 1, "value.synonym": 1},
    ),
    "cnig_sites_economiques/terrain-eco.exemple-valide.csv": Expected(
        {"parcels": 1}, defects={"geometry.ring_closed": 1, "surface.differs": 1}
    ),
    "cnig_sites_economiques/etablissement.exemple-valide.csv": Expected(
        {"establishments": 1}, defects={"value.id_respelt": 1, "value.respelt": 1}
    ),
    "cnig_sites_economiques/sites_economiques.gpkg.gz": Expected({}, defects={"part.empty": 4}),
    "pprt_domene_sobegal_38150.gpkg": Expected({"constraints": 36}),
    "zone_urba_cnig/200011781_PLUi_20180101.zip": Expected(
        {"zones": 222}, fewer=1, defects={"geometry.holds_no_land": 1}
    ),
    "zone_urba_cnig/241800432_PLUi_20200128.zip": Expected(
        {"zones": 221},
        fewer=1,
        defects={"geometry.made_valid": 1, "row.identical": 1, "zone.type_contradicts_label": 1},
    ),
    "zone_urba_cnig/30014_PLU_20171013.zip": Expected({"zones": 90}, defects={"geometry.flattened": 1}),
    "zone_urba_cnig/41175_PLU_20140603.zip": Expected(
        {"zones": 118}, defects={"text.mojibake": 89, "zone.type_old": 29}
    ),
}
NOTHING_WRONG = TABLE | {
    *("field.ignored", "mapping.shipped", "part.skipped", "plan.in_force", "edigeo.classes_left"),
}


def test_every_data_file_is_listed() -> None:
    """And nothing is listed that is not there."""
    there = {path for path in SHARED.rglob("*") if path.is_file()}
    data = {path for path in there if not any(path.match(pattern) for pattern in NO_DATA)}
    assert {str(path.relative_to(SHARED)) for path in data} == set(EVERY)


@pytest.fixture(scope="module")
def base(cluster: Running, template: str) -> Iterator[Database]:
    """One base for all files, as an agency has one."""
    with copied(cluster, template, "every") as address:
        database = Database(address, pool_size=2)
        yield database
        database.close()


@pytest.fixture(scope="module")
def reports(base: Database) -> dict[str, Report]:
    """The reports made so far; the communes come first, for others are held against them."""
    path = "aura_communes.geojson.gz"
    return {path: load(base, SHARED / path, Options(), srid=SRID)}


@pytest.mark.parametrize("path", EVERY)
def test_a_file_loads_with_its_counts_and_its_defects(path: str, base: Database, reports: dict[str, Report]) -> None:
    expected, report = EVERY[path], loaded(path, base, reports)
    assert report.written
    assert report.rejected == 0
    assert {name: counts.read for name, counts in report.layers.items()} == expected.layers
    assert report.total("kept") == report.read - expected.fewer
    assert codes(report) == expected.defects


def loaded(path: str, base: Database, reports: dict[str, Report]) -> Report:
    """The report of a file, loaded now if it was not yet."""
    if path not in reports:
        reports[path] = load(base, SHARED / path, Options(**EVERY[path].options), srid=SRID)  # type: ignore[arg-type]
    return reports[path]


def codes(report: Report) -> dict[str, int]:
    """Everything the report tells that may be a defect: codes and how many times."""
    said = report.to_json()
    told: dict[str, int] = {}
    for kind in ("repairs", "rejections", "remarks"):
        told |= said[kind]["counts"]
    return {code: count for code, count in told.items() if code not in NOTHING_WRONG}


def remark(report: Report, code: str) -> dict[str, object]:
    return next(dict(one.params) for one in report.remarked() if one.code == code)


def test_the_worst_is_named(base: Database, reports: dict[str, Report]) -> None:
    """SOURCES.md says 221 pairs overlap, by up to 2 215 m2 of the plane (2 208 on the ground); one point is astray."""
    fruges = remark(loaded("pas_de_calais_62/parcelles_7_communes.geojson.gz", base, reports), "geometry.overlaps")
    assert (fruges["count"], fruges["largest_m2"]) == (221, pytest.approx(2_208, abs=1))
    astray = remark(loaded("cartofriches_extrait_aura.csv", base, reports), "commune.outside")
    assert astray["count"] == 1
    assert str(astray["rows"]).startswith("['01027_12396 : 61 m, Balan")


def test_the_stations_open_to_freight(base: Database, reports: dict[str, Report]) -> None:
    """SOURCES.md: 193 of 418 have fret = O; most of these are open to passengers as well."""
    loaded("gares_sncf_aura.geojson.gz", base, reports)
    with base.connection(Role.WORKER) as connection:
        rows = connection.execute(text("select kind, count(*) as n from core.network_point group by kind")).all()
    kinds = {str(row.kind): row.n for row in rows}
    assert kinds.items() >= {"freight_station": 57, "freight_station+station": 136, "station": 225}.items()

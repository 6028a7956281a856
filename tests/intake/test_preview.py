"""What a dry run says of what only the base shows."""

from pathlib import Path

from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.store.database import Database, Role
from tests import land_rows
from tests.conftest import SRID
from tests.intake.test_load import feature, write

TOLD = {"geometry.overlaps": 1, "commune.outside": 1}


def twice(database: Database, folder: Path) -> Path:
    """A file of land drawn twice, far from the commune it names."""
    with database.connection(Role.WORKER) as connection:
        land_rows.commune(connection, "69123", land_rows.square(0, 0, 1_000))
    return write(folder / "terrains.geojson", [feature(key, commune_insee="69123") for key in ("1", "2")])


def test_a_dry_run_tells_land_drawn_twice_and_outside_its_commune(database: Database, tmp_path: Path) -> None:
    path = twice(database, tmp_path)
    dry = load(database, path, Options(dry_run=True), srid=SRID)
    assert remarked(dry).items() >= TOLD.items()
    assert remarked(load(database, path, Options(), srid=SRID)) == remarked(dry)


def test_a_site_outside_its_commune_is_told_ahead(database: Database, tmp_path: Path) -> None:
    twice(database, tmp_path)
    site = feature("x")
    site["properties"] = {"site_id": "69123_SITE-ECO_1", "site_nom": "Ouest", "commune_insee": "69123"}
    path = write(tmp_path / "sites.geojson", [site])
    dry = load(database, path, Options(dry_run=True, layer="sites"), srid=SRID)
    assert remarked(dry)["commune.outside"] == 1
    with database.connection(Role.WORKER) as connection:
        assert connection.exec_driver_sql("select count(*) from core.site").scalar() == 0


def remarked(report: Report) -> dict[str, int]:
    """How many remarks of each kind."""
    return dict(report.to_json()["remarks"]["counts"])

"""Sheets of one commune, loaded one after another."""

from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.store.database import Database
from tests.intake.written_files import DATA, needs_data

SHEETS = DATA / "edigeo_pci"


@needs_data
def test_sheets_loaded_one_after_another_add_up(database: Database) -> None:
    def loaded(name: str) -> Report:
        return load(database, SHEETS / f"edigeo-25354000{name}01.tar.bz2", Options(), srid=2154)

    first, second, again = loaded("AB"), loaded("ZD"), loaded("AB")
    counts = [next(iter(report.to_json()["layers"].values())) for report in (first, second, again)]
    assert [(one["new"], one["unchanged"], one["missing"]) for one in counts] == [(14, 0, 0), (22, 0, 0), (0, 14, 0)]

"""`emprise load FOLDER --as buildings`: a sheet without any is told, and fails only where nothing else loads."""

import shutil
from pathlib import Path

from tests.cli.conftest import Command
from tests.intake.written_files import DATA, needs_data

BARE, BUILT = (f"edigeo-25354000{section}01.tar.bz2" for section in ("AB", "AK"))


@needs_data
def test_a_sheet_without_buildings_is_told_and_fails_alone(emprise: Command, tmp_path: Path) -> None:
    for name in (BARE, BUILT):
        shutil.copy(DATA / "edigeo_pci" / name, tmp_path)
    both = emprise("load", tmp_path, "--as", "buildings", "--dry-run")
    assert f"{BARE}: L'échange EDIGEO" in both.stderr
    assert "aucun objet BATIMENT_id" in " ".join(both.stderr.split())
    assert "134" in both.stdout
    emprise("load", tmp_path / BARE, "--as", "buildings", "--dry-run", code=1)

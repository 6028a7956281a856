"""`emprise catalogue`: copied, edited, checked, used."""

import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Command, environment
from tests.conftest import REPO


def test_a_copy_is_edited_and_checked(emprise: Command, tmp_path: Path) -> None:
    mine = tmp_path / "mes-procedures.toml"
    assert f"emprise catalogue check {mine}" in emprise("catalogue", "copy", mine).stdout
    assert "existe déjà" in emprise("catalogue", "copy", mine, code=1).stderr
    assert "Aucune différence" in emprise("catalogue", "check", mine).stdout
    mine.write_text(mine.read_text(encoding="utf-8").replace("months = [3, 5, 9]", "months = [3, 6, 12]"))
    told = emprise("catalogue", "check", mine).stdout
    assert "PA : durées 3-5-9 → 3-6-12 mois" in told
    assert f"EMPRISE_CATALOGUE={mine} emprise serve" in told
    mine.write_text(mine.read_text(encoding="utf-8").replace("[3, 6, 12]", "[3, 6]"))
    assert "exemple : months = [3, 4, 8]" in emprise("catalogue", "check", mine, code=1).stderr.lower()
    assert "three numbers" in emprise("catalogue", "check", mine, code=1, lang="en_GB.UTF-8").stderr


def test_a_bad_catalogue_stops_every_command_that_computes(data_dir: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[[step]]\ncode = 'PA'\n")
    ended = subprocess.run(
        [sys.executable, "-m", "api.cli", "derive"],
        cwd=REPO,
        env=environment(data_dir) | {"EMPRISE_CATALOGUE": str(bad)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("emprise: EMPRISE_CATALOGUE")
    assert "ligne 1, PA" in ended.stderr

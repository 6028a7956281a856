"""Private folders: nothing of a process that was killed stays, and nothing of one that lives is taken."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from geo.intake.files.private_folder import PREFIX, PrivateFolder

MAKER = """
import sys, tempfile, time
tempfile.tempdir = sys.argv[1]
from geo.intake.files.private_folder import PrivateFolder
made = PrivateFolder()
(made.path / "left").write_text("x")
print(made.path, flush=True)
time.sleep(600)
"""


def test_only_what_nobody_holds_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", MAKER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as maker:
        assert maker.stdout is not None
        left = Path(maker.stdout.readline().strip())
        with PrivateFolder() as own:
            assert (left.exists(), own.exists()) == (True, True), "its maker lives"
        maker.kill()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    with PrivateFolder() as own:
        assert not left.exists()
        assert elsewhere.exists(), "no link is followed"
        assert own.exists()
    assert not own.exists()

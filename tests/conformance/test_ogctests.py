"""The tests of another hand: the package ogctests (Part 1), in an environment of its own, since its pins fight ours."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.api.serving import Served

PACKAGE = "ogctests==0.1.15"
KEPT = Path(tempfile.gettempdir()) / f"emprise-{PACKAGE.replace('==', '-')}-{os.getuid()}"
"""Made once on a machine: making it takes half a minute."""


@pytest.fixture(scope="module")
def python() -> Path:
    """The interpreter of an environment that has the package."""
    made = KEPT / "bin" / "python"
    if not (KEPT / "made").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(KEPT)], check=True, timeout=120)
        subprocess.run([str(made), "-m", "pip", "install", "--quiet", PACKAGE], check=True, timeout=600)
        (KEPT / "made").touch()
    return made


@pytest.mark.slow
def test_all_29_tests_of_ogctests_pass(service: Served, python: Path, tmp_path: Path) -> None:
    code = "from pathlib import Path; import ogctests; print(Path(ogctests.__file__).parent / 'features' / 'core')"
    where = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    address = str(service.client.base_url).rstrip("/")
    ended = subprocess.run(
        [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", where],
        env={"INSTANCE_URL": address, "PATH": os.environ["PATH"]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert re.search(r"^29 passed", ended.stdout, re.MULTILINE), ended.stdout[-6_000:]

"""What an ordinary user gets, tried by root as somebody without rights; the whole suite is that test for others."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.conftest import REPOSITORY

OPEN = """
import os, sys
from pathlib import Path
from geo.cluster import ClusterError, open_cluster
try:
    with open_cluster(Path(sys.argv[1]), durable=False) as running:
        owner = os.stat(f"/proc/{running.pid}").st_uid
        print("opened", owner == os.getuid(), running.socket_dir.stat().st_uid == os.getuid())
except ClusterError as problem:
    print(problem)
"""
pytestmark = pytest.mark.usefixtures("as_root")


def test_the_cluster_is_the_users_own(ground: Path) -> None:
    home = ground / "home"
    home.mkdir()
    os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
    assert _opened_by_nobody(home) == "opened True True"


def test_a_cluster_of_another_account_is_refused(home: Path) -> None:
    said = _opened_by_nobody(home)
    assert said.startswith("other_owner ")


def test_a_folder_that_cannot_be_written(ground: Path) -> None:
    assert _opened_by_nobody(ground / "home").startswith("cannot_make ")


def test_a_folder_that_cannot_be_entered(ground: Path) -> None:
    (ground / "barred").mkdir(mode=0o700)
    assert _opened_by_nobody(ground / "barred" / "home").startswith("cannot_look ")


def _opened_by_nobody(home: Path) -> str:
    """What OPEN prints when the user nobody runs it, with the first Python that nobody may run."""
    nobody = pwd.getpwnam("nobody")
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            answer = subprocess.run(
                [python, "-B", "-c", OPEN, str(home)],
                cwd=REPOSITORY,
                user=nobody.pw_uid,
                group=nobody.pw_gid,
                extra_groups=[],
                capture_output=True,
                text=True,
                check=True,
            )
        except (PermissionError, FileNotFoundError):
            continue
        return answer.stdout.strip()
    pytest.skip("the user nobody may run no Python here, or not enter the checkout")

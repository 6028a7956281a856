"""Making the data folder: whole or not at all, and never over something else."""

from pathlib import Path

import pytest

from geo.cluster import ClusterError, open_cluster
from geo.cluster.account import name_of
from geo.cluster.binaries import Binaries
from geo.cluster.making import major_of, make_data
from geo.cluster.place import find_place, prepare


def test_the_version_is_read(tmp_path: Path) -> None:
    assert major_of(tmp_path) is None
    (tmp_path / "PG_VERSION").write_text("15\n")
    assert major_of(tmp_path) == 15
    (tmp_path / "PG_VERSION").write_text("9.6\n")
    assert major_of(tmp_path) == 9


def test_a_version_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("new\n")
    with pytest.raises(ClusterError, match=r"^no_version "):
        major_of(tmp_path)


def test_foreign_files_are_left_alone(ground: Path) -> None:
    (ground / "cluster" / "data").mkdir(parents=True)
    letter = ground / "cluster" / "data" / "letter.txt"
    letter.write_text("mine")
    with pytest.raises(ClusterError, match=r"^foreign_files "), open_cluster(ground):
        pass
    assert letter.read_text() == "mine"


def test_an_initdb_that_fails_leaves_nothing(ground: Path) -> None:
    programs = ground / "bin"
    programs.mkdir()
    (programs / "initdb").write_text("#!/bin/sh\nmkdir -p \"$2/half\"\necho 'no\nspace' >&2\nexit 1\n")
    (programs / "initdb").chmod(0o755)
    place = find_place(ground / "home")
    prepare(place)
    with pytest.raises(ClusterError, match=r"^cannot_init .*/home/cluster.*no space"):
        make_data(place, Binaries(programs, "15.1", has_postgis=True), durable=True)
    assert [path.name for path in place.folder.iterdir()] == []


def test_what_is_made_belongs_to_the_account(made: Path) -> None:
    account = find_place(made).account
    owners = {name_of(path.stat().st_uid) for path in (made / "cluster").rglob("*")}
    assert owners == {account.name}

"""Where the cluster and its socket go."""

import os
import re
import shutil
import stat
from pathlib import Path

import pytest

from geo.cluster import ClusterError, Note, open_cluster, status
from geo.cluster.account import Account, name_of
from geo.cluster.place import LONGEST_SOCKET_PATH, Place, find_place, make_private, prepare, short_hash
from tests.cluster.sql import ask


@pytest.fixture
def us() -> Account:
    return Account(name_of(os.geteuid()), os.geteuid(), os.getegid())


def test_inside_the_data_folder(ground: Path) -> None:
    place = find_place(ground / "home")
    assert place.folder == ground / "home" / "cluster"
    assert place.socket_dir == place.folder / "socket"
    assert place.notes == ()
    assert not (ground / "home").exists()


@pytest.mark.parametrize("name", ["x" * 120, "é", "a,b", "a b"])
def test_a_name_no_client_takes_gets_a_short_private_socket(ground: Path, name: str) -> None:
    socket_dir = find_place(ground / name).socket_dir
    assert len(os.fsencode(socket_dir / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
    assert re.fullmatch("/(tmp|run/user/[0-9]+)/emprise-[0-9a-f-]+", str(socket_dir))
    assert socket_dir != find_place(ground / f"{name}2").socket_dir


def test_a_long_path_works(ground: Path) -> None:
    home = ground / ("long" * 40)
    with open_cluster(home, durable=False) as running:
        assert ask(running, "select 1") == 1
        assert stat.S_IMODE(running.socket_dir.stat().st_mode) == 0o700
        assert status(home).server == running
    assert not running.socket_dir.exists()


def test_the_longest_path_that_fits(ground: Path, us: Account) -> None:
    tail = len("/cluster/socket/.s.PGSQL.5432")
    home = ground / ("x" * (LONGEST_SOCKET_PATH - tail - len(str(ground)) - 1))
    assert Place(home, home / "cluster", us).socket_dir.parent == home / "cluster"
    longer = home.with_name(home.name + "x")
    assert Place(longer, longer / "cluster", us).socket_dir.parent != longer / "cluster"


def test_a_socket_folder_somebody_else_prepared_is_refused(ground: Path, us: Account) -> None:
    open_to_all, link, not_ours = ground / "open", ground / "link", Account("somebody", 64000, 64000)
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    (ground / "target").mkdir(mode=0o700)
    link.symlink_to(ground / "target")
    for prepared in (open_to_all, link):
        with pytest.raises(ClusterError, match=r"^not_private "):
            make_private(prepared, us)
    (ground / "file").touch()
    with pytest.raises(ClusterError, match=r"^not_private "):
        make_private(ground / "file", not_ours)


def test_a_private_folder_that_cannot_be_made(ground: Path, us: Account) -> None:
    with pytest.raises(ClusterError, match=r"^cannot_make .*ENOENT"):
        make_private(ground / "missing" / "folder", us)


def test_a_data_folder_that_is_a_file(ground: Path) -> None:
    (ground / "file").touch()
    with pytest.raises(ClusterError, match=r"^cannot_look .*ENOTDIR"):
        find_place(ground / "file")


def test_a_loop_of_links(ground: Path) -> None:
    (ground / "a").symlink_to(ground / "b")
    (ground / "b").symlink_to(ground / "a")
    with pytest.raises(ClusterError, match=r"^cannot_follow "):
        find_place(ground / "a")


def test_a_place_that_cannot_be_made(ground: Path, us: Account) -> None:
    (ground / "file").touch()
    with pytest.raises(ClusterError, match=r"^cannot_make "):
        prepare(Place(ground / "file" / "home", ground / "file" / "home" / "cluster", us))


@pytest.mark.usefixtures("as_root")
def test_whatever_the_umask_the_account_can_enter(ground: Path) -> None:
    previous = os.umask(0o077)
    try:
        with open_cluster(ground / "a" / "b", durable=False) as running:
            assert running.folder == ground / "a" / "b" / "cluster"
    finally:
        os.umask(previous)


@pytest.fixture
def barred(ground: Path, monkeypatch: pytest.MonkeyPatch, as_root: None) -> Path:
    """A folder below one that, like root's home, only root may enter; what replaces it goes to a folder of the test."""
    (ground / "var").mkdir()
    monkeypatch.setattr("geo.cluster.place.FOLDER_OF_SYSTEM", ground / "var" / "lib" / "emprise")
    (ground / "root").mkdir(mode=0o700)
    return ground / "root" / "checkout" / ".emprise"


def test_below_a_folder_of_root_the_cluster_goes_elsewhere_and_says_so(barred: Path, ground: Path) -> None:
    elsewhere = ground / "var" / "lib" / "emprise" / short_hash(barred)
    with open_cluster(barred, durable=False) as running:
        assert running.folder == elsewhere
        (note,) = running.notes
        assert (note.code, note.params["folder"]) == ("kept_elsewhere", elsewhere)
        assert note.params["barred_by"] == ground / "root"
        ask(running, "create table kept as select 7 as answer")
    assert (barred / "cluster-is-in").read_text() == f"{elsewhere}\n"
    assert (elsewhere / "wanted-by").read_text() == f"{barred}\n"
    with open_cluster(barred, durable=False) as again:
        assert ask(again, "select answer from kept") == 7


def test_the_choice_stays_when_the_folder_opens_up(barred: Path, ground: Path) -> None:
    with open_cluster(barred, durable=False) as running:
        pass
    (ground / "root").chmod(0o755)
    place = find_place(barred)
    assert place.folder == running.folder
    assert place.notes == (Note("kept_in", {"home": barred, "folder": running.folder}),)
    shutil.rmtree(running.folder)
    assert find_place(barred).folder == barred / "cluster"


def test_a_choice_that_has_become_barred(barred: Path, ground: Path) -> None:
    with open_cluster(barred, durable=False):
        pass
    (ground / "var").chmod(0o700)
    with pytest.raises(ClusterError, match=f"^barred .*{ground / 'var'}"):
        find_place(barred)

"""Files written whole, and the ends of logs."""

import os
from pathlib import Path

import pytest

from geo.cluster import ClusterError
from geo.cluster.account import Account, name_of
from geo.cluster.files import last_lines, write_for

US = Account(name_of(os.geteuid()), os.geteuid(), os.getegid())


def test_written_once(tmp_path: Path) -> None:
    file = tmp_path / "file"
    assert write_for(US, file, "text é\n") is True
    assert write_for(US, file, "text é\n") is False
    assert write_for(US, file, "other\n") is True
    assert file.read_text(encoding="utf-8") == "other\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / "file").symlink_to(target)
    write_for(US, tmp_path / "file", "new")
    assert target.read_text() == "precious"
    assert not (tmp_path / "file").is_symlink()


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match=r"^cannot_write .*ENOENT"):
        write_for(US, tmp_path / "missing" / "file", "text")


def test_last_lines(tmp_path: Path) -> None:
    file = tmp_path / "log"
    assert last_lines(file, 3) == []
    file.write_text("".join(f"line {n}\n" for n in range(20000)))
    assert last_lines(file, 2) == ["line 19998", "line 19999"]

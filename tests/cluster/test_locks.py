"""Shares of a cluster and taking turns."""

import os
import threading
import time
from pathlib import Path

import pytest

from geo.cluster import ClusterError
from geo.cluster.locks import Use, is_used, only_one

US = (os.geteuid(), os.getegid())


def test_the_last_to_leave_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "users.lock"
    assert not is_used(file)
    first, second = Use(file, *US), Use(file, *US)
    assert is_used(file)
    assert first.leave() is False
    assert is_used(file)
    assert second.leave() is True
    assert not is_used(file)


def test_turns_are_taken(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with only_one(tmp_path / "lock", *US, timeout=10):
            order.append("second")

    with only_one(tmp_path / "lock", *US, timeout=1):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.1)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_turn_that_never_comes(tmp_path: Path) -> None:
    with (
        only_one(tmp_path / "lock", *US, timeout=1),
        pytest.raises(ClusterError, match=f"^busy .*{tmp_path}"),
        only_one(tmp_path / "lock", *US, timeout=0.05),
    ):
        pass


def test_an_error_ends_the_turn(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), only_one(tmp_path / "lock", *US, timeout=1):
        _ = 1 / 0
    with only_one(tmp_path / "lock", *US, timeout=0.05):
        pass


def test_a_lock_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").touch()
    (tmp_path / "lock").symlink_to(tmp_path / "target")
    with pytest.raises(ClusterError, match=r"^cannot_lock .*ELOOP"):
        Use(tmp_path / "lock", *US)


def test_a_use_while_the_lock_is_held_alone(tmp_path: Path) -> None:
    with only_one(tmp_path / "lock", *US, timeout=1), pytest.raises(ClusterError, match=r"^cannot_lock .*EAGAIN"):
        Use(tmp_path / "lock", *US)

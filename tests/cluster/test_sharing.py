"""Several processes on one cluster: who starts it, who stops it, what a killed one leaves."""

import os
import signal
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

from geo.cluster import State, Stopped, open_cluster, status, stop
from geo.cluster.account import account_for
from geo.cluster.locks import Use
from tests.cluster.conftest import Holder
from tests.cluster.sql import ask

Hold = Callable[[Path], Holder]


def test_a_second_opener_shares_and_the_last_one_stops(home: Path, hold: Hold) -> None:
    other = hold(home)
    pid = other.opened()
    with open_cluster(home, durable=False) as running:
        assert running.pid == pid
        other.leave()
        assert ask(running, "select 1") == 1
    assert status(home).state is State.STOPPED


def test_the_first_to_leave_does_not_stop_it(home: Path, hold: Hold) -> None:
    with open_cluster(home, durable=False) as running:
        other = hold(home)
        assert other.opened() == running.pid
    assert status(home).state is State.RUNNING
    other.leave()
    assert status(home).state is State.STOPPED


def test_starting_at_once_on_nothing_makes_one_cluster(ground: Path, hold: Hold) -> None:
    holders = [hold(ground / "home") for _ in range(3)]
    assert len({holder.opened() for holder in holders}) == 1
    for holder in holders:
        holder.leave()
    assert status(ground / "home").state is State.STOPPED


def test_opening_and_leaving_at_once_never_pulls_the_server_away(home: Path, hold: Hold) -> None:
    for _ in range(3):
        leaver = hold(home)
        leaver.opened()
        arriver = hold(home)
        leaver.leave()
        arriver.opened()
        assert status(home).state is State.RUNNING
        arriver.leave()
        assert status(home).state is State.STOPPED


def test_twice_in_one_process(home: Path) -> None:
    with open_cluster(home, durable=False) as first:
        with open_cluster(home, durable=False) as second:
            assert first.pid == second.pid
        assert ask(first, "select 1") == 1


def test_a_server_left_by_a_killed_process_is_adopted(home: Path, hold: Hold) -> None:
    killed = hold(home)
    pid = killed.opened()
    killed.kill()
    left = status(home)
    assert (left.state, left.in_use) == (State.RUNNING, False)
    with open_cluster(home, durable=False) as running:
        assert running.pid == pid
    assert status(home).state is State.STOPPED


def test_a_server_left_by_a_killed_process_can_be_stopped(home: Path, hold: Hold) -> None:
    killed = hold(home)
    killed.opened()
    killed.kill()
    assert stop(home) is Stopped.STOPPED


def test_a_process_killed_while_it_makes_the_cluster(ground: Path, hold: Hold) -> None:
    home = ground / "home"
    killed = hold(home)
    while not list(home.glob("cluster/data.new.*/global")):
        time.sleep(0.005)
    killed.kill()
    assert not (home / "cluster" / "data").exists()
    with open_cluster(home, durable=False) as running:
        assert ask(running, "select 1") == 1
    assert not list(home.glob("cluster/data.new.*"))


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(home: Path) -> None:
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with open_cluster(home, durable=False) as running:
            os.killpg(os.getpgid(running.pid), 0)
            assert os.getpgid(running.pid) != os.getpgrp()
    finally:
        signal.signal(signal.SIGINT, previous)


def test_a_forked_child_has_no_use_of_its_own(home: Path) -> None:
    account = account_for(home / "cluster")
    use = Use(home / "cluster" / "users.lock", account.uid, account.gid)
    with get_context("fork").Pool(1) as pool:
        assert pool.apply(_seen_from_child, (id(use),)) is False
    assert use.is_ours
    assert use.leave()


def _seen_from_child(_: int) -> bool:
    import gc

    # Its very type: to be asked for its class, a proxy of what is gone would fail
    return any(use.is_ours for use in gc.get_objects() if type(use) is Use)

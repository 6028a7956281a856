"""Needs take turns."""

import threading

import pytest

from api.matching import slots
from api.matching.slots import Slots
from api.problems import Problem


def test_a_turn_is_given_back_also_when_the_work_fails() -> None:
    turns = Slots(1)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass


def test_who_waits_too_long_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "PATIENCE_S", 0.05)
    turns = Slots(1)
    with turns.turn(), pytest.raises(Problem) as refused, turns.turn():
        pass
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (503, "2")


def test_no_more_than_agreed_work_at_once() -> None:
    turns, inside, most = Slots(2), 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        with turns.turn():
            with lock:
                inside += 1
                most = max(most, inside)
            threading.Event().wait(0.02)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2

"""Memory that is free is given back to the machine."""

import ctypes
import gc
import sys
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.match import given_back
from geo.match.screen.asking import Asking
from geo.match.screen.dating import ByCandidate
from geo.match.screen.land import land_of
from geo.match.screen.screening import Screening
from tests.match.parcels import need, parcel, ready

BLOCK, COUNT = 64 * 1024, 800


def resident() -> int:
    """Bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def freed(heap: ctypes.CDLL) -> int:
    """Bytes that lie in memory no more once much was taken, let go and given back."""
    blocks = [ctypes.c_void_p(heap.malloc(BLOCK)) for _ in range(COUNT)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    held = resident()
    for block in blocks[:-1]:  # the last one keeps the end of the heap where it is
        heap.free(block)
    given_back.give_back()
    left = held - resident()
    heap.free(blocks[-1])
    return left


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the allocator of glibc")
def test_what_is_free_is_given_back_twice_a_second_at_most() -> None:
    heap = ctypes.CDLL(None)
    heap.malloc.restype = ctypes.c_void_p
    time.sleep(given_back.PAUSE_S)
    assert freed(heap) > BLOCK * COUNT / 2
    assert freed(heap) < BLOCK * COUNT / 10
    time.sleep(given_back.PAUSE_S)
    assert freed(heap) > BLOCK * COUNT / 2


@pytest.fixture
def no_collector() -> Iterator[None]:
    """What goes in circles stays."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
def test_what_a_need_was_screened_with_is_let_go_with_its_answer() -> None:
    """Columns of a million rows and the parcels read, which in a circle would wait for the collector."""
    asked = need(height_m=12)
    land = [parcel(number) for number in range(20)]
    ask = Asking(asked, land_of(land), ByCandidate(asked, land, ready))
    screening = Screening(ask, (), lambda ids: [(land[one], ready(land[one])) for one in ids])
    assert len(screening.clear.first(5)) + len(screening.asking.first(5)) == 5
    there = weakref.ref(screening)
    del screening
    assert there() is None

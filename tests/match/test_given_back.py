"""Memory that is free is given back to the machine."""

import ctypes
import sys
import time
from pathlib import Path

import pytest

from geo.match import given_back

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

"""What large answers took of memory, given back to the machine."""

import ctypes
import time
from contextlib import suppress
from dataclasses import dataclass

PAUSE_S = 0.5


@dataclass
class _Rest:
    """Until when nothing is given back again (seconds of the monotonic clock)."""

    until: float = 0.0


_rest = _Rest()


def give_back() -> None:
    """Have the allocator return what is free: glibc keeps it, some 80 MB after looking through a million parcels.

    It takes milliseconds, so it is done twice a second at most. Elsewhere than on glibc nothing is done.
    """
    now = time.monotonic()
    if now < _rest.until:
        return
    _rest.until = now + PAUSE_S
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)

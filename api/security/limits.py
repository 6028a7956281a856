"""How often one address may ask without saying who it is, or say it wrongly."""

import math
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from api.problems import Problem

REMEMBERED = 10_000
"""Addresses kept in memory; the fullest buckets are forgotten first."""


NETWORK_BITS = 64
"""Of an IPv6 address: the rest is for its subscriber to choose, at each request if they like."""


class RateLimit:
    """A token bucket for each address, in this process: ``per_minute`` at once, then as many a minute.

    The IPv6 addresses of one network have one bucket.
    """

    def __init__(self, per_minute: int, code: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._code = code
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, address: str) -> None:
        """Count one request of ``address``.

        Raises:
            Problem: the address has none left (429, with Retry-After).
        """
        self.check(address)
        subscriber = _subscriber(address)
        self._buckets[subscriber] = (self._left(subscriber) - 1, self._clock())
        if len(self._buckets) > REMEMBERED:
            self._forget()

    def check(self, address: str) -> None:
        """Refuse ``address`` when it has no request left, without counting one."""
        left = self._left(_subscriber(address))
        if left < 1:
            wait = math.ceil((1 - left) * 60 / self._size)
            raise Problem("too-many-requests", self._code, headers={"Retry-After": str(wait)})

    def _left(self, subscriber: str) -> float:
        left, at = self._buckets.get(subscriber, (self._size, self._clock()))
        return min(self._size, left + (self._clock() - at) * self._size / 60)

    def _forget(self) -> None:
        keep = sorted(self._buckets, key=self._left)[: REMEMBERED // 2]
        self._buckets = {subscriber: self._buckets[subscriber] for subscriber in keep}


def _subscriber(address: str) -> str:
    """What the addresses of one subscriber have in common; what is no address stands for itself."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return f"{int(known) >> (128 - NETWORK_BITS):x}::/{NETWORK_BITS}"
